// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/data/cl100k_base.hpp>
#include <centavo/data/o200k_base.hpp>
#include <centavo/models/model_catalog.hpp>
#include <centavo/models/model_id.hpp>
#include <centavo/tokens/counter.hpp>

#include <string>
#include <utility>
#include <vector>

namespace centavo {
inline namespace CENTAVO_ABI {

/// The exact tokenizer of o200k_base; its index is built at the first call, once a program.
///
/// Safe to call from any thread.
[[nodiscard]] inline Bpe const& o200k_base() {
    static Bpe const bpe{Vocabulary::from_merges(detail::o200k_base_bytes, detail::o200k_base_merges), detail::Split::o200k,
                         {{"<|endoftext|>", 199999},
                          {"<|endofprompt|>", 200018}}};
    return bpe;
}

/// The exact tokenizer of cl100k_base; its index is built at the first call, once a program.
///
/// Safe to call from any thread.
[[nodiscard]] inline Bpe const& cl100k_base() {
    static Bpe const bpe{Vocabulary::from_merges(detail::cl100k_base_bytes, detail::cl100k_base_merges), detail::Split::cl100k,
                         {{"<|endoftext|>", 100257},
                          {"<|fim_prefix|>", 100258},
                          {"<|fim_middle|>", 100259},
                          {"<|fim_suffix|>", 100260},
                          {"<|endofprompt|>", 100276}}};
    return bpe;
}

/// The exact tokenizer of o200k_harmony, which gpt-oss has: the ranks of o200k_base, shared with it, and the special
/// tokens 199998 to 201087 by tiktoken's openai_public.
///
/// Safe to call from any thread.
[[nodiscard]] inline Bpe const& o200k_harmony() {
    static Bpe const bpe = [] {
        std::vector<SpecialToken> specials{
            {"<|startoftext|>", 199'998}, {"<|endoftext|>", 199'999}, {"<|return|>", 200'002},
            {"<|constrain|>", 200'003},   {"<|channel|>", 200'005},   {"<|start|>", 200'006},
            {"<|end|>", 200'007},         {"<|message|>", 200'008},   {"<|call|>", 200'012},
            {"<|endofprompt|>", 200'018},
        };
        auto const reserve = [&](Rank rank) {
            specials.push_back({"<|reserved_" + std::to_string(rank) + "|>", rank});
        };
        for (Rank const rank : {200'000U, 200'001U, 200'004U, 200'009U, 200'010U, 200'011U}) {
            reserve(rank);
        }
        for (Rank rank = 200'013; rank < 201'088; ++rank) {
            reserve(rank);
        }
        return o200k_base().with_specials(std::move(specials));
    }();
    return bpe;
}

/// The counter of an encoding; an upper bound, so not exact, where the vocabulary is not public.
///
/// Includes both vocabularies, about 2 MB of a program. An encoding's index is built at its first use.
[[nodiscard]] inline Counter counter_for(Encoding encoding) {
    switch (encoding) {
    case Encoding::o200k_base: return Counter{o200k_base()};
    case Encoding::cl100k_base: return Counter{cl100k_base()};
    case Encoding::unknown: break;
    }
    return Counter::upper_bound();
}

/// The counter of a model by its facts; without a public vocabulary its family's estimate, see TokenEstimate.
///
/// The upper bound, the bytes, for a model of no family that is known.
[[nodiscard]] inline Counter counter_for(ModelId const& model) {
    auto const facts = find_facts(model);
    if (facts && facts->encoding != Encoding::unknown) {
        return counter_for(facts->encoding);
    }
    auto const estimate = find_estimate(model.text());
    return estimate ? Counter::estimating(o200k_base(), *estimate) : Counter::upper_bound();
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
