// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/view.hpp>
#include <centavo/tokens/vocabulary.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string_view>
#include <utility>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// A piece of at most 16 bytes as two words, padded with zeros, and its length.
struct PieceKey {
    static constexpr std::size_t longest = 16;

    std::uint64_t low = 0;
    std::uint64_t high = 0;
    std::uint32_t length = 0;

    /// The key of the 1 to 16 bytes at `at`; reads 16 bytes, all of which must be readable.
    [[nodiscard]] static PieceKey of_padded(char const* at, std::size_t length) noexcept {
        static constexpr auto masks = [] {
            std::array<std::uint64_t, longest + 9> table{};
            for (std::size_t i = 0; i < table.size(); ++i) {
                std::size_t const bytes = i < 8 ? 0 : i < 16 ? i - 8 : 8;
                table[i] = bytes == 8 ? ~std::uint64_t{0} : (std::uint64_t{1} << (8 * bytes)) - 1;
            }
            return table;
        }();
        return {word(at) & masks[length + 8], word(at + 8) & masks[length],
                static_cast<std::uint32_t>(length)};
    }

    /// The same, without reading past the piece.
    [[nodiscard]] static PieceKey of(char const* at, std::size_t length) noexcept {
        char padded[longest] = {};
        std::memcpy(padded, at, length);
        return {word(padded), word(padded + 8), static_cast<std::uint32_t>(length)};
    }

    [[nodiscard]] std::uint64_t hash() const noexcept {
        std::uint64_t const mixed = low ^ (high * 0xD6E8FEB86659FD93U);
        return (mixed ^ mixed >> 32) * 0x9E3779B97F4A7C15U;
    }

private:
    static std::uint64_t word(char const* at) noexcept {
        static_assert(std::endian::native == std::endian::little, "keys are little-endian words");
        std::uint64_t value;
        std::memcpy(&value, at, 8);
        return value;
    }
};

/// The encodings of recent pieces; a new entry replaces the one in its slot.
///
/// Uses up to 2.5 MiB, allocated as it fills. Not thread-safe.
class PieceCache {
public:
    struct Slot {
        std::uint64_t low;
        std::uint64_t high;
        std::uint64_t tokens;  // 5 bits length, 5 bits count, three ranks of 18 bits

        [[nodiscard]] bool holds(PieceKey const& key) const noexcept {
            return low == key.low && high == key.high && (tokens & 31) == key.length;
        }
        [[nodiscard]] std::uint32_t count() const noexcept {
            return static_cast<std::uint32_t>(tokens >> 5 & 31);
        }
        /// Only the first three ranks are kept.
        [[nodiscard]] Rank rank(std::uint32_t i) const noexcept {
            return static_cast<Rank>(tokens >> (10 + 18 * i) & 0x3FFFF);
        }
    };
    static constexpr std::uint32_t ranks_kept = 3;

    [[nodiscard]] Slot& slot(PieceKey const& key) noexcept { return slots_.get()[key.hash() >> (64 - bits)]; }

    static void put(Slot& slot, PieceKey const& key, View<Rank> all) noexcept {
        auto const ranks = first_of(all);
        slot = {key.low, key.high,
                key.length | std::uint64_t{all.size()} << 5 | std::uint64_t{ranks[0]} << 10 |
                    std::uint64_t{ranks[1]} << 28 | std::uint64_t{ranks[2]} << 46};
    }

    /// A piece of 17 to 48 bytes; fills a cache line.
    struct LongSlot {
        static constexpr std::size_t longest = 48;

        std::array<char, longest> text;
        std::uint16_t size;
        std::uint16_t count;
        std::array<Rank, ranks_kept> ranks;  ///< the first three

        [[nodiscard]] bool holds(std::string_view piece) const noexcept {
            return size == piece.size() && std::memcmp(text.data(), piece.data(), piece.size()) == 0;
        }
    };

    [[nodiscard]] LongSlot& long_slot(std::uint64_t hash) noexcept {
        return long_slots_.get()[hash >> (64 - long_bits)];
    }

    /// `all` may be empty if `count` exceeds the number of ranks kept.
    static void put(LongSlot& slot, std::string_view piece, View<Rank> all, std::uint16_t count) noexcept {
        std::memcpy(slot.text.data(), piece.data(), piece.size());
        slot.size = static_cast<std::uint16_t>(piece.size());
        slot.count = count;
        slot.ranks = first_of(all);
    }

private:
    static std::array<Rank, ranks_kept> first_of(View<Rank> all) noexcept {
        std::array<Rank, ranks_kept> first{};
        std::copy_n(all.begin(), all.size() < ranks_kept ? all.size() : ranks_kept, first.begin());
        return first;
    }

    static constexpr unsigned bits = 16;
    static constexpr unsigned long_bits = 14;

    /// An array that is zero at first.
    template <typename Each>
    class Zeroed {
    public:
        // calloc: pages without an entry are never touched
        explicit Zeroed(unsigned power)
            : slots_{static_cast<Each*>(std::calloc(std::size_t{1} << power, sizeof(Each)))} {
            if (slots_ == nullptr) {
                throw std::bad_alloc{};
            }
        }
        Zeroed(Zeroed&& other) noexcept : slots_{std::exchange(other.slots_, nullptr)} {}
        Zeroed& operator=(Zeroed&& other) noexcept {
            std::swap(slots_, other.slots_);
            return *this;
        }
        ~Zeroed() { std::free(slots_); }

        [[nodiscard]] Each* get() const noexcept { return slots_; }

    private:
        Each* slots_;
    };

    Zeroed<Slot> slots_{bits};
    Zeroed<LongSlot> long_slots_{long_bits};
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
