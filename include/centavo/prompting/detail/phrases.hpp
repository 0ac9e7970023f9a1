// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>

#include <array>
#include <cstdint>
#include <string_view>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// Where a phrase may be replaced.
enum class PhrasePlace : std::uint8_t {
    anywhere,           ///< in a sentence
    opening,            ///< at the beginning of a sentence, before a word in lower case
    set_off,            ///< at the beginning of a sentence before a comma, or between commas
    request,            ///< likewise, or at the beginning of a sentence before a word in lower case
    clause,             ///< at the beginning of a sentence or after a comma
    before_infinitive,  ///< before a Spanish infinitive
};

/// A wordy phrase and its replacement; an empty replacement removes the phrase.
///
/// Written in lower case. None contains a word that negates or restricts (not, no, never, without, only, unless,
/// sin, nunca, solo, salvo, ni), whose loss would change the meaning.
struct Phrase {
    std::string_view words;
    std::string_view replacement;
    PhrasePlace place = PhrasePlace::anywhere;
};

/// English.
inline constexpr std::array english_phrases{
    Phrase{"as a consequence of", "because of"},
    Phrase{"as a matter of fact", "", PhrasePlace::set_off},
    Phrase{"at the present time", "now"},
    Phrase{"at this moment in time", "now"},
    Phrase{"at this point in time", "now"},
    Phrase{"despite the fact that", "although"},
    Phrase{"due to the fact that", "because"},
    Phrase{"during the course of", "during"},
    Phrase{"each and every", "every"},
    Phrase{"for the reason that", "because"},
    Phrase{"has the ability to", "can"},
    Phrase{"i would like you to", "", PhrasePlace::opening},
    Phrase{"i want you to", "", PhrasePlace::opening},
    Phrase{"in close proximity to", "near"},
    Phrase{"in light of the fact that", "because"},
    Phrase{"in order to", "to"},
    Phrase{"in spite of the fact that", "although"},
    Phrase{"in the event that", "if"},
    Phrase{"it is important to note that", "", PhrasePlace::opening},
    Phrase{"it is worth mentioning that", "", PhrasePlace::opening},
    Phrase{"it is worth noting that", "", PhrasePlace::opening},
    Phrase{"it should be noted that", "", PhrasePlace::opening},
    Phrase{"on a daily basis", "daily"},
    Phrase{"on a regular basis", "regularly"},
    Phrase{"owing to the fact that", "because"},
    Phrase{"please", "", PhrasePlace::request},
    Phrase{"please note that", "", PhrasePlace::opening},
    Phrase{"prior to", "before"},
    Phrase{"until such time as", "until"},
    Phrase{"with regard to", "about", PhrasePlace::clause},
    Phrase{"with regards to", "about", PhrasePlace::clause},
};

/// Spanish, with accents; matched with and without.
inline constexpr std::array spanish_phrases{
    Phrase{"a causa de que", "porque"},
    Phrase{"a continuación", "", PhrasePlace::set_off},
    Phrase{"a día de hoy", "hoy"},
    Phrase{"a pesar de que", "aunque"},
    Phrase{"a pesar del hecho de que", "aunque"},
    Phrase{"cabe destacar que", "", PhrasePlace::opening},
    Phrase{"cabe mencionar que", "", PhrasePlace::opening},
    Phrase{"cabe señalar que", "", PhrasePlace::opening},
    Phrase{"con el fin de", "para", PhrasePlace::before_infinitive},
    Phrase{"con el objetivo de", "para", PhrasePlace::before_infinitive},
    Phrase{"con el propósito de", "para", PhrasePlace::before_infinitive},
    Phrase{"con la finalidad de", "para", PhrasePlace::before_infinitive},
    Phrase{"con posterioridad a", "tras"},
    Phrase{"de acuerdo con", "según", PhrasePlace::clause},
    Phrase{"debido a que", "porque"},
    Phrase{"debido al hecho de que", "porque"},
    Phrase{"durante el transcurso de", "durante"},
    Phrase{"el día de hoy", "hoy"},
    Phrase{"en el momento actual", "ahora"},
    Phrase{"en lo que respecta a", "sobre", PhrasePlace::clause},
    Phrase{"en lo que se refiere a", "sobre", PhrasePlace::clause},
    Phrase{"es importante destacar que", "", PhrasePlace::opening},
    Phrase{"es importante mencionar que", "", PhrasePlace::opening},
    Phrase{"es importante señalar que", "", PhrasePlace::opening},
    Phrase{"hacer uso de", "usar"},
    Phrase{"haciendo uso de", "usando"},
    Phrase{"por el hecho de que", "porque"},
    Phrase{"por favor", "", PhrasePlace::request},
    Phrase{"tener en cuenta", "considerar"},
    Phrase{"teniendo en cuenta", "considerando"},
    Phrase{"todas y cada una de las", "todas las"},
    Phrase{"todos y cada uno de los", "todos los"},
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
