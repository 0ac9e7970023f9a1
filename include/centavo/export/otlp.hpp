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

    [[nodiscard]] std::string line();

private:
    static constexpr int cumulative = 2;

    void separate();

    void attribute(std::string_view key, std::string_view value);

    void begin_metric(std::string_view name, std::string_view unit, std::string_view about,
                      std::string_view kind);
    void end_metric() { out_ += "]}}"; }

    void begin_point(SpendLabels const& labels);
    void end_attributes();

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

    void histograms();

    /// The inference usage counters: input and output hold all of theirs, the others are parts of them.
    void token_counters();

    void costs();

    [[nodiscard]] static std::string_view operation(CostCategory category) noexcept;

    [[nodiscard]] static std::string nanos(Instant at);

    /// A duration as decimal seconds, exact: "81.92".
    [[nodiscard]] static std::string seconds_text(std::chrono::nanoseconds length);

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

#ifndef CENTAVO_COMPILED
#include <centavo/export/detail/otlp.ipp>
#endif
