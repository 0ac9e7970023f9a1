// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/pricing/cost.hpp>
#include <centavo/pricing/detail/price_messages.hpp>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// Fills a Cost with its lines and their sums. If run() returns false, problem() is the reason.
class Biller {
public:
    explicit Biller(Cost& cost) noexcept : cost_{cost} {}

    /// A cost without lines.
    [[nodiscard]] static Cost begin(Price price, PriceBand const& band, Usage const& usage, Instant at,
                                    Service const& service) {
        return Cost{std::move(price), band, usage, at, service};
    }

    [[nodiscard]] bool run() {
        Service const& service = cost_.service_;
        std::string_view const requested = service.priced_region();
        std::string_view const region = service.region.empty() ? cost_.price_.region() : requested;
        cost_.tier_priced_ = cost_.price_->has_tier(service.tier, cost_.at_);
        cost_.region_priced_ = cost_.price_->has_region(requested);
        if (!(cost_.usage_.others.all().empty() ? add_common_units() : add_any_units())) {
            return false;
        }
        mark_inherited();
        bool const plain = cost_.price_->adjustments.empty() && cost_.price_->minimums.empty();
        for (CostLine& line : lines()) {
            if (!charge(line, plain, region)) {
                return fail(CostProblem::overflow);
            }
        }
        return true;
    }

    [[nodiscard]] NoCost problem() const {
        auto const name = [&] { return std::string{name_of(unit_)}; };
        switch (problem_) {
        case CostProblem::contradictory_usage:
            return {problem_, "the parts of " + name() + " add up to " + std::to_string(parts_) +
                                  ", more than the whole of " + std::to_string(whole_)};
        case CostProblem::unpriced_usage:
            return {problem_, "\"" + cost_.model().text() + "\" has no rate for " + name()};
        case CostProblem::too_many_units:
            return {problem_, "the usage needs more than " + std::to_string(Cost::capacity) + " lines"};
        case CostProblem::unknown_model:
        case CostProblem::overflow: break;
        }
        return {CostProblem::overflow, "the cost of the usage at \"" + cost_.model().text() + "\" overflows"};
    }

private:
    /// Whether a unit without a rate is part of a line that its whole makes, or has been billed in a line.
    enum class Placed : std::uint8_t { failed, with_its_whole, billed };

    bool fail(CostProblem problem) noexcept {
        problem_ = problem;
        return false;
    }

    bool contradict(Unit unit, std::int64_t parts, std::int64_t whole) noexcept {
        unit_ = unit;
        parts_ = parts;
        whole_ = whole;
        return fail(CostProblem::contradictory_usage);
    }

    [[nodiscard]] std::span<CostLine> lines() noexcept {
        return {std::launder(reinterpret_cast<CostLine*>(cost_.lines_.data())), cost_.size_};
    }

    /// The bit of a rate of the band, for the first 32 of them.
    [[nodiscard]] std::uint32_t mask_of(Rate const& rate) const noexcept {
        auto const place = &rate - cost_.band_->rates.data();
        return place < 32 ? std::uint32_t{1} << place : 0;
    }

    bool append(Rate const& rate, std::int64_t count) {
        if (cost_.size_ == Cost::capacity) {
            return fail(CostProblem::too_many_units);
        }
        // In place: a copied line would be written and read once more.
        ::new (static_cast<void*>(cost_.lines_.data() + cost_.size_ * sizeof(CostLine)))
            CostLine{.rate = rate, .count = count, .cost = {}};
        ++cost_.size_;
        return true;
    }

    /// Adds to the line of the rate, or appends one.
    bool add(Rate const& rate, std::int64_t count) {
        for (CostLine& line : lines()) {
            if (line.rate.unit() == rate.unit()) {
                return !__builtin_add_overflow(line.count, count, &line.count) || fail(CostProblem::overflow);
            }
        }
        return append(rate, count);
    }

    /// add_any_units() for the units that are members of Usage: most calls have no others.
    bool add_common_units();
    bool add_any_units();
    Placed place(Unit unit, std::int64_t count);

    void mark_inherited() noexcept {
        std::uint32_t inherited = inherited_;
        for (std::size_t i = 0; inherited != 0; ++i, inherited >>= 1) {
            if ((inherited & 1U) != 0) {
                for (CostLine& line : lines()) {
                    line.inherited = line.inherited || line.rate.unit() == cost_.band_->rates[i].unit();
                }
            }
        }
    }

    /// Computes the cost of a line and adds it to the sums; false on overflow.
    bool charge(CostLine& line, bool plain, std::string_view region) {
        if (!plain) {
            adjust(line);
            auto const factor =
                cost_.price_->find_factor(line.rate.unit(), cost_.at_, cost_.service_.tier, region);
            if (!factor) {
                return false;
            }
            line.factor = *factor;
        }
        auto const charged = line.rate.find_cost(line.count, line.factor);
        if (!charged) {
            return false;
        }
        line.cost = charged->amount;
        line.rounded = charged->rounded;
        Direction const direction = line.rate.unit().direction;
        return accumulate(cost_.total_, line.cost) &&
               (direction != Direction::input || accumulate(cost_.input_, line.cost)) &&
               (direction != Direction::output || accumulate(cost_.output_, line.cost));
    }

    void adjust(CostLine& line) const noexcept {
        for (BilledMinimum const& one : cost_.price_->minimums) {
            if (one.unit == line.rate.unit() && line.count > 0 && line.count < one.count) {
                line.count = one.count;
                line.raised_to_minimum = true;
            }
        }
    }

    static bool accumulate(Usd& sum, Usd amount) noexcept {
        Int128 atto{};
        bool const overflow = __builtin_add_overflow(sum.atto(), amount.atto(), &atto);
        sum = Usd::from_atto(atto);
        return !overflow;
    }

    Cost& cost_;
    std::uint32_t inherited_ = 0;  // the rates of the band that bill units without a rate of their own
    CostProblem problem_ = CostProblem::overflow;
    Unit unit_{};
    std::int64_t parts_ = 0;
    std::int64_t whole_ = 0;
};

CENTAVO_INLINE bool Biller::add_common_units() {
    Usage const& usage = cost_.usage_;
    Rate const* const input = cost_.band_->find(units::input);
    Rate const* const output = cost_.band_->find(units::output);
    std::int64_t input_parts = 0;   // billed in lines of their own
    std::int64_t output_parts = 0;  // likewise
    bool strays = false;            // a line may exist to which another count belongs
    auto const take = [&](Unit const& unit, std::optional<Tokens> const& counted, std::int64_t inside,
                          Rate const* whole, std::int64_t& parts) {
        if (!counted) {
            return true;
        }
        std::int64_t const count = counted->value();
        if (inside > count) {
            return contradict(unit, inside, count);
        }
        std::int64_t own = count - inside;
        if (own == 0) {
            return true;
        }
        if (Rate const* const rate = cost_.band_->find(unit)) {
            if (!append(*rate, own)) {
                return false;
            }
        } else if (whole != nullptr) {
            inherited_ |= mask_of(*whole);
            own = 0;
        } else {
            strays = true;
            Placed const placed = place(unit, own);
            if (placed == Placed::failed) {
                return false;
            }
            own = placed == Placed::with_its_whole ? 0 : own;
        }
        return !__builtin_add_overflow(parts, own, &parts) || fail(CostProblem::overflow);
    };
    auto const rest = [&](Unit const& unit, std::int64_t count, std::int64_t parts, Rate const* rate) {
        if (parts > count) {
            return contradict(unit, parts, count);
        }
        if (rate != nullptr) {
            return strays ? add(*rate, count - parts) : append(*rate, count - parts);
        }
        return count == parts || place(unit, count - parts) != Placed::failed;
    };
    if (!take(units::cache_write_1h, usage.cache_write_1h, 0, nullptr, input_parts)) {
        return false;
    }
    std::int64_t const written = input_parts;
    if (!take(units::cache_read, usage.cache_read, 0, input, input_parts) ||
        !take(units::cache_write, usage.cache_write, written, input, input_parts) ||
        !take(units::reasoning, usage.reasoning, 0, output, output_parts) ||
        !take(units::input_audio, usage.input_audio, 0, input, input_parts) ||
        !take(units::output_audio, usage.output_audio, 0, output, output_parts) ||
        !rest(units::input, usage.input.value(), input_parts, input) ||
        !rest(units::output, usage.output.value(), output_parts, output)) {
        return false;
    }
    Rate const* const fee = cost_.band_->find(units::requests);
    return fee == nullptr || append(*fee, 1);
}

CENTAVO_INLINE bool Biller::add_any_units() {
    constexpr std::size_t max_kinds = UnitCounts::capacity + 8;
    std::array<Unit const*, max_kinds> kinds;
    std::array<int, max_kinds> depths;
    std::array<std::int64_t, max_kinds> counts;
    std::array<std::int64_t, max_kinds> billed;  // in a line of its own, without the parts inside it
    std::size_t size = 0;
    bool counts_requests = false;
    int deepest = 0;
    cost_.usage_.for_each([&](Unit const& unit, std::int64_t count) {
        int const depth = (unit.modality != Modality::any ? 1 : 0) +
                          (unit.category != TokenCategory::any ? 1 : 0) + (unit.ttl != CacheTtl::any ? 1 : 0);
        deepest = std::max(deepest, depth);
        counts_requests = counts_requests || unit == units::requests;
        kinds[size] = &unit;
        depths[size] = depth;
        counts[size] = count;
        billed[size] = 0;
        ++size;
    });
    // Parts before their wholes: a unit strictly inside another sets more axes.
    for (int depth = deepest; depth >= 0; --depth) {
        for (std::size_t i = 0; i < size; ++i) {
            if (depths[i] != depth) {
                continue;
            }
            std::int64_t inside = 0;
            for (std::size_t j = 0; j < size; ++j) {
                if (billed[j] > 0 && kinds[i]->contains(*kinds[j]) &&
                    __builtin_add_overflow(inside, billed[j], &inside)) {
                    return fail(CostProblem::overflow);
                }
            }
            if (inside > counts[i]) {
                return contradict(*kinds[i], inside, counts[i]);
            }
            std::int64_t const own = counts[i] - inside;
            if (Rate const* rate = cost_.band_->find(*kinds[i])) {
                billed[i] = own;
                if ((own > 0 || depth == 0) && !add(*rate, own)) {
                    return false;
                }
            } else if (own > 0) {
                Placed const placed = place(*kinds[i], own);
                if (placed == Placed::failed) {
                    return false;
                }
                billed[i] = placed == Placed::billed ? own : 0;
            }
        }
    }
    Rate const* const fee = counts_requests ? nullptr : cost_.band_->find(units::requests);
    return fee == nullptr || add(*fee, 1);
}

/// Bills a unit without a rate with the smallest containing unit that has one, unless that unit's own count covers it.
CENTAVO_INLINE Biller::Placed Biller::place(Unit unit, std::int64_t count) {
    Rate const* best = nullptr;
    bool several = false;
    for (Rate const& rate : cost_.band_->rates) {
        bool smallest = rate.unit().contains(unit);
        for (Rate const& other : cost_.band_->rates) {
            smallest = smallest && !(other.unit() != rate.unit() && rate.unit().contains(other.unit()) &&
                                     other.unit().contains(unit));
        }
        if (smallest) {
            several = best != nullptr;
            best = best == nullptr || more_expensive(rate, *best) ? &rate : best;
        }
    }
    if (best == nullptr) {
        if (unit.measure == Measure::tokens) {
            unit_ = unit;
            fail(CostProblem::unpriced_usage);
            return Placed::failed;
        }
        cost_.complete_ = false;
        return Placed::with_its_whole;
    }
    inherited_ |= mask_of(*best);
    if (!several && cost_.usage_.find(best->unit())) {
        return Placed::with_its_whole;
    }
    return add(*best, count) ? Placed::billed : Placed::failed;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE std::span<CostLine const> Cost::lines() const noexcept {
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

CENTAVO_INLINE std::variant<Cost, NoCost> find_cost_of(Price price, Usage const& usage, Instant at,
                                                       Service const& service) {
    PriceBand const* const band = price->band(usage.input, at, service);
    if (band == nullptr) {
        return NoCost{CostProblem::unpriced_usage, detail::no_price_message(*price, at)};
    }
    Cost cost = detail::Biller::begin(std::move(price), *band, usage, at, service);
    detail::Biller biller{cost};
    if (!biller.run()) {
        return biller.problem();
    }
    return cost;
}

CENTAVO_INLINE Cost cost_of(Price price, Usage const& usage, Instant at, Service const& service) {
    PriceBand const* const band = price->band(usage.input, at, service);
    if (band == nullptr) {
        throw UnpricedUsage(detail::no_price_message(*price, at));
    }
    Cost cost = detail::Biller::begin(std::move(price), *band, usage, at, service);
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
    case CostProblem::unpriced_usage: break;
    }
    throw UnpricedUsage(none.message);
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
