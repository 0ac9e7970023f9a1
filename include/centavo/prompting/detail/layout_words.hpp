// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/prompting/detail/lines.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// Words that speak about how a text is laid out, byte for byte or line by line; sorted.
inline constexpr std::array layout_words{
    std::string_view{"aligned"},    std::string_view{"alignment"},   std::string_view{"alineado"},
    std::string_view{"beautify"},   std::string_view{"blank"},       std::string_view{"blanks"},
    std::string_view{"byte"},       std::string_view{"bytes"},       std::string_view{"caracteres"},
    std::string_view{"character"},  std::string_view{"characters"},  std::string_view{"checksum"},
    std::string_view{"column"},     std::string_view{"columna"},     std::string_view{"columnas"},
    std::string_view{"columns"},    std::string_view{"compact"},     std::string_view{"content-length"},
    std::string_view{"diff"},       std::string_view{"digest"},      std::string_view{"disposición"},
    std::string_view{"espacio"},    std::string_view{"espacios"},    std::string_view{"exact"},
    std::string_view{"exactly"},    std::string_view{"exactamente"}, std::string_view{"formatted"},
    std::string_view{"formatter"},  std::string_view{"formatting"},  std::string_view{"hash"},
    std::string_view{"identical"},  std::string_view{"indent"},      std::string_view{"indentación"},
    std::string_view{"indentado"},  std::string_view{"indentation"}, std::string_view{"indented"},
    std::string_view{"indents"},    std::string_view{"indenting"},   std::string_view{"layout"},
    std::string_view{"length"},     std::string_view{"line"},        std::string_view{"lines"},
    std::string_view{"literal"},    std::string_view{"literally"},   std::string_view{"literalmente"},
    std::string_view{"línea"},      std::string_view{"líneas"},      std::string_view{"md5"},
    std::string_view{"minified"},   std::string_view{"minify"},      std::string_view{"multiline"},
    std::string_view{"newline"},    std::string_view{"newlines"},    std::string_view{"offset"},
    std::string_view{"padding"},    std::string_view{"patch"},       std::string_view{"prettier"},
    std::string_view{"pretty"},     std::string_view{"reformat"},    std::string_view{"renglón"},
    std::string_view{"row"},        std::string_view{"sangrado"},    std::string_view{"sangría"},
    std::string_view{"sha"},        std::string_view{"sha256"},      std::string_view{"signature"},
    std::string_view{"spaced"},     std::string_view{"spaces"},      std::string_view{"spacing"},
    std::string_view{"tab"},        std::string_view{"tabs"},        std::string_view{"tabulador"},
    std::string_view{"unchanged"},  std::string_view{"unmodified"},  std::string_view{"verbatim"},
    std::string_view{"whitespace"}, std::string_view{"white-space"}, std::string_view{"width"},
    std::string_view{"yaml"},
};

/// Those of them that speak about the width and padding of columns; sorted.
inline constexpr std::array padding_words{
    std::string_view{"aligned"},     std::string_view{"alignment"},  std::string_view{"alineado"},
    std::string_view{"ascii"},       std::string_view{"blank"},      std::string_view{"blanks"},
    std::string_view{"espacios"},    std::string_view{"formatter"},  std::string_view{"indentation"},
    std::string_view{"layout"},      std::string_view{"monospace"},  std::string_view{"monospaced"},
    std::string_view{"padded"},      std::string_view{"padding"},    std::string_view{"prettier"},
    std::string_view{"spaces"},      std::string_view{"spacing"},    std::string_view{"verbatim"},
    std::string_view{"white-space"}, std::string_view{"whitespace"}, std::string_view{"wide"},
    std::string_view{"width"},       std::string_view{"widths"},
};

/// Whether one of the words of a text, in lower case, satisfies `wanted(word, rest of the text)`.
template <class Wanted>
[[nodiscard]] bool any_word(std::string_view words, Wanted&& wanted) {
    std::string word;
    for (std::size_t at = 0; at < words.size();) {
        if (!letter_byte(words[at])) {
            ++at;
            continue;
        }
        word.clear();
        while (at < words.size() && (letter_byte(words[at]) || digit_byte(words[at]) || words[at] == '-')) {
            word += upper_byte(words[at]) ? static_cast<char>(words[at] | 0x20) : words[at];
            ++at;
        }
        if (wanted(std::string_view{word}, words.substr(at))) {
            return true;
        }
    }
    return false;
}

/// Whether `words` speak about the layout of the text beside them, in English or Spanish.
[[nodiscard]] inline bool asks_for_layout(std::string_view words) {
    return any_word(words, [](std::string_view word, std::string_view rest) {
        if (std::find(layout_words.begin(), layout_words.end(), word) != layout_words.end()) {
            return true;
        }
        if (word == "as") {
            return rest.starts_with(" is") || rest.starts_with(" shown") || rest.starts_with(" written");
        }
        return (word == "tal" && (rest.starts_with(" cual") || rest.starts_with(" y como"))) ||
               (word == "white" && rest.starts_with(" space"));
    });
}

/// Whether `words` speak about the padding of a table beside them.
[[nodiscard]] inline bool asks_for_padding(std::string_view words) {
    return any_word(words, [](std::string_view word, std::string_view rest) {
        return std::find(padding_words.begin(), padding_words.end(), word) != padding_words.end() ||
               (word == "tal" && rest.starts_with(" cual")) ||
               (word == "white" && rest.starts_with(" space"));
    });
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
