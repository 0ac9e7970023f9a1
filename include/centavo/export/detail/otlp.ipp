// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/export/otlp.hpp>

namespace centavo {
inline namespace CENTAVO_ABI {
namespace otlp {

CENTAVO_INLINE std::string Writer::line() {
    out_ = "{";
    detail::append_json_member(out_, "resourceMetrics");
    out_ += "[{";
    detail::append_json_member(out_, "resource");
    out_ += '{';
    detail::append_json_member(out_, "attributes");
    out_ += '[';
    attribute("service.name", options_->service_name);
    out_ += "]}";
    detail::append_json_member(out_, "scopeMetrics");
    out_ += "[{";
    detail::append_json_member(out_, "scope");
    out_ += '{';
    detail::append_json_member(out_, "name", "centavo");
    detail::append_json_member(out_, "version", version);
    out_ += '}';
    detail::append_json_member(out_, "metrics");
    out_ += '[';
    histograms();
    token_counters();
    costs();
    out_ += "]}]}]}\n";
    return std::move(out_);
}

CENTAVO_INLINE void Writer::separate() {
    if (out_.back() != '[' && out_.back() != '{') {
        out_ += ',';
    }
}

CENTAVO_INLINE void Writer::attribute(std::string_view key, std::string_view value) {
    separate();
    out_ += '{';
    detail::append_json_member(out_, "key", key);
    detail::append_json_member(out_, "value");
    out_ += '{';
    detail::append_json_member(out_, "stringValue", value);
    out_ += "}}";
}

CENTAVO_INLINE void Writer::begin_metric(std::string_view name, std::string_view unit, std::string_view about,
                                         std::string_view kind) {
    separate();
    out_ += '{';
    detail::append_json_member(out_, "name", name);
    detail::append_json_member(out_, "description", about);
    detail::append_json_member(out_, "unit", unit);
    detail::append_json_member(out_, kind);
    out_ += '{';
    detail::append_json_member(out_, "aggregationTemporality");
    out_ += std::to_string(cumulative);
    if (kind == "sum") {
        detail::append_json_member(out_, "isMonotonic");
        out_ += name == cost_name ? "false" : "true";  // a credit takes away
    }
    detail::append_json_member(out_, "dataPoints");
    out_ += '[';
}

CENTAVO_INLINE void Writer::begin_point(SpendLabels const& labels) {
    separate();
    out_ += '{';
    detail::append_json_member(out_, "attributes");
    out_ += '[';
    attribute("gen_ai.operation.name", operation(labels.category));
    attribute("gen_ai.provider.name", otel_provider(labels.provider));
    attribute("gen_ai.request.model", labels.model);
    if (!metrics_->options().scope_tag.empty()) {
        attribute("centavo.scope", labels.scope);
    }
}

CENTAVO_INLINE void Writer::end_attributes() {
    out_ += ']';
    detail::append_json_member(out_, "startTimeUnixNano", nanos(begin_));
    detail::append_json_member(out_, "timeUnixNano", nanos(now_));
}

CENTAVO_INLINE void Writer::histograms() {
    std::array<std::string, token_bounds.size()> tokens;
    std::transform(token_bounds.begin(), token_bounds.end(), tokens.begin(), [](auto bound) { return std::to_string(bound); });
    begin_metric("gen_ai.client.token.usage", "{token}", "Tokens billed for a request", "histogram");
    for (auto const& [labels, series] : metrics_->series()) {
        if (series.input.count == 0) {
            continue;
        }
        begin_point(labels);
        attribute("gen_ai.token.type", "input");
        end_attributes();
        histogram_point(series.input, std::to_string(series.input_tokens.value()), tokens);
        begin_point(labels);
        attribute("gen_ai.token.type", "output");
        end_attributes();
        histogram_point(series.output, std::to_string(series.output_tokens.value()), tokens);
    }
    end_metric();
    std::array<std::string, duration_bounds.size()> durations;
    std::transform(duration_bounds.begin(), duration_bounds.end(), durations.begin(), seconds_text);
    begin_metric("gen_ai.client.operation.duration", "s", "From reserving a request's money to settling it",
                 "histogram");
    for (auto const& [labels, series] : metrics_->series()) {
        if (series.duration.count != 0) {
            begin_point(labels);
            end_attributes();
            histogram_point(series.duration, seconds_text(series.total_duration), durations);
        }
    }
    end_metric();
}

CENTAVO_INLINE void Writer::token_counters() {
    auto const counter = [&](std::string_view name, std::string_view about, auto counts) {
        begin_metric("gen_ai.client.inference.usage." + std::string{name}, "{token}", about, "sum");
        for (auto const& [labels, series] : metrics_->series()) {
            Tokens sum = 0;
            bool any = false;
            for (auto const& [unit, count] : series.units) {
                if (unit.measure == Measure::tokens && counts(unit)) {
                    sum += count;
                    any = true;
                }
            }
            if (any) {
                begin_point(labels);
                end_attributes();
                detail::append_json_member(out_, "asInt", std::to_string(sum.value()));
                out_ += '}';
            }
        }
        end_metric();
    };
    counter("input_tokens", "Input tokens, cached ones included",
            [](Unit unit) { return unit.direction != Direction::output; });
    counter("output_tokens", "Output tokens, reasoning included",
            [](Unit unit) { return unit.direction == Direction::output; });
    counter("cache_read.input_tokens", "Input tokens read from a prefix cache",
            [](Unit unit) { return unit.category == TokenCategory::cache_read; });
    counter("cache_write.input_tokens", "Input tokens written to a prefix cache",
            [](Unit unit) { return unit.category == TokenCategory::cache_write; });
    counter("reasoning.output_tokens", "Output tokens of reasoning that have a rate of their own",
            [](Unit unit) { return unit.category == TokenCategory::reasoning; });
}

CENTAVO_INLINE void Writer::costs() {
    begin_metric(cost_name, "{USD}", "What was charged, less what was credited", "sum");
    for (auto const& [labels, series] : metrics_->series()) {
        std::string const amount = (series.charged - series.credited).to_string();
        begin_point(labels);
        attribute("centavo.cost.category", to_string(labels.category));
        attribute("gen_ai.usage.cost.currency", "USD");
        attribute("gen_ai.usage.cost.source", "computed");
        if (options_->exact_cost) {
            attribute("centavo.cost.exact", amount);
        }
        end_attributes();
        detail::append_json_member(out_, "asDouble");
        out_ += amount + "}";
    }
    end_metric();
}

CENTAVO_INLINE std::string_view Writer::operation(CostCategory category) noexcept {
    switch (category) {
    case CostCategory::tokens: return "chat";
    case CostCategory::embeddings: return "embeddings";
    case CostCategory::infrastructure:
    case CostCategory::other: break;
    }
    return to_string(category);
}

CENTAVO_INLINE std::string Writer::nanos(Instant at) {
    return std::to_string(std::max<std::int64_t>(0, at.time_since_epoch().count()));
}

CENTAVO_INLINE std::string Writer::seconds_text(std::chrono::nanoseconds length) {
    return *detail::exact_quotient(length.count(), 1'000'000'000);
}

}  // namespace otlp
}  // namespace CENTAVO_ABI
}  // namespace centavo
