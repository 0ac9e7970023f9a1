// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>

#include <cstddef>
#include <limits>
#include <optional>
#include <string_view>
#include <type_traits>

/// \file
/// Text to enumerator, by the enum's own to_string(): the one list of names.
///
/// to_string() is a switch without `default` that returns "" after it, so that -Wswitch, an error in this project's
/// builds, reports an enumerator without a name. Enumerators count from 0 without gaps, and only the first may be named
/// "". Nothing here has to change when an enumerator is inserted.

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// The number of enumerators of `Enum`.
template <typename Enum>
[[nodiscard]] constexpr std::size_t enumerator_count() noexcept {
    constexpr auto most = static_cast<std::size_t>(std::numeric_limits<std::underlying_type_t<Enum>>::max());
    std::size_t count = 1;
    while (count < most && !to_string(static_cast<Enum>(count)).empty()) {
        ++count;
    }
    return count;
}

/// The enumerator with that to_string(), or nullopt; nullopt for an empty name.
template <typename Enum>
[[nodiscard]] constexpr std::optional<Enum> find_enumerator(std::string_view name) noexcept {
    for (std::size_t i = 0; i < enumerator_count<Enum>() && !name.empty(); ++i) {
        if (to_string(static_cast<Enum>(i)) == name) {
            return static_cast<Enum>(i);
        }
    }
    return std::nullopt;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
