// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/detail/usage_map.hpp>
#include <centavo/pricing/unit.hpp>

namespace centavo::detail {
inline namespace CENTAVO_ABI {
namespace cohere {

namespace rows {
using enum FieldRole;
inline constexpr Unit none = UsageField::no_unit;
inline constexpr auto own = UsageSpelling::cohere;

/// The usage block of Cohere's chat, embeddings and rerank: what is billed, not what the model read.
inline constexpr UsageField fields[] = {
    {"billed_units/input_tokens", count, units::input, none, own},
    {"billed_units/output_tokens", count, units::output, none, own},
    {"billed_units/image_tokens", count, units::input_image, units::input},
    {"billed_units/search_units", count, units::search_units, none, own},
    {"billed_units/images", count, usage_units::input_images, none, own},
    {"tokens/input_tokens", not_billed},
    {"tokens/output_tokens", not_billed},
    {"cached_tokens", not_billed},
    {"api_version/version", not_billed},
    {"api_version/is_experimental", not_billed},
    {"api_version/is_deprecated", not_billed},
};
}  // namespace rows

inline constexpr UsageMap usage_map = usage_map_of<rows::fields>(UsageSpelling::cohere);

}  // namespace cohere
}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
