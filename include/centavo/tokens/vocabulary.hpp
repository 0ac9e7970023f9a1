// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/base/error.hpp>
#include <centavo/base/view.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace centavo {
inline namespace CENTAVO_ABI {

/// The pattern that splits text into pieces, each of which is encoded separately.
///
/// `llama3` belongs to the rank files of Llama 3, `qwen` to those of Qwen, `gpt2` to r50k_base, p50k_base and
/// p50k_edit.
enum class SplitPattern : std::uint8_t { o200k, cl100k, llama3, qwen, gpt2 };

/// The number of a token in its vocabulary; merges with lower ranks are applied first.
using Rank = std::uint32_t;

/// Vocabulary data that are malformed or inconsistent.
class CENTAVO_VISIBLE MalformedVocabulary : public Error {
public:
    explicit MalformedVocabulary(std::string const& what) : Error{ErrorCode::malformed, what} {}
};

/// The tokens of a byte pair encoding: the bytes and the merge of each, and an index by bytes.
///
/// Holds up to 2^18 tokens. Immutable: safe to share between threads.
class Vocabulary {
public:
    static constexpr Rank none = ~Rank{0};

    /// Reads the format that tools/make_vocabulary.py writes.
    ///
    /// `bytes`: ranks 0 to 255, two hexadecimal digits each. `merges`: from rank 256 on, three base64 digits for the
    /// left rank and three for the right. Throws MalformedVocabulary.
    [[nodiscard]] static Vocabulary from_merges(std::string_view bytes, View<std::string_view> merges);

    [[nodiscard]] std::size_t size() const noexcept { return begins_.size() - 1; }

    /// The bytes of a token; `rank` must be below size(). Empty for a gap in the ranks.
    [[nodiscard]] std::string_view text(Rank rank) const noexcept;

    [[nodiscard]] Rank of_byte(unsigned char byte) const noexcept { return of_byte_[byte]; }

    /// The token with exactly these bytes, or `none`.
    [[nodiscard]] Rank find(std::string_view bytes) const noexcept { return find(bytes, hash_of(bytes)); }

    /// The same, with the known hash_of() the bytes.
    [[nodiscard]] Rank find(std::string_view bytes, std::uint64_t hash) const noexcept;

    /// The token that `left` and `right` merge to, or `none`.
    [[nodiscard]] Rank merge(Rank left, Rank right) const noexcept;

    /// The token of two bytes, or `none`.
    [[nodiscard]] Rank of_bytes(unsigned char first, unsigned char second) const noexcept;

    /// Whether no token spans the boundary at `at`, so that a piece may be encoded in two parts there.
    ///
    /// At least two bytes must precede `at` and two follow it. False if not known.
    [[nodiscard]] bool parts_at(char const* at) const noexcept;

    [[nodiscard]] static std::uint64_t hash_of(std::string_view bytes) noexcept;

    /// The size of the longest token in bytes.
    [[nodiscard]] std::size_t longest() const noexcept { return longest_; }

private:
    friend class RankReader;

    static constexpr unsigned rank_bits = 18;
    static constexpr std::uint32_t rank_mask = (1U << rank_bits) - 1;
    static constexpr std::uint32_t tag_mask = (1U << (32 - rank_bits)) - 1;
    static constexpr std::uint32_t batch = 64;  // slots prefetched while filling the tables
    static constexpr unsigned filter_shift = 49;
    static constexpr unsigned window_shift = 43;
    static constexpr std::uint64_t empty_pair = ~std::uint64_t{0};

    static std::uint64_t spread(std::uint64_t key) noexcept;
    static std::uint64_t pair_hash(std::uint64_t pair) noexcept { return pair * 0x9E3779B97F4A7C15U; }
    static std::uint64_t filter_bits(std::uint64_t hash) noexcept;
    template <class Word>
    static Word load(char const* at) noexcept {
        Word word;
        std::memcpy(&word, at, sizeof word);
        return word;
    }
    static unsigned shift_for(std::size_t slots) noexcept;

    /// The bit for the bytes around a boundary: `before` bytes before it and `behind` after it.
    static std::size_t window(char const* at, std::ptrdiff_t before, std::ptrdiff_t behind) noexcept;
    [[nodiscard]] bool spanned(std::size_t bit) const noexcept {
        return (windows_[bit >> 6] >> (bit & 63) & 1) != 0;
    }
    void note_windows(char const* text, std::size_t left, std::size_t right) noexcept;

    static std::size_t slots_for(std::size_t entries) noexcept;
    [[nodiscard]] std::uint32_t length(Rank rank) const noexcept { return begins_[rank + 1] - begins_[rank]; }

    void read_bytes(std::string_view bytes);
    void spell(View<std::uint64_t> pairs);
    void index_pairs(View<std::uint64_t> pairs);
    void index_texts();

    std::vector<char> text_;
    std::vector<std::uint32_t> begins_;
    std::vector<std::uint32_t> by_text_;
    std::vector<std::uint64_t> by_pair_;
    std::vector<std::uint64_t> filter_;  // rejects most pairs without a merge, in 256 KiB
    std::vector<std::uint64_t>
        windows_;  // the bytes around each position inside a token, up to two on each side
    std::vector<Rank> of_two_bytes_;
    std::array<Rank, 256> of_byte_{};
    std::size_t longest_ = 0;
    unsigned text_shift_ = 0;
    unsigned pair_shift_ = 0;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/tokens/detail/vocabulary.ipp>
#endif
