// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/builtin/counters.hpp>

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE Bpe const& o200k_base() {
    static Bpe const bpe{Vocabulary::from_merges(detail::o200k_base_bytes, detail::o200k_base_merges),
                         SplitPattern::o200k,
                         {{"<|endoftext|>", 199999}, {"<|endofprompt|>", 200018}}};
    return bpe;
}

CENTAVO_INLINE Bpe const& cl100k_base() {
    static Bpe const bpe{Vocabulary::from_merges(detail::cl100k_base_bytes, detail::cl100k_base_merges),
                         SplitPattern::cl100k,
                         {{"<|endoftext|>", 100257},
                          {"<|fim_prefix|>", 100258},
                          {"<|fim_middle|>", 100259},
                          {"<|fim_suffix|>", 100260},
                          {"<|endofprompt|>", 100276}}};
    return bpe;
}

CENTAVO_INLINE Bpe const& o200k_harmony() {
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

CENTAVO_INLINE Counter counter_for(Encoding encoding) {
    switch (encoding) {
    case Encoding::o200k_base: return Counter{o200k_base()};
    case Encoding::cl100k_base: return Counter{cl100k_base()};
    case Encoding::unknown: break;
    }
    return Counter::upper_bound();
}

CENTAVO_INLINE Counter counter_for(ModelId const& model) {
    if (auto const encoding = find_encoding(model); encoding != Encoding::unknown) {
        return counter_for(encoding);
    }
    auto const estimate = family_of(model).estimate;
    return estimate ? Counter::estimating(o200k_base(), *estimate) : Counter::upper_bound();
}

CENTAVO_INLINE Counters builtin_counters() {
    return Counters{[](ModelId const& model) { return counter_for(model); }};
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
