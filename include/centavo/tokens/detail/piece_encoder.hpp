// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/utf8.hpp>
#include <centavo/tokens/detail/piece_cache.hpp>
#include <centavo/tokens/detail/piece_merge.hpp>
#include <centavo/tokens/detail/splitter.hpp>
#include <centavo/tokens/vocabulary.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// Counts and encodes the pieces from a Splitter, and caches recent results.
///
/// The vocabulary must outlive it. Not thread-safe.
class PieceEncoder {
public:
    explicit PieceEncoder(Vocabulary const& vocabulary) : vocabulary_{&vocabulary} {}

    /// The number of tokens of a piece; `end` is the end of the text that it views.
    [[nodiscard]] std::int64_t count(Piece const& piece, char const* end) {
        if (piece.well_formed && piece.text.size() <= PieceKey::longest) {
            PieceKey const key = key_of(piece.text, end);
            PieceCache::Slot& slot = cache_.slot(key);
            return slot.holds(key) ? slot.count() : encode_short(piece.text, key, slot);
        }
        return count_other(piece);
    }

    /// The cached slot of a short piece with all its ranks; null if there is none.
    PieceCache::Slot const* kept(Piece const& piece, char const* end) noexcept {
        if (!piece.well_formed || piece.text.size() > PieceKey::longest) {
            return nullptr;
        }
        PieceKey const key = key_of(piece.text, end);
        PieceCache::Slot const& slot = cache_.slot(key);
        return slot.holds(key) && slot.count() <= PieceCache::ranks_kept ? &slot : nullptr;
    }

    /// Encodes a piece into ranks().
    [[gnu::noinline]] void encode(Piece const& piece) {
        if (piece.well_formed && piece.text.size() <= PieceKey::longest) {
            PieceKey const key = PieceKey::of(piece.text.data(), piece.text.size());
            encode_short(piece.text, key, cache_.slot(key));
            return;
        }
        std::string_view const text = well_formed(piece);
        std::uint64_t const hash = Vocabulary::hash_of(text);
        if (text.size() <= PieceKey::longest || text.size() > PieceCache::LongSlot::longest) {
            encode_text(text, hash);
            return;
        }
        PieceCache::LongSlot& slot = cache_.long_slot(hash);
        if (slot.holds(text) && slot.count <= PieceCache::ranks_kept) {
            ranks_.assign(slot.ranks.begin(), slot.ranks.begin() + slot.count);
        } else {
            encode_text(text, hash);
            PieceCache::put(slot, text, ranks_, static_cast<std::uint16_t>(ranks_.size()));
        }
    }

    /// The ranks of the piece encoded last.
    [[nodiscard]] std::vector<Rank>& ranks() noexcept { return ranks_; }

private:
    [[nodiscard]] static PieceKey key_of(std::string_view piece, char const* end) noexcept {
        return end - piece.data() >= static_cast<std::ptrdiff_t>(PieceKey::longest)
                   ? PieceKey::of_padded(piece.data(), piece.size())
                   : PieceKey::of(piece.data(), piece.size());
    }

    /// The piece's text, or its repaired form.
    [[nodiscard]] std::string_view well_formed(Piece const& piece) {
        if (piece.well_formed) {
            return piece.text;
        }
        repaired_.clear();
        append_well_formed(repaired_, piece.text);
        return repaired_;
    }

    /// Encodes into ranks_ and caches the result; not inlined into the fast path of cached pieces.
    [[gnu::noinline]] std::int64_t encode_short(std::string_view piece, PieceKey const& key,
                                                PieceCache::Slot& slot) {
        encode_text(piece, Vocabulary::hash_of(piece));
        PieceCache::put(slot, key, ranks_);
        return static_cast<std::int64_t>(ranks_.size());
    }

    /// Counts a piece that is long or ill-formed.
    [[gnu::noinline]] std::int64_t count_other(Piece const& piece) {
        std::string_view const text = well_formed(piece);
        std::uint64_t const hash = Vocabulary::hash_of(text);
        if (text.size() <= PieceKey::longest) {
            encode_text(text, hash);
            return static_cast<std::int64_t>(ranks_.size());
        }
        if (text.size() > PieceCache::LongSlot::longest) {
            return count_long(text, hash);
        }
        PieceCache::LongSlot& slot = cache_.long_slot(hash);
        if (!slot.holds(text)) {
            std::int64_t const count = count_long(text, hash);
            if (count <= PieceCache::ranks_kept && ranks_.empty()) {
                encode_text(text, hash);
            }
            PieceCache::put(slot, text, ranks_, static_cast<std::uint16_t>(count));
        }
        return slot.count;
    }

    /// Counts a text of more than 16 bytes. Leaves ranks_ empty if the counts of its parts are cached.
    [[nodiscard]] std::int64_t count_long(std::string_view text, std::uint64_t hash) {
        ranks_.clear();
        if (Rank const whole = vocabulary_->find(text, hash); whole != Vocabulary::none) {
            ranks_.push_back(whole);
            return 1;
        }
        std::int64_t total = 0;
        each_part(text, [&](std::string_view part) { total += count_part(part); });
        ranks_.clear();
        return total;
    }

    void encode_text(std::string_view text, std::uint64_t hash) {
        ranks_.clear();
        if (Rank const whole = vocabulary_->find(text, hash); whole != Vocabulary::none) {
            ranks_.push_back(whole);
            return;
        }
        if (text.size() <= PieceKey::longest) {
            append_merged(text);
            return;
        }
        each_part(text, [&](std::string_view part) { append_part(part); });
    }

    /// Splits text of scripts without spaces at boundaries that no token spans.
    template <class Visit>
    void each_part(std::string_view text, Visit&& visit) const {
        std::size_t from = 0;
        for (std::size_t at = 2; at + 2 <= text.size(); ++at) {
            if (static_cast<unsigned char>(text[at]) >= 0xC0 && vocabulary_->parts_at(text.data() + at)) {
                visit(text.substr(from, at - from));
                from = at;
            }
        }
        visit(text.substr(from));
    }

    [[nodiscard]] std::int64_t count_part(std::string_view part) {
        ranks_.clear();
        if (part.size() <= PieceKey::longest) {
            PieceKey const key = PieceKey::of(part.data(), part.size());
            PieceCache::Slot& slot = cache_.slot(key);
            if (!slot.holds(key)) {
                append_merged(part);
                PieceCache::put(slot, key, ranks_);
            }
            return slot.count();
        }
        if (part.size() <= PieceCache::LongSlot::longest) {
            PieceCache::LongSlot& slot = cache_.long_slot(Vocabulary::hash_of(part));
            if (!slot.holds(part)) {
                append_merged(part);
                PieceCache::put(slot, part, ranks_, static_cast<std::uint16_t>(ranks_.size()));
            }
            return slot.count;
        }
        append_merged(part);
        return static_cast<std::int64_t>(ranks_.size());
    }

    void append_part(std::string_view part) {
        if (part.size() > PieceKey::longest) {
            append_merged(part);
            return;
        }
        PieceKey const key = PieceKey::of(part.data(), part.size());
        PieceCache::Slot& slot = cache_.slot(key);
        if (slot.holds(key) && slot.count() <= PieceCache::ranks_kept) {
            for (std::uint32_t i = 0; i < slot.count(); ++i) {
                ranks_.push_back(slot.rank(i));
            }
            return;
        }
        std::size_t const before = ranks_.size();
        append_merged(part);
        PieceCache::put(slot, key, {ranks_.data() + before, ranks_.size() - before});
    }

    void append_merged(std::string_view text) { merge_.append(*vocabulary_, text, ranks_); }

    Vocabulary const* vocabulary_;
    PieceCache cache_;
    PieceMerge merge_;
    std::string repaired_;
    std::vector<Rank> ranks_;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
