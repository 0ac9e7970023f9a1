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

/// The count of a long last piece of a growing text, as long as only characters of its kinds follow.
///
/// Splitting and encoding continue where they stopped, so the cost is that of the added text. Capital letters after
/// letters without case, and spaces after line ends, are a piece of their own until the run continues. Externally
/// synchronized.
class OpenRun {
public:
    /// Recounting shorter pieces each time is faster.
    static constexpr std::size_t shortest = 256;

    [[nodiscard]] bool active() const noexcept { return kinds_.all != 0; }

    /// Begins with `piece`, a single piece under `split` of at least `shortest` bytes. Not active() afterwards if the
    /// characters that continue it are not known.
    void begin(Vocabulary const& vocabulary, SplitPattern split, std::string_view piece) {
        kinds_ = {};
        if (piece.size() > vocabulary.longest() &&
            !find_ill_formed_utf8(piece)) {  // a shorter piece may be a single token
            kinds_ = continued_by(split, piece);
        }
        if (active()) {
            bytes_ = scanned_ = piece.size();
            ranks_.clear();
            merge_.append(vocabulary, piece, ranks_);
        }
    }

    void end() noexcept { kinds_ = {}; }

    /// Continues to the end of `text`, which begins with the piece; false if the added text does not continue the run.
    ///
    /// An incomplete character at the end waits for its remaining bytes.
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

    /// The tokens of the text last passed to extend().
    [[nodiscard]] std::int64_t tokens() const noexcept { return tokens_; }

private:
    using enum CharClass;

    template <class... Kinds>
    static constexpr std::uint32_t set(Kinds... kinds) noexcept {
        return ((1U << static_cast<std::uint32_t>(kinds)) | ...);
    }

    /// The kinds of characters that continue a piece. Those outside `joining` do so only if one of `joining` follows.
    /// Empty if not known.
    struct Kinds {
        std::uint32_t all = 0;
        std::uint32_t joining = all;
    };

    /// By the patterns of Splitter, for a long piece.
    [[nodiscard]] static Kinds continued_by(SplitPattern split, std::string_view piece) {
        std::uint32_t seen = 0;
        CharClass first = other;  // after a space
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
            // Line ends after symbols: o200k also takes slashes, but no other symbols.
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
        16;  // the most tokens that one character is expected to change; otherwise the text is recounted

    [[nodiscard]] std::int64_t count_piece(Vocabulary const& vocabulary, std::string_view piece) {
        return vocabulary.find(piece) != Vocabulary::none ? 1 : count_merged(vocabulary, piece);
    }
    [[nodiscard]] std::int64_t count_merged(Vocabulary const& vocabulary, std::string_view part) {
        near_.clear();
        merge_.append(vocabulary, part, near_);
        return static_cast<std::int64_t>(near_.size());
    }

    /// Adds the tokens of an incomplete character, which reads as U+FFFD; false if they are not known.
    [[nodiscard]] bool count_broken(Vocabulary const& vocabulary, std::string_view rest) {
        bool const part =
            rest.size() < 4 && decode_utf8(rest.data(), rest.data() + rest.size()).length == rest.size();
        if (!part || (kinds_.all & set(space, newline)) != 0) {
            return false;
        }
        if ((kinds_.all & set(other)) == 0) {  // neither a letter nor a number: a piece by itself
            tokens_ += count_piece(vocabulary, replacement);
            return true;
        }
        // It joins the symbols before it: re-encode the last tokens, and check that the first of them is unchanged.
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
    std::size_t bytes_ = 0;    // of the piece, which ranks_ encodes
    std::size_t scanned_ = 0;  // including the characters after it that have not joined it
    std::int64_t tokens_ = 0;
    std::vector<Rank> ranks_;
    std::vector<Rank> near_;
    std::string broken_;
    PieceMerge merge_;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
