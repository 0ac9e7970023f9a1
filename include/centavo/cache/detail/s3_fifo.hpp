// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/cache/cache_store.hpp>
#include <centavo/cache/request_key.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <iterator>
#include <list>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// Cache entries within a bound of bytes, with S3-FIFO eviction that credits entries by the money they save.
///
/// A small queue of a tenth of the bound, from which an entry enters the main queue if it is requested again; and the
/// keys recently evicted from the small queue, whose entries enter the main queue directly. An entry that saves more
/// dollars per byte than the mean starts with credit. (S3-FIFO: Yang et al., SOSP 2023.)
///
/// Times are monotonic. Eviction is amortized O(1). Externally synchronized.
class S3Fifo {
public:
    explicit S3Fifo(std::size_t capacity) : capacity_{capacity} {}
    S3Fifo(S3Fifo const&) = delete;
    S3Fifo& operator=(S3Fifo const&) = delete;

    /// The memory that an entry uses: its body, nodes, key and counters.
    [[nodiscard]] static std::size_t charge(CacheEntry const& entry) noexcept;

    [[nodiscard]] LookupResult find(RequestKey const& key, std::chrono::nanoseconds now);

    /// Replaces the entry of the same key; the entry must not be larger than the bound.
    void put(SharedEntry entry, std::chrono::nanoseconds now);

    void erase(RequestKey const& key);

    void clear();

    [[nodiscard]] std::size_t bytes() const noexcept { return small_.bytes + main_.bytes; }
    [[nodiscard]] std::size_t size() const noexcept { return index_.size(); }

private:
    struct Node {
        SharedEntry entry;
        std::chrono::nanoseconds deadline;
        std::size_t charge;
        double density;  // dollars per byte: a statistic, not money
        std::uint8_t uses;
        bool in_main;
    };
    using Place = std::list<Node>::iterator;
    struct Queue {
        std::list<Node> nodes;  // newest first
        std::size_t bytes = 0;
    };
    struct Hash {
        [[nodiscard]] std::size_t operator()(RequestKey const& key) const noexcept { return key.hash(); }
    };
    struct Ghost {
        std::size_t hash;
        std::size_t charge;
    };

    [[nodiscard]] Queue& queue_of(Node const& node) noexcept { return node.in_main ? main_ : small_; }

    [[nodiscard]] std::uint8_t credit(double density) const noexcept;
    void access(double density) noexcept;
    void drop(Place place);
    void evict_one();
    void sweep(std::chrono::nanoseconds now);
    void remember(Node const& node);
    void forget_all();

    std::size_t capacity_;
    Queue small_;
    Queue main_;
    std::unordered_map<RequestKey, Place, Hash> index_;
    std::deque<Ghost> ghosts_;  // oldest first
    std::unordered_multiset<std::size_t> ghost_hashes_;
    std::size_t ghost_bytes_ = 0;
    double mean_density_ = 0;
    double accesses_ = 0;
    std::size_t swept_ = 0;  // the bucket of the index at which the next sweep begins
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail

#ifndef CENTAVO_COMPILED
#include <centavo/cache/detail/s3_fifo.ipp>
#endif
