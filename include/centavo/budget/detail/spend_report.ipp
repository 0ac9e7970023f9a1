// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/budget/detail/billed_tokens.hpp>
#include <centavo/budget/spend_report.hpp>

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE void SpendFigures::add(LedgerRecord const& record) {
    if (!record.spends()) {
        return;
    }
    SpendFigures figures{.cost = record.amount};
    if (record.quality == UsageQuality::estimated) {
        figures.estimated = record.amount;
    }
    if (record.kind == RecordKind::settle) {
        auto const tokens = detail::billed_tokens(record);
        figures.charges = 1;
        figures.incomplete = record.complete ? 0 : 1;
        figures.input = tokens.input;
        figures.output = tokens.output;
    }
    *this += figures;
}

CENTAVO_INLINE SpendFigures& SpendFigures::operator+=(SpendFigures const& other) {
    SpendFigures const sum{.cost = cost + other.cost,
                           .estimated = estimated + other.estimated,
                           .charges = charges + other.charges,
                           .incomplete = incomplete + other.incomplete,
                           .input = input + other.input,
                           .output = output + other.output};
    return *this = sum;
}

CENTAVO_INLINE void SpendReport::add(LedgerRecord const& record) {
    if (!record.spends()) {
        return;
    }
    add(record, day_.contains(record.at) ? day_ : window_of(Period::day, record.at, options_.calendar));
}

CENTAVO_INLINE void SpendReport::add(LedgerRecord const& record, Window const& day) {
    total_.add(record);  // first, since it throws before anything has changed
    day_ = day;
    categories_.add(record.category, record.amount);
    by_model_.add({std::string{record.provider}, std::string{record.model}}, record);
    by_day_.add(day.begin, record);
    for (Tag const& tag : record.tags) {
        auto found = by_tag_.find(tag.key);
        if (found == by_tag_.end() && by_tag_.size() < options_.max_tag_keys) {
            found = by_tag_.try_emplace(tag.key, options_.max_values).first;
        }
        if (found != by_tag_.end()) {
            found->second.add(tag.value, record);
        }
    }
    first_ = std::min(first_, record.at);
    last_ = std::max(last_, record.at);
}

CENTAVO_INLINE std::map<std::string, SpendFiguresBy<std::string>> const&
SpendReport::by_tag() const noexcept {
    return by_tag_;
}

CENTAVO_INLINE std::uint64_t ReportLedger::append(LedgerRecord const& record) {
    SpendReport& report = state_->report;
    std::unique_lock lock{state_->mutex};
    if (record.spends()) {
        Window day = report.day_;
        if (!day.contains(record.at)) {
            lock.unlock();  // the calendar may call a zone function
            day = window_of(Period::day, record.at, report.calendar());
            lock.lock();
        }
        report.add(record, day);
    }
    return ++state_->records;
}

CENTAVO_INLINE SpendReport ReportLedger::report() const {
    std::scoped_lock const lock{state_->mutex};
    return state_->report;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
