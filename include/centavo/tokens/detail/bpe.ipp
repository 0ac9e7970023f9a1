// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/base/detail/owned.hpp>
#include <centavo/base/view.hpp>
#include <centavo/tokens/bpe.hpp>

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE SpecialTokens::SpecialTokens(std::vector<SpecialToken> const& tokens) {
    for (SpecialToken const& token : tokens) {
        if (!token.text.empty()) {
            insert(token);
        }
    }
}

CENTAVO_INLINE SpecialToken const* SpecialTokens::at_front(std::string_view text) const noexcept {
    if (!firsts_[static_cast<unsigned char>(text[0])]) {
        return nullptr;
    }
    for (std::size_t const size : sizes_) {
        auto const at =
            std::lower_bound(tokens_.begin(), tokens_.end(), text.substr(0, size),
                             [](auto const& token, std::string_view key) { return token.text < key; });
        if (at != tokens_.end() && text.starts_with(at->text)) {
            return &*at;
        }
    }
    return nullptr;
}

CENTAVO_INLINE std::string_view SpecialTokens::text(Rank rank) const noexcept {
    for (SpecialToken const& token : tokens_) {
        if (token.rank == rank) {
            return token.text;
        }
    }
    return {};
}

CENTAVO_INLINE void SpecialTokens::insert(SpecialToken const& token) {
    auto at = tokens_.end();
    while (at != tokens_.begin() && token.text < std::prev(at)->text) {
        --at;
    }
    tokens_.insert(at, token);
    firsts_[static_cast<unsigned char>(token.text[0])] = true;
    auto size = sizes_.begin();
    while (size != sizes_.end() && *size > token.text.size()) {
        ++size;
    }
    if (size == sizes_.end() || *size != token.text.size()) {
        sizes_.insert(size, token.text.size());
    }
}

CENTAVO_INLINE Bpe::Bpe(Vocabulary vocabulary, SplitPattern split, std::vector<SpecialToken> const& specials)
    : vocabulary_{std::make_shared<Vocabulary const>(std::move(vocabulary))}, specials_{specials},
      split_{split} {}

CENTAVO_INLINE Bpe Bpe::with_specials(std::vector<SpecialToken> const& specials) const {
    Bpe other{*this};
    other.specials_ = SpecialTokens{specials};
    return other;
}

CENTAVO_INLINE Bpe Bpe::strict() const {
    Bpe other{*this};
    other.strict_ = true;
    return other;
}

CENTAVO_INLINE Tokens Bpe::count(std::string_view text) const {
    detail::PieceEncoder& encoder = this->encoder();
    char const* const end = text.data() + text.size();
    std::int64_t total = 0;
    each_piece(text, [&](detail::Piece const& piece) {
        total += encoder.count(piece, end);
        return true;
    });
    return total;
}

CENTAVO_INLINE Tokens Bpe::count_up_to(std::string_view text, Tokens limit) const {
    detail::PieceEncoder& encoder = this->encoder();
    char const* const end = text.data() + text.size();
    std::int64_t total = 0;
    each_piece(text, [&](detail::Piece const& piece) {
        total += encoder.count(piece, end);
        return total <= limit.value();
    });
    return total;
}

CENTAVO_INLINE std::vector<Rank> Bpe::encode(std::string_view text) const {
    std::vector<Rank> ranks;
    ranks.reserve(text.size() / 4 + 1);
    append_encoded(ranks, text);
    return ranks;
}

CENTAVO_INLINE void Bpe::append_encoded(std::vector<Rank>& ranks, std::string_view text) const {
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
                ready[count + i] = slot->rank(i);  // those past the last are overwritten
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

CENTAVO_INLINE Tokens Bpe::count_with_specials(std::string_view text) const {
    std::int64_t total = 0;
    each_segment(
        text, [&](std::string_view ordinary) { total += count(ordinary).value(); }, [&](Rank) { ++total; });
    return total;
}

CENTAVO_INLINE std::vector<Rank> Bpe::encode_with_specials(std::string_view text) const {
    std::vector<Rank> ranks;
    each_segment(
        text, [&](std::string_view ordinary) { append_encoded(ranks, ordinary); },
        [&](Rank special) { ranks.push_back(special); });
    return ranks;
}

CENTAVO_INLINE std::string Bpe::decode(View<Rank> ranks) const {
    std::string text;
    for (std::size_t i = 0; i < ranks.size(); ++i) {
        std::string_view const token = text_of(ranks[i]);
        if (token.empty()) {
            throw UnknownRank("rank " + std::to_string(ranks[i]) + " at " + std::to_string(i) +
                              " is not in the vocabulary");
        }
        text += token;
    }
    return text;
}

CENTAVO_INLINE Bpe::Growth Bpe::count_growing(std::string_view text, std::size_t before) const {
    switch (split_) {
    case SplitPattern::o200k: break;
    case SplitPattern::cl100k: return count_growing_by<SplitPattern::cl100k>(text, before);
    case SplitPattern::llama3:
    case SplitPattern::qwen:
    case SplitPattern::gpt2: return count_growing_by<SplitPattern::gpt2>(text, before);
    }
    return count_growing_by<SplitPattern::o200k>(text, before);
}

CENTAVO_INLINE detail::PieceEncoder& Bpe::encoder() const {
    thread_local detail::Owned<Workspace> workspaces[4];
    auto& mine = workspaces[id_ % std::size(workspaces)];
    if (!mine || mine->owner != id_) {
        mine = detail::Owned<Workspace>{new Workspace{detail::PieceEncoder{*vocabulary_}, id_}};
    }
    return mine->encoder;
}

CENTAVO_INLINE std::string_view Bpe::text_of(Rank rank) const noexcept {
    if (rank < vocabulary_->size() && !vocabulary_->text(rank).empty()) {
        return vocabulary_->text(rank);
    }
    return specials_.text(rank);
}

CENTAVO_INLINE std::uint32_t Bpe::next_id() noexcept {
    static std::atomic<std::uint32_t> made{0};
    return ++made;
}

[[gnu::noinline]] CENTAVO_INLINE void Bpe::refuse_if_strict(detail::Piece const& piece, std::string_view text,
                                                            std::size_t before) const {
    if (strict_) {
        auto const begin = static_cast<std::size_t>(piece.text.data() - text.data());
        throw IllFormedUtf8{before + begin + detail::find_ill_formed_utf8(piece.text).value_or(0)};
    }
}

CENTAVO_INLINE std::string_view Bpe::truncate(std::string_view text, Tokens limit) const {
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
    // Truncated text may split into other pieces than before: step back until its count is within the limit.
    while (kept > 0 && count_up_to(text.substr(0, kept), limit) > limit) {
        kept = whole_characters(kept - 1);
    }
    return text.substr(0, kept);
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
