// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/cache/detail/s3_fifo.hpp>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE std::size_t S3Fifo::charge(CacheEntry const& entry) noexcept {
    return entry.body.capacity() + 336;
}

CENTAVO_INLINE void S3Fifo::erase(RequestKey const& key) {
    if (auto const found = index_.find(key); found != index_.end()) {
        drop(found->second);
    }
}

CENTAVO_INLINE void S3Fifo::clear() {
    index_.clear();
    small_.nodes.clear();
    main_.nodes.clear();
    small_.bytes = main_.bytes = 0;
    forget_all();
}

CENTAVO_INLINE void S3Fifo::forget_all() {
    ghosts_.clear();
    ghost_hashes_.clear();
    ghost_bytes_ = 0;
}

CENTAVO_INLINE LookupResult S3Fifo::find(RequestKey const& key, std::chrono::nanoseconds now) {
    auto const found = index_.find(key);
    if (found == index_.end()) {
        return {nullptr, MissReason::absent};
    }
    auto& node = *found->second;
    if (node.deadline <= now) {
        drop(found->second);
        return {nullptr, MissReason::expired};
    }
    access(node.density);
    auto const extra = credit(node.density);
    node.uses = static_cast<std::uint8_t>(std::min(3 + extra, node.uses + 1 + (extra > 1 ? 1 : 0)));
    return {node.entry, MissReason::none};
}

CENTAVO_INLINE void S3Fifo::put(SharedEntry entry, std::chrono::nanoseconds now) {
    auto const hash = entry->key.hash();
    auto const size = charge(*entry);
    auto const density = static_cast<double>(entry->facts.cost.atto()) / static_cast<double>(size);
    auto const deadline = entry->ttl > no_expiry - now ? no_expiry : now + entry->ttl;
    access(density);
    erase(entry->key);
    sweep(now);
    while (bytes() + size > capacity_) {
        evict_one();
    }
    bool const known = ghost_hashes_.contains(hash);
    auto& queue = known ? main_ : small_;
    queue.nodes.push_front({std::move(entry), deadline, size, density, credit(density), known});
    index_.emplace(queue.nodes.front().entry->key, queue.nodes.begin());
    queue.bytes += size;
}

/// Moves the mean over about the last 100,000 accesses.
CENTAVO_INLINE void S3Fifo::access(double density) noexcept {
    accesses_ = std::min(accesses_ + 1, 100'000.0);
    mean_density_ += (density - mean_density_) / accesses_;
}

/// 2 for an entry that saves more than twice the mean, 1 for more than the mean.
CENTAVO_INLINE std::uint8_t S3Fifo::credit(double density) const noexcept {
    return density > 2 * mean_density_ ? 2 : density > mean_density_ ? 1 : 0;
}

CENTAVO_INLINE void S3Fifo::drop(Place place) {
    auto& queue = queue_of(*place);
    queue.bytes -= place->charge;
    index_.erase(place->entry->key);
    queue.nodes.erase(place);
}

CENTAVO_INLINE void S3Fifo::evict_one() {
    bool const from_small = !small_.nodes.empty() && (small_.bytes * 10 >= capacity_ || main_.nodes.empty());
    auto& queue = from_small ? small_ : main_;
    auto const last = std::prev(queue.nodes.end());
    if (from_small && last->uses > 1) {
        last->uses = credit(last->density);
        last->in_main = true;
        small_.bytes -= last->charge;
        main_.bytes += last->charge;
        main_.nodes.splice(main_.nodes.begin(), small_.nodes, last);
    } else if (from_small) {
        remember(*last);
        drop(last);
    } else if (last->uses > 0) {
        --last->uses;
        main_.nodes.splice(main_.nodes.begin(), main_.nodes, last);
    } else {
        drop(last);
    }
}

/// Drops the expired entries of the next eight buckets: amortized over all puts.
CENTAVO_INLINE void S3Fifo::sweep(std::chrono::nanoseconds now) {
    for (int i = 0; i < 8 && !index_.empty(); ++i) {
        swept_ = (swept_ + 1) % index_.bucket_count();
        for (auto at = index_.begin(swept_); at != index_.end(swept_);) {
            auto const place = at->second;
            ++at;
            if (place->deadline <= now) {
                drop(place);
            }
        }
    }
}

/// Keeps hashes of evicted keys: entries of at most nine tenths of the bound, in at most a twentieth of its bytes.
CENTAVO_INLINE void S3Fifo::remember(Node const& node) {
    auto const hash = node.entry->key.hash();
    ghosts_.push_back({hash, node.charge});
    ghost_hashes_.insert(hash);
    ghost_bytes_ += node.charge;
    constexpr std::size_t ghost_size = 64;
    while (ghost_bytes_ * 10 > capacity_ * 9 || ghosts_.size() * ghost_size * 20 > capacity_) {
        auto const oldest = ghosts_.front();
        ghost_hashes_.erase(ghost_hashes_.find(oldest.hash));
        ghost_bytes_ -= oldest.charge;
        ghosts_.pop_front();
    }
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
