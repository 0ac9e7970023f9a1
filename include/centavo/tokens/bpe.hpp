// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/models/tokens.hpp>
#include <centavo/tokens/piece_cache.hpp>
#include <centavo/tokens/piece_merge.hpp>
#include <centavo/tokens/splitter.hpp>
#include <centavo/tokens/utf8.hpp>
#include <centavo/tokens/vocabulary.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
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

/// A token that stands for a place in a dialogue, not for text: `<|endoftext|>` say.
struct SpecialToken {
    std::string text;
    Rank rank;

    friend bool operator==(SpecialToken const&, SpecialToken const&) = default;
};

/// An exact tokenizer: the counts and ranks of tiktoken's encode_ordinary.
///
/// Names of special tokens are ordinary text but for the functions that say otherwise. Each maximal ill-formed UTF-8 sequence counts as U+FFFD.
/// Time is linear in the text, n log n in a single long piece, and the stack constant.
/// Immutable once made: safe to share between threads.
class Bpe {
public:
    Bpe(Vocabulary vocabulary, Split split, std::vector<SpecialToken> specials = {})
        : vocabulary_{std::make_shared<Vocabulary const>(std::move(vocabulary))}, split_{split} {
        take(std::move(specials));
    }

    /// The same tokenizer with other special tokens; the two share one vocabulary.
    [[nodiscard]] Bpe with_specials(std::vector<SpecialToken> specials) const {
        Bpe other{*this};
        other.take(std::move(specials));
        return other;
    }

    [[nodiscard]] Tokens count(std::string_view text) const {
        Workspace& work = workspace();
        char const* const end = text.data() + text.size();
        std::int64_t total = 0;
        each_piece(text, [&](Piece const& piece) {
            total += count_piece(work, piece, end);
            return true;
        });
        return total;
    }

    /// The tokens of `text`, or some number above `limit` as soon as there are more.
    [[nodiscard]] Tokens count_up_to(std::string_view text, Tokens limit) const {
        Workspace& work = workspace();
        char const* const end = text.data() + text.size();
        std::int64_t total = 0;
        each_piece(text, [&](Piece const& piece) {
            total += count_piece(work, piece, end);
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
        Workspace& work = workspace();
        char const* const end = text.data() + text.size();
        std::array<Rank, 512> ready;
        std::size_t count = 0;
        auto const flush = [&] {
            ranks.insert(ranks.end(), ready.data(), ready.data() + std::exchange(count, 0));
        };
        each_piece(text, [&](Piece const& piece) {
            if (PieceCache::Slot const* const slot = kept(work, piece, end)) {
                for (std::uint32_t i = 0; i < PieceCache::ranks_kept; ++i) {
                    ready[count + i] = slot->rank(i);  // those behind the last are overwritten
                }
                count += slot->count();
                if (count + PieceCache::ranks_kept > ready.size()) {
                    flush();
                }
            } else {
                flush();
                encode_piece(work, piece);
                ranks.insert(ranks.end(), work.ranks.begin(), work.ranks.end());
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
    [[nodiscard]] std::span<SpecialToken const> specials() const noexcept { return specials_; }

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
    };
    /// `growth_padding` zeros follow `text` in memory.
    static constexpr std::size_t growth_padding = Splitter<Split::o200k, true>::padding;
    [[nodiscard]] Growth count_growing(std::string_view text) const {
        switch (split_) {
        case Split::o200k: break;
        case Split::cl100k: return count_growing_by<Split::cl100k>(text);
        case Split::llama3: return count_growing_by<Split::llama3>(text);
        case Split::qwen: return count_growing_by<Split::qwen>(text);
        case Split::gpt2: return count_growing_by<Split::gpt2>(text);
        }
        return count_growing_by<Split::o200k>(text);
    }

    [[nodiscard]] Vocabulary const& vocabulary() const noexcept { return *vocabulary_; }
    [[nodiscard]] Split split() const noexcept { return split_; }

    /// Calls `visit` with each Piece of `text` in order until it answers false.
    template <class Visit>
    void each_piece(std::string_view text, Visit&& visit) const {
        switch (split_) {
        case Split::o200k: return each_piece_of<Split::o200k>(text, visit);
        case Split::cl100k: return each_piece_of<Split::cl100k>(text, visit);
        case Split::llama3: return each_piece_of<Split::llama3>(text, visit);
        case Split::qwen: return each_piece_of<Split::qwen>(text, visit);
        case Split::gpt2: return each_piece_of<Split::gpt2>(text, visit);
        }
    }

private:
    struct Workspace {
        PieceCache cache;
        PieceMerge merge;
        std::string repaired;
        std::vector<Rank> ranks;  // of the piece at hand
        std::uint32_t owner = 0;
    };

    /// This thread's workspace for this vocabulary.
    [[nodiscard]] Workspace& workspace() const {
        thread_local std::array<std::unique_ptr<Workspace>, 4> workspaces;
        auto& mine = workspaces[id_ % workspaces.size()];
        if (!mine || mine->owner != id_) {
            mine = std::make_unique<Workspace>();
            mine->owner = id_;
        }
        return *mine;
    }

    [[nodiscard]] static PieceKey key_of(std::string_view piece, char const* end) noexcept {
        return end - piece.data() >= static_cast<std::ptrdiff_t>(PieceKey::longest)
                   ? PieceKey::of_padded(piece.data(), piece.size())
                   : PieceKey::of(piece.data(), piece.size());
    }

    /// `end` is that of the text the piece views.
    [[nodiscard]] std::int64_t count_piece(Workspace& work, Piece const& piece, char const* end) const {
        if (piece.well_formed && piece.text.size() <= PieceKey::longest) {
            PieceKey const key = key_of(piece.text, end);
            PieceCache::Slot& slot = work.cache.slot(key);
            return slot.holds(key) ? slot.count() : encode_short(work, piece.text, key, slot);
        }
        return count_other(work, piece);
    }

    /// The slot of a short piece whose ranks are all kept; null for others, those now first seen among them.
    PieceCache::Slot const* kept(Workspace& work, Piece const& piece, char const* end) const noexcept {
        if (!piece.well_formed || piece.text.size() > PieceKey::longest) {
            return nullptr;
        }
        PieceKey const key = key_of(piece.text, end);
        PieceCache::Slot const& slot = work.cache.slot(key);
        return slot.holds(key) && slot.count() <= PieceCache::ranks_kept ? &slot : nullptr;
    }

    /// Encodes any piece into work.ranks.
    [[gnu::noinline]] void encode_piece(Workspace& work, Piece const& piece) const {
        if (piece.well_formed && piece.text.size() <= PieceKey::longest) {
            PieceKey const key = PieceKey::of(piece.text.data(), piece.text.size());
            encode_short(work, piece.text, key, work.cache.slot(key));
            return;
        }
        std::string_view const text = well_formed(work, piece);
        std::uint64_t const hash = Vocabulary::hash_of(text);
        if (text.size() <= PieceKey::longest || text.size() > PieceCache::LongSlot::longest) {
            encode_text(work, text, hash);
            return;
        }
        PieceCache::LongSlot& slot = work.cache.long_slot(hash);
        if (slot.holds(text) && slot.count <= PieceCache::ranks_kept) {
            work.ranks.assign(slot.ranks.begin(), slot.ranks.begin() + slot.count);
        } else {
            encode_text(work, text, hash);
            PieceCache::put(slot, text, work.ranks, static_cast<std::uint16_t>(work.ranks.size()));
        }
    }

    /// The piece's text, in the workspace where it has to be repaired.
    [[nodiscard]] static std::string_view well_formed(Workspace& work, Piece const& piece) {
        if (piece.well_formed) {
            return piece.text;
        }
        work.repaired.clear();
        append_repaired_utf8(work.repaired, piece.text);
        return work.repaired;
    }

    /// Encodes into work.ranks and keeps the result; out of the way of the pieces that are kept already.
    [[gnu::noinline]] std::int64_t encode_short(Workspace& work, std::string_view piece, PieceKey const& key,
                                                PieceCache::Slot& slot) const {
        encode_text(work, piece, Vocabulary::hash_of(piece));
        PieceCache::put(slot, key, work.ranks);
        return static_cast<std::int64_t>(work.ranks.size());
    }

    /// Counts a piece that is long or ill-formed.
    [[gnu::noinline]] std::int64_t count_other(Workspace& work, Piece const& piece) const {
        std::string_view const text = well_formed(work, piece);
        std::uint64_t const hash = Vocabulary::hash_of(text);
        if (text.size() <= PieceKey::longest) {
            encode_text(work, text, hash);
            return static_cast<std::int64_t>(work.ranks.size());
        }
        if (text.size() > PieceCache::LongSlot::longest) {
            return count_long(work, text, hash);
        }
        PieceCache::LongSlot& slot = work.cache.long_slot(hash);
        if (!slot.holds(text)) {
            std::int64_t const count = count_long(work, text, hash);
            if (count <= PieceCache::ranks_kept && work.ranks.empty()) {
                encode_text(work, text, hash);
            }
            PieceCache::put(slot, text, work.ranks, static_cast<std::uint16_t>(count));
        }
        return slot.count;
    }

    /// Of more than 16 bytes, without the ranks where the counts of the parts are known; work.ranks is then empty.
    [[nodiscard]] std::int64_t count_long(Workspace& work, std::string_view text, std::uint64_t hash) const {
        work.ranks.clear();
        if (Rank const whole = vocabulary_->find(text, hash); whole != Vocabulary::none) {
            work.ranks.push_back(whole);
            return 1;
        }
        std::int64_t total = 0;
        each_part(text, [&](std::string_view part) { total += count_part(work, part); });
        work.ranks.clear();
        return total;
    }

    void encode_text(Workspace& work, std::string_view text, std::uint64_t hash) const {
        work.ranks.clear();
        if (Rank const whole = vocabulary_->find(text, hash); whole != Vocabulary::none) {
            work.ranks.push_back(whole);
            return;
        }
        if (text.size() <= PieceKey::longest) {
            append_merged(work, text);
            return;
        }
        each_part(text, [&](std::string_view part) { append_part(work, part); });
    }

    /// Words of scripts without spaces run on; most of them part where no token holds both characters.
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

    [[nodiscard]] std::int64_t count_part(Workspace& work, std::string_view part) const {
        work.ranks.clear();
        if (part.size() <= PieceKey::longest) {
            PieceKey const key = PieceKey::of(part.data(), part.size());
            PieceCache::Slot& slot = work.cache.slot(key);
            if (!slot.holds(key)) {
                append_merged(work, part);
                PieceCache::put(slot, key, work.ranks);
            }
            return slot.count();
        }
        if (part.size() <= PieceCache::LongSlot::longest) {
            PieceCache::LongSlot& slot = work.cache.long_slot(Vocabulary::hash_of(part));
            if (!slot.holds(part)) {
                append_merged(work, part);
                PieceCache::put(slot, part, work.ranks, static_cast<std::uint16_t>(work.ranks.size()));
            }
            return slot.count;
        }
        append_merged(work, part);
        return static_cast<std::int64_t>(work.ranks.size());
    }

    void append_part(Workspace& work, std::string_view part) const {
        if (part.size() > PieceKey::longest) {
            append_merged(work, part);
            return;
        }
        PieceKey const key = PieceKey::of(part.data(), part.size());
        PieceCache::Slot& slot = work.cache.slot(key);
        if (slot.holds(key) && slot.count() <= PieceCache::ranks_kept) {
            for (std::uint32_t i = 0; i < slot.count(); ++i) {
                work.ranks.push_back(slot.rank(i));
            }
            return;
        }
        std::size_t const before = work.ranks.size();
        append_merged(work, part);
        PieceCache::put(slot, key, std::span{work.ranks}.subspan(before));
    }

    void append_merged(Workspace& work, std::string_view text) const {
        work.merge.append(*vocabulary_, text, work.ranks);
    }

    /// The bytes of a rank, ordinary or special; empty where there is none.
    [[nodiscard]] std::string_view text_of(Rank rank) const noexcept {
        if (rank < vocabulary_->size() && !vocabulary_->text(rank).empty()) {
            return vocabulary_->text(rank);
        }
        for (SpecialToken const& special : specials_) {
            if (special.rank == rank) {
                return special.text;
            }
        }
        return {};
    }

    void take(std::vector<SpecialToken> specials) {
        std::erase_if(specials, [](SpecialToken const& each) { return each.text.empty(); });
        std::ranges::sort(specials, {}, &SpecialToken::text);
        specials_ = std::move(specials);
        special_sizes_.clear();
        special_firsts_.reset();
        for (SpecialToken const& special : specials_) {
            special_sizes_.push_back(special.text.size());
            special_firsts_.set(static_cast<unsigned char>(special.text[0]));
        }
        std::ranges::sort(special_sizes_, std::greater<>{});
        special_sizes_.erase(std::ranges::unique(special_sizes_).begin(), special_sizes_.end());
    }

    /// The longest special token that `text` begins with; null for none.
    [[nodiscard]] SpecialToken const* special_at(std::string_view text) const noexcept {
        if (special_firsts_.test(static_cast<unsigned char>(text[0]))) {
            for (std::size_t const size : special_sizes_) {
                auto const at =
                    std::ranges::lower_bound(specials_, text.substr(0, size), {},
                                             [](auto const& each) { return std::string_view{each.text}; });
                if (at != specials_.end() && text.starts_with(at->text)) {
                    return &*at;
                }
            }
        }
        return nullptr;
    }

    template <class Ordinary, class Special>
    void each_segment(std::string_view text, Ordinary&& ordinary, Special&& visit_special) const {
        std::size_t from = 0;
        for (std::size_t at = 0; at < text.size();) {
            SpecialToken const* const found = special_at(text.substr(at));
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

    template <Split split>
    [[nodiscard]] Growth count_growing_by(std::string_view text) const {
        Workspace& work = workspace();
        char const* const end = text.data() + text.size() + growth_padding;
        Growth growth;
        bool open = false;
        for (Splitter<split, true> splitter{text}; !splitter.done();) {
            Piece const piece = splitter.next();
            std::int64_t const count = count_piece(work, piece, end);
            open = open || splitter.open();
            if (open) {
                growth.open += count;
            } else {
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
    template <Split split, class Visit>
    static void each_piece_of(std::string_view text, Visit& visit) {
        for (Splitter<split> splitter{text}; !splitter.done();) {
            if (!visit(splitter.next())) {
                return;
            }
        }
    }

    std::shared_ptr<Vocabulary const> vocabulary_;
    std::vector<SpecialToken> specials_;
    std::vector<std::size_t> special_sizes_;  // the longest first
    std::bitset<256> special_firsts_;
    Split split_;
    std::uint32_t id_ = next_id();  // copies share it: they encode alike
};

template <class Visit>
void Bpe::each_token(std::string_view text, Visit&& visit) const {
    Workspace& work = workspace();
    char const* const end = text.data() + text.size();
    std::vector<Rank> ranks;  // a visitor may count by this tokenizer, so the workspace's are not lent to it
    each_piece(text, [&](Piece const& piece) {
        if (PieceCache::Slot const* const slot = kept(work, piece, end)) {
            std::array<Rank, PieceCache::ranks_kept> const some{slot->rank(0), slot->rank(1), slot->rank(2)};
            std::uint32_t const count = slot->count();
            for (std::uint32_t i = 0; i < count; ++i) {
                if (!visit(some[i])) {
                    return false;
                }
            }
            return true;
        }
        encode_piece(work, piece);
        ranks.swap(work.ranks);
        bool const more =
            std::ranges::all_of(ranks, [&](Rank rank) { return static_cast<bool>(visit(rank)); });
        ranks.swap(work.ranks);
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
    Workspace& work = workspace();
    char const* const end = text.data() + text.size();
    std::size_t kept = 0;
    std::int64_t left = limit.value();
    each_piece(text, [&](Piece const& piece) {
        std::int64_t const here = count_piece(work, piece, end);
        if (here <= left) {
            left -= here;
            kept += piece.text.size();
            return true;
        }
        if (piece.well_formed && left > 0) {
            std::size_t size = 0;
            encode_piece(work, piece);
            for (Rank const rank : work.ranks) {
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

}  // namespace centavo::inline v0
