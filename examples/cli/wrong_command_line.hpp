// SPDX-License-Identifier: MIT
#pragma once

#include <stdexcept>

namespace centavo::cli {

/// A command line that parses but is not valid: the usage is printed, and the exit status is 2.
class WrongCommandLine : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

}  // namespace centavo::cli
