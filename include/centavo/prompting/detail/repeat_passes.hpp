// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/prompting/detail/pass.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// Replaces passages that occurred before with `[as above: "first words", 2996 characters]`.
///
/// A passage is whole lines of running text, or numbered lines of a file, byte for byte; headings stay. Never rows of
/// data, verse, chats or code, and nothing where the prompt is about repetitions.
void propose_passages(Segmented const& prompt, std::vector<Edit>& edits);

/// Replaces the beginning of a chunk that repeats the end of the chunk before with `[overlap: 187 characters]`.
///
/// A chunk that begins within a word keeps the rest of that word in the mark.
///
/// Cut at white space, outside links and code spans.
void propose_overlaps(Segmented const& prompt, std::vector<Edit>& edits);

/// Replaces a run of equal log lines with one of them and how often it occurred: `… [×3]`.
void propose_log_lines(Segmented const& prompt, std::vector<Edit>& edits);

/// In the order in which they run.
inline constexpr std::array repeat_passes{
    Pass{"repeated passages", propose_passages},
    Pass{"chunk overlaps", propose_overlaps},
    Pass{"repeated log lines", propose_log_lines},
};

/// How a line of text takes part in passages.
enum class PassageRole : std::uint8_t {
    none,    ///< ends a passage
    blank,   ///< may stand inside one
    weak,    ///< likewise: a short line of words
    strong,  ///< begins, ends or makes up one
    listed,  ///< a numbered line of a file
};

[[nodiscard]] inline PassageRole passage_role(std::string_view line) {
    std::string_view const text = trimmed(line);
    if (text.empty()) {
        return PassageRole::blank;
    }
    LineKind const kind = line_kind(line);
    if (kind == LineKind::listing) {
        return PassageRole::listed;
    }
    if (kind != LineKind::prose && kind != LineKind::item && kind != LineKind::quote &&
        kind != LineKind::other && kind != LineKind::code) {
        return PassageRole::none;
    }
    std::size_t letters = 0;
    std::size_t words = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        char const c = text[at];
        letters += letter_byte(c) ? 1U : 0U;
        words += c == ' ' ? 1U : 0U;
        if (is_one_of(c, "\t{}|\\=^~<>") || text.compare(at, 3, "   ") == 0) {
            return PassageRole::none;
        }
    }
    bool const linked = kind == LineKind::item && text.find("](http") != std::string_view::npos;
    bool const wordy = letters * 10 >= text.size() * 7 && (words >= 8 || linked);
    if (!wordy || digit_byte(text.back()) || line.ends_with("  ")) {
        return kind == LineKind::code || digit_byte(text.back()) || line.ends_with("  ") ? PassageRole::none
                                                                                         : PassageRole::weak;
    }
    return text.size() >= 60        ? PassageRole::strong
           : kind == LineKind::code ? PassageRole::none
                                    : PassageRole::weak;
}

/// The lines of a text that may be repeated, with breaks where other segments stand between them.
struct PassageLine {
    std::size_t begin = 0;
    std::size_t end = 0;  ///< before the line feed
    PassageRole role = PassageRole::none;
};

[[nodiscard]] inline std::vector<PassageLine> passage_lines(Segmented const& prompt) {
    std::vector<PassageLine> lines;
    for (Segment const& part : prompt.segments) {
        if (part.kind != SegmentKind::text) {
            lines.push_back({part.begin, part.begin, PassageRole::none});
            continue;
        }
        for (std::size_t at = part.begin; at < part.end;) {
            std::size_t const end = prompt.line_end(at, part.end);
            bool const whole = prompt.before(at) == '\n' && prompt.after(end) == '\n';
            lines.push_back({at, end, whole ? passage_role(prompt.bytes(at, end)) : PassageRole::none});
            at = end + 1;
        }
    }
    return lines;
}

/// The lines of the earlier messages of a conversation that may be repeated.
class EarlierLines {
public:
    static constexpr std::size_t none = static_cast<std::size_t>(-1);

    /// Adds the lines of the next message.
    void add(std::string text) {
        std::string_view const kept = texts_.emplace_back(std::move(text));
        std::vector<Segment> const segments = segment(kept);
        lines_.emplace_back();
        for (PassageLine const& line : passage_lines({kept, segments})) {
            std::string_view const bytes = kept.substr(line.begin, line.end - line.begin);
            if (line.role == PassageRole::strong || line.role == PassageRole::listed) {
                last_[bytes] = lines_.size();
            }
            lines_.push_back(bytes);
        }
    }

    /// The index of the last occurrence of a line; `none` if there is none.
    [[nodiscard]] std::size_t find(std::string_view line) const {
        auto const found = last_.find(line);
        return found == last_.end() ? none : found->second;
    }

    [[nodiscard]] bool equal(std::size_t index, std::string_view line) const {
        return index < lines_.size() && lines_[index] == line;
    }

private:
    std::deque<std::string> texts_;
    std::vector<std::string_view> lines_;
    std::unordered_map<std::string_view, std::size_t> last_;
};

/// Whether a prompt is about repetitions, so that they must stay.
[[nodiscard]] inline bool is_about_repetition(std::string_view prompt) {
    constexpr std::size_t window = 1'500;
    auto const asks = [](std::string_view part) {
        std::string folded{part};
        for (char& c : folded) {
            c = upper_byte(c) ? static_cast<char>(c | 0x20) : c;
        }
        for (std::string_view const words :
             {"how many times",       "how often",     "duplicates", "duplicate p",
              "duplicate t",          "duplicate s",   "duplicad",   "are repeated",
              "is repeated",          "repeated p",    "repeated s", "repetid",
              "repetition",           "repetici",      "identical",  "occurrence",
              "cu\xc3\xa1ntas veces", "word for word", "deduplicat", "plagiar"}) {
            if (folded.find(words) != std::string::npos) {
                return true;
            }
        }
        return false;
    };
    return asks(prompt.substr(0, window)) ||
           (prompt.size() > window &&
            asks(prompt.substr(prompt.size() - std::min(window, prompt.size() - window))));
}

/// The first words of a text, at most four and 48 bytes.
[[nodiscard]] inline std::string_view first_words(std::string_view text) {
    text = trimmed(text.substr(0, text.find('\n')));
    std::size_t end = 0;
    for (int words = 0; words < 4; ++words) {
        std::size_t const next = std::min(text.find(' ', end == 0 ? 0 : end + 1), text.size());
        if (next > 48 && end > 0) {
            break;
        }
        end = next;
        if (end == text.size()) {
            break;
        }
    }
    if (end > 64) {
        end = 64;
        while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) {
            --end;
        }
    }
    return text.substr(0, end);
}

/// The number of characters of a text, which is UTF-8.
[[nodiscard]] inline std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }));
}

[[nodiscard]] inline std::string repeat_note(std::string_view mark, std::string_view text) {
    return std::string{mark} + '"' + std::string{first_words(text)} + "\", " +
           std::to_string(characters(text)) + " characters]";
}

[[nodiscard]] inline std::string listing_note(std::string_view text, std::size_t lines) {
    auto const number = [&](std::size_t at) {
        at = text.find_first_of("0123456789", at);
        return std::string{text.substr(at, text.find_first_not_of("0123456789", at) - at)};
    };
    std::size_t const last = text.rfind('\n') + 1;
    return std::string{repeat_mark} + "lines " + number(0) + " to " + number(last) + ", " +
           std::to_string(lines) + " lines]";
}

/// How far the lines from one on equal lines before.
struct Repeat {
    std::size_t lines = 0;    ///< up to the last that may end a passage
    std::size_t matched = 0;  ///< equal lines
    std::size_t longest = 0;  ///< size of the longest that may begin or end a passage
    bool flows = false;       ///< continues a sentence or a list
};

inline void propose_passages(Segmented const& prompt, std::vector<Edit>& edits) {
    constexpr std::size_t least = 100;  // bytes
    constexpr std::size_t least_listed = 160;
    std::vector<PassageLine> const lines = passage_lines(prompt);
    std::unordered_map<std::string_view, std::array<std::size_t, 3>>
        places;  // where kept lines stand, latest first
    auto const bytes = [&](std::size_t i) { return prompt.bytes(lines[i].begin, lines[i].end); };
    auto const begins = [](PassageRole role) {
        return role == PassageRole::strong || role == PassageRole::listed;
    };
    bool checked = false;
    for (std::size_t at = 0; at < lines.size();) {
        if (!begins(lines[at].role)) {
            ++at;
            continue;
        }
        // The run of lines that equals lines before, trimmed to lines that may end a passage.
        bool const listed = lines[at].role == PassageRole::listed;
        Repeat best;
        auto const look = [&](auto const& equal) {
            Repeat here;
            for (std::size_t i = 0; at + i < lines.size() && equal(i); ++i, ++here.matched) {
                PassageRole const role = lines[at + i].role;
                if (role == PassageRole::none || (role == PassageRole::listed) != listed) {
                    break;
                }
                if (begins(role)) {
                    std::string_view const text = trimmed(bytes(at + i));
                    here.lines = i + 1;
                    here.longest = std::max(here.longest, bytes(at + i).size());
                    here.flows =
                        here.flows || (i > 0 && (lower_byte(text.front()) || is_one_of(text.front(), "-*")));
                }
            }
            best = here.lines > best.lines || best.matched == 0 ? here : best;
        };
        if (auto const found = places.find(bytes(at)); found != places.end()) {
            for (std::size_t const there : found->second) {
                if (there != EarlierLines::none) {
                    look([&](std::size_t i) { return there + i < at && bytes(there + i) == bytes(at + i); });
                }
            }
        } else if (prompt.earlier != nullptr) {
            if (std::size_t const there = prompt.earlier->find(bytes(at)); there != EarlierLines::none) {
                look([&](std::size_t i) { return prompt.earlier->equal(there + i, bytes(at + i)); });
            }
        }
        std::size_t const run = best.lines;
        std::size_t const size = run == 0 ? 0 : lines[at + run - 1].end - lines[at].begin;
        // Lines of a normal width are running text if one of them continues a sentence; verse does not.
        bool const worthwhile = listed
                                    ? run >= 3 && size >= least_listed
                                    : best.longest >= least || (run >= 3 && size >= 2 * least && best.flows);
        if (run > 0 && worthwhile && (checked || !is_about_repetition(prompt.text))) {
            checked = true;
            std::string_view const text = prompt.bytes(lines[at].begin, lines[at + run - 1].end);
            edits.push_back({lines[at].begin, lines[at + run - 1].end,
                             listed ? listing_note(text, run) : repeat_note(repeat_mark, text)});
            at += run;
            continue;
        }
        if (run > 0 && worthwhile) {
            return;  // the prompt is about repetitions
        }
        for (std::size_t const end = at + std::max<std::size_t>(run, 1); at < end; ++at) {
            if (begins(lines[at].role)) {
                auto const added = places.try_emplace(bytes(at));
                if (added.second) {
                    added.first->second.fill(EarlierLines::none);
                }
                auto& kept = added.first->second;
                std::rotate(kept.begin(), kept.end() - 1, kept.end());
                kept.front() = at;
            }
        }
    }
}

/// Where an overlap of `size` bytes at the beginning of `text` may be cut, at the end of a line if `lines`; 0 if nowhere.
[[nodiscard]] inline std::size_t overlap_cut(std::string_view text, std::size_t size, bool lines) {
    std::size_t cut = 0;
    std::size_t ticks = 0;
    std::ptrdiff_t depth = 0;
    for (std::size_t at = 0; at <= size && at < text.size(); ++at) {
        char const c = text[at];
        if ((c == '\n' || (c == ' ' && !lines)) && ticks % 2 == 0 && depth <= 0) {
            cut = at;
        }
        if (c == '\n') {
            ticks = 0;
            depth = 0;
        }
        ticks += c == '`' ? 1U : 0U;
        depth += is_one_of(c, "[(<{") ? 1 : is_one_of(c, "])>}") ? -1 : 0;
    }
    return cut;
}

[[nodiscard]] inline std::string overlap_note(std::string_view text) {
    std::size_t word = 0;
    while (word < text.size() && word < 40 && letter_byte(text[word])) {
        ++word;
    }
    std::string const first = word == 0 ? std::string{} : std::string{text.substr(0, word)} + "\xe2\x80\xa6 ";
    return std::string{overlap_mark} + first + std::to_string(characters(text)) + " characters]";
}

/// How a heading with a number begins, up to the number: "Source " of "Source 3 (a.md)"; empty for other lines.
[[nodiscard]] inline std::string_view numbered_heading(std::string_view line) {
    std::string_view const text = trimmed(line);
    std::size_t const number = text.find_first_of("0123456789");
    return text.size() < 160 && number != std::string_view::npos && number >= 3 && number < 32 &&
                   std::any_of(text.begin(), text.begin() + 3, letter_byte)
               ? text.substr(0, number)
               : std::string_view{};
}

/// Whether a text that two chunks share has no records, verse, chats or code.
[[nodiscard]] inline bool is_overlap_of_text(std::string_view text) {
    std::size_t longest = 0;
    std::size_t letters = 0;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t const end = std::min(text.find('\n', at), text.size());
        std::string_view const line = text.substr(at, end - at);
        longest = std::max(longest, line.size());
        letters += static_cast<std::size_t>(
            std::count_if(line.begin(), line.end(), [](char c) { return letter_byte(c) || c == ' '; }));
        switch (line_kind(line)) {
        case LineKind::delimited:
        case LineKind::chat:
        case LineKind::setting:
        case LineKind::diff:
        case LineKind::listing:
        case LineKind::row:
        case LineKind::log: return false;
        case LineKind::code:
            if (std::count(line.begin(), line.end(), ' ') < 8 || line.find(" = ") != std::string_view::npos) {
                return false;
            }
            break;
        default: break;
        }
        at = end + 1;
    }
    return longest >= 60 && letters * 10 >= text.size() * 7;
}

inline void propose_overlaps(Segmented const& prompt, std::vector<Edit>& edits) {
    constexpr std::size_t least = 60;
    constexpr std::size_t most = 1'200;
    constexpr std::size_t probe = 24;
    bool checked = false;
    bool cut_fence = false;
    std::string_view heading = numbered_heading(prompt.bytes(0, prompt.line_end(0)));
    for (Segment const& part : prompt.segments) {
        if (part.kind != SegmentKind::text) {
            continue;
        }
        // Past a fence that the end of a chunk cut, any text may be code.
        std::string_view const first_line = prompt.bytes(part.begin, prompt.line_end(part.begin, part.end));
        cut_fence = cut_fence || (&part != prompt.segments.data() && (&part)[-1].kind == SegmentKind::code &&
                                  !chunk_heading(first_line).empty());
        std::size_t free = part.begin;
        std::string_view const whole = prompt.text.substr(0, part.end);
        // A heading follows an empty line, which may belong to the segment before.
        bool const headed =
            part.begin >= 2 && prompt.text[part.begin - 1] == '\n' && prompt.text[part.begin - 2] == '\n';
        std::size_t blank = headed ? part.begin - 2 : whole.find("\n\n", part.begin);
        for (; blank < part.end; blank = whole.find("\n\n", std::max(blank + 1, part.begin))) {
            std::size_t const head = prompt.text.find_first_not_of('\n', blank);
            if (head >= part.end) {
                break;
            }
            std::size_t const body = prompt.line_end(head) + 1;
            if (body >= part.end || body - head > 160) {
                continue;
            }
            // A chunk begins after a heading of the same form as that of the chunk before.
            std::string_view const form = numbered_heading(prompt.bytes(head, body));
            bool const follows = !form.empty() && form == heading;
            heading = form.empty() ? heading : form;
            if (!follows) {
                continue;
            }
            std::string_view const text = prompt.bytes(body, std::min(body + most, part.end));
            std::size_t const from = blank > part.begin + most ? blank - most : part.begin;
            std::string_view const tail = prompt.bytes(std::max(from, free), std::max(blank, free));
            if (tail.size() < least || text.size() < least) {
                continue;
            }
            std::string_view const last = tail.substr(tail.size() - probe);
            std::size_t found = text.rfind(last);
            std::size_t size = 0;
            for (int tries = 0; tries < 4 && found != std::string_view::npos; ++tries) {
                std::size_t const length = found + probe;
                if (length <= tail.size() && tail.substr(tail.size() - length) == text.substr(0, length)) {
                    size = length;
                    break;
                }
                found = found == 0 ? std::string_view::npos : text.rfind(last, found - 1);
            }
            std::size_t const fence = std::min(text.find("```"), text.find("\n|"));
            std::size_t const cut = overlap_cut(text, std::min(size, fence), cut_fence);
            std::string_view const removed = text.substr(0, cut);
            if (cut < least || !is_overlap_of_text(removed)) {
                continue;
            }
            if (!checked && is_about_repetition(prompt.text)) {
                return;
            }
            checked = true;
            edits.push_back({body, body + cut, overlap_note(removed)});
            free = body + cut;
        }
    }
}

inline void propose_log_lines(Segmented const& prompt, std::vector<Edit>& edits) {
    for (Segment const& part : prompt.segments) {
        if (part.kind != SegmentKind::text && part.kind != SegmentKind::log) {
            continue;
        }
        for (std::size_t at = part.begin; at < part.end;) {
            std::size_t const end = prompt.line_end(at, part.end);
            std::string_view const line = prompt.bytes(at, end);
            std::size_t count = 1;
            std::size_t last = end;
            while (!line.empty() && last + 1 < part.end) {
                std::size_t const next = prompt.line_end(last + 1, part.end);
                if (prompt.bytes(last + 1, next) != line) {
                    break;
                }
                last = next;
                ++count;
            }
            if (count > 1 && prompt.before(at) == '\n' && is_sure_log(trimmed(line)) &&
                !line.ends_with(']')) {
                edits.push_back({end, last, " [\xc3\x97" + std::to_string(count) + "]"});
            }
            at = last + 1;
        }
    }
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
