// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/cache/cache_store.hpp>

#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

/// The semantic requirements of CacheStore, checked for any model of it.
namespace centavo::conformance {

using namespace centavo::detail;

inline RequestKey key_number(std::uint64_t n) { return {sha256(std::to_string(n)).bytes}; }

inline SharedEntry entry_of(std::uint64_t n, std::string body, std::chrono::nanoseconds ttl = no_expiry) {
    return std::make_shared<CacheEntry const>(
        CacheEntry{key_number(n), std::move(body), {7, 5, Usd::parse("0.01"), true}, ttl});
}

/// `make(clock)` returns a fresh store of `capacity` bytes, behind a pointer.
template <typename Make>
void check_cache_store(Make make, std::size_t capacity) {
    using namespace std::chrono_literals;
    ManualClock time;
    auto const store = make(time.clock());

    CHECK(store->find(key_number(1)).reason == MissReason::absent);
    std::string const bytes{"a response\0with a null", 22};
    REQUIRE(store->put(entry_of(1, bytes)));
    auto const found = store->find(key_number(1));
    REQUIRE(found.entry);
    CHECK(found.reason == MissReason::none);
    CHECK(found.entry->body == bytes);
    CHECK(found.entry->facts.output == Tokens{5});
    CHECK(found.entry->facts.cost == Usd::parse("0.01"));
    CHECK_FALSE(store->find(key_number(2)).entry);

    REQUIRE(store->put(entry_of(1, "another")));
    CHECK(store->find(key_number(1)).entry->body == "another");
    CHECK(store->size() == 1);

    REQUIRE(store->put(entry_of(3, "short-lived", 10s)));
    time.advance(10s - 1ns);
    CHECK(store->find(key_number(3)).entry);
    time.advance(1ns);
    CHECK(store->find(key_number(3)).reason == MissReason::expired);
    CHECK(store->find(key_number(3)).reason == MissReason::absent);
    CHECK(store->find(key_number(1)).entry);

    store->erase(key_number(1));
    CHECK_FALSE(store->find(key_number(1)).entry);

    for (std::uint64_t n = 0; n < 5'000; ++n) {
        store->put(entry_of(n, std::string(n % 900, 'x')));
        if (store->bytes() > capacity) {
            FAIL("more bytes than the capacity after entry " << n);
        }
    }
    CHECK(store->size() > 0);
    store->clear();
    CHECK(store->size() == 0);
    CHECK(store->bytes() == 0);
    CHECK_FALSE(store->find(key_number(4'999)).entry);
}

/// Every member may be called concurrently.
template <typename Make>
void check_cache_store_threads(Make make) {
    auto const store = make(Clock{});
    std::vector<std::thread> threads;
    std::vector<int> wrong(4, 0);
    for (std::size_t t = 0; t < wrong.size(); ++t) {
        threads.emplace_back([&, t] {
            for (std::uint64_t n = 0; n < 2'000; ++n) {
                auto const id = (n * 7 + t) % 300;
                store->put(entry_of(id, std::to_string(id)));
                auto const found = store->find(key_number((id + 1) % 300));
                wrong[t] += found.entry && found.entry->body != std::to_string((id + 1) % 300) ? 1 : 0;
                if (n % 500 == 499) {
                    store->erase(key_number(id));
                }
            }
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    CHECK(wrong == std::vector<int>(4, 0));
}

}  // namespace centavo::conformance
