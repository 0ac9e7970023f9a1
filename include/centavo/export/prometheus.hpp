// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/view.hpp>
#include <centavo/budget/budget.hpp>
#include <centavo/export/detail/prometheus_writer.hpp>
#include <centavo/export/detail/text_sink_ref.hpp>
#include <centavo/export/spend_metrics.hpp>
#include <centavo/export/text_sink.hpp>

#include <cstdint>
#include <string_view>

namespace centavo {
inline namespace CENTAVO_ABI {

/// The text formats that Prometheus scrapes.
enum class MetricsFormat : std::uint8_t {
    prometheus,  ///< text/plain; version=0.0.4
    openmetrics  ///< application/openmetrics-text; version=1.0.0
};

/// The Content-Type header of a response in this format.
[[nodiscard]] constexpr std::string_view content_type(MetricsFormat format) noexcept {
    return format == MetricsFormat::openmetrics ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
                                                : "text/plain; version=0.0.4; charset=utf-8";
}

/// Options of write_prometheus(): what to export besides the spend metrics, and the format.
struct PrometheusOptions {
    View<BudgetState> budgets = {};
    RefusalCounts const* refusals = nullptr;
    MetricsFormat format = MetricsFormat::prometheus;
};

/// Writes metrics as Prometheus text, with gauges of the budgets and counters of the refusals if the options have them.
///
/// Amounts are written exactly; a scraper reads them as doubles. The net spend is llm_cost_usd_total minus
/// llm_credit_usd_total. Budgets with more tag values than SpendMetricsOptions allows report the remaining ones as
/// "__other__", summed up. Not synchronized: serve scrapes from a copy of the metrics, or under a lock.
template <TextSink Sink>
void write_prometheus(SpendMetrics const& metrics, Sink sink, PrometheusOptions const& options = {}) {
    detail::write_prometheus_text(metrics, detail::TextSinkRef{sink}, options);
}

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/export/detail/prometheus.ipp>
#endif
