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

    void add(std::map<std::string, std::size_t, std::less<>> const& index, std::string_view text) {
        detail::for_each_term(text, [&](std::string_view term) {
            ++size_;
            if (auto const at = index.find(term); at != index.end()) {
                ++of_[at->second];
            }
        });
    }

    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] std::size_t operator[](std::size_t term) const { return of_[term]; }

private:
    std::vector<std::size_t> of_;
    std::size_t size_ = 0;
};

/// The BM25 score (k1 1.2, b 0.75) of every text for the terms.
[[nodiscard]] inline std::vector<double> bm25(std::span<TermCounts const> texts, std::size_t terms) {
    constexpr double k1 = 1.2;
    constexpr double b = 0.75;
    double length = 0;
    for (TermCounts const& text : texts) {
        length += static_cast<double>(text.size());
    }
    double const mean = std::max(1.0, length / static_cast<double>(std::max<std::size_t>(1, texts.size())));
    std::vector<double> scores(texts.size());
    for (std::size_t term = 0; term < terms; ++term) {
        auto const with =
            std::count_if(texts.begin(), texts.end(), [&](auto const& text) { return text[term] > 0; });
        double const in = static_cast<double>(with);
        double const weight = std::log(1 + (static_cast<double>(texts.size()) - in + 0.5) / (in + 0.5));
        for (std::size_t at = 0; at < texts.size(); ++at) {
            double const times = static_cast<double>(texts[at][term]);
            double const size = static_cast<double>(texts[at].size());
            scores[at] += weight * times * (k1 + 1) / (times + k1 * (1 - b + b * size / mean));
        }
    }
    return scores;
}

/// The scores of passages, of which those that the best two name by their titles have a share in what those
/// have: where an answer takes two steps, the first passage names the second.
[[nodiscard]] inline std::vector<double> linked(std::vector<double> scores,
                                                std::span<Passage const> passages) {
    constexpr double share = 0.5;
    constexpr std::size_t shortest_title = 4;
    std::vector<double> const own = scores;
    std::vector<std::size_t> best(scores.size());
    std::iota(best.begin(), best.end(), std::size_t{0});
    std::stable_sort(best.begin(), best.end(), [&](std::size_t a, std::size_t b) { return own[a] > own[b]; });
    best.resize(std::min<std::size_t>(2, best.size()));
    for (std::size_t const from : best) {
        for (std::size_t to = 0; to < passages.size(); ++to) {
            std::string_view const title = passages[to].title.substr(0, passages[to].title.find(" ("));
            if (to != from && title.size() >= shortest_title &&
                passages[from].text.find(title) != std::string_view::npos) {
                scores[to] += share * own[from];
            }
        }
    }
    return scores;
}

/// The sentences of all passages in order, scored for the question.
[[nodiscard]] inline std::vector<SelectionUnit> scored_sentences(std::string_view question,
                                                                 std::span<Passage const> passages) {
    std::map<std::string, std::size_t, std::less<>> index;
    detail::for_each_term(question,
                  [&](std::string_view term) { index.try_emplace(std::string{term}, index.size()); });
    std::vector<SelectionUnit> units;
    std::vector<TermCounts> in_sentences;
    std::vector<TermCounts> in_passages;
    for (std::size_t at = 0; at < passages.size(); ++at) {
        TermCounts title{index.size()};
        title.add(index, passages[at].title);
        in_passages.push_back(title);
        in_passages.back().add(index, passages[at].text);
        for (detail::Sentence const& sentence : detail::sentences(passages[at].text)) {
            std::string_view const text =
                passages[at].text.substr(sentence.begin, sentence.end - sentence.begin);
            bool const in_title = passages[at].title.find(text) != std::string_view::npos;
            units.push_back({at, sentence, 0, in_title});
            in_sentences.push_back(title);
            in_sentences.back().add(index, text);
        }
    }
    std::vector<double> const of_sentence = bm25(in_sentences, index.size());
    std::vector<double> const of_passage = linked(bm25(in_passages, index.size()), passages);
    auto const best = [](std::vector<double> const& scores) {
        double const most = scores.empty() ? 0 : *std::max_element(scores.begin(), scores.end());
        return most > 0 ? most : 1.0;
    };
    double const best_sentence = best(of_sentence);
    double const best_passage = best(of_passage);
    for (std::size_t at = 0; at < units.size(); ++at) {
        bool const first = at == 0 || units[at - 1].passage != units[at].passage;
        bool const last = at + 1 == units.size() || units[at + 1].passage != units[at].passage;
        double const beside = std::max(first ? 0 : of_sentence[at - 1], last ? 0 : 0.7 * of_sentence[at + 1]);
        units[at].score = (of_sentence[at] + 0.5 * beside) / best_sentence +
                          of_passage[units[at].passage] / best_passage + (first ? 0.1 : 0.0);
    }
    return units;
}

inline std::string joined(std::span<Passage const> passages) {
    std::string text;
    for (Passage const& passage : passages) {
        text += text.empty() ? "" : "\n\n";
        text += passage.title;
        text += passage.title.empty() || passage.text.empty() ? "" : "\n";
        text += passage.text;
    }
    return text;
}

/// The text of the units of `kept`, which are in order, and their spans: neighbours are one span.
[[nodiscard]] inline Selection written(std::span<Passage const> passages,
                                       std::span<SelectionUnit const> units,
                                       std::span<std::size_t const> kept) {
    Selection out;
    for (std::size_t at = 0; at < kept.size(); ++at) {
        SelectionUnit const& unit = units[kept[at]];
        bool const first = at == 0 || units[kept[at - 1]].passage != unit.passage;
        std::string_view const text = passages[unit.passage].text;
        if (!first && kept[at - 1] + 1 == kept[at]) {
            KeptSpan& span = out.kept.back();
            out.text += text.substr(span.end, unit.sentence.end - span.end);
            span.end = unit.sentence.end;
            continue;
        }
        if (first) {
            out.text += out.text.empty() ? "" : "\n\n";
            out.text += passages[unit.passage].title;
            out.text += passages[unit.passage].title.empty() ? "" : "\n";
        } else {
            out.text += '\n';
        }
        out.text += text.substr(unit.sentence.begin, unit.sentence.end - unit.sentence.begin);
        out.kept.push_back({unit.passage, unit.sentence.begin, unit.sentence.end});
    }
    return out;
}

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
