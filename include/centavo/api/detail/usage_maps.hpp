// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/detail/anthropic_messages/usage.hpp>
#include <centavo/api/detail/bedrock_converse/usage.hpp>
#include <centavo/api/detail/cohere/usage.hpp>
#include <centavo/api/detail/gemini/usage.hpp>
#include <centavo/api/detail/openai_chat/usage.hpp>
#include <centavo/api/detail/usage_map.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// The spellings that a usage block has shown. A value.
class UsageEvidence {
public:
    constexpr void add(UsageSpelling spelling) noexcept {
        bits_ = static_cast<std::uint8_t>(bits_ | static_cast<std::uint8_t>(spelling));
    }

    [[nodiscard]] constexpr bool has(UsageSpelling spelling) const noexcept {
        return (bits_ & static_cast<std::uint8_t>(spelling)) != 0;
    }

    /// Whether anything but `spelling` was shown.
    [[nodiscard]] constexpr bool has_other_than(UsageSpelling spelling) const noexcept {
        return (bits_ & ~static_cast<std::uint8_t>(spelling)) != 0;
    }

private:
    std::uint8_t bits_ = 0;
};

/// The spelling of which a field is evidence in a block of another spelling.
[[nodiscard]] constexpr UsageSpelling spelling_of(std::string_view path) noexcept {
    for (UsageMap const* const map : {&openai_chat::usage_map, &anthropic_messages::usage_map,
                                      &bedrock_converse::usage_map, &cohere::usage_map, &gemini::usage_map}) {
        if (std::size_t const row = map->find(path); row < map->fields.size()) {
            UsageField const& field = map->fields[row];
            bool const plain = field.role == FieldRole::count || field.role == FieldRole::alias;
            return field.shows != UsageSpelling::none ? field.shows
                   : plain                            ? map->spelling
                                                      : UsageSpelling::none;
        }
    }
    return UsageSpelling::none;
}

/// The map by which to read a block that is written in another spelling than its API's; nullptr where it is not.
[[nodiscard]] constexpr UsageMap const* find_other_map(UsageSpelling spelling,
                                                       UsageEvidence evidence) noexcept {
    if (!evidence.has_other_than(spelling) || evidence.has(spelling)) {
        return nullptr;
    }
    return evidence.has(UsageSpelling::openai)      ? &openai_chat::usage_map
           : evidence.has(UsageSpelling::converse)  ? &bedrock_converse::usage_map
           : evidence.has(UsageSpelling::cohere)    ? &cohere::usage_map
           : evidence.has(UsageSpelling::gemini)    ? &gemini::usage_map
           : evidence.has(UsageSpelling::anthropic) ? &anthropic_messages::usage_map
                                                    : nullptr;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
