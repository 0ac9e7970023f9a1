// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/money.hpp>
#include <centavo/base/tokens.hpp>
#include <centavo/budget/account.hpp>
#include <centavo/budget/record.hpp>
#include <centavo/budget/window.hpp>
#include <centavo/pricing/cost.hpp>
#include <centavo/pricing/price.hpp>
#include <centavo/pricing/unit.hpp>
#include <centavo/pricing/usage.hpp>

#include <algorithm>
#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace centavo {
inline namespace CENTAVO_ABI {

/// Where the money went: a ledger's charges and corrections, summed by model, tag, UTC day and category.
///
///     Spending spending;
///     monitor.store().replay([&](LedgerRecord const& record) { spending.add(record); });
///
/// Every sum is exact, and each of by_model, by_day and by_category adds up to total; a charge counts once under each of
/// its tags. What names no model is under the empty name. A value.
struct Spending {
    Usd total = {};
    std::map<std::string, Usd> by_model = {};
    std::map<Tag, Usd> by_tag = {};
    std::map<std::chrono::sys_days, Usd> by_day = {};  ///< of the reserve
    CostTotals by_category = {};

    /// Adds a record, if it spends.
    void add(LedgerRecord const& record);
};

/// What some of a ledger's charges come to.
struct SpendFigures {
    Usd cost = {};
    Usd estimated = {};         ///< of the cost, what no provider reported: UsageQuality::estimated
    std::uint64_t charges = 0;  ///< corrections left out
    Tokens input = 0;           ///< billed, cached ones included
    Tokens output = 0;          ///< billed

    /// Adds a record that spends. Overflow throws std::overflow_error, and counts the record in part.
    void add(LedgerRecord const& record);

    /// Throws std::overflow_error.
    SpendFigures& operator+=(SpendFigures const& other);

    friend bool operator==(SpendFigures const&, SpendFigures const&) = default;
};

/// Figures for each of many keys: of the first `most` in the ledger's order one by one, of the others together.
template <typename Key>
class SpendFiguresBy {
public:
    explicit SpendFiguresBy(std::size_t most) : most_{most} {}

    void add(Key const& key, LedgerRecord const& record) {
        auto found = each_.find(key);
        if (found == each_.end() && each_.size() < most_) {
            found = each_.try_emplace(key).first;
        }
        (found == each_.end() ? rest_ : found->second).add(record);
    }

    [[nodiscard]] std::map<Key, SpendFigures> const& each() const noexcept { return each_; }
    [[nodiscard]] SpendFigures const& rest() const noexcept { return rest_; }  ///< of the keys that found no room

private:
    std::size_t most_;
    std::map<Key, SpendFigures> each_;
    SpendFigures rest_;
};

/// A model as a provider serves it; both empty where a charge names none.
struct ModelAt {
    std::string provider = {};
    std::string model = {};

    friend auto operator<=>(ModelAt const&, ModelAt const&) = default;
};

/// Where days begin, and how much of a ledger is told apart.
struct SpendReportOptions {
    Calendar calendar = {};
    std::size_t max_values = 10'000;  ///< models, and values of one tag; what comes later counts together
    std::size_t max_keys = 100;       ///< keys of tags; what comes later is not told by tag
};

/// Where the money went: by model, day, category and tag, exact.
///
///     SpendReport report = report_of(monitor.store());
///     for (auto const& [day, figures] : report.by_day().each()) { … figures.cost … }
///
/// The figures by model, by day and by category each add up to total(), what is estimated by model and by day too. Those of a tag's values add up to what was
/// charged with that tag. Charges belong to the day of their reserve, corrections to the day that they correct.
class SpendReport {
public:
    explicit SpendReport(SpendReportOptions const& options = {})
        : options_{options}, by_model_{options.max_values}, by_day_{SIZE_MAX} {}

    /// Counts a record; one that spends nothing is left out. Overflow throws std::overflow_error.
    void add(LedgerRecord const& record);

    [[nodiscard]] SpendFigures const& total() const noexcept { return total_; }
    [[nodiscard]] CostTotals const& categories() const noexcept { return categories_; }
    [[nodiscard]] CostStructure structure() const { return CostStructure{categories_}; }
    [[nodiscard]] SpendFiguresBy<ModelAt> const& by_model() const noexcept { return by_model_; }

    /// By the instant at which a day begins in the options' calendar.
    [[nodiscard]] SpendFiguresBy<Instant> const& by_day() const noexcept { return by_day_; }

    /// By a tag's key, then by its value.
    [[nodiscard]] std::map<std::string, SpendFiguresBy<std::string>> const& by_tag() const noexcept;

    /// The first and the last instant that something was charged for; first() > last() where nothing was.
    [[nodiscard]] Instant first() const noexcept { return first_; }
    [[nodiscard]] Instant last() const noexcept { return last_; }
    [[nodiscard]] Calendar const& calendar() const noexcept { return options_.calendar; }

private:
    /// Records come in the order of time, mostly: the day of the last one is kept.
    [[nodiscard]] Instant day_of(Instant at);

    SpendReportOptions options_;
    SpendFigures total_;
    CostTotals categories_;
    SpendFiguresBy<ModelAt> by_model_;
    SpendFiguresBy<Instant> by_day_;
    std::map<std::string, SpendFiguresBy<std::string>> by_tag_;
    Window day_{Instant::max(), Instant::max()};
    Instant first_ = Instant::max();
    Instant last_ = Instant::min();
};

/// The figures of a ledger or a book. Throws what replaying it throws.
template <RecordSource Source>
[[nodiscard]] SpendReport report_of(Source const& source, SpendReportOptions const& options = {}) {
    SpendReport report{options};
    source.replay([&](LedgerRecord const& record) { report.add(record); });
    return report;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/budget/detail/spend_report.ipp>
#endif
