// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/models/model_catalog.hpp>
#include <centavo/models/model_id.hpp>
#include <centavo/tokens/counter.hpp>

#include <string>

namespace centavo::cli {

/// The encoding of this name, "o200k_base" or "cl100k_base". Throws WrongCommandLine for any other name.
[[nodiscard]] Encoding encoding_named(std::string const& name);

/// The encoding of a model; o200k_base, with a warning on standard error, if its vocabulary is not public or not
/// known.
[[nodiscard]] Encoding encoding_of(ModelId const& model);

/// The counter of a model: exact, the estimate of its family, or that of o200k_base with a warning on standard error.
[[nodiscard]] Counter counter_of(ModelId const& model);

/// The same without a warning.
[[nodiscard]] Counter nearest_counter_of(ModelId const& model);

/// Whether the vocabulary of the model is known.
[[nodiscard]] bool has_vocabulary(ModelId const& model);

/// The exact counter of the encoding of this name, including o200k_harmony. Throws as encoding_named() does.
[[nodiscard]] Counter counter_named(std::string const& name);

/// The exact counter of an encoding. The vocabularies are in one source of the program.
[[nodiscard]] Counter counter_of(Encoding encoding);

}  // namespace centavo::cli
