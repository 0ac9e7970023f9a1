// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/detail/config.hpp>
#include <centavo/base/money.hpp>
#include <centavo/base/tokens.hpp>
#include <centavo/base/view.hpp>
#include <centavo/export/detail/exact_quotient.hpp>
#include <centavo/export/detail/json_text.hpp>
#include <centavo/export/otlp.hpp>
#include <centavo/pricing/price.hpp>
#include <centavo/pricing/unit.hpp>
#include <centavo/version.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// The name that OpenTelemetry's conventions for generative AI have for a provider of the price list.
[[nodiscard]] constexpr std::string_view otlp_provider(std::string_view provider) noexcept {
    constexpr auto names = std::to_array<std::pair<std::string_view, std::string_view>>({
        {"aws", "aws.bedrock"},
        {"azure", "azure.ai.openai"},
        {"google", "gcp.gemini"},
        {"google-vertex", "gcp.vertex_ai"},
        {"mistral", "mistral_ai"},
        {"moonshotai", "moonshot_ai"},
        {"x-ai", "x_ai"},
    });
    for (auto const& [ours, theirs] : names) {
        if (ours == provider) {
            return theirs;
        }
    }
    return provider;
}

CENTAVO_INLINE OtlpWriter::OtlpWriter(SpendMetrics const& metrics, Instant now, OtlpOptions const& options)
    : metrics_{&metrics}, options_{&options}, begin_{std::min(metrics.first(), now)}, now_{now} {}

template <std::size_t Bounds>
void OtlpWriter::histogram_point(Histogram<Bounds> const& histogram, std::string const& sum,
                                 View<std::string> bounds) {
    append_json_member(out_, "count", std::to_string(histogram.count));
    append_json_name(out_, "sum");
    out_ += sum;
    append_json_name(out_, "bucketCounts");
    out_ += '[';
    for (std::uint64_t const count : histogram.counts) {
        separate();
        out_ += '"' + std::to_string(count) + '"';
    }
    out_ += ']';
    append_json_name(out_, "explicitBounds");
    out_ += '[';
    for (std::string const& bound : bounds) {
        separate();
        out_ += bound;
    }
    out_ += "]}";
}

CENTAVO_INLINE std::string OtlpWriter::line() {
    out_ = "{";
    append_json_name(out_, "resourceMetrics");
    out_ += "[{";
    append_json_name(out_, "resource");
    out_ += '{';
    append_json_name(out_, "attributes");
    out_ += '[';
    attribute("service.name", options_->service_name);
    out_ += "]}";
    append_json_name(out_, "scopeMetrics");
    out_ += "[{";
    append_json_name(out_, "scope");
    out_ += '{';
    append_json_member(out_, "name", "centavo");
    append_json_member(out_, "version", version);
    out_ += '}';
    append_json_name(out_, "metrics");
    out_ += '[';
    histograms();
    token_counters();
    costs();
    out_ += "]}]}]}\n";
    return std::move(out_);
}

CENTAVO_INLINE void OtlpWriter::separate() {
    if (out_.back() != '[' && out_.back() != '{') {
        out_ += ',';
    }
}

CENTAVO_INLINE void OtlpWriter::attribute(std::string_view key, std::string_view value) {
    separate();
    out_ += '{';
    append_json_member(out_, "key", key);
    append_json_name(out_, "value");
    out_ += '{';
    append_json_member(out_, "stringValue", value);
    out_ += "}}";
}

CENTAVO_INLINE void OtlpWriter::begin_metric(std::string_view name, std::string_view unit,
                                             std::string_view description, std::string_view kind) {
    separate();
    out_ += '{';
    append_json_member(out_, "name", name);
    append_json_member(out_, "description", description);
    append_json_member(out_, "unit", unit);
    append_json_name(out_, kind);
    out_ += '{';
    append_json_name(out_, "aggregationTemporality");
    out_ += std::to_string(cumulative);
    if (kind == "sum") {
        append_json_name(out_, "isMonotonic");
        out_ += name == cost_name ? "false" : "true";  // credits decrease it
    }
    append_json_name(out_, "dataPoints");
    out_ += '[';
}

CENTAVO_INLINE void OtlpWriter::begin_point(SpendLabels const& labels) {
    separate();
    out_ += '{';
    append_json_name(out_, "attributes");
    out_ += '[';
    attribute("gen_ai.operation.name", operation(labels.category));
    attribute("gen_ai.provider.name", otlp_provider(labels.provider));
    attribute("gen_ai.request.model", labels.model);
    if (!metrics_->options().scope_tag.empty()) {
        attribute("centavo.scope", labels.scope);
    }
}

CENTAVO_INLINE void OtlpWriter::end_attributes() {
    out_ += ']';
    append_json_member(out_, "startTimeUnixNano", nanos(begin_));
    append_json_member(out_, "timeUnixNano", nanos(now_));
}

CENTAVO_INLINE void OtlpWriter::histograms() {
    std::array<std::string, token_bounds.size()> tokens;
    std::transform(token_bounds.begin(), token_bounds.end(), tokens.begin(),
                   [](auto bound) { return std::to_string(bound); });
    begin_metric("gen_ai.client.token.usage", "{token}", "Tokens billed per request", "histogram");
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
    begin_metric("gen_ai.client.operation.duration", "s",
                 "Time from the reservation to the settlement of a request", "histogram");
    for (auto const& [labels, series] : metrics_->series()) {
        if (series.duration.count != 0) {
            begin_point(labels);
            end_attributes();
            histogram_point(series.duration, seconds_text(series.total_duration), durations);
        }
    }
    end_metric();
}

CENTAVO_INLINE void OtlpWriter::token_counters() {
    auto const counter = [&](std::string_view name, std::string_view description, auto includes) {
        begin_metric("gen_ai.client.inference.usage." + std::string{name}, "{token}", description, "sum");
        for (auto const& [labels, series] : metrics_->series()) {
            Tokens sum = 0;
            bool any = false;
            for (auto const& [unit, count] : series.units) {
                if (unit.measure == Measure::tokens && includes(unit)) {
                    sum += count;
                    any = true;
                }
            }
            if (any) {
                begin_point(labels);
                end_attributes();
                append_json_member(out_, "asInt", std::to_string(sum.value()));
                out_ += '}';
            }
        }
        end_metric();
    };
    counter("input_tokens", "Input tokens, including cached ones",
            [](Unit unit) { return unit.direction != Direction::output; });
    counter("output_tokens", "Output tokens, including reasoning",
            [](Unit unit) { return unit.direction == Direction::output; });
    counter("cache_read.input_tokens", "Input tokens read from a prefix cache",
            [](Unit unit) { return unit.category == TokenCategory::cache_read; });
    counter("cache_write.input_tokens", "Input tokens written to a prefix cache",
            [](Unit unit) { return unit.category == TokenCategory::cache_write; });
    counter("reasoning.output_tokens", "Reasoning tokens that are billed at a rate of their own",
            [](Unit unit) { return unit.category == TokenCategory::reasoning; });
}

CENTAVO_INLINE void OtlpWriter::costs() {
    begin_metric(cost_name, "{USD}", "Amount charged, less credits", "sum");
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
        append_json_name(out_, "asDouble");
        out_ += amount + "}";
    }
    end_metric();
}

CENTAVO_INLINE std::string_view OtlpWriter::operation(CostCategory category) noexcept {
    switch (category) {
    case CostCategory::tokens: return "chat";
    case CostCategory::embeddings: return "embeddings";
    case CostCategory::infrastructure:
    case CostCategory::other: break;
    }
    return to_string(category);
}

CENTAVO_INLINE std::string OtlpWriter::nanos(Instant at) {
    return std::to_string(std::max<std::int64_t>(0, at.time_since_epoch().count()));
}

CENTAVO_INLINE std::string OtlpWriter::seconds_text(std::chrono::nanoseconds length) {
    return *exact_quotient(length.count(), 1'000'000'000);
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
