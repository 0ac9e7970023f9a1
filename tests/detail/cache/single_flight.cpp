// SPDX-License-Identifier: MIT
#include <centavo/cache/detail/single_flight.hpp>

#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <memory>

using namespace centavo;
using namespace centavo::detail;
using namespace std::chrono_literals;

TEST_CASE("the first to join leads, and a landed key is removed before its followers read") {
    SingleFlight flights;
    RequestKey const key{sha256("a").bytes};
    auto const leader = flights.join(key);
    auto const follower = flights.join(key);
    CHECK(leader.leads);
    CHECK_FALSE(follower.leads);
    CHECK(flights.join(RequestKey{sha256("b").bytes}).leads);
    auto const entry = std::make_shared<CacheEntry const>(CacheEntry{key, "answer"});
    flights.land(leader.ticket, entry);
    CHECK(flights.join(key).leads);
    CHECK(flights.wait(follower.ticket, std::nullopt).entry == entry);
}

TEST_CASE("a key passed on without followers starts a new flight") {
    SingleFlight flights;
    RequestKey const key{sha256("a").bytes};
    auto const leader = flights.join(key);
    auto const follower = flights.join(key);
    flights.pass_on(leader.ticket);
    flights.leave(follower.ticket);
    auto const next = flights.join(key);
    CHECK(next.leads);
    CHECK(next.ticket != leader.ticket);
}

TEST_CASE("a caller that joins a flight without a leader leads it, and the follower keeps waiting") {
    SingleFlight flights;
    RequestKey const key{sha256("a").bytes};
    auto const leader = flights.join(key);
    auto const follower = flights.join(key);
    flights.pass_on(leader.ticket);
    auto const next = flights.join(key);
    CHECK(next.leads);
    CHECK_FALSE(flights.wait(follower.ticket, 1ms).leads);
}
