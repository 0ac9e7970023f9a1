// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/data/o200k_base.hpp>

#include <string>
#include <utility>
#include <vector>

namespace centavo::inline v0 {

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

}  // namespace centavo::inline v0
