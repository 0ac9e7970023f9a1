// SPDX-License-Identifier: MIT
#include <centavo/cache/memory_cache_store.hpp>

#include "../../conformance/cache_store.hpp"

#include <catch2/catch_test_macros.hpp>

#include <memory>
#include <stdexcept>
#include <string>

using namespace centavo;
using namespace centavo::detail;
using conformance::entry_of;
using conformance::key_number;

namespace {

constexpr std::size_t capacity = 256U << 10;

auto const make = [](Clock clock) {
    return std::make_unique<MemoryCacheStore>(
        MemoryCacheStoreOptions{.capacity_bytes = capacity, .clock = clock});
};

}  // namespace

TEST_CASE("MemoryCacheStore meets the requirements of CacheStore") {
    conformance::check_cache_store(make, capacity);
}

TEST_CASE("MemoryCacheStore is internally synchronized", "[threads]") {
    conformance::check_cache_store_threads(make);
}

TEST_CASE("an entry larger than an eighth of the capacity is not kept, and its predecessor is removed") {
    MemoryCacheStore store{{.capacity_bytes = capacity}};
    REQUIRE(store.put(entry_of(1, "small")));
    CHECK_FALSE(store.put(entry_of(1, std::string(capacity / 8, 'x'))));
    CHECK_FALSE(store.find(key_number(1)).entry);
    CHECK(store.bytes() == 0);
}

TEST_CASE("later puts remove expired entries") {
    using namespace std::chrono_literals;
    ManualClock time;
    MemoryCacheStore store{{.capacity_bytes = capacity, .clock = time.clock()}};
    for (std::uint64_t n = 0; n < 100; ++n) {
        store.put(entry_of(n, "x", 1s));
    }
    time.advance(2s);
    for (std::uint64_t n = 1'000; n < 1'100; ++n) {
        store.put(entry_of(n, "x"));
    }
    CHECK(store.size() == 100);
}

TEST_CASE("an entry in repeated use survives a scan of entries used once") {
    MemoryCacheStore store{{.capacity_bytes = capacity}};
    store.put(entry_of(1, "wanted"));
    for (std::uint64_t n = 100; n < 10'000; ++n) {
        store.put(entry_of(n, "once"));
        static_cast<void>(store.find(key_number(1)));
    }
    CHECK(store.find(key_number(1)).entry);
}

TEST_CASE("an evicted entry stays valid for its holders") {
    MemoryCacheStore store{{.capacity_bytes = capacity}};
    store.put(entry_of(1, "kept by its reader"));
    auto const held = store.find(key_number(1)).entry;
    store.clear();
    CHECK(held->body == "kept by its reader");
}

TEST_CASE("a capacity below 64 KiB is rejected") {
    CHECK_THROWS_AS(MemoryCacheStore{{.capacity_bytes = 1'000}}, std::invalid_argument);
}
