// SPDX-License-Identifier: MIT
// Catch2 v2 under the name it has in v3.
#pragma once

#include <catch2/catch.hpp>

#include <string>

namespace Catch::Matchers {

inline auto ContainsSubstring(std::string const& part, CaseSensitive::Choice cases = CaseSensitive::Yes) {
    return Contains(part, cases);
}

}  // namespace Catch::Matchers
