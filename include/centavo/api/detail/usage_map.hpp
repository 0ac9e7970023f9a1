// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/view.hpp>
#include <centavo/pricing/unit.hpp>

#include <cstdint>
#include <string_view>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// What a field of a usage block means.
enum class FieldRole : std::uint8_t {
    count,      ///< a count of `unit`
    alias,      ///< another spelling of an earlier field; used where no earlier one is above zero
    addition,   ///< counts more of `unit`, on top of other fields
    total,      ///< input and output together: a check, not a count
    charge,     ///< the provider's own charge in USD
    ticks,      ///< the same in 10^-10 USD
    upstream,   ///< what the provider's own supplier charged, in USD
    own_key,    ///< whether that supplier charged the caller's own key
    tier,       ///< the name of the service tier that served the call
    speed,      ///< the same, for APIs that report a speed besides the tier
    region,     ///< the region that served the call
    not_billed  ///< known and not billed itself: a duration, or a part that is billed with its whole
};

/// One field of a provider's usage block.
///
/// `path` is its place in the block, names joined by '/'. An element of a list of labeled counts, such as Gemini's
/// {"modality":"TEXT","tokenCount":9}, is at list/LABEL. Where the provider excludes the count from a larger one, as
/// Anthropic does with cached input, `added_to` names the larger one; `no_unit` where it is included.
struct UsageField {
    static constexpr Unit no_unit{};

    std::string_view path;
    FieldRole role = FieldRole::count;
    Unit unit = no_unit;
    Unit added_to = no_unit;
};

/// Units that several APIs count and that have no name of their own in `units`.
namespace usage_units {
inline constexpr Unit input_text{.direction = Direction::input, .modality = Modality::text};
inline constexpr Unit output_text{.direction = Direction::output, .modality = Modality::text};
inline constexpr Unit cache_text{
    .direction = Direction::input, .modality = Modality::text, .category = TokenCategory::cache_read};
inline constexpr Unit audio_seconds{
    .measure = Measure::seconds, .direction = Direction::input, .modality = Modality::audio};
}  // namespace usage_units

/// Where reasoning tokens are counted, relative to the output.
enum class ReasoningPlace : std::uint8_t {
    inside,
    by_total,             ///< outside if only then the parts add up to the total
    by_total_or_outside,  ///< the same, and outside where there is no total
    outside,
    hidden  ///< not reported: what the total exceeds input and output by is billed as output, with a warning
};

/// The known fields of an API's usage block. Refers to constant rows.
struct UsageMap {
    View<UsageField> fields;
    ReasoningPlace reasoning = ReasoningPlace::inside;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
