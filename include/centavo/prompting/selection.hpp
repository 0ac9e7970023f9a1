// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/tokens.hpp>
#include <centavo/base/view.hpp>
#include <centavo/prompting/detail/ranking.hpp>
#include <centavo/tokens/counter.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace centavo {
inline namespace CENTAVO_ABI {

/// A temporary that owns the text of which a view would dangle, such as a std::string rvalue.
template <typename Text>
concept OwningTemporary =
    !std::is_lvalue_reference_v<Text> && !std::is_array_v<std::remove_reference_t<Text>> &&
    !std::is_trivially_copyable_v<std::remove_cvref_t<Text>> && std::convertible_to<Text, std::string_view>;

/// A piece of context: a retrieved document or a part of one.
///
/// A view: the caller keeps the title and the text alive. Temporary strings are rejected at compile time.
struct Passage {
    constexpr Passage() = default;
    constexpr Passage(std::string_view title_of, std::string_view text_of) : title{title_of}, text{text_of} {}

    template <OwningTemporary Title, typename Text>
    Passage(Title&&, Text&&) = delete;
    template <typename Title, OwningTemporary Text>
    requires(!OwningTemporary<Title>) Passage(Title&&, Text&&)
    = delete;

    std::string_view title;
    std::string_view text;
};

/// The size to which context is reduced.
struct SelectionLimit {
    Tokens tokens;
};

/// Bytes [begin, end) of a passage's text that were kept.
struct KeptSpan {
    std::size_t passage = 0;
    std::size_t begin = 0;
    std::size_t end = 0;
};

/// The sentences of some passages that are most relevant to a question.
struct Selection {
    std::string text;            ///< titles and kept sentences in their order; a blank line between passages
    Tokens before;               ///< tokens of join_passages()
    Tokens after;                ///< tokens of `text`: never more than the limit
    std::vector<KeptSpan> kept;  ///< sorted and disjoint

    [[nodiscard]] Tokens saved() const { return before - after; }
};

/// All passages in full, each a title line and its text, with blank lines between them.
[[nodiscard]] std::string join_passages(View<Passage> passages);

/// The most relevant sentences of `passages` for `question` within `limit`, counted by `counter`.
///
/// Lossy: the model does not see what is not kept. A sentence is scored by the words it shares with the question (BM25,
/// together with its title), by the scores of its neighbors, and by that of its passage.
template <TokenCounter Counting>
[[nodiscard]] Selection select_sentences(Counting const& counter, std::string_view question,
                                         View<Passage> passages, SelectionLimit limit);

template <TokenCounter Counting>
Selection select_sentences(Counting const& counter, std::string_view question, View<Passage> passages,
                           SelectionLimit limit) {
    Tokens const before = counter(join_passages(passages));
    std::vector<detail::RankedText> texts;
    for (Passage const& passage : passages) {
        texts.push_back({passage.title, passage.text});
    }
    std::vector<detail::SelectionUnit> const units = detail::scored_sentences(question, texts);
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
        detail::SelectionUnit const& unit = units[at];
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
    // Separately counted, sentences may have fewer tokens than together: the worst are dropped until all fit.
    for (;; kept.pop_back()) {
        std::vector<std::size_t> in_order = kept;
        std::sort(in_order.begin(), in_order.end());
        Selection out = detail::selection_of<Selection>(texts, units, in_order);
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
