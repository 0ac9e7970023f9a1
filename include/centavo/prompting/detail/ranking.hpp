// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/view.hpp>
#include <centavo/prompting/detail/sentences.hpp>
#include <centavo/prompting/detail/terms.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// A title and a text to select from. A view.
struct RankedText {
    std::string_view title;
    std::string_view text;
};

/// A sentence and its score.
struct SelectionUnit {
    std::size_t passage = 0;
    Sentence sentence;
    double score = 0;
    bool in_title = false;  ///< the title of its passage contains it
};

/// How often each term of a question occurs in a text, and the number of terms in the text.
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
[[nodiscard]] std::vector<double> bm25(View<TermCounts> texts, std::size_t terms);

/// The scores of passages, raised for those whose titles the best two passages contain: for a question in two steps, the
/// first passage names the second.
[[nodiscard]] std::vector<double> add_links(std::vector<double> scores, View<RankedText> passages);

/// The sentences of all passages in order, scored for the question.
[[nodiscard]] std::vector<SelectionUnit> scored_sentences(std::string_view question,
                                                          View<RankedText> passages);

/// The text and the spans of the units at the indices `kept`, which are sorted; adjacent units are one span.
template <typename Selected>
[[nodiscard]] Selected selection_of(View<RankedText> passages, View<SelectionUnit> units,
                                    View<std::size_t> kept);

inline void TermCounts::add(std::map<std::string, std::size_t, std::less<>> const& index,
                            std::string_view text) {
    for_each_term(text, [&](std::string_view term) {
        ++size_;
        if (auto const at = index.find(term); at != index.end()) {
            ++of_[at->second];
        }
    });
}

inline std::vector<double> bm25(View<TermCounts> texts, std::size_t terms) {
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

inline std::vector<double> add_links(std::vector<double> scores, View<RankedText> passages) {
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

inline std::vector<SelectionUnit> scored_sentences(std::string_view question, View<RankedText> passages) {
    std::map<std::string, std::size_t, std::less<>> index;
    for_each_term(question,
                  [&](std::string_view term) { index.try_emplace(std::string{term}, index.size()); });
    std::vector<SelectionUnit> units;
    std::vector<TermCounts> in_sentences;
    std::vector<TermCounts> in_passages;
    for (std::size_t at = 0; at < passages.size(); ++at) {
        TermCounts title{index.size()};
        title.add(index, passages[at].title);
        in_passages.push_back(title);
        in_passages.back().add(index, passages[at].text);
        for (Sentence const& sentence : sentences(passages[at].text)) {
            std::string_view const text =
                passages[at].text.substr(sentence.begin, sentence.end - sentence.begin);
            bool const in_title = passages[at].title.find(text) != std::string_view::npos;
            units.push_back({at, sentence, 0, in_title});
            in_sentences.push_back(title);
            in_sentences.back().add(index, text);
        }
    }
    std::vector<double> const sentence_scores = bm25(in_sentences, index.size());
    std::vector<double> const passage_scores = add_links(bm25(in_passages, index.size()), passages);
    auto const best = [](std::vector<double> const& scores) {
        double const highest = scores.empty() ? 0 : *std::max_element(scores.begin(), scores.end());
        return highest > 0 ? highest : 1.0;
    };
    double const best_sentence = best(sentence_scores);
    double const best_passage = best(passage_scores);
    for (std::size_t at = 0; at < units.size(); ++at) {
        bool const first = at == 0 || units[at - 1].passage != units[at].passage;
        bool const last = at + 1 == units.size() || units[at + 1].passage != units[at].passage;
        double const beside =
            std::max(first ? 0 : sentence_scores[at - 1], last ? 0 : 0.7 * sentence_scores[at + 1]);
        units[at].score = (sentence_scores[at] + 0.5 * beside) / best_sentence +
                          passage_scores[units[at].passage] / best_passage + (first ? 0.1 : 0.0);
    }
    return units;
}

template <typename Selected>
Selected selection_of(View<RankedText> passages, View<SelectionUnit> units, View<std::size_t> kept) {
    Selected out;
    for (std::size_t at = 0; at < kept.size(); ++at) {
        SelectionUnit const& unit = units[kept[at]];
        bool const first = at == 0 || units[kept[at - 1]].passage != unit.passage;
        std::string_view const text = passages[unit.passage].text;
        if (!first && kept[at - 1] + 1 == kept[at]) {
            auto& span = out.kept.back();
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

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
