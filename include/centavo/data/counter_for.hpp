// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/data/cl100k_base.hpp>
#include <centavo/data/o200k_base.hpp>
#include <centavo/models/model_facts.hpp>
#include <centavo/models/model_id.hpp>
#include <centavo/tokens/counter.hpp>
#include <centavo/tokens/token_estimate.hpp>

namespace centavo::inline v0 {

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

}  // namespace centavo::inline v0
