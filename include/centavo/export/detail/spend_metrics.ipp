// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/budget/detail/billed_tokens.hpp>
#include <centavo/budget/detail/charge_record.hpp>
#include <centavo/export/spend_metrics.hpp>

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE void SpendMetrics::add(LedgerRecord const& record) {
    if (record.kind == RecordKind::release) {
        ++released_;
    }
    if (!record.spends()) {
        return;
    }
    SpendSeries& series = series_[labels_of(record)];
    (record.amount < Usd{} ? series.credited : series.charged) +=
        record.amount < Usd{} ? -record.amount : record.amount;
    first_ = std::min(first_, record.at);
    last_ = std::max(last_, record.time);
    if (record.kind != RecordKind::settle) {
        ++corrections_;
        return;
    }
    ++settled_[static_cast<std::size_t>(record.quality)];
    count_lines(series, record);
    if (record.hold != 0 && record.quality == UsageQuality::reported && record.time >= record.at) {
        auto const elapsed = detail::saturated_difference(record.time, record.at);
        series.duration.add(elapsed, duration_bounds);
        series.total_duration += std::min(elapsed, std::chrono::nanoseconds::max() - series.total_duration);
    }
}

CENTAVO_INLINE std::uint64_t SpendMetrics::settled(UsageQuality quality) const noexcept {
    return settled_[static_cast<std::size_t>(quality)];
}

CENTAVO_INLINE Instant SpendMetrics::first() const noexcept { return first_; }

CENTAVO_INLINE void SpendMetrics::count_lines(SpendSeries& series, LedgerRecord const& record) {
    for (CostLine const& line : record.lines) {
        if (line.count >= 0) {
            std::int64_t& count = series.units[line.rate.unit()];
            count = (Tokens{count} + Tokens{line.count}).value();
        }
    }
    if (auto const tokens = detail::billed_tokens(record); tokens.any) {
        series.input.add(tokens.input.value(), token_bounds);
        series.input_tokens += tokens.input;
        series.output.add(tokens.output.value(), token_bounds);
        series.output_tokens += tokens.output;
    }
}

CENTAVO_INLINE SpendLabels SpendMetrics::labels_of(LedgerRecord const& record) {
    std::string_view scope = options_.scope_tag.empty() ? "all" : "untagged";
    for (Tag const& tag : record.tags) {
        if (!options_.scope_tag.empty() && tag.key == options_.scope_tag) {
            scope = tag.value;
        }
    }
    return {.provider = known(providers_, record.provider),
            .model = known(models_, record.model),
            .scope = known(scopes_, scope),
            .category = record.category};
}

CENTAVO_INLINE std::string SpendMetrics::known(std::set<std::string>& values, std::string_view value) const {
    std::string text;
    detail::append_well_formed(text, value);
    if (!values.contains(text)) {
        if (values.size() >= options_.max_values) {
            return std::string{other_values};
        }
        values.insert(text);
    }
    return text;
}

CENTAVO_INLINE void RefusalCounts::refused(BudgetDenial const& denial) {
    ++denied_[{well_formed(denial.budget), std::string{to_string(denial.reason)}}];
    unpriced_ += denial.reason == DenialReason::unpriced ? 1U : 0U;
}

CENTAVO_INLINE std::map<std::pair<std::string, std::string>, std::uint64_t> const&
RefusalCounts::denied() const noexcept {
    return denied_;
}

CENTAVO_INLINE std::string RefusalCounts::well_formed(std::string_view text) {
    std::string out;
    detail::append_well_formed(out, text);
    return out;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
