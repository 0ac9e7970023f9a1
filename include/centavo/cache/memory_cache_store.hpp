// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/cache/cache_store.hpp>
#include <centavo/cache/detail/s3_fifo.hpp>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <utility>
#include <vector>

namespace centavo {
inline namespace CENTAVO_ABI {

/// Cache entries in this process's memory, bounded by bytes: a CacheStore.
///
/// The bound counts keys, nodes and answers. When it is reached, expired entries go first, then those that save the
/// least (see S3Fifo). An answer larger than an eighth of the capacity is not kept. Internally synchronised, by up
/// to 16 locks.
class MemoryCacheStore {
public:
    /// A capacity of less than 64 KiB throws std::invalid_argument.
    explicit MemoryCacheStore(std::size_t capacity_bytes, Clock clock = {});

    [[nodiscard]] LookupResult find(RequestKey const& key);

    /// False for an entry that is too large to be kept.
    bool put(SharedEntry entry);

    void erase(RequestKey const& key);

    void clear();

    /// What the entries take, their bookkeeping included.
    [[nodiscard]] std::size_t bytes() const;

    /// How many entries there are, expired ones that were not yet swept included.
    [[nodiscard]] std::size_t size() const;

private:
    static constexpr std::size_t shard_bytes = 8U << 20;  // many shards of a small cache fill unevenly
    static constexpr std::size_t least_capacity = 64U << 10;

    struct Shard {
        explicit Shard(std::size_t capacity) : entries{capacity} {}
        mutable std::mutex mutex;
        detail::S3Fifo entries;
    };

    [[nodiscard]] Shard& of(RequestKey const& key) { return *shards_[key.digest.bytes[31] % shards_.size()]; }

    template <typename Amount>
    [[nodiscard]] std::size_t sum(Amount amount) const {
        std::size_t total = 0;
        for (auto const& shard : shards_) {
            std::lock_guard const lock{shard->mutex};
            total += amount(shard->entries);
        }
        return total;
    }

    Clock clock_;
    std::vector<std::unique_ptr<Shard>> shards_;
    std::size_t largest_ = 0;
};

static_assert(CacheStore<MemoryCacheStore>);

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/cache/detail/memory_cache_store.ipp>
#endif
