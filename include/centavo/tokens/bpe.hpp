// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/models/tokens.hpp>
#include <centavo/tokens/piece_merge.hpp>
#include <centavo/tokens/splitter.hpp>
#include <centavo/tokens/utf8.hpp>
#include <centavo/tokens/vocabulary.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace centavo::inline v0 {

/// A rank that its vocabulary does not have.
class UnknownRank : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// An exact tokenizer: the counts and ranks of tiktoken's encode_ordinary.
///
/// Names of special tokens are ordinary text. Each maximal ill-formed UTF-8 sequence counts as U+FFFD.
/// Time is linear in the text, n log n in a single long piece, and the stack constant.
/// Immutable once made: safe to share between threads.
class Bpe {
public:
    Bpe(Vocabulary vocabulary, Split split) : vocabulary_{std::move(vocabulary)}, split_{split} {}

    [[nodiscard]] Tokens count(std::string_view text) const {
        std::int64_t total = 0;
        each_piece(text, [&](Piece const& piece) {
            total += count_piece(piece);
            return true;
        });
        return total;
    }

    /// The tokens of `text`, or some number above `limit` as soon as there are more.
    [[nodiscard]] Tokens count_up_to(std::string_view text, Tokens limit) const {
        std::int64_t total = 0;
        each_piece(text, [&](Piece const& piece) {
            total += count_piece(piece);
            return total <= limit.value();
        });
        return total;
    }

    [[nodiscard]] std::vector<Rank> encode(std::string_view text) const {
        std::vector<Rank> ranks;
        ranks.reserve(text.size() / 4 + 1);
        append_encoded(ranks, text);
        return ranks;
    }

    void append_encoded(std::vector<Rank>& ranks, std::string_view text) const {
        each_piece(text, [&](Piece const& piece) {
            encode_piece(piece, [&](Rank rank) { ranks.push_back(rank); });
            return true;
        });
    }

    /// The bytes of `ranks`; parts of characters stay as they are. Throws UnknownRank.
    [[nodiscard]] std::string decode(std::span<Rank const> ranks) const {
        std::string text;
        for (std::size_t i = 0; i < ranks.size(); ++i) {
            if (ranks[i] >= vocabulary_.size()) {
                throw UnknownRank("centavo: rank " + std::to_string(ranks[i]) + " at " + std::to_string(i) +
                                  " is not in the vocabulary");
            }
            text += vocabulary_.text(ranks[i]);
        }
        return text;
    }

    /// A beginning of `text` that counts at most `limit` by itself and ends between two characters.
    ///
    /// It ends where the last token within the limit does, or a few characters before.
    [[nodiscard]] std::string_view truncate(std::string_view text, Tokens limit) const;

    [[nodiscard]] Vocabulary const& vocabulary() const noexcept { return vocabulary_; }
    [[nodiscard]] Split split() const noexcept { return split_; }

    /// Calls `visit` with each Piece of `text` in order until it answers false.
    template <class Visit>
    void each_piece(std::string_view text, Visit&& visit) const {
        if (split_ == Split::o200k) {
            each_piece_of<Split::o200k>(text, visit);
        } else {
            each_piece_of<Split::cl100k>(text, visit);
        }
    }

    [[nodiscard]] std::int64_t count_piece(Piece const& piece) const {
        std::int64_t count = 0;
        encode_piece(piece, [&](Rank) { ++count; });
        return count;
    }

    template <class Sink>
    void encode_piece(Piece const& piece, Sink&& sink) const {
        if (!piece.well_formed) {
            std::string repaired;
            append_repaired_utf8(repaired, piece.text);
            return encode_piece(Piece{repaired}, sink);
        }
        if (Rank const whole = vocabulary_.find(piece.text); whole != Vocabulary::none) {
            sink(whole);
            return;
        }
        thread_local PieceMerge merge;
        merge(vocabulary_, piece.text, sink);
    }

private:
    template <Split split, class Visit>
    static void each_piece_of(std::string_view text, Visit& visit) {
        for (Splitter<split> splitter{text}; !splitter.done();) {
            if (!visit(splitter.next())) {
                return;
            }
        }
    }

    Vocabulary vocabulary_;
    Split split_;
};

inline std::string_view Bpe::truncate(std::string_view text, Tokens limit) const {
    auto const whole_characters = [&](std::size_t size) {
        for (std::size_t back = 0; back < 4 && size < text.size() && size > 0; ++back) {
            if ((static_cast<unsigned char>(text[size]) & 0xC0) != 0x80) {
                break;
            }
            --size;
        }
        return size;
    };
    std::size_t kept = 0;
    std::int64_t left = limit.value();
    each_piece(text, [&](Piece const& piece) {
        std::int64_t const here = count_piece(piece);
        if (here <= left) {
            left -= here;
            kept += piece.text.size();
            return true;
        }
        if (piece.well_formed && left > 0) {
            std::size_t size = 0;
            encode_piece(piece, [&](Rank rank) { size += left-- > 0 ? vocabulary_.text(rank).size() : 0; });
            kept = whole_characters(kept + size);
        }
        return false;
    });
    // Cut text can fall into other pieces than it had before the cut; step back until it counts at most the limit.
    while (kept > 0 && count_up_to(text.substr(0, kept), limit) > limit) {
        kept = whole_characters(kept - 1);
    }
    return text.substr(0, kept);
}

}  // namespace centavo::inline v0
