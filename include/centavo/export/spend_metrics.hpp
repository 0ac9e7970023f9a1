// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/detail/utf8.hpp>
#include <centavo/base/money.hpp>
#include <centavo/base/tokens.hpp>
#include <centavo/budget/budget.hpp>
#include <centavo/budget/record.hpp>
#include <centavo/pricing/cost.hpp>
#include <centavo/pricing/price.hpp>
#include <centavo/pricing/unit.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

// A ledger's charges as metrics: the source of the exports for Prometheus and OpenTelemetry.

namespace centavo {
inline namespace CENTAVO_ABI {

/// The label of all values beyond SpendMetricsOptions::max_values.
inline constexpr std::string_view other_values = "__other__";

/// How a ledger is divided into series.
struct SpendMetricsOptions {
    std::string scope_tag = {};    ///< the tag whose value is the label `scope`; "all" where empty
    std::size_t max_values = 200;  ///< of each label; later values are "__other__"
};

/// Counts of values by upper bounds, which are inclusive.
template <std::size_t Bounds>
struct Histogram {
    std::array<std::uint64_t, Bounds + 1> counts{};
    std::uint64_t count = 0;

    template <typename Value, typename Upper>
    void add(Value value, std::array<Upper, Bounds> const& bounds) {
        auto const bound = std::lower_bound(bounds.begin(), bounds.end(), value);
        ++counts[static_cast<std::size_t>(bound - bounds.begin())];
        ++count;
    }
};

/// The bounds for token usage in OpenTelemetry's conventions for generative AI: powers of 4.
inline constexpr std::array<std::int64_t, 14> token_bounds{
    1, 4, 16, 64, 256, 1'024, 4'096, 16'384, 65'536, 262'144, 1'048'576, 4'194'304, 16'777'216, 67'108'864};

/// The bounds for the duration of an operation: 0.01 s, doubled up to 81.92 s.
inline constexpr std::array<std::chrono::nanoseconds, 14> duration_bounds = [] {
    std::array<std::chrono::nanoseconds, 14> bounds{};
    std::chrono::nanoseconds bound = std::chrono::milliseconds{10};
    for (auto& one : bounds) {
        one = bound;
        bound *= 2;
    }
    return bounds;
}();

/// The labels of a series.
struct SpendLabels {
    std::string provider = {};
    std::string model = {};
    std::string scope = {};
    CostCategory category = CostCategory::other;

    friend auto operator<=>(SpendLabels const&, SpendLabels const&) = default;
};

/// The sums over the charges of one series. They only grow.
struct SpendSeries {
    Usd charged = {};                           ///< charges and positive corrections
    Usd credited = {};                          ///< negative corrections, as a positive amount
    std::map<Unit, std::int64_t> units = {};    ///< billed counts
    Histogram<token_bounds.size()> input = {};  ///< tokens per call, including cached ones
    Tokens input_tokens = 0;
    Histogram<token_bounds.size()> output = {};
    Tokens output_tokens = 0;
    Histogram<duration_bounds.size()> duration = {};  ///< from the reservation to the settlement
    std::chrono::nanoseconds total_duration{0};
};

/// The series of a ledger, accumulated from its records in order. A value.
///
/// Bounded: each label has at most `max_values` values, in the order of the ledger, so that no series ever shrinks;
/// others become "__other__". Labels are well-formed UTF-8. The scope of records without the tag is "untagged";
/// records without a model or provider have an empty label.
class SpendMetrics {
public:
    explicit SpendMetrics(SpendMetricsOptions options = {}) : options_{std::move(options)} {}

    /// Adds a record. Throws std::overflow_error.
    void add(LedgerRecord const& record);

    [[nodiscard]] std::map<SpendLabels, SpendSeries> const& series() const noexcept { return series_; }
    [[nodiscard]] std::uint64_t settled(UsageQuality quality) const noexcept;
    [[nodiscard]] std::uint64_t released() const noexcept { return released_; }
    [[nodiscard]] std::uint64_t corrections() const noexcept { return corrections_; }
    /// The first reservation and the last record; first() > last() without charges.
    [[nodiscard]] Instant first() const noexcept;
    [[nodiscard]] Instant last() const noexcept { return last_; }
    [[nodiscard]] SpendMetricsOptions const& options() const noexcept { return options_; }

private:
    static void count_lines(SpendSeries& series, LedgerRecord const& record);

    [[nodiscard]] SpendLabels labels_of(LedgerRecord const& record);

    [[nodiscard]] std::string known(std::set<std::string>& values, std::string_view value) const;

    SpendMetricsOptions options_;
    std::map<SpendLabels, SpendSeries> series_;
    std::set<std::string> providers_;
    std::set<std::string> models_;
    std::set<std::string> scopes_;
    std::array<std::uint64_t, 3> settled_{};
    std::uint64_t released_ = 0;
    std::uint64_t corrections_ = 0;
    Instant first_ = Instant::max();
    Instant last_ = Instant::min();
};

/// The series of a ledger or a budget store. Throws what replay() throws.
template <RecordSource Source>
[[nodiscard]] SpendMetrics metrics_of(Source const& source, SpendMetricsOptions options = {}) {
    SpendMetrics metrics{std::move(options)};
    source.replay([&](LedgerRecord const& record) { metrics.add(record); });
    return metrics;
}

/// Counts of events that a ledger does not record: denied calls and stopped streams. A value.
class RefusalCounts {
public:
    void refused(BudgetDenial const& denial);
    void stopped(std::string_view reason) { ++stopped_[well_formed(reason)]; }

    /// Denials by budget and reason.
    [[nodiscard]] std::map<std::pair<std::string, std::string>, std::uint64_t> const& denied() const noexcept;
    [[nodiscard]] std::map<std::string, std::uint64_t> const& stopped() const noexcept { return stopped_; }
    [[nodiscard]] std::uint64_t unpriced() const noexcept { return unpriced_; }

private:
    [[nodiscard]] static std::string well_formed(std::string_view text);

    std::map<std::pair<std::string, std::string>, std::uint64_t> denied_;
    std::map<std::string, std::uint64_t> stopped_;
    std::uint64_t unpriced_ = 0;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/export/detail/spend_metrics.ipp>
#endif
