// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/money.hpp>
#include <centavo/base/tokens.hpp>
#include <centavo/export/detail/export_text.hpp>
#include <centavo/export/spend_metrics.hpp>
#include <centavo/pricing/price.hpp>
#include <centavo/pricing/unit.hpp>
#include <centavo/version.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace centavo {
inline namespace CENTAVO_ABI {

/// What an export says of the application.
struct OtlpOptions {
    std::string service_name = "centavo";
    bool exact_cost =
        true;  ///< the exact amount as an attribute beside the double; a value that changes makes a
               ///< series of its own in stores that keep attributes as labels
};

/// The name that OpenTelemetry's conventions for generative AI give to a provider of the price list.
[[nodiscard]] constexpr std::string_view otel_provider(std::string_view provider) noexcept {
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

namespace otlp {

/// Writes one ResourceMetrics as protobuf's JSON mapping spells it: 64-bit integers as strings, enums as numbers.
class Writer {
public:
    Writer(SpendMetrics const& metrics, Instant now, OtlpOptions const& options)
        : metrics_{&metrics}, options_{&options}, begin_{std::min(metrics.first(), now)}, now_{now} {}

    [[nodiscard]] std::string line() {
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

private:
    static constexpr int cumulative = 2;

    void separate() {
        if (out_.back() != '[' && out_.back() != '{') {
            out_ += ',';
        }
    }

    void attribute(std::string_view key, std::string_view value) {
        separate();
        out_ += '{';
        detail::append_json_member(out_, "key", key);
        detail::append_json_member(out_, "value");
        out_ += '{';
        detail::append_json_member(out_, "stringValue", value);
        out_ += "}}";
    }

    void begin_metric(std::string_view name, std::string_view unit, std::string_view about,
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
    void end_metric() { out_ += "]}}"; }

    void begin_point(SpendLabels const& labels) {
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
    void end_attributes() {
        out_ += ']';
        detail::append_json_member(out_, "startTimeUnixNano", nanos(begin_));
        detail::append_json_member(out_, "timeUnixNano", nanos(now_));
    }

    template <std::size_t Bounds>
    void histogram_point(Histogram<Bounds> const& histogram, std::string const& sum,
                         std::span<std::string const> bounds) {
        detail::append_json_member(out_, "count", std::to_string(histogram.count));
        detail::append_json_member(out_, "sum");
        out_ += sum;
        detail::append_json_member(out_, "bucketCounts");
        out_ += '[';
        for (std::uint64_t const count : histogram.counts) {
            separate();
            out_ += '"' + std::to_string(count) + '"';
        }
        out_ += ']';
        detail::append_json_member(out_, "explicitBounds");
        out_ += '[';
        for (std::string const& bound : bounds) {
            separate();
            out_ += bound;
        }
        out_ += "]}";
    }

    void histograms() {
        std::array<std::string, token_bounds.size()> tokens;
        std::ranges::transform(token_bounds, tokens.begin(),
                               [](auto bound) { return std::to_string(bound); });
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
        std::ranges::transform(duration_bounds, durations.begin(), seconds_text);
        begin_metric("gen_ai.client.operation.duration", "s",
                     "From reserving a request's money to settling it", "histogram");
        for (auto const& [labels, series] : metrics_->series()) {
            if (series.duration.count != 0) {
                begin_point(labels);
                end_attributes();
                histogram_point(series.duration, seconds_text(series.total_duration), durations);
            }
        }
        end_metric();
    }

    /// The inference usage counters: input and output hold all of theirs, the others are parts of them.
    void token_counters() {
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
                [](Unit unit) { return unit.treatment == TokenCategory::cache_read; });
        counter("cache_write.input_tokens", "Input tokens written to a prefix cache",
                [](Unit unit) { return unit.treatment == TokenCategory::cache_write; });
        counter("reasoning.output_tokens", "Output tokens of reasoning that have a rate of their own",
                [](Unit unit) { return unit.treatment == TokenCategory::reasoning; });
    }

    void costs() {
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

    [[nodiscard]] static std::string_view operation(CostCategory category) noexcept {
        switch (category) {
        case CostCategory::tokens: return "chat";
        case CostCategory::embeddings: return "embeddings";
        case CostCategory::infrastructure:
        case CostCategory::other: break;
        }
        return to_string(category);
    }

    [[nodiscard]] static std::string nanos(Instant at) {
        return std::to_string(std::max<std::int64_t>(0, at.time_since_epoch().count()));
    }

    /// A duration as decimal seconds, exact: "81.92".
    [[nodiscard]] static std::string seconds_text(std::chrono::nanoseconds length) {
        return *detail::exact_quotient(length.count(), 1'000'000'000);
    }

    static constexpr std::string_view cost_name = "gen_ai.usage.cost.amount";

    SpendMetrics const* metrics_;
    OtlpOptions const* options_;
    Instant begin_;
    Instant now_;
    std::string out_;
};

}  // namespace otlp

/// Writes a ledger's series as one line of OTLP/JSON metrics: `{"resourceMetrics":[…]}` and LF, as file exporters do.
///
/// The names are those of OpenTelemetry's conventions for generative AI, status Development: the histograms
/// gen_ai.client.token.usage and gen_ai.client.operation.duration, the counters gen_ai.client.inference.usage.*, and
/// gen_ai.usage.cost.amount, which is proposed and not standard, with the exact amount beside it as
/// centavo.cost.exact. Cumulative since the first charge; `now` is the time of all points.
template <detail::TextOut Out>
void write_otlp(SpendMetrics const& metrics, Instant now, Out out, OtlpOptions const& options = {}) {
    std::string const line = otlp::Writer{metrics, now, options}.line();
    out(std::string_view{line});
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
