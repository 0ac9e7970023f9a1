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
[[nodiscard]] Bpe const& o200k_base();

/// The exact tokenizer of cl100k_base; its index is built at the first call, once a program.
///
/// Safe to call from any thread.
[[nodiscard]] Bpe const& cl100k_base();

/// The exact tokenizer of o200k_harmony, which gpt-oss has: the ranks of o200k_base, shared with it, and the special
/// tokens 199998 to 201087 by tiktoken's openai_public.
///
/// Safe to call from any thread.
[[nodiscard]] Bpe const& o200k_harmony();

/// The counter of an encoding; an upper bound, so not exact, where the vocabulary is not public.
///
/// Includes both vocabularies, about 2 MB of a program. An encoding's index is built at its first use.
[[nodiscard]] Counter counter_for(Encoding encoding);

/// The counter of a model by its facts; without a public vocabulary its family's estimate, see TokenEstimate.
///
/// The upper bound, the bytes, for a model of no family that is known.
[[nodiscard]] Counter counter_for(ModelId const& model);

/// The counter of every model, by counter_for().
[[nodiscard]] Counters builtin_counters();

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/builtin/detail/counters.ipp>
#endif
