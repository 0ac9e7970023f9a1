// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/utf8.hpp>
#include <centavo/base/money.hpp>
#include <centavo/base/tokens.hpp>
#include <centavo/budget/budget.hpp>
#include <centavo/export/detail/export_text.hpp>
#include <centavo/export/spend_metrics.hpp>
#include <centavo/pricing/price.hpp>
#include <centavo/pricing/unit.hpp>
#include <centavo/pricing/usage.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace centavo {
inline namespace CENTAVO_ABI {

/// Which text format a scraper asked for.
enum class MetricsFormat : std::uint8_t {
    prometheus,  ///< "text/plain; version=0.0.4"
    openmetrics  ///< "application/openmetrics-text; version=1.0.0"
};

/// What to send as Content-Type.
[[nodiscard]] constexpr std::string_view content_type(MetricsFormat format) noexcept {
    return format == MetricsFormat::openmetrics ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
                                                : "text/plain; version=0.0.4; charset=utf-8";
}

/// What a scrape shows beside a ledger's series: budgets' states, refusals, and the format.
struct PrometheusView {
    std::span<BudgetState const> budgets = {};
    RefusalCounts const* refusals = nullptr;
    MetricsFormat format = MetricsFormat::prometheus;
};

/// Writes families one after the other, each with its head before its samples.
template <detail::TextOut Out>
class PrometheusWriter {
public:
    PrometheusWriter(Out& out, MetricsFormat format) : out_{&out}, format_{format} {}

    /// Begins a counter: `name` without "_total"; `unit` is what the name ends with, or empty.
    void counter(std::string_view name, std::string_view unit, std::string_view help) {
        head(name, "counter", unit, help);
        name_ = std::string{name} + "_total";
    }
    void gauge(std::string_view name, std::string_view unit, std::string_view help) {
        head(name, "gauge", unit, help);
        name_ = name;
    }

    using Label = std::pair<std::string_view, std::string_view>;

    void sample(std::initializer_list<Label> labels, std::string_view value) {
        text_ = name_;
        char open = '{';
        for (auto const& [name, content] : labels) {
            text_ += open;
            text_.append(name).append("=\"");
            append_escaped(content);
            text_ += '"';
            open = ',';
        }
        text_ += open == ',' ? "} " : " ";
        text_.append(value).append("\n");
        (*out_)(std::string_view{text_});
    }
    void sample(std::initializer_list<Label> labels, std::uint64_t value) {
        sample(labels, std::to_string(value));
    }

    void end() {
        if (format_ == MetricsFormat::openmetrics) {
            (*out_)(std::string_view{"# EOF\n"});
        }
    }

private:
    void head(std::string_view name, std::string_view type, std::string_view unit, std::string_view help) {
        bool const open = format_ == MetricsFormat::openmetrics;
        std::string const family = std::string{name} + (type == "counter" && !open ? "_total" : "");
        text_ = "# HELP " + family + " ";
        text_.append(help).append("\n# TYPE ").append(family).append(" ").append(type).append("\n");
        if (open && !unit.empty()) {
            text_.append("# UNIT ").append(family).append(" ").append(unit).append("\n");
        }
        (*out_)(std::string_view{text_});
    }

    void append_escaped(std::string_view content) {
        std::string plain;
        detail::append_well_formed(plain, content);
        for (char const c : plain) {
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

    Out* out_;
    MetricsFormat format_;
    std::string name_;
    std::string text_;
};

/// Writes a ledger's series, and where they are given the budgets and the refusals, as Prometheus text.
///
/// Money is written digit for digit; a scraper reads it as a double. llm_cost_usd_total less llm_credit_usd_total is
/// what was spent. Budgets whose values are more than the options' max_values are one series "__other__", their
/// figures added. Thread safety is the caller's: a scrape wants a copy, or a lock.
template <detail::TextOut Out>
void write_prometheus(SpendMetrics const& metrics, Out out, PrometheusView const& view = {}) {
    PrometheusWriter<Out> writer{out, view.format};

    auto const money = [&](std::string_view name, std::string_view help, Usd SpendSeries::*amount) {
        writer.counter(name, "usd", help);
        for (auto const& [labels, series] : metrics.series()) {
            writer.sample({{"provider", labels.provider},
                           {"model", labels.model},
                           {"scope", labels.scope},
                           {"category", to_string(labels.category)}},
                          (series.*amount).to_string());
        }
    };
    money("llm_cost_usd", "Charged, corrections above zero included.", &SpendSeries::charged);
    money("llm_credit_usd", "Given back by corrections below zero.", &SpendSeries::credited);

    struct Counted {
        std::string provider;
        std::string model;
        std::string_view type;
        auto operator<=>(Counted const&) const = default;
    };
    std::map<Counted, Tokens> tokens;
    std::map<Counted, Tokens> units;
    for (auto const& [labels, series] : metrics.series()) {
        for (auto const& [unit, count] : series.units) {
            std::string_view type = unit_label(unit);
            bool const of_tokens = unit.measure == Measure::tokens;
            type.remove_suffix(of_tokens && type.ends_with("_tokens") ? 7 : 0);
            (of_tokens ? tokens : units)[{labels.provider, labels.model, type}] += count;
        }
    }
    auto const counts = [&](std::map<Counted, Tokens> const& each) {
        for (auto const& [key, count] : each) {
            writer.sample({{"provider", key.provider}, {"model", key.model}, {"type", key.type}},
                          std::to_string(count.value()));
        }
    };
    writer.counter("llm_tokens", "tokens", "Tokens billed, each at one rate: cached ones are not in input.");
    counts(tokens);
    writer.counter("llm_units", "units", "What else is billed by count: searches, pages, seconds.");
    counts(units);

    writer.counter("llm_requests", "requests", "Requests by what became of them.");
    for (auto const quality : {UsageQuality::reported, UsageQuality::partial, UsageQuality::estimated}) {
        writer.sample({{"outcome", to_string(quality)}}, metrics.settled(quality));
    }
    writer.sample({{"outcome", "released"}}, metrics.released());
    writer.counter("llm_corrections", "", "Corrections.");
    writer.sample({}, metrics.corrections());

    if (!view.budgets.empty()) {
        std::map<std::pair<std::string, std::string>, BudgetState> states;
        std::map<std::string_view, std::size_t> values;
        for (BudgetState const& state : view.budgets) {
            bool const room = ++values[state.budget] <= metrics.options().max_values;
            std::string value;
            detail::append_well_formed(value, room ? std::string_view{state.value} : other_values);
            std::string budget;
            detail::append_well_formed(budget, state.budget);
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
        gauge("llm_budget_limit_usd", "A budget's limit in its window of now.", &BudgetState::limit);
        gauge("llm_budget_spent_usd", "Spent of a budget in its window of now.", &BudgetState::spent);
        gauge("llm_budget_held_usd", "Set aside for calls under way.", &BudgetState::held);
    }

    if (view.refusals != nullptr) {
        writer.counter("llm_budget_denied", "", "Requests refused, by the budget that had the least left.");
        for (auto const& [key, count] : view.refusals->denied()) {
            writer.sample({{"budget", key.first}, {"reason", key.second}}, count);
        }
        writer.counter("llm_stream_stopped", "", "Streams stopped before their end.");
        for (auto const& [reason, count] : view.refusals->stopped()) {
            writer.sample({{"reason", reason}}, count);
        }
        writer.counter("llm_unpriced_requests", "requests",
                       "Requests refused since nobody knows their price.");
        writer.sample({}, view.refusals->unpriced());
    }
    writer.end();
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
