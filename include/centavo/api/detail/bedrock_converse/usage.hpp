// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/detail/usage_map.hpp>
#include <centavo/pricing/unit.hpp>

namespace centavo::detail {
inline namespace CENTAVO_ABI {
namespace bedrock_converse {

namespace rows {
using enum FieldRole;
inline constexpr Unit none = UsageField::no_unit;
inline constexpr auto own = UsageSpelling::converse;

/// The usage block of Bedrock's Converse, where cached input lies outside the input; each cached count has two spellings.
///
/// The AI SDK spells its counts alike, with cached input inside the input.
inline constexpr UsageField fields[] = {
    {"inputTokens", count, units::input, none, own},
    {"outputTokens", count, units::output, none, own},
    {"totalTokens", total},
    {"cacheReadInputTokens", count, units::cache_read, units::input, own},
    {"cacheReadInputTokenCount", alias, units::cache_read, units::input, own},
    {"cacheWriteInputTokens", count, units::cache_write, units::input, own},
    {"cacheWriteInputTokenCount", alias, units::cache_write, units::input, own},
    {"cacheDetails/5m", count, units::cache_write_5m, none, own},
    {"cacheDetails/1h", count, units::cache_write_1h, none, own},
    // The AI SDK
    {"promptTokens", alias, units::input, none, own},
    {"completionTokens", alias, units::output, none, own},
    {"cachedInputTokens", alias, units::cache_read, none, own},
    {"inputTokenDetails/cacheReadTokens", alias, units::cache_read, none, own},
    {"inputTokenDetails/cacheWriteTokens", alias, units::cache_write, none, own},
    {"inputTokenDetails/noCacheTokens", not_billed},
    {"reasoningTokens", count, units::reasoning, none, own},
    {"outputTokenDetails/reasoningTokens", alias, units::reasoning, none, own},
    {"outputTokenDetails/textTokens", not_billed},
};
}  // namespace rows

inline constexpr UsageMap usage_map = usage_map_of<rows::fields>(UsageSpelling::converse);

}  // namespace bedrock_converse
}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
