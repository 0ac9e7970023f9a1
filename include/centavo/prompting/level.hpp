// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace centavo::inline v0 {

/// How far a prompt may be changed; each level may do what the one before may.
///
/// At every level the text never costs more tokens, and a second run changes nothing.
enum class Level : std::uint8_t {
    lossless,  ///< white space, line ends, invisible characters, tight tables, compact JSON: nothing is lost
    safe,      ///< and repeats: equal adjacent lines, paragraphs that stand there already
    aggressive,  ///< and filler phrases: what is said may be said shorter
};

}  // namespace centavo::inline v0
