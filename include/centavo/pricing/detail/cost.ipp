// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/pricing/cost.hpp>
#include <centavo/pricing/detail/biller.ipp>

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE View<CostLine> Cost::lines() const noexcept {
    return {std::launder(reinterpret_cast<CostLine const*>(lines_.data())), size_};
}

CENTAVO_INLINE std::chrono::year_month_day Cost::as_of() const noexcept {
    return band_->as_of.ok() ? band_->as_of : price_->as_of;
}

CENTAVO_INLINE bool Cost::rounded() const noexcept {
    for (CostLine const& line : lines()) {
        if (line.rounded) {
            return true;
        }
    }
    return false;
}

CENTAVO_INLINE bool Cost::complete() const noexcept {
    bool const named = std::any_of(added_.begin(), added_.end(),
                                   [](CostWarning const& warning) { return makes_incomplete(warning.kind); });
    return unpriced_ == 0 && tier_priced_ && region_priced_ && !named;
}

CENTAVO_INLINE std::vector<CostWarning> Cost::warnings() const {
    std::vector<CostWarning> all;
    auto const outside_lines = [&](Unit const& unit, std::int64_t count, CostLine const* but) {
        std::int64_t inside = 0;
        for (CostLine const& line : lines()) {
            inside += &line != but && unit.contains(line.rate.unit()) ? line.count : 0;
        }
        return inside < count ? count - inside : count;
    };
    detail::for_each_slot(usage_, [&](unsigned slot, Unit const& unit, std::int64_t count) {
        std::uint32_t const bit = std::uint32_t{1} << slot;
        if ((unpriced_ & bit) != 0) {
            all.push_back({.kind = CostWarningKind::unpriced_unit,
                           .unit = unit,
                           .count = outside_lines(unit, count, nullptr)});
        }
        if ((inherited_ & bit) == 0) {
            return;
        }
        CostLine const* lender = nullptr;
        for (CostLine const& line : lines()) {
            if (line.inherited && line.rate.unit().contains(unit) &&
                (lender == nullptr ||
                 detail::depth_of(line.rate.unit()) > detail::depth_of(lender->rate.unit()) ||
                 more_expensive(line.rate, lender->rate))) {
                lender = &line;
            }
        }
        if (lender != nullptr && detail::is_priced_apart(unit, lender->rate.unit())) {
            all.push_back({.kind = CostWarningKind::inherited_rate,
                           .unit = unit,
                           .count = outside_lines(unit, count, lender),
                           .billed_as = lender->rate.unit()});
        }
    });
    if (!tier_priced_) {
        all.push_back(
            {.kind = CostWarningKind::unpriced_tier, .name = std::string{centavo::to_string(service_.tier)}});
    }
    if (!region_priced_) {
        all.push_back({.kind = CostWarningKind::unpriced_region, .name = service_.region});
    }
    if (price_.fallback()) {
        all.push_back({.kind = CostWarningKind::other_provider, .name = price_->provider});
    }
    for (CostWarning const& warning : added_) {
        all.push_back(warning);
    }
    return all;
}

CENTAVO_INLINE std::string CostWarning::to_string() const {
    std::string const quoted = "\"" + name + "\"";
    switch (kind) {
    case CostWarningKind::unpriced_unit:
        return "no price for " + std::to_string(count) + " " + detail::unit_text(unit) +
               (name.empty() ? "" : " of " + name);
    case CostWarningKind::unpriced_tier:
        return "no price for the service tier " + quoted + "; billed as the standard tier";
    case CostWarningKind::unpriced_region:
        return "no price for the region " + quoted + "; billed as the default region";
    case CostWarningKind::inherited_rate:
        return std::to_string(count) + " " + detail::unit_text(unit) + " are billed at the rate of " +
               detail::unit_text(billed_as);
    case CostWarningKind::unknown_usage_field: return "the usage field " + quoted + " is not understood";
    case CostWarningKind::other_provider: return "billed at the price of " + quoted;
    }
    return "";
}

CENTAVO_INLINE std::string Cost::to_string() const {
    std::string text = model().text() + ": $" + total_.to_string();
    char const* separator = " (";
    for (CostLine const& line : lines()) {
        text += separator + std::to_string(line.count) + " " + std::string{name_of(line.rate.unit())} + " $" +
                line.cost.to_string();
        separator = ", ";
    }
    return lines().empty() ? text : text + ")";
}

CENTAVO_INLINE IncompleteCost::IncompleteCost(Cost cost)
    : Error{ErrorCode::unknown, detail::incomplete_message(cost)}, cost_{std::make_shared<Cost const>(
                                                                       std::move(cost))} {}

CENTAVO_INLINE std::variant<Cost, NoCost> find_cost_of(Price price, Usage const& usage, Instant at,
                                                       Service const& service) {
    detail::PricedService const served{price, service};
    PriceBand const* const band = price->band(usage.input, at, *served);
    if (band == nullptr) {
        return NoCost{CostProblem::unpriced_usage, detail::no_price_message(*price, at)};
    }
    Cost cost = detail::Biller::begin(std::move(price), *band, usage, at, *served);
    detail::Biller biller{cost};
    if (!biller.run()) {
        return biller.problem();
    }
    return cost;
}

CENTAVO_INLINE Cost cost_of(Price price, Usage const& usage, Instant at, Service const& service) {
    detail::PricedService const served{price, service};
    PriceBand const* const band = price->band(usage.input, at, *served);
    if (band == nullptr) {
        throw UnpricedUsage(detail::no_price_message(*price, at));
    }
    Cost cost = detail::Biller::begin(std::move(price), *band, usage, at, *served);
    detail::Biller biller{cost};
    if (biller.run()) {
        return cost;
    }
    NoCost const none = biller.problem();
    switch (none.problem) {
    case CostProblem::contradictory_usage: throw ContradictoryUsage(none.message);
    case CostProblem::too_many_units: throw std::length_error(none.message);
    case CostProblem::overflow: throw std::overflow_error(none.message);
    case CostProblem::unknown_model:
    case CostProblem::incomplete:
    case CostProblem::unpriced_usage: break;
    }
    throw UnpricedUsage(none.message);
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
