// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/utf8.hpp>
#include <centavo/base/tokens.hpp>
#include <centavo/tokens/detail/piece_encoder.hpp>
#include <centavo/tokens/detail/splitter.hpp>
#include <centavo/tokens/special_tokens.hpp>
#include <centavo/tokens/vocabulary.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
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

/// A rank that its vocabulary does not have.
class UnknownRank : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// An exact tokenizer: the counts and ranks of tiktoken's encode_ordinary.
///
/// Names of special tokens are ordinary text but for the functions that say otherwise. Each maximal ill-formed UTF-8
/// sequence counts as U+FFFD, or, to a strict() tokenizer, is an error.
/// Time is linear in the text, n log n in a single long piece, and the stack constant.
/// Immutable once made: safe to share between threads.
class Bpe {
public:
    Bpe(Vocabulary vocabulary, detail::Split split, std::vector<SpecialToken> const& specials = {})
        : vocabulary_{std::make_shared<Vocabulary const>(std::move(vocabulary))}, specials_{specials},
          split_{split} {}

    /// The same tokenizer with other special tokens; the two share one vocabulary.
    [[nodiscard]] Bpe with_specials(std::vector<SpecialToken> const& specials) const {
        Bpe other{*this};
        other.specials_ = SpecialTokens{specials};
        return other;
    }

    /// The same tokenizer, which throws IllFormedUtf8 for text that is not UTF-8, as far as it reads it.
    [[nodiscard]] Bpe strict() const {
        Bpe other{*this};
        other.strict_ = true;
        return other;
    }

    [[nodiscard]] Tokens count(std::string_view text) const {
        detail::PieceEncoder& encoder = this->encoder();
        char const* const end = text.data() + text.size();
        std::int64_t total = 0;
        each_piece(text, [&](detail::Piece const& piece) {
            total += encoder.count(piece, end);
            return true;
        });
        return total;
    }

    /// The tokens of `text`, or some number above `limit` as soon as there are more.
    [[nodiscard]] Tokens count_up_to(std::string_view text, Tokens limit) const {
        detail::PieceEncoder& encoder = this->encoder();
        char const* const end = text.data() + text.size();
        std::int64_t total = 0;
        each_piece(text, [&](detail::Piece const& piece) {
            total += encoder.count(piece, end);
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
        detail::PieceEncoder& encoder = this->encoder();
        char const* const end = text.data() + text.size();
        std::array<Rank, 512> ready;
        std::size_t count = 0;
        auto const flush = [&] {
            ranks.insert(ranks.end(), ready.data(), ready.data() + std::exchange(count, 0));
        };
        each_piece(text, [&](detail::Piece const& piece) {
            if (detail::PieceCache::Slot const* const slot = encoder.kept(piece, end)) {
                for (std::uint32_t i = 0; i < detail::PieceCache::ranks_kept; ++i) {
                    ready[count + i] = slot->rank(i);  // those behind the last are overwritten
                }
                count += slot->count();
                if (count + detail::PieceCache::ranks_kept > ready.size()) {
                    flush();
                }
            } else {
                flush();
                encoder.encode(piece);
                ranks.insert(ranks.end(), encoder.ranks().begin(), encoder.ranks().end());
            }
            return true;
        });
        flush();
    }

    /// As count() and encode(), where the text of a special token is that token; of two that begin alike the longer.
    [[nodiscard]] Tokens count_with_specials(std::string_view text) const {
        std::int64_t total = 0;
        each_segment(
            text, [&](std::string_view ordinary) { total += count(ordinary).value(); },
            [&](Rank) { ++total; });
        return total;
    }
    [[nodiscard]] std::vector<Rank> encode_with_specials(std::string_view text) const {
        std::vector<Rank> ranks;
        each_segment(
            text, [&](std::string_view ordinary) { append_encoded(ranks, ordinary); },
            [&](Rank special) { ranks.push_back(special); });
        return ranks;
    }
    /// Sorted by their texts.
    [[nodiscard]] std::span<SpecialToken const> specials() const noexcept { return specials_.all(); }

    /// Calls `visit` with each rank of `text` in order until it answers false; allocates nothing once warm.
    template <class Visit>
    void each_token(std::string_view text, Visit&& visit) const;

    /// The bytes of `ranks`, special ones too; parts of characters stay as they are. Throws UnknownRank.
    [[nodiscard]] std::string decode(std::span<Rank const> ranks) const {
        std::string text;
        for (std::size_t i = 0; i < ranks.size(); ++i) {
            std::string_view const token = text_of(ranks[i]);
            if (token.empty()) {
                throw UnknownRank("centavo: rank " + std::to_string(ranks[i]) + " at " + std::to_string(i) +
                                  " is not in the vocabulary");
            }
            text += token;
        }
        return text;
    }

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
    static constexpr std::size_t growth_padding = detail::Splitter<detail::Split::o200k, true>::padding;
    [[nodiscard]] Growth count_growing(std::string_view text, std::size_t before = 0) const {
        switch (split_) {
        case detail::Split::o200k: break;
        case detail::Split::cl100k: return count_growing_by<detail::Split::cl100k>(text, before);
        case detail::Split::llama3:
        case detail::Split::qwen:
        case detail::Split::gpt2: return count_growing_by<detail::Split::gpt2>(text, before);
        }
        return count_growing_by<detail::Split::o200k>(text, before);
    }

    [[nodiscard]] Vocabulary const& vocabulary() const noexcept { return *vocabulary_; }
    [[nodiscard]] detail::Split split() const noexcept { return split_; }

    /// Calls `visit` with each Piece of `text` in order until it answers false.
    template <class Visit>
    void each_piece(std::string_view text, Visit&& visit) const {
        switch (split_) {
        case detail::Split::o200k: return each_piece_of<detail::Split::o200k>(text, visit);
        case detail::Split::cl100k: return each_piece_of<detail::Split::cl100k>(text, visit);
        case detail::Split::llama3:
        case detail::Split::qwen:
        case detail::Split::gpt2: return each_piece_of<detail::Split::gpt2>(text, visit);
        }
    }

private:
    struct Workspace {
        detail::PieceEncoder encoder;
        std::uint32_t owner;
    };

    /// This thread's encoder for this vocabulary.
    [[nodiscard]] detail::PieceEncoder& encoder() const {
        thread_local std::array<std::unique_ptr<Workspace>, 4> workspaces;
        auto& mine = workspaces[id_ % workspaces.size()];
        if (!mine || mine->owner != id_) {
            mine = std::make_unique<Workspace>(Workspace{detail::PieceEncoder{*vocabulary_}, id_});
        }
        return mine->encoder;
    }

    /// The bytes of a rank, ordinary or special; empty where there is none.
    [[nodiscard]] std::string_view text_of(Rank rank) const noexcept {
        if (rank < vocabulary_->size() && !vocabulary_->text(rank).empty()) {
            return vocabulary_->text(rank);
        }
        return specials_.text(rank);
    }

    template <class Ordinary, class Special>
    void each_segment(std::string_view text, Ordinary&& ordinary, Special&& visit_special) const {
        if (auto const fault = strict_ ? detail::find_ill_formed_utf8(text) : std::nullopt) {
            throw detail::IllFormedUtf8{*fault};
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

    template <detail::Split split>
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

    [[nodiscard]] static std::uint32_t next_id() noexcept {
        static std::atomic<std::uint32_t> made{0};
        return ++made;
    }
    template <detail::Split split, class Visit>
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

    [[gnu::noinline]] void refuse_if_strict(detail::Piece const& piece, std::string_view text, std::size_t before) const {
        if (strict_) {
            auto const begin = static_cast<std::size_t>(piece.text.data() - text.data());
            throw detail::IllFormedUtf8{before + begin + detail::find_ill_formed_utf8(piece.text).value_or(0)};
        }
    }

    std::shared_ptr<Vocabulary const> vocabulary_;
    SpecialTokens specials_;
    detail::Split split_;
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
            std::array<Rank, detail::PieceCache::ranks_kept> const some{slot->rank(0), slot->rank(1), slot->rank(2)};
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
        bool const more =
            std::ranges::all_of(ranks, [&](Rank rank) { return static_cast<bool>(visit(rank)); });
        ranks.swap(encoder.ranks());
        return more;
    });
}

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
    detail::PieceEncoder& encoder = this->encoder();
    char const* const end = text.data() + text.size();
    std::size_t kept = 0;
    std::int64_t left = limit.value();
    each_piece(text, [&](detail::Piece const& piece) {
        std::int64_t const here = encoder.count(piece, end);
        if (here <= left) {
            left -= here;
            kept += piece.text.size();
            return true;
        }
        if (piece.well_formed && left > 0) {
            std::size_t size = 0;
            encoder.encode(piece);
            for (Rank const rank : encoder.ranks()) {
                size += left-- > 0 ? vocabulary_->text(rank).size() : 0;
            }
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

}  // namespace CENTAVO_ABI
}  // namespace centavo
