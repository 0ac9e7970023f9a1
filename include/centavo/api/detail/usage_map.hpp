// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/pricing/unit.hpp>

#include <cstdint>
#include <span>
#include <string_view>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// What a field of a usage block means.
enum class FieldRole : std::uint8_t {
    count,       ///< so many of `unit`
    spelling,    ///< another name of a field before it: counts where none before it is above zero
    more,        ///< so many more of `unit`, beside other fields
    total,       ///< input and output together: a check, not a count
    charge,      ///< the provider's own figure in USD
    ticks,       ///< the same in 10^-10 USD
    upstream,    ///< what the provider behind this one charged, in USD
    own_key,     ///< whether it charged the caller's own key
    tier,        ///< the name of the service tier that served the call
    speed,       ///< the same, where a speed comes beside the tier
    region,      ///< the region that served the call
    understood,  ///< no money of its own: a time, or a part that is billed as its whole
};

/// One field of a provider's usage block.
///
/// `path` is its place below the block, names joined by '/'. An element of a list of labelled counts, as Gemini's
/// {"modality":"TEXT","tokenCount":9}, is at list/LABEL. Where the provider leaves the count out of a larger one, as
/// Anthropic does with cached input, `added_to` names the larger; `no_unit` where it is inside.
struct UsageField {
    static constexpr Unit no_unit{};

    std::string_view path;
    FieldRole sense = FieldRole::count;
    Unit unit = no_unit;
    Unit added_to = no_unit;
};

/// Whether reasoning tokens that the field map puts inside the output may lie outside it.
enum class ReasoningPlace : std::uint8_t {
    inside,
    by_total,             ///< outside where only then the total is met
    by_total_or_outside,  ///< the same, and outside where there is no total
    outside,
    hidden  ///< not named: what the total has beyond input and output is billed as output, and remarked on
};

/// All fields that an API's usage block is known to have. Refers to constant rows.
struct UsageMap {
    std::span<UsageField const> fields;
    ReasoningPlace reasoning = ReasoningPlace::inside;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
