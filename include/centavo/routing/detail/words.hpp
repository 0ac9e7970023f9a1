// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/folding.hpp>

#include <array>
#include <cstddef>
#include <string_view>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// Calls `visit(std::string_view)` for every word of a text, folded to lower case without accents and truncated to 31
/// bytes.
///
/// "Función", "FUNCION" and a decomposed "función" are all "funcion". A word is a run of letters, digits and underscores.
/// Does not allocate.
template <typename Visit>
constexpr void for_each_folded_word(std::string_view text, Visit&& visit) {
    std::array<char, 31> word{};
    std::size_t size = 0;
    bool inside = false;
    auto const append = [&](std::string_view bytes) {
        inside = true;
        if (size + bytes.size() <= word.size()) {
            for (char const byte : bytes) {
                word[size++] = byte;
            }
        }
    };
    for (std::size_t at = 0; at <= text.size();) {
        auto const character = fold_at(text, at);
        if (character.letter == '?') {
            append(text.substr(at, character.base_size));
        } else if (character.letter != '\0') {
            append({&character.letter, 1});
        } else if (inside) {
            visit(std::string_view{word.data(), size});
            inside = false;
            size = 0;
        }
        at += character.size;
    }
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
