// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/algorithms.hpp>
#include <centavo/base/detail/utf8.hpp>
#include <centavo/base/error.hpp>
#include <centavo/base/tokens.hpp>
#include <centavo/base/view.hpp>
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
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace centavo {
inline namespace CENTAVO_ABI {

/// A token that marks a position in a conversation instead of text, such as `<|endoftext|>`.
struct SpecialToken {
    std::string text;
    Rank rank;

    friend bool operator==(SpecialToken const&, SpecialToken const&) = default;
};

/// The special tokens of an encoding. A value.
class SpecialTokens {
public:
    SpecialTokens() = default;

    /// Ignores tokens with an empty text.
    explicit SpecialTokens(std::vector<SpecialToken> const& tokens);

    /// The tokens, sorted by text.
    [[nodiscard]] View<SpecialToken> all() const noexcept { return tokens_; }

    /// The longest token with which `text`, which must not be empty, begins; null if there is none.
    [[nodiscard]] SpecialToken const* at_front(std::string_view text) const noexcept;

    /// The text of a rank; empty if no special token has it.
    [[nodiscard]] std::string_view text(Rank rank) const noexcept;

private:
    void insert(SpecialToken const& token);

    std::vector<SpecialToken> tokens_;
    std::vector<std::size_t> sizes_;  // descending
    std::array<bool, 256> firsts_{};
};

/// A rank that is not in the vocabulary.
class CENTAVO_VISIBLE UnknownRank : public Error {
public:
    explicit UnknownRank(std::string const& what) : Error{ErrorCode::unknown, what} {}
};

/// An exact tokenizer, with the counts and ranks of tiktoken's encode_ordinary.
///
/// The text of a special token is ordinary text, except to the functions documented otherwise. Each maximal ill-formed
/// UTF-8 sequence counts as U+FFFD; a strict() tokenizer throws IllFormedUtf8 for it.
///
/// Linear in the size of the text, n log n in a single long piece, with constant stack. Immutable: safe to share
/// between threads.
class Bpe {
public:
    Bpe(Vocabulary vocabulary, SplitPattern split, std::vector<SpecialToken> const& specials = {});

    /// A copy with other special tokens, which shares the vocabulary.
    [[nodiscard]] Bpe with_specials(std::vector<SpecialToken> const& specials) const;

    /// A copy that throws IllFormedUtf8 when it reads text that is not UTF-8.
    [[nodiscard]] Bpe strict() const;

    [[nodiscard]] Tokens count(std::string_view text) const;

    /// The number of tokens of `text`, or any number above `limit` if there are more than `limit`; stops reading
    /// there.
    [[nodiscard]] Tokens count_up_to(std::string_view text, Tokens limit) const;

    [[nodiscard]] std::vector<Rank> encode(std::string_view text) const;

    void append_encoded(std::vector<Rank>& ranks, std::string_view text) const;

    /// As count() and encode(), with special tokens encoded as such. If several match, the longest one is taken.
    [[nodiscard]] Tokens count_with_specials(std::string_view text) const;
    [[nodiscard]] std::vector<Rank> encode_with_specials(std::string_view text) const;
    /// The special tokens, sorted by text.
    [[nodiscard]] View<SpecialToken> specials() const noexcept { return specials_.all(); }

    /// Calls `visit` with each rank of `text` in order until it returns false. Does not allocate after the first
    /// texts.
    template <class Visit>
    void each_token(std::string_view text, Visit&& visit) const;

    /// The bytes of `ranks`, including special tokens; incomplete characters are not repaired. Throws UnknownRank.
    [[nodiscard]] std::string decode(View<Rank> ranks) const;

    /// The longest found prefix of `text` that has at most `limit` tokens and ends between two characters.
    ///
    /// It ends with the last token within the limit, or a few characters before it.
    [[nodiscard]] std::string_view truncate(std::string_view text, Tokens limit) const;

    /// The count of a text that may grow: the part that no further text can change, and the rest.
    struct Growth {
        std::int64_t settled = 0;
        std::size_t settled_bytes = 0;
        std::int64_t open = 0;
        std::int64_t open_pieces = 0;
    };
    /// `text` must be followed by `growth_padding` zeros in memory; `before` is the number of bytes that preceded it.
    static constexpr std::size_t growth_padding = detail::Splitter<SplitPattern::o200k, true>::padding;
    [[nodiscard]] Growth count_growing(std::string_view text, std::size_t before = 0) const;

    [[nodiscard]] Vocabulary const& vocabulary() const noexcept { return *vocabulary_; }
    [[nodiscard]] SplitPattern split() const noexcept { return split_; }

    /// Calls `visit` with each piece of `text` in order until it returns false.
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

    /// The bytes of a rank, ordinary or special; empty for an unknown rank.
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
    std::uint32_t id_ = next_id();  // shared by copies, which have the same encoding
};

template <class Visit>
void Bpe::each_token(std::string_view text, Visit&& visit) const {
    detail::PieceEncoder& encoder = this->encoder();
    char const* const end = text.data() + text.size();
    std::vector<Rank> ranks;  // not the workspace's: the visitor may use this tokenizer
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
