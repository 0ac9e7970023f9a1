// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/export/detail/text_sink_ref.hpp>
#include <centavo/export/spend_metrics.hpp>

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace centavo {
inline namespace CENTAVO_ABI {
enum class MetricsFormat : std::uint8_t;
struct PrometheusOptions;
}  // namespace CENTAVO_ABI
}  // namespace centavo

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// Writes metric families one after the other, each with its metadata before its samples.
class PrometheusWriter {
public:
    using Label = std::pair<std::string_view, std::string_view>;

    PrometheusWriter(TextSinkRef sink, MetricsFormat format) : sink_{sink}, format_{format} {}

    /// Begins a counter. `name` has no "_total"; `unit` is the suffix of the name, or empty.
    void counter(std::string_view name, std::string_view unit, std::string_view help);
    void gauge(std::string_view name, std::string_view unit, std::string_view help);

    void sample(std::initializer_list<Label> labels, std::string_view value);
    void sample(std::initializer_list<Label> labels, std::uint64_t value);

    /// Ends the text.
    void end();

private:
    void metadata(std::string_view name, std::string_view type, std::string_view unit, std::string_view help);
    void append_escaped(std::string_view value);

    TextSinkRef sink_;
    MetricsFormat format_;
    std::string name_;
    std::string text_;
};

void write_prometheus_text(SpendMetrics const& metrics, TextSinkRef sink, PrometheusOptions const& options);

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
