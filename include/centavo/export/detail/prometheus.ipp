// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/base/detail/utf8.hpp>
#include <centavo/base/money.hpp>
#include <centavo/base/tokens.hpp>
#include <centavo/base/view.hpp>
#include <centavo/export/detail/unit_label.hpp>
#include <centavo/export/prometheus.hpp>
#include <centavo/pricing/price.hpp>
#include <centavo/pricing/unit.hpp>
#include <centavo/pricing/usage.hpp>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE void PrometheusWriter::counter(std::string_view name, std::string_view unit,
                                              std::string_view help) {
    metadata(name, "counter", unit, help);
    name_ = std::string{name} + "_total";
}

CENTAVO_INLINE void PrometheusWriter::gauge(std::string_view name, std::string_view unit,
                                            std::string_view help) {
    metadata(name, "gauge", unit, help);
    name_ = name;
}

CENTAVO_INLINE void PrometheusWriter::sample(std::initializer_list<Label> labels, std::string_view value) {
    text_ = name_;
    char separator = '{';
    for (auto const& [name, content] : labels) {
        text_ += separator;
        text_.append(name).append("=\"");
        append_escaped(content);
        text_ += '"';
        separator = ',';
    }
    text_ += separator == ',' ? "} " : " ";
    text_.append(value).append("\n");
    sink_(text_);
}

CENTAVO_INLINE void PrometheusWriter::sample(std::initializer_list<Label> labels, std::uint64_t value) {
    sample(labels, std::to_string(value));
}

CENTAVO_INLINE void PrometheusWriter::end() {
    if (format_ == MetricsFormat::openmetrics) {
        sink_("# EOF\n");
    }
}

CENTAVO_INLINE void PrometheusWriter::metadata(std::string_view name, std::string_view type,
                                               std::string_view unit, std::string_view help) {
    bool const openmetrics = format_ == MetricsFormat::openmetrics;
    std::string const family = std::string{name} + (type == "counter" && !openmetrics ? "_total" : "");
    text_ = "# HELP " + family + " ";
    text_.append(help).append("\n# TYPE ").append(family).append(" ").append(type).append("\n");
    if (openmetrics && !unit.empty()) {
        text_.append("# UNIT ").append(family).append(" ").append(unit).append("\n");
    }
    sink_(text_);
}

CENTAVO_INLINE void PrometheusWriter::append_escaped(std::string_view value) {
    std::string well_formed;
    append_well_formed(well_formed, value);
    for (char const c : well_formed) {
        if (c == '\n') {
            text_ += "\\n";
        } else {
            if (c == '\\' || c == '"') {
                text_ += '\\';
            }
            text_ += c;
        }
    }
}

namespace prometheus_text {

CENTAVO_INLINE void write_costs(PrometheusWriter& writer, SpendMetrics const& metrics) {
    auto const counter = [&](std::string_view name, std::string_view help, Usd SpendSeries::*amount) {
        writer.counter(name, "usd", help);
        for (auto const& [labels, series] : metrics.series()) {
            writer.sample({{"provider", labels.provider},
                           {"model", labels.model},
                           {"scope", labels.scope},
                           {"category", to_string(labels.category)}},
                          (series.*amount).to_string());
        }
    };
    counter("llm_cost_usd", "Amount charged, including positive corrections.", &SpendSeries::charged);
    counter("llm_credit_usd", "Amount credited by negative corrections.", &SpendSeries::credited);
}

CENTAVO_INLINE void write_units(PrometheusWriter& writer, SpendMetrics const& metrics) {
    struct Key {
        std::string provider;
        std::string model;
        std::string_view type;
        auto operator<=>(Key const&) const = default;
    };
    std::map<Key, Tokens> tokens;
    std::map<Key, Tokens> units;
    for (auto const& [labels, series] : metrics.series()) {
        for (auto const& [unit, count] : series.units) {
            std::string_view type = unit_label(unit);
            bool const is_tokens = unit.measure == Measure::tokens;
            type.remove_suffix(is_tokens && type.ends_with("_tokens") ? 7 : 0);
            (is_tokens ? tokens : units)[{labels.provider, labels.model, type}] += count;
        }
    }
    auto const samples = [&](std::map<Key, Tokens> const& counts) {
        for (auto const& [key, count] : counts) {
            writer.sample({{"provider", key.provider}, {"model", key.model}, {"type", key.type}},
                          std::to_string(count.value()));
        }
    };
    writer.counter("llm_tokens", "tokens", "Tokens billed, by type; input excludes cached tokens.");
    samples(tokens);
    writer.counter("llm_units", "units", "Other units billed, such as searches, pages and seconds.");
    samples(units);
}

CENTAVO_INLINE void write_requests(PrometheusWriter& writer, SpendMetrics const& metrics) {
    writer.counter("llm_requests", "requests", "Requests by outcome.");
    for (auto const quality : {UsageQuality::reported, UsageQuality::partial, UsageQuality::estimated}) {
        writer.sample({{"outcome", to_string(quality)}}, metrics.settled(quality));
    }
    writer.sample({{"outcome", "released"}}, metrics.released());
    writer.counter("llm_corrections", "", "Corrections.");
    writer.sample({}, metrics.corrections());
}

CENTAVO_INLINE void write_budgets(PrometheusWriter& writer, View<BudgetState> budgets,
                                  std::size_t max_values) {
    std::map<std::pair<std::string, std::string>, BudgetState> states;
    std::map<std::string_view, std::size_t> values;
    for (BudgetState const& state : budgets) {
        bool const separate = ++values[state.budget] <= max_values;
        std::string value;
        append_well_formed(value, separate ? std::string_view{state.value} : other_values);
        std::string budget;
        append_well_formed(budget, state.budget);
        BudgetState& sum = states[{budget, value}];
        sum.limit += state.limit;
        sum.spent += state.spent;
        sum.held += state.held;
    }
    auto const gauge = [&](std::string_view name, std::string_view help, Usd BudgetState::*amount) {
        writer.gauge(name, "usd", help);
        for (auto const& [key, state] : states) {
            writer.sample({{"budget", key.first}, {"value", key.second}}, (state.*amount).to_string());
        }
    };
    gauge("llm_budget_limit_usd", "Limit of a budget in its current window.", &BudgetState::limit);
    gauge("llm_budget_spent_usd", "Amount spent in the budget's current window.", &BudgetState::spent);
    gauge("llm_budget_held_usd", "Amount reserved for calls in flight.", &BudgetState::held);
}

CENTAVO_INLINE void write_refusals(PrometheusWriter& writer, RefusalCounts const& refusals) {
    writer.counter("llm_budget_denied", "", "Requests denied, by the budget with the least left.");
    for (auto const& [key, count] : refusals.denied()) {
        writer.sample({{"budget", key.first}, {"reason", key.second}}, count);
    }
    writer.counter("llm_stream_stopped", "", "Streams stopped before their end, by reason.");
    for (auto const& [reason, count] : refusals.stopped()) {
        writer.sample({{"reason", reason}}, count);
    }
    writer.counter("llm_unpriced_requests", "requests",
                   "Requests denied because their model has no known price.");
    writer.sample({}, refusals.unpriced());
}

}  // namespace prometheus_text

CENTAVO_INLINE void write_prometheus_text(SpendMetrics const& metrics, TextSinkRef sink,
                                          PrometheusOptions const& options) {
    PrometheusWriter writer{sink, options.format};
    prometheus_text::write_costs(writer, metrics);
    prometheus_text::write_units(writer, metrics);
    prometheus_text::write_requests(writer, metrics);
    if (!options.budgets.empty()) {
        prometheus_text::write_budgets(writer, options.budgets, metrics.options().max_values);
    }
    if (options.refusals != nullptr) {
        prometheus_text::write_refusals(writer, *options.refusals);
    }
    writer.end();
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
