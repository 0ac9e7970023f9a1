// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/pricing/unit.hpp>

#include <string_view>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// A unit's name; "unnamed" for a combination of axes that has none.
[[nodiscard]] constexpr std::string_view unit_label(Unit unit) noexcept {
    auto const name = name_of(unit);
    return name.empty() ? "unnamed" : name;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
