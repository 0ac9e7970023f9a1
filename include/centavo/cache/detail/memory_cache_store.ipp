// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/cache/detail/s3_fifo.hpp>
#include <centavo/cache/memory_cache_store.hpp>

#include <algorithm>
#include <mutex>
#include <stdexcept>
#include <string>

namespace centavo {
inline namespace CENTAVO_ABI {

struct MemoryCacheStore::Shard {
    explicit Shard(std::size_t capacity) : entries{capacity} {}
    mutable std::mutex mutex;
    detail::S3Fifo entries;
};

template <typename Amount>
std::size_t MemoryCacheStore::sum(Amount amount) const {
    std::size_t total = 0;
    for (auto const& shard : shards_) {
        std::lock_guard const lock{shard->mutex};
        total += amount(shard->entries);
    }
    return total;
}

CENTAVO_INLINE MemoryCacheStore::MemoryCacheStore(MemoryCacheStoreOptions options)
    : clock_{options.clock}, shards_(std::clamp<std::size_t>(options.capacity_bytes / shard_bytes, 1, 16)) {
    auto const capacity_bytes = options.capacity_bytes;
    if (capacity_bytes < min_capacity) {
        throw std::invalid_argument("capacity_bytes must be at least 65536, not " +
                                    std::to_string(capacity_bytes));
    }
    auto const share = capacity_bytes / shards_.size();
    largest_ = std::min(capacity_bytes / 8, share / 2);
    for (auto& shard : shards_) {
        shard = detail::Owned<Shard>{new Shard{share}};
    }
}

CENTAVO_INLINE MemoryCacheStore::MemoryCacheStore(MemoryCacheStore&&) noexcept = default;
CENTAVO_INLINE MemoryCacheStore& MemoryCacheStore::operator=(MemoryCacheStore&&) noexcept = default;
CENTAVO_INLINE MemoryCacheStore::~MemoryCacheStore() = default;

CENTAVO_INLINE LookupResult MemoryCacheStore::find(RequestKey const& key) {
    auto const now = clock_.monotonic();
    auto& shard = of(key);
    std::lock_guard const lock{shard.mutex};
    return shard.entries.find(key, now);
}

CENTAVO_INLINE bool MemoryCacheStore::put(SharedEntry entry) {
    auto const now = clock_.monotonic();
    if (detail::S3Fifo::charge(*entry) > largest_) {
        erase(entry->key);
        return false;
    }
    auto& shard = of(entry->key);
    std::lock_guard const lock{shard.mutex};
    shard.entries.put(std::move(entry), now);
    return true;
}

CENTAVO_INLINE void MemoryCacheStore::erase(RequestKey const& key) {
    auto& shard = of(key);
    std::lock_guard const lock{shard.mutex};
    shard.entries.erase(key);
}

CENTAVO_INLINE void MemoryCacheStore::clear() {
    for (auto& shard : shards_) {
        std::lock_guard const lock{shard->mutex};
        shard->entries.clear();
    }
}

CENTAVO_INLINE std::size_t MemoryCacheStore::bytes() const {
    return sum([](detail::S3Fifo const& entries) { return entries.bytes(); });
}

CENTAVO_INLINE std::size_t MemoryCacheStore::size() const {
    return sum([](detail::S3Fifo const& entries) { return entries.size(); });
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
