// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/tokens.hpp>
#include <centavo/prompting/detail/sentences.hpp>
#include <centavo/prompting/detail/terms.hpp>
#include <centavo/tokens/counter.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <numeric>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace centavo {
inline namespace CENTAVO_ABI {

/// A piece of context: a retrieved document or a part of one. The caller keeps the text.
struct Passage {
    std::string_view title;
    std::string_view text;
};

/// How much of the context may stay.
struct SelectionLimit {
    Tokens tokens;
};

/// Bytes [begin, end) of a passage's text that stayed.
struct KeptSpan {
    std::size_t passage = 0;
    std::size_t begin = 0;
    std::size_t end = 0;
};

/// The sentences of some passages that say most about a question.
struct Selection {
    std::string text;            ///< titles and kept sentences in their order, passages apart by a blank line
    Tokens before;               ///< of all passages, written the same way
    Tokens after;                ///< of `text`: never more than the limit
    std::vector<KeptSpan> kept;  ///< in order, apart from each other

    [[nodiscard]] Tokens saved() const { return before - after; }
};

/// All passages in full, each a title line and its text, blank lines between them.
[[nodiscard]] std::string joined(std::span<Passage const> passages);

/// The best sentences of `passages` for `question` within `limit`, counted by `counter`.
///
/// Lossy: what is not kept, the model will not see. A sentence counts for its words in common with the
/// question (BM25, its title read with it), for those of the sentences beside it, and for those of its whole
/// passage.
template <TokenCounter Counting>
[[nodiscard]] Selection select_sentences(Counting const& counter, std::string_view question,
                                         std::span<Passage const> passages, SelectionLimit limit);

/// A sentence that may be kept, and how much it says.
struct SelectionUnit {
    std::size_t passage = 0;
    detail::Sentence sentence;
    double score = 0;
    bool in_title = false;  ///< its title says it already
};

/// How often the terms of a question stand in a text, and how many terms the text has.
class TermCounts {
public:
    explicit TermCounts(std::size_t terms) : of_(terms) {}

    void add(std::map<std::string, std::size_t, std::less<>> const& index, std::string_view text);

    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] std::size_t operator[](std::size_t term) const { return of_[term]; }

private:
    std::vector<std::size_t> of_;
    std::size_t size_ = 0;
};

/// The BM25 score (k1 1.2, b 0.75) of every text for the terms.
[[nodiscard]] std::vector<double> bm25(std::span<TermCounts const> texts, std::size_t terms);

/// The scores of passages, of which those that the best two name by their titles have a share in what those
/// have: where an answer takes two steps, the first passage names the second.
[[nodiscard]] std::vector<double> linked(std::vector<double> scores, std::span<Passage const> passages);

/// The sentences of all passages in order, scored for the question.
[[nodiscard]] std::vector<SelectionUnit> scored_sentences(std::string_view question,
                                                          std::span<Passage const> passages);

/// The text of the units of `kept`, which are in order, and their spans: neighbours are one span.
[[nodiscard]] Selection written(std::span<Passage const> passages, std::span<SelectionUnit const> units,
                                std::span<std::size_t const> kept);

template <TokenCounter Counting>
Selection select_sentences(Counting const& counter, std::string_view question,
                           std::span<Passage const> passages, SelectionLimit limit) {
    Tokens const before = counter(joined(passages));
    std::vector<SelectionUnit> const units = scored_sentences(question, passages);
    std::vector<std::size_t> ranked(units.size());
    for (std::size_t at = 0; at < ranked.size(); ++at) {
        ranked[at] = at;
    }
    std::stable_sort(ranked.begin(), ranked.end(),
                     [&](std::size_t a, std::size_t b) { return units[a].score > units[b].score; });
    std::vector<bool> titled(passages.size());
    std::vector<std::size_t> kept;  // best first
    Tokens used;
    for (std::size_t const at : ranked) {
        SelectionUnit const& unit = units[at];
        if (unit.in_title) {
            continue;
        }
        detail::Sentence const& sentence = unit.sentence;
        std::string_view const text = passages[unit.passage].text;
        Tokens cost = counter(text.substr(sentence.begin, sentence.end - sentence.begin));
        if (!titled[unit.passage]) {
            cost += counter(passages[unit.passage].title) + Tokens{1};
        }
        if (used + cost <= limit.tokens) {
            used += cost;
            titled[unit.passage] = true;
            kept.push_back(at);
        }
    }
    // Counted apart, sentences may cost a little less than together: the worst give way until all fit.
    for (;; kept.pop_back()) {
        std::vector<std::size_t> in_order = kept;
        std::sort(in_order.begin(), in_order.end());
        Selection out = written(passages, units, in_order);
        out.before = before;
        out.after = counter(out.text);
        if (kept.empty() || out.after <= limit.tokens) {
            return out;
        }
    }
}

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/prompting/detail/selection.ipp>
#endif
