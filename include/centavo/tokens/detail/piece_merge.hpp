// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/tokens/vocabulary.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string_view>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// Byte pair encoding of one piece: the merge with the lowest rank first, the leftmost of equals.
///
/// A long piece is encoded block by block: a sequence of tokens is the encoding of its text if every two adjacent
/// tokens are the encoding of theirs, so only the two tokens where blocks meet need a check. Linear in the piece if
/// that check succeeds, n log n if it never does. Keeps its working memory between pieces. Externally synchronized.
class PieceMerge {
public:
    /// Appends the ranks of `piece` to `ranks`.
    void append(Vocabulary const& vocabulary, std::string_view piece, std::vector<Rank>& ranks) {
        if (piece.size() <= 2 * usual_block) {
            merge_block(vocabulary, piece, ranks);
        } else {
            extend(vocabulary, piece, 0, ranks, ranks.size());
        }
    }

    /// Appends the ranks of `piece` from `at` on; `ranks` from index `first` are those of the text before.
    ///
    /// Removes as many of them as the following text changes.
    void extend(Vocabulary const& vocabulary, std::string_view piece, std::size_t at,
                std::vector<Rank>& ranks, std::size_t first) {
        std::size_t block = usual_block;  // doubled until the text after `reached` is encoded
        std::size_t returns = 1;
        auto const take_back = [&] {
            at -= vocabulary.text(ranks.back()).size();
            ranks.pop_back();
        };
        if (ranks.size() > first + unsure) {
            for (std::size_t i = 0; i < unsure; ++i) {
                take_back();
            }
            at = repeat(vocabulary, piece, at, ranks, first);
        }
        std::size_t reached = at;
        while (at < piece.size()) {
            std::size_t const meeting = ranks.size();
            std::size_t const rest = piece.size() - at;
            std::size_t const size = rest <= 2 * block ? rest : block;
            block *= 2;
            merge(vocabulary, piece.substr(at, size), ranks);
            if (meeting > first && !neighbours(vocabulary, ranks[meeting - 1], ranks[meeting])) {
                ranks.resize(meeting);
                for (std::size_t i = 0; i < returns && ranks.size() > first; ++i) {
                    take_back();
                }
                returns *= 2;
                continue;
            }
            at += size;
            if (at == piece.size()) {
                return;
            }
            // The last tokens of a block are likely to change with what follows it.
            if (ranks.size() - meeting <= unsure) {
                at -= size;
                ranks.resize(meeting);
                continue;
            }
            for (std::size_t i = 0; i < unsure; ++i) {
                take_back();
            }
            at = repeat(vocabulary, piece, at, ranks, first);
            if (at > reached) {
                reached = at;
                block = usual_block;
                returns = 1;
            }
        }
    }

private:
    static constexpr std::size_t usual_block = 64;
    static constexpr std::size_t largest_block = 256;  // for merge_block
    static constexpr std::size_t unsure = 2;

    static_assert(2 * usual_block <= largest_block);

    /// Repeats the last tokens while the text repeats: two tokens that were adjacent may be adjacent again.
    static std::size_t repeat(Vocabulary const& vocabulary, std::string_view piece, std::size_t at,
                              std::vector<Rank>& ranks, std::size_t first) {
        for (std::size_t period = 1; period <= 4; ++period) {
            while (ranks.size() > first + period && ranks.back() == ranks[ranks.size() - 1 - period]) {
                Rank const again = ranks[ranks.size() - period];
                std::string_view const text = vocabulary.text(again);
                if (at + text.size() >= piece.size() || piece.substr(at, text.size()) != text) {
                    break;
                }
                ranks.push_back(again);
                at += text.size();
            }
        }
        return at;
    }

    void merge(Vocabulary const& vocabulary, std::string_view block, std::vector<Rank>& ranks) {
        if (block.size() <= largest_block) {
            merge_block(vocabulary, block, ranks);
        } else {
            merge_heap(vocabulary, block, ranks);
        }
    }

    /// Whether the text of both tokens is encoded as these two tokens.
    [[nodiscard]] bool neighbours(Vocabulary const& vocabulary, Rank left, Rank right) {
        if (vocabulary.merge(left, right) != Vocabulary::none) {
            return false;
        }
        std::string_view const first = vocabulary.text(left);
        std::string_view const second = vocabulary.text(right);
        std::array<char, largest_block> both;
        if (first.size() + second.size() > both.size()) {
            return false;
        }
        std::memcpy(both.data(), first.data(), first.size());
        std::memcpy(both.data() + first.size(), second.data(), second.size());
        pair_.clear();
        merge_block(vocabulary, {both.data(), first.size() + second.size()}, pair_);
        return pair_.size() == 2 && pair_[0] == left;
    }

    /// Searches all merges for the lowest in every step, which is fast for the short pieces of most texts.
    static void merge_block(Vocabulary const& vocabulary, std::string_view piece, std::vector<Rank>& ranks) {
        using Lanes = std::int32_t __attribute__((vector_size(16)));
        constexpr std::int32_t never = std::numeric_limits<std::int32_t>::max();
        constexpr std::size_t lanes = 4;
        alignas(16) std::array<std::int32_t, largest_block> keys;  // the merge of parts i and next[i], and i
        std::array<Rank, largest_block> parts;
        std::array<std::uint16_t, largest_block + 1> next;
        std::array<std::uint16_t, largest_block + 1> previous;
        std::size_t const count = piece.size();
        auto const byte = [&](std::size_t i) { return static_cast<unsigned char>(piece[i]); };
        auto const key = [](Rank made, std::size_t at) {
            return made == Vocabulary::none ? never : static_cast<std::int32_t>(made << 8 | at);
        };
        for (std::size_t i = 0; i < count; ++i) {
            parts[i] = vocabulary.of_byte(byte(i));
            keys[i] = i + 1 < count ? key(vocabulary.of_bytes(byte(i), byte(i + 1)), i) : never;
            next[i] = static_cast<std::uint16_t>(i + 1);
            previous[i + 1] = static_cast<std::uint16_t>(i);
        }
        std::size_t const padded = (count + lanes - 1) / lanes * lanes;
        std::fill(keys.begin() + static_cast<std::ptrdiff_t>(count),
                  keys.begin() + static_cast<std::ptrdiff_t>(padded), never);
        for (;;) {
            Lanes least = {never, never, never, never};
            for (std::size_t i = 0; i < padded; i += lanes) {
                Lanes some;
                std::memcpy(&some, &keys[i], sizeof some);
                least = some < least ? some : least;
            }
            std::int32_t const lowest = std::min(std::min(least[0], least[1]), std::min(least[2], least[3]));
            if (lowest == never) {
                break;
            }
            std::size_t const at = static_cast<std::size_t>(lowest) & 0xFF;
            std::size_t const right = next[at];
            std::size_t const behind = next[right];
            parts[at] = static_cast<Rank>(lowest >> 8);
            next[at] = static_cast<std::uint16_t>(behind);
            previous[behind] = static_cast<std::uint16_t>(at);
            keys[right] = never;
            keys[at] = behind < count ? key(vocabulary.merge(parts[at], parts[behind]), at) : never;
            if (at > 0) {
                std::size_t const before = previous[at];
                keys[before] = key(vocabulary.merge(parts[before], parts[at]), before);
            }
        }
        for (std::size_t at = 0; at < count; at = next[at]) {
            ranks.push_back(parts[at]);
        }
    }

    /// The same with a heap, for blocks of long tokens. A block is shorter than 2^32 bytes.
    void merge_heap(Vocabulary const& vocabulary, std::string_view piece, std::vector<Rank>& ranks) {
        auto const count = static_cast<std::uint32_t>(piece.size());
        parts_.resize(count);
        heap_.clear();
        for (std::uint32_t i = 0; i < count; ++i) {
            parts_[i] = {vocabulary.of_byte(static_cast<unsigned char>(piece[i])), Vocabulary::none, i - 1,
                         i + 1};
        }
        for (std::uint32_t i = 0; i + 1 < count; ++i) {
            offer(vocabulary, i, count);
        }
        auto const later = [](std::uint64_t a, std::uint64_t b) { return a > b; };
        std::make_heap(heap_.begin(), heap_.end(), later);
        auto const push = [&](std::uint32_t at) {
            if (offer(vocabulary, at, count)) {
                std::push_heap(heap_.begin(), heap_.end(), later);
            }
        };
        while (!heap_.empty()) {
            std::pop_heap(heap_.begin(), heap_.end(), later);
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
            ranks.push_back(parts_[at].rank);
        }
    }

    bool offer(Vocabulary const& vocabulary, std::uint32_t at, std::uint32_t count) {
        Part& part = parts_[at];
        part.merged =
            part.next < count ? vocabulary.merge(part.rank, parts_[part.next].rank) : Vocabulary::none;
        if (part.merged == Vocabulary::none) {
            return false;
        }
        heap_.push_back(std::uint64_t{part.merged} << 32 | at);
        return true;
    }

    struct Part {
        Rank rank;
        Rank merged;  // the merge with the next part
        std::uint32_t previous;
        std::uint32_t next;
    };

    std::vector<Part> parts_;
    std::vector<std::uint64_t> heap_;
    std::vector<Rank> pair_;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
