// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/detail/owned.hpp>
#include <centavo/cache/cache_store.hpp>

#include <cstddef>
#include <vector>

namespace centavo {
inline namespace CENTAVO_ABI {

/// Options of a MemoryCacheStore. A value.
struct MemoryCacheStoreOptions {
    std::size_t capacity_bytes = std::size_t{64} << 20;
    Clock clock = {};
};

/// Cache entries in the memory of the process, bounded by bytes: a CacheStore.
///
/// The bound includes keys, nodes and bodies. Once it is reached, expired entries are evicted first, then those that
/// save the least money per byte. An entry larger than an eighth of the capacity is not kept. Internally synchronized,
/// by up to 16 locks; moving is not.
class MemoryCacheStore {
public:
    /// Throws std::invalid_argument if the capacity is less than 64 KiB.
    explicit MemoryCacheStore(MemoryCacheStoreOptions options = {});
    MemoryCacheStore(MemoryCacheStore&&) noexcept;
    MemoryCacheStore& operator=(MemoryCacheStore&&) noexcept;
    ~MemoryCacheStore();

    [[nodiscard]] LookupResult find(RequestKey const& key);

    /// Returns false for an entry that is too large to be kept.
    bool put(SharedEntry entry);

    void erase(RequestKey const& key);

    void clear();

    /// The memory that the entries use, with their nodes and keys.
    [[nodiscard]] std::size_t bytes() const;

    /// The number of entries, with the expired ones that were not yet swept.
    [[nodiscard]] std::size_t size() const;

private:
    static constexpr std::size_t shard_bytes = 8U << 20;  // many shards of a small cache fill unevenly
    static constexpr std::size_t min_capacity = 64U << 10;

    struct Shard;

    [[nodiscard]] Shard& of(RequestKey const& key) { return *shards_[key.bytes[31] % shards_.size()]; }

    template <typename Amount>
    [[nodiscard]] std::size_t sum(Amount amount) const;

    Clock clock_;
    std::vector<detail::Owned<Shard>> shards_;
    std::size_t largest_ = 0;
};

static_assert(CacheStore<MemoryCacheStore>);

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/cache/detail/memory_cache_store.ipp>
#endif
