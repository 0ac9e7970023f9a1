// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace centavo::inline v0 {

/// A token's number in its vocabulary; of two merges the lower one goes first.
using Rank = std::uint32_t;

/// A vocabulary whose text contradicts itself.
class MalformedVocabulary : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// The tokens of a byte pair encoding: their bytes, the merges that make them, and the way back from bytes.
///
/// Holds up to 2^18 tokens. Immutable once made: safe to share between threads.
class Vocabulary {
public:
    static constexpr Rank none = ~Rank{0};

    /// Reads the form that tools/make_vocabulary.py writes.
    ///
    /// `bytes`: ranks 0 to 255, two hexadecimal digits each. `merges`: from rank 256 on, three base64 digits for
    /// the left rank and three for the right. Throws MalformedVocabulary.
    [[nodiscard]] static Vocabulary from_merges(std::string_view bytes, std::span<std::string_view const> merges);

    [[nodiscard]] std::size_t size() const noexcept { return begins_.size() - 1; }

    /// The bytes of a token; `rank` is below size().
    [[nodiscard]] std::string_view text(Rank rank) const noexcept {
        return {text_.data() + begins_[rank], begins_[rank + 1] - begins_[rank]};
    }

    [[nodiscard]] Rank of_byte(unsigned char byte) const noexcept { return of_byte_[byte]; }

    /// The token that is exactly `bytes`, or `none`.
    [[nodiscard]] Rank find(std::string_view bytes) const noexcept {
        if (bytes.size() > longest_) {
            return none;
        }
        std::uint64_t const hash = hash_of(bytes);
        for (std::size_t slot = hash >> text_shift_;; slot = (slot + 1) & (by_text_.size() - 1)) {
            std::uint32_t const held = by_text_[slot];
            if (held == none) {
                return none;
            }
            if ((held >> rank_bits) == (hash & tag_mask) && text(held & rank_mask) == bytes) {
                return held & rank_mask;
            }
        }
    }

    /// The token that merging `left` and `right` makes, or `none`.
    [[nodiscard]] Rank merge(Rank left, Rank right) const noexcept {
        std::uint64_t const pair = std::uint64_t{left} << rank_bits | right;
        for (std::size_t slot = spread(pair) >> pair_shift_;; slot = (slot + 1) & (by_pair_.size() - 1)) {
            std::uint64_t const held = by_pair_[slot];
            if (held >> rank_bits == pair) {
                return static_cast<Rank>(held & rank_mask);
            }
            if (held == empty_pair) {
                return none;
            }
        }
    }

    /// Bytes of the longest token.
    [[nodiscard]] std::size_t longest() const noexcept { return longest_; }

private:
    static constexpr unsigned rank_bits = 18;
    static constexpr std::uint32_t rank_mask = (1U << rank_bits) - 1;
    static constexpr std::uint32_t tag_mask = (1U << (32 - rank_bits)) - 1;
    static constexpr std::uint64_t empty_pair = ~std::uint64_t{0};

    static std::uint64_t spread(std::uint64_t key) noexcept {
        key *= 0x9E3779B97F4A7C15U;
        key ^= key >> 32;
        return key * 0xD6E8FEB86659FD93U;
    }
    static std::uint64_t hash_of(std::string_view bytes) noexcept {
        std::uint64_t hash = bytes.size();
        char const* at = bytes.data();
        std::size_t left = bytes.size();
        for (; left >= 8; at += 8, left -= 8) {
            std::uint64_t word;
            std::memcpy(&word, at, 8);
            hash = spread(hash ^ word);
        }
        std::uint64_t word = 0;
        std::memcpy(&word, at, left);
        return spread(hash ^ word);
    }
    static unsigned shift_for(std::size_t slots) noexcept {
        unsigned shift = 64;
        for (; slots > 1; slots >>= 1) {
            --shift;
        }
        return shift;
    }

    void index();

    std::vector<char> text_;
    std::vector<std::uint32_t> begins_;
    std::vector<std::uint32_t> by_text_;
    std::vector<std::uint64_t> by_pair_;
    std::array<Rank, 256> of_byte_{};
    std::size_t longest_ = 0;
    unsigned text_shift_ = 0;
    unsigned pair_shift_ = 0;
};

inline Vocabulary Vocabulary::from_merges(std::string_view bytes, std::span<std::string_view const> merges) {
    static constexpr auto digits = [] {
        std::array<std::uint32_t, 256> table{};
        table.fill(1U << rank_bits);  // beyond any rank
        std::string_view const order = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        for (std::size_t i = 0; i < order.size(); ++i) {
            table[static_cast<unsigned char>(order[i])] = static_cast<std::uint32_t>(i);
        }
        return table;
    }();
    auto const digit = [](char c) { return digits[static_cast<unsigned char>(c)]; };
    auto const hex = [](char c) { return static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10); };

    if (bytes.size() != 512) {
        throw MalformedVocabulary("centavo: a vocabulary begins with 256 bytes in hexadecimal");
    }
    std::size_t count = 256;
    for (std::string_view const chunk : merges) {
        if (chunk.size() % 6 != 0) {
            throw MalformedVocabulary("centavo: a chunk that ends inside a merge");
        }
        count += chunk.size() / 6;
    }
    if (count > rank_mask) {
        throw MalformedVocabulary("centavo: a vocabulary of more than 2^18 tokens");
    }
    Vocabulary made;
    made.of_byte_.fill(none);
    made.begins_.reserve(count + 1);
    made.text_.reserve(count * 8);
    std::size_t pair_slots = 1024;
    while (pair_slots < count * 2) {
        pair_slots *= 2;
    }
    made.by_text_.assign(pair_slots, none);
    made.by_pair_.assign(pair_slots, empty_pair);
    made.text_shift_ = made.pair_shift_ = shift_for(pair_slots);
    for (std::size_t i = 0; i < 512; i += 2) {
        auto const byte = static_cast<unsigned char>(hex(bytes[i]) << 4 | hex(bytes[i + 1]));
        if (made.of_byte_[byte] != none) {
            throw MalformedVocabulary("centavo: a byte stands twice among the first 256 ranks");
        }
        made.of_byte_[byte] = static_cast<Rank>(i / 2);
        made.begins_.push_back(static_cast<std::uint32_t>(i / 2));
        made.text_.push_back(static_cast<char>(byte));
    }
    Rank rank = 256;
    for (std::string_view const chunk : merges) {
        for (std::size_t i = 0; i + 6 <= chunk.size(); i += 6, ++rank) {
            char const* const c = chunk.data() + i;
            Rank const left = digit(c[0]) << 12 | digit(c[1]) << 6 | digit(c[2]);
            Rank const right = digit(c[3]) << 12 | digit(c[4]) << 6 | digit(c[5]);
            if (left >= rank || right >= rank) {
                throw MalformedVocabulary("centavo: a merge that is not of two lower ranks");
            }
            made.begins_.push_back(static_cast<std::uint32_t>(made.text_.size()));
            for (Rank const part : {left, right}) {
                std::size_t const from = made.begins_[part];
                std::size_t const length = made.begins_[part + 1] - from;
                std::size_t const to = made.text_.size();
                made.text_.resize(to + length);
                std::memcpy(made.text_.data() + to, made.text_.data() + from, length);
            }
            std::uint64_t const pair = std::uint64_t{left} << rank_bits | right;
            std::size_t slot = spread(pair) >> made.pair_shift_;
            while (made.by_pair_[slot] != empty_pair) {
                if (made.by_pair_[slot] >> rank_bits == pair) {
                    throw MalformedVocabulary("centavo: the same merge twice");
                }
                slot = (slot + 1) & (pair_slots - 1);
            }
            made.by_pair_[slot] = pair << rank_bits | rank;
        }
    }
    made.begins_.push_back(static_cast<std::uint32_t>(made.text_.size()));
    made.index();
    return made;
}

inline void Vocabulary::index() {
    for (Rank rank = 0; rank < size(); ++rank) {
        std::string_view const bytes = text(rank);
        longest_ = bytes.size() > longest_ ? bytes.size() : longest_;
        std::uint64_t const hash = hash_of(bytes);
        std::size_t slot = hash >> text_shift_;
        while (by_text_[slot] != none) {
            slot = (slot + 1) & (by_text_.size() - 1);
        }
        by_text_[slot] = static_cast<std::uint32_t>(hash & tag_mask) << rank_bits | rank;
    }
}

}  // namespace centavo::inline v0
