// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/prompting/selection.hpp>

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE void TermCounts::add(std::map<std::string, std::size_t, std::less<>> const& index,
                                    std::string_view text) {
    detail::for_each_term(text, [&](std::string_view term) {
        ++size_;
        if (auto const at = index.find(term); at != index.end()) {
            ++of_[at->second];
        }
    });
}

CENTAVO_INLINE std::vector<double> bm25(std::span<TermCounts const> texts, std::size_t terms) {
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

CENTAVO_INLINE std::vector<double> linked(std::vector<double> scores, std::span<Passage const> passages) {
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

CENTAVO_INLINE std::vector<SelectionUnit> scored_sentences(std::string_view question,
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

CENTAVO_INLINE std::string joined(std::span<Passage const> passages) {
    std::string text;
    for (Passage const& passage : passages) {
        text += text.empty() ? "" : "\n\n";
        text += passage.title;
        text += passage.title.empty() || passage.text.empty() ? "" : "\n";
        text += passage.text;
    }
    return text;
}

CENTAVO_INLINE Selection written(std::span<Passage const> passages, std::span<SelectionUnit const> units,
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

}  // namespace CENTAVO_ABI
}  // namespace centavo
