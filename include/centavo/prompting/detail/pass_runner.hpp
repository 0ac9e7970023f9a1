// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/tokens.hpp>
#include <centavo/base/view.hpp>
#include <centavo/prompting/detail/pass.hpp>
#include <centavo/prompting/detail/segmenter.hpp>
#include <centavo/prompting/optimized.hpp>
#include <centavo/tokens/counter.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// A run of lines that some edits change, with an unchanged line on each side.
struct EditedLines {
    std::size_t begin = 0;  ///< bytes of the prompt
    std::size_t end = 0;
    std::size_t first = 0;  ///< edits [first, last)
    std::size_t last = 0;
};

/// The edited runs of lines of a prompt, sorted and disjoint.
///
/// Each begins and ends with a line of text, so that no token of the known vocabularies spans its ends, before or after
/// the edits: the savings of the runs add up to those of the prompt.
[[nodiscard]] std::vector<EditedLines> edited_lines(Segmented const& prompt, View<Edit> edits);

/// The bytes [begin, end) of `text` with `edits` applied.
[[nodiscard]] std::string apply(std::string_view text, std::size_t begin, std::size_t end, View<Edit> edits);

/// Runs passes over a prompt and keeps only edits that do not add tokens.
///
/// Counts each edited run of lines after every pass, and reverts it if it grew. Repeats the passes until none of them
/// changes anything, which makes the result idempotent. Returns the original prompt unless the whole has fewer tokens.
template <TokenCounter Counting>
class PassRunner {
public:
    explicit PassRunner(Counting const& counter) : counter_{counter} {}

    [[nodiscard]] Optimized run(std::string_view prompt, View<Pass> passes) const;

private:
    [[nodiscard]] bool run_once(std::string& text, std::vector<Segment>& segments, Pass const& pass,
                                PassReport& report) const;

    Counting const& counter_;
};

inline std::vector<EditedLines> edited_lines(Segmented const& prompt, View<Edit> edits) {
    std::string_view const text = prompt.text;
    // '/' after a line feed may belong to the token before it.
    auto const starts_line = [&](std::size_t at) {
        return at == 0 || (text[at - 1] == '\n' &&
                           std::string_view{" \t\r\n\f\v/"}.find(text[at]) == std::string_view::npos);
    };
    auto const back = [&](std::size_t at) {
        at = prompt.line_begin(at);
        while (at > 0) {
            at = prompt.line_begin(at - 1);
            if (starts_line(at)) {
                break;
            }
        }
        return at;
    };
    auto const forth = [&](std::size_t at) {
        std::size_t end = prompt.line_end(at);
        for (int lines = 0; end < text.size() && (lines < 2 || !starts_line(end)); ++lines) {
            end = prompt.line_end(end) + 1;
        }
        return end < text.size() ? end : text.size();
    };
    std::vector<EditedLines> runs;
    std::size_t line_end = 0;  // of the last edit, so that a long line is scanned once
    for (std::size_t at = 0; at < edits.size(); ++at) {
        if (!runs.empty() && edits[at].end <= runs.back().end && edits[at].begin < runs.back().end) {
            // Still inside: only the end may have to move.
            runs.back().last = at + 1;
            if (edits[at].end > line_end) {
                line_end = prompt.line_end(edits[at].end);
                runs.back().end = line_end + 1 < runs.back().end ? runs.back().end : forth(edits[at].end);
            }
            continue;
        }
        std::size_t const begin = back(edits[at].begin);
        std::size_t const end = forth(edits[at].end);
        line_end = prompt.line_end(edits[at].end);
        if (!runs.empty() && begin < runs.back().end) {
            runs.back().end = end;
            runs.back().last = at + 1;
        } else {
            runs.push_back({begin, end, at, at + 1});
        }
    }
    return runs;
}

inline std::string apply(std::string_view text, std::size_t begin, std::size_t end, View<Edit> edits) {
    std::string out;
    out.reserve(end - begin);
    for (Edit const& edit : edits) {
        out.append(text, begin, edit.begin - begin);
        out += edit.replacement;
        begin = edit.end;
    }
    out.append(text, begin, end - begin);
    return out;
}

template <TokenCounter Counting>
bool PassRunner<Counting>::run_once(std::string& text, std::vector<Segment>& segments, Pass const& pass,
                                    PassReport& report) const {
    Segmented const prompt{text, segments};
    std::vector<Edit> edits;
    pass.propose(prompt, edits);
    if (edits.empty()) {
        return false;
    }
    std::string out;
    std::size_t copied = 0;
    for (EditedLines const& lines : edited_lines(prompt, edits)) {
        auto const made = View<Edit>{edits}.subspan(lines.first, lines.last - lines.first);
        std::string const shorter = apply(text, lines.begin, lines.end, made);
        Tokens const was = counter_(std::string_view{text}.substr(lines.begin, lines.end - lines.begin));
        Tokens const is = counter_(shorter);
        if (is > was) {
            report.reason = report.accepted ? "" : "it would add tokens";
            continue;
        }
        report.tokens_saved += was - is;
        report.edits += made.size();
        report.accepted = true;
        report.reason = "";
        out.append(text, copied, lines.begin - copied);
        out += shorter;
        copied = lines.end;
    }
    if (copied == 0) {
        return false;
    }
    out.append(text, copied);
    text = std::move(out);
    segments = segment(text);
    return true;
}

template <TokenCounter Counting>
Optimized PassRunner<Counting>::run(std::string_view prompt, View<Pass> passes) const {
    constexpr int max_rounds = 32;
    Optimized result{std::string{prompt}, counter_(prompt), {}, {}};
    for (Pass const& pass : passes) {
        result.passes.push_back({pass.name, {}, 0, false, "no edit was found"});
    }
    std::vector<Segment> segments = segment(prompt);
    bool changed = true;
    for (int round = 0; changed && round < max_rounds; ++round) {
        changed = false;
        for (std::size_t at = 0; at < passes.size(); ++at) {
            changed = run_once(result.text, segments, passes[at], result.passes[at]) || changed;
        }
    }
    result.after = result.text == prompt ? result.before : counter_(result.text);
    if (changed || result.after >= result.before) {
        result.text = prompt;
        result.after = result.before;
        for (PassReport& report : result.passes) {
            if (report.accepted) {
                report = {report.name,
                          {},
                          0,
                          false,
                          changed ? "repeated runs did not converge"
                                  : "the whole prompt would not have fewer tokens"};
            }
        }
    }
    return result;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
