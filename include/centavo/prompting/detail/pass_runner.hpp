// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/tokens.hpp>
#include <centavo/base/view.hpp>
#include <centavo/prompting/detail/changes.hpp>
#include <centavo/prompting/detail/pass.hpp>
#include <centavo/prompting/detail/segmenter.hpp>
#include <centavo/prompting/optimized.hpp>
#include <centavo/tokens/counter.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// A run of lines that some edits change.
struct EditedLines {
    std::size_t begin = 0;  ///< bytes of the prompt
    std::size_t end = 0;
    std::size_t first = 0;  ///< edits [first, last)
    std::size_t last = 0;
};

/// The edited runs of lines of a prompt, sorted and disjoint; linear.
///
/// Each begins at a line that does not begin with white space or '/', and ends before one, so that no token of the known
/// vocabularies spans its ends, before or after the edits: the savings of the runs add up to those of the prompt.
[[nodiscard]] std::vector<EditedLines> edited_lines(Segmented const& prompt, View<Edit> edits);

/// The bytes [begin, end) of `text` with `edits` applied.
[[nodiscard]] std::string apply(std::string_view text, std::size_t begin, std::size_t end, View<Edit> edits);

/// Runs passes over a prompt and keeps only edits that save tokens.
///
/// Counts each edited run of lines before and after, and nothing else but the result, once. Repeats the passes until none
/// of them changes anything, which makes the result idempotent.
template <TokenCounter Counting>
class PassRunner {
public:
    explicit PassRunner(Counting const& counter, ProtectedMarks marks = {})
        : counter_{counter}, marks_{marks} {}

    [[nodiscard]] Optimized run(std::string_view prompt, View<Pass> passes,
                                EarlierLines const* earlier = nullptr) const;

private:
    [[nodiscard]] bool run_once(Optimized& result, std::vector<Segment>& segments,
                                EarlierLines const* earlier, Pass const& pass, PassReport& report) const;

    /// Whether the counts of runs of lines add up to that of the text: exactly so for published vocabularies.
    [[nodiscard]] bool adds_up() const {
        if constexpr (std::same_as<Counting, Counter>) {
            return counter_.bpe() != nullptr;
        } else {
            return false;
        }
    }

    Counting const& counter_;
    ProtectedMarks marks_;
};

inline std::vector<EditedLines> edited_lines(Segmented const& prompt, View<Edit> edits) {
    std::string_view const text = prompt.text;
    // '/' after a line feed may belong to the token before it, and so may white space; that beyond ASCII begins with
    // the other bytes.
    auto const starts_line = [&](std::size_t at) {
        return at == 0 || (text[at - 1] == '\n' && std::string_view{" \t\r\n\f\v/\xc2\xe1\xe2\xe3"}.find(
                                                       text[at]) == std::string_view::npos);
    };
    std::vector<EditedLines> runs;
    for (std::size_t at = 0; at < edits.size(); ++at) {
        std::size_t const from = runs.empty() ? 0 : runs.back().end;
        std::size_t begin = edits[at].begin;
        while (begin > from && !starts_line(begin)) {
            begin = prompt.line_begin(begin - (text[begin - 1] == '\n' ? 1 : 0));
            begin = std::max(begin, from);
        }
        std::size_t end = std::max(edits[at].end, from);
        while (end < text.size() && !starts_line(end)) {
            end = std::min(prompt.line_end(end) + 1, text.size());
        }
        bool const touches_last = edits[at].begin < from || (begin == from && !starts_line(begin));
        if (!runs.empty() && touches_last) {
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
bool PassRunner<Counting>::run_once(Optimized& result, std::vector<Segment>& segments,
                                    EarlierLines const* earlier, Pass const& pass, PassReport& report) const {
    std::string& text = result.text;
    std::vector<Edit> edits;
    pass.propose(Segmented{text, segments, earlier}, edits);
    if (edits.empty()) {
        return false;
    }
    std::string out;
    std::vector<Edit> accepted;
    std::size_t copied = 0;
    for (EditedLines const& lines : edited_lines(Segmented{text, segments, earlier}, edits)) {
        auto const made = View<Edit>{edits}.subspan(lines.first, lines.last - lines.first);
        std::string const shorter = apply(text, lines.begin, lines.end, made);
        Tokens const was = counter_(std::string_view{text}.substr(lines.begin, lines.end - lines.begin));
        Tokens const is = counter_(shorter);
        if (is >= was) {
            report.reason = report.accepted ? "" : "it would not save tokens";
            continue;
        }
        report.tokens_saved += was - is;
        report.edits += made.size();
        report.accepted = true;
        report.reason = "";
        out.append(text, copied, lines.begin - copied);
        out += shorter;
        copied = lines.end;
        for (std::size_t i = lines.first; i < lines.last; ++i) {
            accepted.push_back(std::move(edits[i]));
        }
    }
    if (accepted.empty()) {
        return false;
    }
    out.append(text, copied);
    result.changes = compose(text, std::move(result.changes), accepted);
    text = std::move(out);
    segments = segment(text, marks_);
    return true;
}

template <TokenCounter Counting>
Optimized PassRunner<Counting>::run(std::string_view prompt, View<Pass> passes,
                                    EarlierLines const* earlier) const {
    constexpr std::size_t max_rounds = 32;
    Optimized result;
    result.text = prompt;
    for (Pass const& pass : passes) {
        result.passes.push_back({pass.name, {}, 0, false, "no edit was found"});
    }
    std::vector<Segment> segments = segment(prompt, marks_);
    std::size_t unchanged = 0;  // passes in a row that found nothing
    for (std::size_t i = 0; unchanged < passes.size() && i < max_rounds * passes.size(); ++i) {
        std::size_t const at = i % passes.size();
        unchanged = run_once(result, segments, earlier, passes[at], result.passes[at]) ? 0 : unchanged + 1;
    }
    bool const converged = unchanged >= passes.size();
    Tokens saved;
    for (PassReport const& report : result.passes) {
        saved += report.tokens_saved;
    }
    result.after = counter_(result.text);
    result.before = adds_up() || result.changes.empty() ? result.after + saved : counter_(prompt);
    if (!converged || (!result.changes.empty() && result.after >= result.before)) {
        result.text = prompt;
        result.changes.clear();
        result.after = result.before;
        for (PassReport& report : result.passes) {
            if (report.accepted) {
                report = {report.name,
                          {},
                          0,
                          false,
                          converged ? "the whole prompt would not have fewer tokens"
                                    : "repeated runs did not converge"};
            }
        }
    }
    return result;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
