// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/view.hpp>
#include <centavo/export/spend_metrics.hpp>
#include <centavo/pricing/price.hpp>

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace centavo {
inline namespace CENTAVO_ABI {
struct OtlpOptions;
}
}  // namespace centavo

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// Builds one ResourceMetrics in protobuf's JSON mapping: 64-bit integers as strings, enumerations as numbers.
class OtlpWriter {
public:
    OtlpWriter(SpendMetrics const& metrics, Instant now, OtlpOptions const& options);

    [[nodiscard]] std::string line();

private:
    static constexpr int cumulative = 2;

    void separate();

    void attribute(std::string_view key, std::string_view value);

    void begin_metric(std::string_view name, std::string_view unit, std::string_view description,
                      std::string_view kind);
    void end_metric() { out_ += "]}}"; }

    void begin_point(SpendLabels const& labels);
    void end_attributes();

    template <std::size_t Bounds>
    void histogram_point(Histogram<Bounds> const& histogram, std::string const& sum,
                         View<std::string> bounds);

    void histograms();

    /// The inference usage counters. The input and output counters include the tokens of the more specific ones.
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

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
