// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/money.hpp>
#include <centavo/models/model_id.hpp>
#include <centavo/models/model_match.hpp>
#include <centavo/pricing/price.hpp>
#include <centavo/pricing/price_table.hpp>
#include <centavo/pricing/rate.hpp>
#include <centavo/pricing/usage.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

namespace centavo::inline v0 {

/// Usage of a unit that the model has no rate for, or an instant before its first or after its last price.
class UnpricedUsage : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// One line of a bill: `count` of `rate.unit()`, what is billed by a rate of its own inside it left out.
struct CostLine {
    Rate rate;
    std::int64_t count = 0;
    Usd cost;
};

/// What a call cost, line by line; the lines add up to `total()` exactly.
///
/// Reasoning tokens without a rate of their own are billed as output and have no line. Keeps the price it was made
/// with alive. No allocation. A value.
class Cost {
public:
    static constexpr std::size_t capacity = 16;

    [[nodiscard]] Usd total() const noexcept { return total_; }
    [[nodiscard]] Usd input() const noexcept { return input_; }    ///< the lines of input
    [[nodiscard]] Usd output() const noexcept { return output_; }  ///< the lines of output
    [[nodiscard]] std::span<CostLine const> lines() const noexcept {
        return {std::launder(reinterpret_cast<CostLine const*>(lines_.data())), size_};
    }

    [[nodiscard]] ModelId const& model() const noexcept { return price_->model; }  ///< the id that was priced
    [[nodiscard]] MatchKind match() const noexcept { return price_.match(); }      ///< how the name led to it
    [[nodiscard]] CostCategory category() const noexcept { return price_->category; }
    [[nodiscard]] Price const& price() const noexcept { return price_; }
    [[nodiscard]] Usage const& usage() const noexcept { return usage_; }
    [[nodiscard]] Instant at() const noexcept { return at_; }  ///< the instant it was priced at
    [[nodiscard]] std::chrono::year_month_day as_of() const noexcept { return price_->as_of; }

    /// False where a unit other than tokens (a search, a page) was used that the price says nothing of.
    [[nodiscard]] bool complete() const noexcept { return complete_; }

    UsageQuality quality = UsageQuality::reported;
    std::optional<Usd> reported_cost = std::nullopt;  ///< the provider's own figure, where it gives one

private:
    friend Cost cost_of(Price price, Usage const& usage, Instant at);

    Cost(Price price, Usage const& usage, Instant at) : price_{std::move(price)}, usage_{usage}, at_{at} {}

    void bill(PriceBand const& band);
    void add(Rate const& rate, std::int64_t count);
    [[nodiscard]] CostLine* first() noexcept {
        return std::launder(reinterpret_cast<CostLine*>(lines_.data()));
    }
    [[nodiscard]] bool falls_under_a_line(PriceBand const& band, Unit unit, std::int64_t count);

    Price price_;
    Usage usage_;
    Instant at_;
    Usd total_;
    Usd input_;
    Usd output_;
    std::size_t size_ = 0;
    bool complete_ = true;
    // Room for lines of which size_ are alive: to clear all of it takes as long as to price.
    alignas(CostLine) std::array<std::byte, capacity * sizeof(CostLine)> lines_;
};
static_assert(std::is_trivially_copyable_v<CostLine> && std::is_trivially_destructible_v<CostLine>);

/// What `usage` costs at the instant `at`: the one place where a price meets a count.
///
/// Each unit with a rate is billed for its count less what its parts are billed for. A unit without a rate falls
/// under the nearest whole that has one; where two wholes cross in it (cached audio lies in cached input and in audio
/// input), under the dearer, and is taken out of both. A fee for requests is due once where usage says no number.
///
/// Throws ContradictoryUsage where billed parts exceed their whole, UnpricedUsage where tokens have no rate or no
/// band holds, std::overflow_error beyond 128 bits, std::length_error beyond Cost::capacity lines.
[[nodiscard]] inline Cost cost_of(Price price, Usage const& usage, Instant at) {
    PriceBand const* band = price->band(usage.input, at);
    if (band == nullptr) {
        throw UnpricedUsage("no price of \"" + price->model.text() + "\" holds at that instant");
    }
    Cost cost{std::move(price), usage, at};
    cost.bill(*band);
    return cost;
}

inline void Cost::bill(PriceBand const& band) {
    constexpr std::size_t most = UnitCounts::capacity + 8;
    std::array<Unit const*, most> kinds;
    std::array<int, most> depths;
    std::array<std::int64_t, most> counts;
    std::array<std::int64_t, most> billed;  // in a line of its own: what lies inside it is not in it
    std::size_t size = 0;
    bool fee_said = false;
    int deepest = 0;
    usage_.for_each([&](Unit const& unit, std::int64_t count) {
        int const depth = (unit.modality != Modality::any ? 1 : 0) +
                          (unit.treatment != Treatment::any ? 1 : 0) + (unit.life != CacheLife::any ? 1 : 0);
        deepest = std::max(deepest, depth);
        fee_said = fee_said || unit == units::requests;
        kinds[size] = &unit;
        depths[size] = depth;
        counts[size] = count;
        billed[size] = 0;
        ++size;
    });
    // Parts before their wholes: a unit strictly inside another is deeper on the free axes.
    for (int depth = deepest; depth >= 0; --depth) {
        for (std::size_t i = 0; i < size; ++i) {
            if (depths[i] != depth) {
                continue;
            }
            std::int64_t inside = 0;
            for (std::size_t j = 0; j < size; ++j) {
                if (billed[j] > 0 && kinds[i]->contains(*kinds[j]) &&
                    __builtin_add_overflow(inside, billed[j], &inside)) {
                    throw std::overflow_error("centavo: more units than 63 bits hold");
                }
            }
            if (inside > counts[i]) {
                throw ContradictoryUsage("the parts of " + std::string{name_of(*kinds[i])} + " add up to " +
                                         std::to_string(inside) + ", the whole is " +
                                         std::to_string(counts[i]));
            }
            std::int64_t const own = counts[i] - inside;
            if (Rate const* rate = band.find(*kinds[i])) {
                billed[i] = own;
                if (own > 0 || depth == 0) {
                    add(*rate, own);
                }
            } else if (own > 0 && !falls_under_a_line(band, *kinds[i], own)) {
                billed[i] = own;
            }
        }
    }
    if (!fee_said) {
        if (Rate const* fee = band.find(units::requests)) {
            add(*fee, 1);
        }
    }
    for (CostLine& line : std::span{first(), size_}) {
        line.cost = line.rate.cost(line.count);
        total_ += line.cost;
        Direction const direction = line.rate.unit().direction;
        if (direction != Direction::any) {
            (direction == Direction::input ? input_ : output_) += line.cost;
        }
    }
}

/// Whether `count` of a unit without a rate is in the line of a whole that usage names; else it is billed here.
inline bool Cost::falls_under_a_line(PriceBand const& band, Unit unit, std::int64_t count) {
    Rate const* dearest = nullptr;
    bool crossed = false;
    for (Rate const& rate : band.rates) {
        bool nearest = rate.unit().contains(unit);
        for (Rate const& other : band.rates) {
            nearest = nearest && !(other.unit() != rate.unit() && rate.unit().contains(other.unit()) &&
                                   other.unit().contains(unit));
        }
        if (nearest) {
            crossed = dearest != nullptr;
            dearest = dearest == nullptr || dearer(rate, *dearest) ? &rate : dearest;
        }
    }
    if (dearest == nullptr) {
        if (unit.measure == Measure::tokens) {
            throw UnpricedUsage("\"" + price_->model.text() + "\" has no rate for " +
                                std::string{name_of(unit)});
        }
        complete_ = false;
        return true;
    }
    if (!crossed && usage_.find(dearest->unit())) {
        return true;
    }
    add(*dearest, count);
    return false;
}

inline void Cost::add(Rate const& rate, std::int64_t count) {
    for (CostLine& line : std::span{first(), size_}) {
        if (line.rate.unit() == rate.unit()) {
            if (__builtin_add_overflow(line.count, count, &line.count)) {
                throw std::overflow_error("centavo: more units than 63 bits hold");
            }
            return;
        }
    }
    if (size_ == capacity) {
        throw std::length_error("centavo: more lines than one cost can have");
    }
    std::construct_at(first() + size_++, CostLine{rate, count, Usd{}});
}

}  // namespace centavo::inline v0
