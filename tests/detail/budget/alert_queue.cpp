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

TEST_CASE("alerts are raised in order, once each, after the call of before()") {
    AlertQueue queue;
    std::vector<std::string> seen;
    queue.listen([&](Alert const& alert) { seen.push_back("raised " + alert.budget); });
    auto const tell = [&] {
        queue.raise([&](Alert const& alert) { seen.push_back("wrote " + alert.budget); });
    };
    auto some = low({"a", "b"});
    queue.push(some);
    CHECK(some.empty());
    CHECK_FALSE(queue.empty());
    tell();
    tell();
    CHECK(seen == std::vector<std::string>{"wrote a", "raised a", "wrote b", "raised b"});
    CHECK(queue.empty());
}

TEST_CASE("what throws was raised, and what stands behind it is raised by the next call, before what came "
          "meanwhile") {
    AlertQueue queue;
    std::vector<std::string> raised;
    queue.listen([&](Alert const& alert) {
        raised.push_back(alert.budget);
        if (alert.budget == "a") {
            auto more = low({"d"});
            queue.push(more);  // a call from inside does not wait for itself
            throw std::runtime_error("pager is down");
        }
    });
    auto some = low({"a", "b", "c"});
    queue.push(some);
    CHECK_THROWS_AS(queue.raise([](Alert const&) {}), std::runtime_error);
    CHECK(raised == std::vector<std::string>{"a"});
    queue.raise([](Alert const&) {});
    CHECK(raised == std::vector<std::string>{"a", "b", "c", "d"});
}

TEST_CASE("without a listener alerts stay queued") {
    AlertQueue queue;
    CHECK_FALSE(queue.listening());
    auto some = low({"a"});
    queue.push(some);
    queue.raise([](Alert const&) { FAIL("raised without a listener"); });
    int raised = 0;
    queue.listen([&](Alert const&) { ++raised; });
    CHECK(queue.listening());
    queue.raise([](Alert const&) {});
    CHECK(raised == 1);
    queue.listen({});
    CHECK_FALSE(queue.listening());
}
