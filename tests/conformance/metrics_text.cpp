// SPDX-License-Identifier: MIT
// Checks Prometheus text with `promtool check metrics`, and OpenMetrics text with the parser of the Python client. Each
// test is skipped if its program is not installed.
#include <centavo/export/prometheus.hpp>

#include "unit/export/example_ledger.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>
#include <unistd.h>

using namespace centavo;

namespace {

bool succeeds(std::string const& command) { return std::system(command.c_str()) == 0; }

/// Writes exports to a file and runs `command` on each, in which FILE is replaced by the path.
void check_each(MetricsFormat format, std::string const& command) {
    std::string const path =
        (std::filesystem::temp_directory_path() / ("centavo-metrics-" + std::to_string(::getpid()))).string();
    for (std::uint64_t seed = 0; seed < 5; ++seed) {
        CAPTURE(seed);
        MemoryLedger ledger;
        if (seed == 0) {
            test::write_example(ledger);
        } else {
            test::write_random(ledger, seed, 200);
        }
        RefusalCounts refusals;
        refusals.refused({.budget = "daily"});
        std::string text;
        write_prometheus(metrics_of(ledger, {.scope_tag = "team"}), append_to(text),
                         {.refusals = &refusals, .format = format});
        std::ofstream{path, std::ios::binary} << text;
        std::string line = command;
        line.replace(line.find("FILE"), 4, path);
        CHECK(succeeds(line));
    }
    std::filesystem::remove(path);
}

}  // namespace

TEST_CASE("promtool accepts the Prometheus text") {
    if (!succeeds("promtool --version >/dev/null 2>&1")) {
        std::cout << "skipped: CENTAVO_PROMTOOL is not set, and no promtool is installed\n";
        return;
    }
    check_each(MetricsFormat::prometheus, "promtool check metrics <FILE >/dev/null 2>&1");
}

TEST_CASE("the Python client parses the OpenMetrics text") {
    if (!succeeds("/usr/bin/python3 -c 'import prometheus_client' >/dev/null 2>&1")) {
        std::cout << "skipped: CENTAVO_PYTHON_CLIENT is not set, and no prometheus_client is installed\n";
        return;
    }
    check_each(MetricsFormat::openmetrics,
               "/usr/bin/python3 -c 'from prometheus_client.openmetrics.parser import "
               "text_string_to_metric_families "
               "as read; import sys; list(read(open(sys.argv[1], newline=\"\").read()))' FILE");
}
