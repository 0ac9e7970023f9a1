// SPDX-License-Identifier: MIT
#include <centavo/export/otlp.hpp>

#include <centavo/base/detail/json_scan.hpp>

#include "unit/export/example_ledger.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

using namespace centavo;
using namespace centavo::detail;
using Catch::Matchers::ContainsSubstring;

namespace {

// The fields of the messages in a metrics export and their JSON types, from opentelemetry-proto 1.3 (metrics.proto,
// common.proto, resource.proto). Its JSON encoding writes 64-bit integers as strings, enumerations as numbers, and names
// in lowerCamelCase.
enum class Kind { text, integer64, number, boolean, message };
struct Field {
    Kind kind;
    std::string_view message = {};
    bool repeated = false;
};
std::map<std::string_view, std::map<std::string_view, Field>> const messages{
    {"MetricsData", {{"resourceMetrics", {Kind::message, "ResourceMetrics", true}}}},
    {"ResourceMetrics",
     {{"resource", {Kind::message, "Resource"}},
      {"scopeMetrics", {Kind::message, "ScopeMetrics", true}},
      {"schemaUrl", {Kind::text}}}},
    {"Resource", {{"attributes", {Kind::message, "KeyValue", true}}}},
    {"ScopeMetrics",
     {{"scope", {Kind::message, "Scope"}},
      {"metrics", {Kind::message, "Metric", true}},
      {"schemaUrl", {Kind::text}}}},
    {"Scope", {{"name", {Kind::text}}, {"version", {Kind::text}}}},
    {"Metric",
     {{"name", {Kind::text}},
      {"description", {Kind::text}},
      {"unit", {Kind::text}},
      {"sum", {Kind::message, "Sum"}},
      {"gauge", {Kind::message, "Gauge"}},
      {"histogram", {Kind::message, "Histogram"}}}},
    {"Sum",
     {{"aggregationTemporality", {Kind::number}},
      {"isMonotonic", {Kind::boolean}},
      {"dataPoints", {Kind::message, "Point", true}}}},
    {"Gauge", {{"dataPoints", {Kind::message, "Point", true}}}},
    {"Histogram",
     {{"aggregationTemporality", {Kind::number}}, {"dataPoints", {Kind::message, "HistogramPoint", true}}}},
    {"Point",
     {{"attributes", {Kind::message, "KeyValue", true}},
      {"startTimeUnixNano", {Kind::integer64}},
      {"timeUnixNano", {Kind::integer64}},
      {"asInt", {Kind::integer64}},
      {"asDouble", {Kind::number}}}},
    {"HistogramPoint",
     {{"attributes", {Kind::message, "KeyValue", true}},
      {"startTimeUnixNano", {Kind::integer64}},
      {"timeUnixNano", {Kind::integer64}},
      {"count", {Kind::integer64}},
      {"sum", {Kind::number}},
      {"bucketCounts", {Kind::integer64, {}, true}},
      {"explicitBounds", {Kind::number, {}, true}}}},
    {"KeyValue", {{"key", {Kind::text}}, {"value", {Kind::message, "AnyValue"}}}},
    {"AnyValue",
     {{"stringValue", {Kind::text}},
      {"intValue", {Kind::integer64}},
      {"doubleValue", {Kind::number}},
      {"boolValue", {Kind::boolean}}}},
};

void check_message(JsonScan& scan, std::string_view message);

void check_value(JsonScan& scan, Field const& field) {
    JsonKind const kind = scan.peek();
    switch (field.kind) {
    case Kind::message:
        REQUIRE(kind == JsonKind::object);
        check_message(scan, field.message);
        return;
    case Kind::integer64: {
        REQUIRE(kind == JsonKind::string);
        std::string const digits = scan.string().text();
        CHECK_FALSE(digits.empty());
        CHECK(digits.find_first_not_of("0123456789", digits[0] == '-' ? 1 : 0) == std::string::npos);
        return;
    }
    case Kind::number: CHECK(kind == JsonKind::number); break;
    case Kind::text: CHECK(kind == JsonKind::string); break;
    case Kind::boolean: CHECK(kind == JsonKind::boolean); break;
    }
    scan.skip();
}

void check_message(JsonScan& scan, std::string_view message) {
    auto const& fields = messages.at(message);
    scan.enter_object();
    while (auto const name = scan.next_member()) {
        std::string const text = name->text();
        CAPTURE(message, text);
        REQUIRE(fields.contains(text));
        Field const& field = fields.at(text);
        if (!field.repeated) {
            check_value(scan, field);
            continue;
        }
        REQUIRE(scan.peek() == JsonKind::array);
        scan.enter_array();
        while (scan.next_element()) {
            check_value(scan, field);
        }
    }
}

std::string export_of(MemoryLedger const& ledger) {
    std::string text;
    write_otlp(metrics_of(ledger, {.scope_tag = "team"}), parse_instant("2026-12-02T00:00:00Z"),
               append_to(text));
    return text;
}

}  // namespace

TEST_CASE("every field has the name, type and JSON encoding that the OTLP messages define") {
    MemoryLedger ledger;
    test::write_example(ledger);
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        test::write_random(ledger, seed, 100);
    }
    std::string const text = export_of(ledger);
    CHECK(text.find('\n') == text.size() - 1);  // one line per export
    JsonScan scan{text};
    check_message(scan, "MetricsData");
    scan.finish();
}

TEST_CASE("token histograms use the names and buckets of the GenAI conventions, and costs carry an exact "
          "attribute") {
    MemoryLedger ledger;
    test::write_example(ledger);
    std::string const text = export_of(ledger);
    CHECK_THAT(text, ContainsSubstring(R"("name":"gen_ai.client.token.usage")"));
    CHECK_THAT(text, ContainsSubstring(R"("unit":"{token}")"));
    CHECK_THAT(text, ContainsSubstring(R"("aggregationTemporality":2)"));
    CHECK_THAT(
        text,
        ContainsSubstring(
            R"("explicitBounds":[1,4,16,64,256,1024,4096,16384,65536,262144,1048576,4194304,16777216,67108864])"));
    CHECK_THAT(text, ContainsSubstring(R"({"key":"gen_ai.token.type","value":{"stringValue":"input"}})"));
    CHECK_THAT(text, ContainsSubstring("gen_ai.usage.cost"));
    CHECK_THAT(text, ContainsSubstring(R"("stringValue":"0.00399")"));
}
