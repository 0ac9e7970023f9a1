// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/export/detail/otlp_writer.hpp>
#include <centavo/export/detail/text_sink_ref.hpp>
#include <centavo/export/spend_metrics.hpp>
#include <centavo/export/text_sink.hpp>

#include <string>

namespace centavo {
inline namespace CENTAVO_ABI {

/// Options of write_otlp().
struct OtlpOptions {
    std::string service_name = "centavo";  ///< the resource attribute service.name
    /// Whether each cost also carries its exact amount, as the attribute centavo.cost.exact. Backends that store
    /// attributes as labels create a new series each time the amount changes; clear it for those.
    bool exact_cost = true;
};

/// Writes metrics as one line of OTLP/JSON, `{"resourceMetrics":[…]}` and LF, as OpenTelemetry's file exporters do.
///
/// Metric names follow OpenTelemetry's semantic conventions for generative AI (status: Development): the histograms
/// gen_ai.client.token.usage and gen_ai.client.operation.duration, and the counters gen_ai.client.inference.usage.*.
/// gen_ai.usage.cost.amount is proposed and not yet part of the conventions. All points are cumulative since the first
/// charge and have the time `now`.
template <TextSink Sink>
void write_otlp(SpendMetrics const& metrics, Instant now, Sink sink, OtlpOptions const& options = {}) {
    detail::TextSinkRef{sink}(detail::OtlpWriter{metrics, now, options}.line());
}

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/export/detail/otlp.ipp>
#endif
