// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/view.hpp>
#include <centavo/tokens/vocabulary.hpp>

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE std::string_view Vocabulary::text(Rank rank) const noexcept {
    return {text_.data() + begins_[rank], begins_[rank + 1] - begins_[rank]};
}

CENTAVO_INLINE Rank Vocabulary::find(std::string_view bytes, std::uint64_t hash) const noexcept {
    if (bytes.size() > longest_) {
        return none;
    }
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

CENTAVO_INLINE Rank Vocabulary::merge(Rank left, Rank right) const noexcept {
    std::uint64_t const pair = std::uint64_t{left} << rank_bits | right;
    std::uint64_t const hash = pair_hash(pair);
    if (std::uint64_t const bits = filter_bits(hash); (filter_[hash >> filter_shift] & bits) != bits) {
        return none;
    }
    for (std::size_t slot = hash >> pair_shift_;; slot = (slot + 1) & (by_pair_.size() - 1)) {
        std::uint64_t const held = by_pair_[slot];
        if (held >> rank_bits == pair) {
            return static_cast<Rank>(held & rank_mask);
        }
        if (held == empty_pair) {
            return none;
        }
    }
}

CENTAVO_INLINE Rank Vocabulary::of_bytes(unsigned char first, unsigned char second) const noexcept {
    return of_two_bytes_[std::size_t{first} << 8 | second];
}

CENTAVO_INLINE bool Vocabulary::parts_at(char const* at) const noexcept {
    auto const byte = [&](std::ptrdiff_t i) { return static_cast<unsigned char>(at[i]); };
    return of_bytes(byte(-1), byte(0)) == none && !spanned(window(at, 1, 2)) && !spanned(window(at, 2, 1)) &&
           !spanned(window(at, 2, 2));
}

CENTAVO_INLINE std::uint64_t Vocabulary::hash_of(std::string_view bytes) noexcept {
    std::size_t const size = bytes.size();
    char const* const at = bytes.data();
    std::uint64_t hash = size * 0xD6E8FEB86659FD93U;
    if (size >= 8) {
        for (std::size_t i = 0; i + 8 < size; i += 8) {
            hash = spread(hash ^ load<std::uint64_t>(at + i));
        }
        hash ^= load<std::uint64_t>(at + size - 8);
    } else if (size >= 4) {
        hash ^= std::uint64_t{load<std::uint32_t>(at)} << 32 | load<std::uint32_t>(at + size - 4);
    } else if (size > 0) {
        auto const byte = [&](std::size_t i) { return std::uint64_t{static_cast<unsigned char>(at[i])}; };
        hash ^= byte(0) << 16 | byte(size / 2) << 8 | byte(size - 1);
    }
    return spread(hash);
}

CENTAVO_INLINE std::uint64_t Vocabulary::spread(std::uint64_t key) noexcept {
    key *= 0x9E3779B97F4A7C15U;
    key ^= key >> 32;
    return key * 0xD6E8FEB86659FD93U;
}

CENTAVO_INLINE std::uint64_t Vocabulary::filter_bits(std::uint64_t hash) noexcept {
    return std::uint64_t{1} << (hash >> 24 & 63) | std::uint64_t{1} << (hash >> 30 & 63);
}

CENTAVO_INLINE unsigned Vocabulary::shift_for(std::size_t slots) noexcept {
    unsigned shift = 64;
    for (; slots > 1; slots >>= 1) {
        --shift;
    }
    return shift;
}

CENTAVO_INLINE std::size_t Vocabulary::window(char const* at, std::ptrdiff_t before,
                                              std::ptrdiff_t behind) noexcept {
    std::uint64_t key = static_cast<std::uint64_t>(before * 4 + behind);
    for (std::ptrdiff_t i = -before; i < behind; ++i) {
        key = key << 8 | static_cast<unsigned char>(at[i]);
    }
    return pair_hash(key) >> window_shift;
}

CENTAVO_INLINE std::size_t Vocabulary::slots_for(std::size_t entries) noexcept {
    std::size_t slots = 1024;
    while (slots < entries * 2) {
        slots *= 2;
    }
    return slots;
}

CENTAVO_INLINE Vocabulary Vocabulary::from_merges(std::string_view bytes, View<std::string_view> merges) {
    static constexpr auto digits = [] {
        std::array<std::uint32_t, 256> table{};
        table.fill(1U << rank_bits);  // above any rank
        std::string_view const order = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        for (std::size_t i = 0; i < order.size(); ++i) {
            table[static_cast<unsigned char>(order[i])] = static_cast<std::uint32_t>(i);
        }
        return table;
    }();
    auto const digit = [](char c) { return digits[static_cast<unsigned char>(c)]; };

    if (bytes.size() != 512) {
        throw MalformedVocabulary("a vocabulary must begin with 256 bytes in hexadecimal");
    }
    std::size_t count = 256;
    for (std::string_view const chunk : merges) {
        if (chunk.size() % 6 != 0) {
            throw MalformedVocabulary("a chunk of merges must end between two merges");
        }
        count += chunk.size() / 6;
    }
    if (count > rank_mask) {
        throw MalformedVocabulary("a vocabulary must not have more than 2^18 tokens");
    }
    Vocabulary made;
    made.read_bytes(bytes);
    made.begins_.resize(count + 1);
    std::vector<std::uint64_t> pairs;
    pairs.reserve(count - 256);
    Rank rank = 256;
    for (std::string_view const chunk : merges) {
        for (std::size_t i = 0; i < chunk.size(); i += 6, ++rank) {
            char const* const c = chunk.data() + i;
            Rank const left = digit(c[0]) << 12 | digit(c[1]) << 6 | digit(c[2]);
            Rank const right = digit(c[3]) << 12 | digit(c[4]) << 6 | digit(c[5]);
            if (left >= rank || right >= rank) {
                throw MalformedVocabulary("a merge must combine two lower ranks");
            }
            made.begins_[rank + 1] = made.begins_[rank] + made.length(left) + made.length(right);
            pairs.push_back(std::uint64_t{left} << rank_bits | right);
        }
    }
    made.spell(pairs);
    made.index_pairs(pairs);
    made.index_texts();
    return made;
}

CENTAVO_INLINE void Vocabulary::read_bytes(std::string_view bytes) {
    auto const hex = [](char c) { return static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10); };
    of_byte_.fill(none);
    of_two_bytes_.assign(65'536, none);
    for (std::uint32_t i = 0; i < 256; ++i) {
        auto const byte = static_cast<unsigned char>(hex(bytes[std::size_t{2} * i]) << 4 |
                                                     hex(bytes[std::size_t{2} * i + 1]));
        if (of_byte_[byte] != none) {
            throw MalformedVocabulary("a byte occurs twice among the first 256 ranks");
        }
        of_byte_[byte] = i;
        begins_.push_back(i);
        text_.push_back(static_cast<char>(byte));
    }
    begins_.push_back(256);
}

CENTAVO_INLINE void Vocabulary::spell(View<std::uint64_t> pairs) {
    constexpr std::size_t step = 16;
    text_.resize(begins_.back() + step);  // padding for copies of whole steps
    char* to = text_.data() + 256;
    windows_.assign(std::size_t{1} << (64 - window_shift - 6), 0);
    for (std::uint64_t const pair : pairs) {
        for (Rank const part : {static_cast<Rank>(pair >> rank_bits), static_cast<Rank>(pair & rank_mask)}) {
            std::size_t const size = length(part);
            char const* const from = text_.data() + begins_[part];
            if (size <= step) {
                char copy[step];
                std::memcpy(copy, from, step);
                std::memcpy(to, copy, step);
            } else {
                std::memcpy(to, from, size);
            }
            to += size;
        }
        std::size_t const right = length(static_cast<Rank>(pair & rank_mask));
        std::size_t const left = length(static_cast<Rank>(pair >> rank_bits));
        note_windows(to - right, left, right);
    }
}

/// Records the boundaries that a merge adds: between its two tokens, and those next to it, whose windows reach across.
CENTAVO_INLINE void Vocabulary::note_windows(char const* boundary, std::size_t left,
                                             std::size_t right) noexcept {
    auto const note = [&](char const* at, std::size_t before, std::size_t behind) {
        std::size_t const bit = window(at, before < 2 ? 1 : 2, behind < 2 ? 1 : 2);
        windows_[bit >> 6] |= std::uint64_t{1} << (bit & 63);
    };
    note(boundary, left, right);
    if (left > 1) {
        note(boundary - 1, left - 1, right + 1);
    }
    if (right > 1) {
        note(boundary + 1, left + 1, right - 1);
    }
}

CENTAVO_INLINE void Vocabulary::index_pairs(View<std::uint64_t> pairs) {
    std::size_t const slots = slots_for(size());
    by_pair_.assign(slots, empty_pair);
    pair_shift_ = shift_for(slots);
    filter_.assign(std::size_t{1} << (64 - filter_shift), 0);
    std::array<std::uint64_t, batch> hashes;
    for (std::size_t first = 0; first < pairs.size(); first += batch) {
        std::size_t const last = first + batch < pairs.size() ? first + batch : pairs.size();
        for (std::size_t i = first; i < last; ++i) {
            hashes[i - first] = pair_hash(pairs[i]);
            __builtin_prefetch(&by_pair_[hashes[i - first] >> pair_shift_], 1);
        }
        for (std::size_t i = first; i < last; ++i) {
            std::uint64_t const hash = hashes[i - first];
            filter_[hash >> filter_shift] |= filter_bits(hash);
            std::size_t slot = hash >> pair_shift_;
            for (; by_pair_[slot] != empty_pair; slot = (slot + 1) & (slots - 1)) {
                if (by_pair_[slot] >> rank_bits == pairs[i]) {
                    throw MalformedVocabulary("the same merge occurs twice");
                }
            }
            by_pair_[slot] = pairs[i] << rank_bits | (256 + i);
        }
    }
}

CENTAVO_INLINE void Vocabulary::index_texts() {
    std::size_t const slots = slots_for(size());
    by_text_.assign(slots, none);
    text_shift_ = shift_for(slots);
    std::array<std::uint64_t, batch> hashes;
    for (Rank first = 0; first < size(); first += batch) {
        Rank const last = first + batch < size() ? first + batch : static_cast<Rank>(size());
        for (Rank rank = first; rank < last; ++rank) {
            std::string_view const bytes = text(rank);
            longest_ = bytes.size() > longest_ ? bytes.size() : longest_;
            if (bytes.size() == 2) {
                of_two_bytes_[std::size_t{static_cast<unsigned char>(bytes[0])} << 8 |
                              static_cast<unsigned char>(bytes[1])] = rank;
            }
            hashes[rank - first] = hash_of(bytes);
            __builtin_prefetch(&by_text_[hashes[rank - first] >> text_shift_], 1);
        }
        for (Rank rank = first; rank < last; ++rank) {
            if (length(rank) == 0) {
                continue;
            }
            std::uint64_t const hash = hashes[rank - first];
            std::size_t slot = hash >> text_shift_;
            while (by_text_[slot] != none) {
                slot = (slot + 1) & (slots - 1);
            }
            by_text_[slot] = static_cast<std::uint32_t>(hash & tag_mask) << rank_bits | rank;
        }
    }
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
