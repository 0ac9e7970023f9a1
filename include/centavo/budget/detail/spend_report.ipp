// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/budget/spend_report.hpp>

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE void Spending::add(LedgerRecord const& record) {
    if (!record.spends()) {
        return;
    }
    total += record.amount;
    by_model[std::string{record.model}] += record.amount;
    for (Tag const& tag : record.tags) {
        by_tag[tag] += record.amount;
    }
    by_day[std::chrono::floor<std::chrono::days>(record.at)] += record.amount;
    by_category.add(record.category, record.amount);
}

CENTAVO_INLINE void SpendFigures::add(LedgerRecord const& record) {
    cost += record.amount;
    if (record.quality == UsageQuality::estimated) {
        estimated += record.amount;
    }
    if (record.kind != RecordKind::settle) {
        return;
    }
    ++charges;
    for (CostLine const& line : record.lines) {
        Unit const unit = line.rate.unit();
        if (unit.measure == Measure::tokens && line.count > 0) {
            (unit.direction == Direction::output ? output : input) += line.count;
        }
    }
}

CENTAVO_INLINE SpendFigures& SpendFigures::operator+=(SpendFigures const& other) {
    cost += other.cost;
    estimated += other.estimated;
    charges += other.charges;
    input += other.input;
    output += other.output;
    return *this;
}

CENTAVO_INLINE void SpendReport::add(LedgerRecord const& record) {
    if (!record.spends()) {
        return;
    }
    total_.add(record);
    categories_.add(record.category, record.amount);
    by_model_.add({std::string{record.provider}, std::string{record.model}}, record);
    by_day_.add(day_of(record.at), record);
    for (Tag const& tag : record.tags) {
        auto found = by_tag_.find(tag.key);
        if (found == by_tag_.end() && by_tag_.size() < options_.max_keys) {
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

CENTAVO_INLINE Instant SpendReport::day_of(Instant at) {
    if (!day_.contains(at)) {
        day_ = window_of(Period::day, at, options_.calendar);
    }
    return day_.begin;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
