// SPDX-License-Identifier: MIT
#include <centavo/budget/detail/alert_queue.hpp>

#include <catch2/catch_test_macros.hpp>

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using namespace centavo;
using namespace centavo::detail;

namespace {

[[nodiscard]] std::vector<Alert> low(std::vector<std::string> const& budgets) {
    std::vector<Alert> alerts;
    for (std::string const& budget : budgets) {
        alerts.push_back({.kind = AlertKind::low, .budget = budget});
    }
    return alerts;
}

}  // namespace

TEST_CASE("alerts are told in their order, once, each after what comes before it") {
    AlertQueue queue;
    std::vector<std::string> seen;
    queue.listen([&](Alert const& alert) { seen.push_back("told " + alert.budget); });
    auto const tell = [&] {
        queue.raise([&](Alert const& alert) { seen.push_back("wrote " + alert.budget); });
    };
    auto some = low({"a", "b"});
    queue.push(some);
    CHECK(some.empty());
    CHECK_FALSE(queue.empty());
    tell();
    tell();
    CHECK(seen == std::vector<std::string>{"wrote a", "told a", "wrote b", "told b"});
    CHECK(queue.empty());
}

TEST_CASE(
    "what throws was told, and what stands behind it is told by the next call, before what came meanwhile") {
    AlertQueue queue;
    std::vector<std::string> told;
    queue.listen([&](Alert const& alert) {
        told.push_back(alert.budget);
        if (alert.budget == "a") {
            auto more = low({"d"});
            queue.push(more);  // a call from inside does not wait for itself
            throw std::runtime_error("pager is down");
        }
    });
    auto some = low({"a", "b", "c"});
    queue.push(some);
    CHECK_THROWS_AS(queue.raise([](Alert const&) {}), std::runtime_error);
    CHECK(told == std::vector<std::string>{"a"});
    queue.raise([](Alert const&) {});
    CHECK(told == std::vector<std::string>{"a", "b", "c", "d"});
}

TEST_CASE("while nobody listens alerts stay due") {
    AlertQueue queue;
    CHECK_FALSE(queue.listening());
    auto some = low({"a"});
    queue.push(some);
    queue.raise([](Alert const&) { FAIL("nobody was told"); });
    int told = 0;
    queue.listen([&](Alert const&) { ++told; });
    CHECK(queue.listening());
    queue.raise([](Alert const&) {});
    CHECK(told == 1);
    queue.listen({});
    CHECK_FALSE(queue.listening());
}
