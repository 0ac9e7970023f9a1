// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/pricing/price.hpp>

#include <chrono>
#include <span>
#include <string_view>
#include <vector>

namespace centavo {
inline namespace CENTAVO_ABI {

/// A source of prices: its name, and the day of its publication.
struct PriceSourceName {
    std::string_view name;
    std::chrono::year_month_day as_of;
};

/// A part of a provider's price list, in the compact notation that tools/make_prices.py writes.
///
/// Each line begins with the kind of its content. A model's lines follow its ids:
///
///     gpt-4o gpt-4o-2024-08-06 !e     its id and aliases; !e for embeddings
///     ~^gpt-4o-                       an IdPattern
///      t=b g=us >200000 i1.25 o5      a band: its conditions, and a rate for each unit's code
///     *1.1 g=us,eu data_residency     a factor with its conditions and its name
///     <as10                           a billed minimum
///
/// Conditions: t= the first letter of the tier, x for fast, g= regions, > or ] a threshold that the input exceeds or reaches, f= and u=
/// the first and the end day, d= a daily window with ';' for its space, p= the priority, s= the first letter of the status,
/// n= the source. A rate is a decimal price for the usual number of the unit, or for the number after a slash.
struct PriceText {
    std::string_view provider;
    std::string_view fallbacks;  ///< separated by commas
    std::string_view lines;
};

/// A price list as constant data: the texts, and the sources that their lines refer to by index; the first is the usual.
struct PriceList {
    std::span<PriceSourceName const> sources;
    std::span<PriceText const> texts;
};

/// The instant of a day (at 00:00 UTC) or of a full timestamp. Throws MalformedInstant.
[[nodiscard]] Instant instant_of(std::string_view text);

/// The prices of a list, for a PriceTable.
///
/// Throws MalformedDecimal, MalformedPrice, MalformedInstant, MalformedWindow or MalformedPattern for a value that is
/// none, and std::invalid_argument for other text that is not in the notation of PriceText.
[[nodiscard]] std::vector<ModelPrice> prices_of(PriceList const& list);

/// The fallbacks that a list declares, for a PriceTable.
[[nodiscard]] std::vector<ProviderFallback> fallbacks_of(PriceList const& list);

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/pricing/detail/price_list.ipp>
#endif
