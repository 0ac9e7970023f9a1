// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/detail/usage_map.hpp>
#include <centavo/pricing/unit.hpp>

namespace centavo::detail {
inline namespace CENTAVO_ABI {
namespace bedrock_converse {

namespace rows {
using enum FieldRole;

/// The usage block of Bedrock's Converse, where cached input lies outside the input; each cached count has two spellings.
inline constexpr UsageField fields[] = {
    {"inputTokens", count, units::input},
    {"outputTokens", count, units::output},
    {"totalTokens", total},
    {"cacheReadInputTokens", count, units::cache_read, units::input},
    {"cacheReadInputTokenCount", alias, units::cache_read, units::input},
    {"cacheWriteInputTokens", count, units::cache_write, units::input},
    {"cacheWriteInputTokenCount", alias, units::cache_write, units::input},
    {"cacheDetails/5m", count, units::cache_write_5m},
    {"cacheDetails/1h", count, units::cache_write_1h},
};
}  // namespace rows

inline constexpr UsageMap usage_map{rows::fields};

}  // namespace bedrock_converse
}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
