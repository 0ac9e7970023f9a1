// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/algorithms.hpp>
#include <centavo/base/detail/utf8.hpp>
#include <centavo/base/error.hpp>
#include <centavo/base/tokens.hpp>
#include <centavo/tokens/detail/piece_encoder.hpp>
#include <centavo/tokens/detail/splitter.hpp>
#include <centavo/tokens/vocabulary.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace centavo {
inline namespace CENTAVO_ABI {

/// A token that stands for a place in a dialogue, not for text: `<|endoftext|>` say.
struct SpecialToken {
    std::string text;
    Rank rank;

    friend bool operator==(SpecialToken const&, SpecialToken const&) = default;
};

/// The special tokens of an encoding. A value.
class SpecialTokens {
public:
    SpecialTokens() = default;

    /// Those without a text are left out.
    explicit SpecialTokens(std::vector<SpecialToken> const& tokens);

    /// Sorted by their texts.
    [[nodiscard]] std::span<SpecialToken const> all() const noexcept { return tokens_; }

    /// The longest that `text`, which is not empty, begins with; null for none.
    [[nodiscard]] SpecialToken const* at_front(std::string_view text) const noexcept;

    /// The text of a rank; empty where there is none.
    [[nodiscard]] std::string_view text(Rank rank) const noexcept;

private:
    void insert(SpecialToken const& token);

    std::vector<SpecialToken> tokens_;
    std::vector<std::size_t> sizes_;  // the longest first
    std::array<bool, 256> firsts_{};
};

/// A rank that its vocabulary does not have.
class CENTAVO_VISIBLE UnknownRank : public Error {
public:
    explicit UnknownRank(std::string const& what) : Error{ErrorCode::unknown, what} {}
};

/// An exact tokenizer: the counts and ranks of tiktoken's encode_ordinary.
///
/// Names of special tokens are ordinary text but for the functions that say otherwise. Each maximal ill-formed UTF-8
/// sequence counts as U+FFFD, or, to a strict() tokenizer, is an error.
/// Time is linear in the text, n log n in a single long piece, and the stack constant.
/// Immutable once made: safe to share between threads.
class Bpe {
public:
    Bpe(Vocabulary vocabulary, SplitPattern split, std::vector<SpecialToken> const& specials = {});

    /// The same tokenizer with other special tokens; the two share one vocabulary.
    [[nodiscard]] Bpe with_specials(std::vector<SpecialToken> const& specials) const;

    /// The same tokenizer, which throws IllFormedUtf8 for text that is not UTF-8, as far as it reads it.
    [[nodiscard]] Bpe strict() const;

    [[nodiscard]] Tokens count(std::string_view text) const;

    /// The tokens of `text`, or some number above `limit` as soon as there are more.
    [[nodiscard]] Tokens count_up_to(std::string_view text, Tokens limit) const;

    [[nodiscard]] std::vector<Rank> encode(std::string_view text) const;

    void append_encoded(std::vector<Rank>& ranks, std::string_view text) const;

    /// As count() and encode(), where the text of a special token is that token; of two that begin alike the longer.
    [[nodiscard]] Tokens count_with_specials(std::string_view text) const;
    [[nodiscard]] std::vector<Rank> encode_with_specials(std::string_view text) const;
    /// Sorted by their texts.
    [[nodiscard]] std::span<SpecialToken const> specials() const noexcept { return specials_.all(); }

    /// Calls `visit` with each rank of `text` in order until it answers false; allocates nothing once warm.
    template <class Visit>
    void each_token(std::string_view text, Visit&& visit) const;

    /// The bytes of `ranks`, special ones too; parts of characters stay as they are. Throws UnknownRank.
    [[nodiscard]] std::string decode(std::span<Rank const> ranks) const;

    /// A beginning of `text` that counts at most `limit` by itself and ends between two characters.
    ///
    /// It ends where the last token within the limit does, or a few characters before.
    [[nodiscard]] std::string_view truncate(std::string_view text, Tokens limit) const;

    /// The count of a text that may grow, in two parts: what no further text can change, and the rest.
    struct Growth {
        std::int64_t settled = 0;
        std::size_t settled_bytes = 0;
        std::int64_t open = 0;
        std::int64_t open_pieces = 0;
    };
    /// `growth_padding` zeros follow `text` in memory; `before` bytes went before it.
    static constexpr std::size_t growth_padding = detail::Splitter<SplitPattern::o200k, true>::padding;
    [[nodiscard]] Growth count_growing(std::string_view text, std::size_t before = 0) const;

    [[nodiscard]] Vocabulary const& vocabulary() const noexcept { return *vocabulary_; }
    [[nodiscard]] SplitPattern split() const noexcept { return split_; }

    /// Calls `visit` with each Piece of `text` in order until it answers false.
    template <class Visit>
    void each_piece(std::string_view text, Visit&& visit) const {
        switch (split_) {
        case SplitPattern::o200k: return each_piece_of<SplitPattern::o200k>(text, visit);
        case SplitPattern::cl100k: return each_piece_of<SplitPattern::cl100k>(text, visit);
        case SplitPattern::llama3:
        case SplitPattern::qwen:
        case SplitPattern::gpt2: return each_piece_of<SplitPattern::gpt2>(text, visit);
        }
    }

private:
    struct Workspace {
        detail::PieceEncoder encoder;
        std::uint32_t owner;
    };

    /// This thread's encoder for this vocabulary.
    [[nodiscard]] detail::PieceEncoder& encoder() const;

    /// The bytes of a rank, ordinary or special; empty where there is none.
    [[nodiscard]] std::string_view text_of(Rank rank) const noexcept;

    template <class Ordinary, class Special>
    void each_segment(std::string_view text, Ordinary&& ordinary, Special&& visit_special) const {
        if (auto const fault = strict_ ? detail::find_ill_formed_utf8(text) : std::nullopt) {
            throw IllFormedUtf8{*fault};
        }
        std::size_t from = 0;
        for (std::size_t at = 0; at < text.size();) {
            SpecialToken const* const found = specials_.at_front(text.substr(at));
            if (!found) {
                ++at;
                continue;
            }
            if (at > from) {
                ordinary(text.substr(from, at - from));
            }
            visit_special(found->rank);
            from = at += found->text.size();
        }
        ordinary(text.substr(from));
    }

    template <SplitPattern split>
    [[nodiscard]] Growth count_growing_by(std::string_view text, std::size_t before) const {
        detail::PieceEncoder& encoder = this->encoder();
        char const* const end = text.data() + text.size() + growth_padding;
        Growth growth;
        bool open = false;
        for (detail::Splitter<split, true> splitter{text, split_}; !splitter.done();) {
            detail::Piece const piece = splitter.next();
            std::int64_t const count = encoder.count(piece, end);
            open = open || splitter.open();
            if (open) {
                growth.open += count;
                ++growth.open_pieces;
            } else {
                if (!piece.well_formed) {
                    refuse_if_strict(piece, text, before);
                }
                growth.settled += count;
                growth.settled_bytes += piece.text.size();
            }
        }
        return growth;
    }

    [[nodiscard]] static std::uint32_t next_id() noexcept;
    template <SplitPattern split, class Visit>
    [[gnu::noinline]] void each_piece_of(std::string_view text, Visit& visit) const {
        for (detail::Splitter<split> splitter{text, split_}; !splitter.done();) {
            detail::Piece const piece = splitter.next();
            if (!piece.well_formed) {
                refuse_if_strict(piece, text, 0);
            }
            if (!visit(piece)) {
                return;
            }
        }
    }

    void refuse_if_strict(detail::Piece const& piece, std::string_view text, std::size_t before) const;

    std::shared_ptr<Vocabulary const> vocabulary_;
    SpecialTokens specials_;
    SplitPattern split_;
    bool strict_ = false;
    std::uint32_t id_ = next_id();  // copies share it: they encode alike
};

template <class Visit>
void Bpe::each_token(std::string_view text, Visit&& visit) const {
    detail::PieceEncoder& encoder = this->encoder();
    char const* const end = text.data() + text.size();
    std::vector<Rank> ranks;  // a visitor may count by this tokenizer, so the workspace's are not lent to it
    each_piece(text, [&](detail::Piece const& piece) {
        if (detail::PieceCache::Slot const* const slot = encoder.kept(piece, end)) {
            std::array<Rank, detail::PieceCache::ranks_kept> const some{slot->rank(0), slot->rank(1),
                                                                        slot->rank(2)};
            std::uint32_t const count = slot->count();
            for (std::uint32_t i = 0; i < count; ++i) {
                if (!visit(some[i])) {
                    return false;
                }
            }
            return true;
        }
        encoder.encode(piece);
        ranks.swap(encoder.ranks());
        bool const more = detail::all_of(ranks, [&](Rank rank) { return static_cast<bool>(visit(rank)); });
        ranks.swap(encoder.ranks());
        return more;
    });
}

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/tokens/detail/bpe.ipp>
#endif
