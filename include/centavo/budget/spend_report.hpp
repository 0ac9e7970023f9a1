// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/detail/owned.hpp>
#include <centavo/base/money.hpp>
#include <centavo/base/tokens.hpp>
#include <centavo/budget/ledger.hpp>
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
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace centavo {
inline namespace CENTAVO_ABI {

/// Sums over charges and corrections.
struct SpendFigures {
    Usd cost = {};
    Usd estimated = {};            ///< the part of the cost with UsageQuality::estimated
    std::uint64_t charges = 0;     ///< without corrections
    std::uint64_t incomplete = 0;  ///< the charges for which something that was counted has no price
    Tokens input = 0;              ///< billed, including cached tokens
    Tokens output = 0;             ///< billed

    /// Adds a record, if it spends(). Throws std::overflow_error, and then nothing was added.
    void add(LedgerRecord const& record);

    /// Throws std::overflow_error.
    SpendFigures& operator+=(SpendFigures const& other);

    friend bool operator==(SpendFigures const&, SpendFigures const&) = default;
};

/// Figures by key: of the first `max_keys` keys separately, of all others together.
template <typename Key>
class SpendFiguresBy {
public:
    explicit SpendFiguresBy(std::size_t max_keys) : max_keys_{max_keys} {}

    void add(Key const& key, LedgerRecord const& record) {
        auto found = each_.find(key);
        if (found == each_.end() && each_.size() < max_keys_) {
            found = each_.try_emplace(key).first;
        }
        (found == each_.end() ? rest_ : found->second).add(record);
    }

    [[nodiscard]] std::map<Key, SpendFigures> const& each() const noexcept { return each_; }

    /// The figures of a key; zeros if it has none of its own.
    [[nodiscard]] SpendFigures of(Key const& key) const {
        auto const found = each_.find(key);
        return found == each_.end() ? SpendFigures{} : found->second;
    }

    /// The figures of all keys beyond the first `max_keys`.
    [[nodiscard]] SpendFigures const& rest() const noexcept { return rest_; }

private:
    std::size_t max_keys_;
    std::map<Key, SpendFigures> each_;
    SpendFigures rest_;
};

/// A model and the provider that served it; both are empty for charges that name none.
struct ModelAt {
    std::string provider = {};
    std::string model = {};

    friend auto operator<=>(ModelAt const&, ModelAt const&) = default;
};

/// How a report divides the records, and how much memory it may use.
struct SpendReportOptions {
    Calendar calendar = {};           ///< determines when days begin
    std::size_t max_values = 10'000;  ///< models, and values of one tag; further ones are summed together
    std::size_t max_tag_keys = 100;   ///< further keys are not reported by tag
};

/// Where the money went: by model, day, category and tag, exactly.
///
///     SpendReport report = monitor.report();
///     for (auto const& [day, figures] : report.by_day().each()) { std::cout << to_string(day) << figures.cost; }
///
/// The costs by model, by day and by category each add up to total().cost. Those of the values of a tag key add up to what
/// was charged with that key. A charge belongs to the day of its reservation, a correction to the day that it corrects.
class SpendReport {
public:
    explicit SpendReport(SpendReportOptions const& options = {})
        : options_{options}, by_model_{options.max_values}, by_day_{SIZE_MAX} {}

    /// Adds a record, if it spends(). Throws std::overflow_error.
    void add(LedgerRecord const& record);

    [[nodiscard]] SpendFigures const& total() const noexcept { return total_; }
    [[nodiscard]] CostTotals const& categories() const noexcept { return categories_; }
    [[nodiscard]] CostStructure structure() const { return CostStructure{categories_}; }
    [[nodiscard]] SpendFiguresBy<ModelAt> const& by_model() const noexcept { return by_model_; }

    /// By the instant at which a day begins in the options' calendar.
    [[nodiscard]] SpendFiguresBy<Instant> const& by_day() const noexcept { return by_day_; }

    /// By tag key, then by value.
    [[nodiscard]] std::map<std::string, SpendFiguresBy<std::string>> const& by_tag() const noexcept;

    /// The first and the last instant with a charge; first() > last() if there is none.
    [[nodiscard]] Instant first() const noexcept { return first_; }
    [[nodiscard]] Instant last() const noexcept { return last_; }
    [[nodiscard]] Calendar const& calendar() const noexcept { return options_.calendar; }

private:
    friend class ReportLedger;

    void add(LedgerRecord const& record, Window const& day);

    SpendReportOptions options_;
    SpendFigures total_;
    CostTotals categories_;
    SpendFiguresBy<ModelAt> by_model_;
    SpendFiguresBy<Instant> by_day_;
    std::map<std::string, SpendFiguresBy<std::string>> by_tag_;
    Window day_{Instant::max(),
                Instant::max()};  // of the last record: they are mostly in chronological order
    Instant first_ = Instant::max();
    Instant last_ = Instant::min();
};

/// The report of a ledger or a budget store. Throws what replay() throws.
template <RecordSource Source>
[[nodiscard]] SpendReport report_of(Source const& source, SpendReportOptions const& options = {}) {
    SpendReport report{options};
    source.replay([&](LedgerRecord const& record) { report.add(record); });
    return report;
}

/// Keeps the report of the records, and none of the records: memory is bounded by the options, plus one entry per day.
/// Internally synchronized; move-only. The default ledger of LocalBudgets.
class ReportLedger {
public:
    explicit ReportLedger(SpendReportOptions const& options = {}) : state_{new State{SpendReport{options}}} {}

    /// Throws std::overflow_error.
    std::uint64_t append(LedgerRecord const& record);

    [[nodiscard]] SpendReport report() const;

private:
    struct State {
        explicit State(SpendReport initial) : report{std::move(initial)} {}

        std::mutex mutex;
        SpendReport report;
        std::uint64_t records = 0;
    };

    detail::Owned<State> state_;
};
static_assert(RecordSink<ReportLedger>);

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/budget/detail/spend_report.ipp>
#endif
