// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/tokens/vocabulary.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace centavo::inline v0 {

/// Byte pair encoding of one piece: the lowest merge first, the leftmost of equals.
///
/// Keeps its working memory between pieces, so that it allocates only for a piece longer than any before.
/// n log n for long pieces. Externally synchronised.
class PieceMerge {
public:
    /// Calls `sink` with each rank of `piece` in order. Throws std::length_error beyond 2^32 - 1 bytes.
    template <class Sink>
    void operator()(Vocabulary const& vocabulary, std::string_view piece, Sink&& sink) {
        if (piece.size() <= short_piece) {
            merge_short(vocabulary, piece, sink);
        } else {
            merge_long(vocabulary, piece, sink);
        }
    }

private:
    static constexpr std::size_t short_piece = 48;

    template <class Sink>
    static void merge_short(Vocabulary const& vocabulary, std::string_view piece, Sink& sink) {
        std::array<Rank, short_piece> parts;
        std::array<Rank, short_piece> merged;  // what part i and part i + 1 make
        std::size_t count = piece.size();
        for (std::size_t i = 0; i < count; ++i) {
            parts[i] = vocabulary.of_byte(static_cast<unsigned char>(piece[i]));
        }
        for (std::size_t i = 0; i + 1 < count; ++i) {
            merged[i] = vocabulary.of_bytes(static_cast<unsigned char>(piece[i]), static_cast<unsigned char>(piece[i + 1]));
        }
        while (count > 1) {
            std::size_t best = 0;
            for (std::size_t i = 1; i + 1 < count; ++i) {
                best = merged[i] < merged[best] ? i : best;
            }
            if (merged[best] == Vocabulary::none) {
                break;
            }
            parts[best] = merged[best];
            for (std::size_t i = best + 1; i + 1 < count; ++i) {
                parts[i] = parts[i + 1];
                merged[i - 1] = merged[i];
            }
            --count;
            if (best > 0) {
                merged[best - 1] = vocabulary.merge(parts[best - 1], parts[best]);
            }
            if (best + 1 < count) {
                merged[best] = vocabulary.merge(parts[best], parts[best + 1]);
            }
        }
        for (std::size_t i = 0; i < count; ++i) {
            sink(parts[i]);
        }
    }

    template <class Sink>
    void merge_long(Vocabulary const& vocabulary, std::string_view piece, Sink& sink) {
        if (piece.size() >= gone) {
            throw std::length_error("centavo: a piece of text beyond 4 GB");
        }
        auto const count = static_cast<std::uint32_t>(piece.size());
        parts_.resize(count);
        heap_.clear();
        for (std::uint32_t i = 0; i < count; ++i) {
            parts_[i] = {vocabulary.of_byte(static_cast<unsigned char>(piece[i])), Vocabulary::none, i - 1, i + 1};
        }
        for (std::uint32_t i = 0; i + 1 < count; ++i) {
            offer(vocabulary, i, count);
        }
        std::ranges::make_heap(heap_, std::greater<>{});
        auto const push = [&](std::uint32_t at) {
            if (offer(vocabulary, at, count)) {
                std::ranges::push_heap(heap_, std::greater<>{});
            }
        };
        while (!heap_.empty()) {
            std::ranges::pop_heap(heap_, std::greater<>{});
            std::uint64_t const least = heap_.back();
            heap_.pop_back();
            auto const at = static_cast<std::uint32_t>(least);
            Part& part = parts_[at];
            if (part.merged != static_cast<Rank>(least >> 32)) {
                continue;
            }
            Part& right = parts_[part.next];
            part.rank = part.merged;
            right.merged = Vocabulary::none;
            part.next = right.next;
            if (part.next < count) {
                parts_[part.next].previous = at;
            }
            push(at);
            if (at != 0) {
                push(part.previous);
            }
        }
        for (std::uint32_t at = 0; at < count; at = parts_[at].next) {
            sink(parts_[at].rank);
        }
    }

    bool offer(Vocabulary const& vocabulary, std::uint32_t at, std::uint32_t count) {
        Part& part = parts_[at];
        part.merged = part.next < count ? vocabulary.merge(part.rank, parts_[part.next].rank) : Vocabulary::none;
        if (part.merged == Vocabulary::none) {
            return false;
        }
        heap_.push_back(std::uint64_t{part.merged} << 32 | at);
        return true;
    }

    struct Part {
        Rank rank;
        Rank merged;  // what it and the next part make
        std::uint32_t previous;
        std::uint32_t next;
    };
    static constexpr std::uint32_t gone = ~std::uint32_t{0};

    std::vector<Part> parts_;
    std::vector<std::uint64_t> heap_;
};

}  // namespace centavo::inline v0
