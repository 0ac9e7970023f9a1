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

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
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
    [[nodiscard]] std::span<CostLine const> lines() const noexcept { return {lines_.data(), size_}; }

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

    Price price_;
    Usage usage_;
    Instant at_;
    Usd total_;
    Usd input_;
    Usd output_;
    std::array<CostLine, capacity> lines_{};
    std::size_t size_ = 0;
    bool complete_ = true;
};

/// What `usage` costs at the instant `at`: the one place where a price meets a count.
///
/// Each unit with a rate is billed for its count less what its priced parts are billed for; a unit without a rate
/// falls under the whole that contains it. Throws ContradictoryUsage where priced parts exceed their whole,
/// UnpricedUsage where tokens have no rate or no band holds, std::overflow_error beyond 128 bits.
[[nodiscard]] inline Cost cost_of(Price price, Usage const& usage, Instant at) {
    PriceBand const* band = price->band(usage.input, at);
    if (band == nullptr) {
        throw UnpricedUsage("no price of \"" + price->model.text() + "\" holds at that instant");
    }
    std::array<UnitCount, UnitCounts::capacity + 8> counts{};
    std::size_t kinds = 0;
    usage.for_each([&](Unit unit, std::int64_t count) { counts[kinds++] = {unit, count}; });
    std::span<UnitCount const> const said{counts.data(), kinds};

    Cost cost{std::move(price), usage, at};
    std::array<std::int64_t, UnitCounts::capacity + 8> billed{};  // by the unit's own rate
    // Parts before their wholes: a pass for each depth of the axes' order, which has three free axes.
    auto const depth = [](Unit unit) {
        return (unit.modality != Modality::any ? 1 : 0) + (unit.treatment != Treatment::any ? 1 : 0) +
               (unit.life != CacheLife::any ? 1 : 0);
    };
    for (int level = 3; level >= 0; --level) {
        for (std::size_t i = 0; i < kinds; ++i) {
            if (depth(counts[i].unit) != level) {
                continue;
            }
            std::int64_t parts = 0;
            for (std::size_t j = 0; j < kinds; ++j) {
                if (j != i && counts[i].unit.contains(counts[j].unit)) {
                    parts += billed[j];
                }
            }
            if (parts > counts[i].count) {
                throw ContradictoryUsage("the parts of " + std::string{name_of(counts[i].unit)} + " add up to " +
                                         std::to_string(parts) + ", the whole is " + std::to_string(counts[i].count));
            }
            Rate const* rate = band->find(counts[i].unit);
            if (rate == nullptr) {
                bool covered = false;
                for (Rate const& other : band->rates) {
                    covered = covered || other.unit().contains(counts[i].unit);
                }
                if (!covered && counts[i].count > parts) {
                    if (counts[i].unit.measure == Measure::tokens) {
                        throw UnpricedUsage("\"" + cost.price_->model.text() + "\" has no rate for " +
                                            std::string{name_of(counts[i].unit)});
                    }
                    cost.complete_ = false;
                }
                continue;
            }
            billed[i] = counts[i].count - parts;
            if (billed[i] == 0 && level > 0) {
                continue;
            }
            if (cost.size_ == Cost::capacity) {
                throw std::length_error("centavo: more lines than one cost can have");
            }
            CostLine const line{*rate, billed[i], rate->cost(billed[i])};
            cost.lines_[cost.size_++] = line;
            cost.total_ += line.cost;
            if (rate->unit().direction == Direction::output) {
                cost.output_ += line.cost;
            } else if (rate->unit().direction == Direction::input) {
                cost.input_ += line.cost;
            }
        }
    }
    return cost;
}

}  // namespace centavo::inline v0
