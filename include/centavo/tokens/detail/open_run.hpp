// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/utf8.hpp>
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

/// The count of a long piece at the end of a text that grows, as long as nothing follows but characters of its kinds.
///
/// Splitting and encoding go on where they stopped, so a run without an end costs what is added to it. Capital letters
/// behind letters without case, and spaces behind line ends, are a piece of their own until the run goes on.
/// Externally synchronised.
class OpenRun {
public:
    /// Shorter pieces are counted again each time, which is quicker.
    static constexpr std::size_t shortest = 256;

    [[nodiscard]] bool active() const noexcept { return kinds_.all != 0; }

    /// Begins with `piece`, which `split` cuts as one and has at least `shortest` bytes. Not active() afterwards where it
    /// is not known what continues it.
    void begin(Vocabulary const& vocabulary, SplitPattern split, std::string_view piece) {
        kinds_ = {};
        if (piece.size() > vocabulary.longest() &&
            !find_ill_formed_utf8(piece)) {  // else it may be a token as a whole
            kinds_ = continued_by(split, piece);
        }
        if (active()) {
            bytes_ = scanned_ = piece.size();
            ranks_.clear();
            merge_.append(vocabulary, piece, ranks_);
        }
    }

    void end() noexcept { kinds_ = {}; }

    /// Goes on to the end of `text`, which begins with the piece; false where what is new is not of its kind alone.
    ///
    /// A part of a character at the end waits for the rest.
    [[nodiscard]] bool extend(Vocabulary const& vocabulary, std::string_view text) {
        char const* const end = text.data() + text.size();
        char const* at = text.data() + scanned_;
        std::size_t joined = bytes_;
        while (at != end) {
            Utf8Step const next = decode_utf8(at, end);
            if (!next.well_formed) {
                break;
            }
            std::uint32_t const kind = set(char_class(next.point));
            if ((kind & kinds_.all) == 0) {
                return false;
            }
            at += next.length;
            if ((kind & kinds_.joining) != 0) {
                joined = static_cast<std::size_t>(at - text.data());
            }
        }
        merge_.extend(vocabulary, text.substr(0, joined), bytes_, ranks_, 0);
        bytes_ = joined;
        scanned_ = static_cast<std::size_t>(at - text.data());
        tokens_ = static_cast<std::int64_t>(ranks_.size());
        if (scanned_ - bytes_ > longest_apart) {
            return false;
        }
        tokens_ += count_piece(vocabulary, text.substr(bytes_, scanned_ - bytes_));
        return at == end || count_broken(vocabulary, text.substr(scanned_));
    }

    /// Of the text that extend() saw last.
    [[nodiscard]] std::int64_t tokens() const noexcept { return tokens_; }

private:
    using enum CharClass;

    template <class... Kinds>
    static constexpr std::uint32_t set(Kinds... kinds) noexcept {
        return ((1U << static_cast<std::uint32_t>(kinds)) | ...);
    }

    /// What goes on with a piece: all these kinds, where those that do not join it by themselves do so before one that
    /// joins. None: not known.
    struct Kinds {
        std::uint32_t all = 0;
        std::uint32_t joining = all;
    };

    /// By the patterns of Splitter, for a long piece.
    [[nodiscard]] static Kinds continued_by(SplitPattern split, std::string_view piece) {
        std::uint32_t seen = 0;
        CharClass first = other;  // behind a space
        CharClass second = other;
        CharClass last = other;
        bool const spaced = piece[0] == ' ';
        int at = spaced ? -1 : 0;
        for (char const* c = piece.data(); c != piece.data() + piece.size(); ++at) {
            Utf8Step const step = decode_utf8(c, piece.data() + piece.size());
            last = char_class(step.point);
            first = at == 0 ? last : first;
            second = at == 1 ? last : second;
            seen |= set(last);
            c += step.length;
        }
        bool const cased = split == SplitPattern::o200k;
        constexpr std::uint32_t white = set(newline, space);
        if ((seen & set(newline)) != 0 && (seen & ~white) != 0) {
            // Line ends behind symbols: o200k takes slashes with them, but no other symbol any more.
            return {set(newline)};
        }
        switch (last) {
        case newline:
            return split == SplitPattern::gpt2 || split == SplitPattern::cl100k ? Kinds{white}
                                                                                : Kinds{white, set(newline)};
        case space:
            return {split == SplitPattern::gpt2 || split == SplitPattern::cl100k ? white : set(space)};
        case number: return {split == SplitPattern::gpt2 ? set(number) : 0};
        case other: return {set(mark, other)};
        case mark:
            if (!cased || (first == other && (spaced || second == other))) {
                return {set(mark, other)};
            }
            break;  // a word, which one symbol or space may precede
        case upper:
        case lower:
        case both: break;
        }
        if (!cased) {
            return {set(upper, lower, both)};
        }
        if (piece.find('\'', 1) != piece.npos) {
            return {};  // a contraction ends the word
        }
        if ((seen & set(lower)) != 0) {
            return {set(lower, both, mark)};
        }
        return last == upper ? Kinds{set(upper)} : Kinds{set(upper, both, mark), set(both, mark)};
    }

    static constexpr std::string_view replacement = "\xEF\xBF\xBD";
    static constexpr std::size_t longest_apart = 256;
    static constexpr std::size_t nearby =
        16;  // tokens that one character changes at most, or it is counted anew

    [[nodiscard]] std::int64_t count_piece(Vocabulary const& vocabulary, std::string_view piece) {
        return vocabulary.find(piece) != Vocabulary::none ? 1 : count_merged(vocabulary, piece);
    }
    [[nodiscard]] std::int64_t count_merged(Vocabulary const& vocabulary, std::string_view part) {
        near_.clear();
        merge_.append(vocabulary, part, near_);
        return static_cast<std::int64_t>(near_.size());
    }

    /// Adds what a part of a character counts, which reads as U+FFFD; false where that is not known.
    [[nodiscard]] bool count_broken(Vocabulary const& vocabulary, std::string_view rest) {
        bool const part =
            rest.size() < 4 && decode_utf8(rest.data(), rest.data() + rest.size()).length == rest.size();
        if (!part || (kinds_.all & set(space, newline)) != 0) {
            return false;
        }
        if ((kinds_.all & set(other)) == 0) {  // it is no letter and no number, so it is a piece by itself
            tokens_ += count_piece(vocabulary, replacement);
            return true;
        }
        // It goes with the symbols before it: the last tokens are encoded again, if the first of them stays.
        std::size_t const from = ranks_.size() - (ranks_.size() < nearby ? ranks_.size() : nearby);
        broken_.clear();
        for (std::size_t i = from; i < ranks_.size(); ++i) {
            broken_ += vocabulary.text(ranks_[i]);
        }
        broken_ += replacement;
        tokens_ += count_merged(vocabulary, broken_) - static_cast<std::int64_t>(ranks_.size() - from);
        return from == 0 || near_[0] == ranks_[from];
    }

    Kinds kinds_;
    std::size_t bytes_ = 0;    // of the piece, encoded in ranks_
    std::size_t scanned_ = 0;  // with what stands apart behind it
    std::int64_t tokens_ = 0;
    std::vector<Rank> ranks_;
    std::vector<Rank> near_;
    std::string broken_;
    PieceMerge merge_;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
