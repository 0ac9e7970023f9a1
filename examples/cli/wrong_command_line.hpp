// SPDX-License-Identifier: MIT
#pragma once

#include <stdexcept>

namespace centavo::cli {

/// A command line that can be read but makes no sense: the usage is printed, the exit status is 2.
class WrongCommandLine : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

}  // namespace centavo::cli
