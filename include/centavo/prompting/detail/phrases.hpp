// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>

#include <array>
#include <string_view>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// A wordy phrase and its replacement; an empty replacement removes the phrase.
///
/// Written in lower case. None contains a word that negates or restricts (not, no, never, without, only, unless,
/// sin, nunca, solo, salvo, ni), whose loss would change the meaning.
struct Phrase {
    std::string_view words;
    std::string_view replacement;
};

/// English.
inline constexpr std::array english_phrases{
    Phrase{"a considerable number of", "many"},
    Phrase{"a large number of", "many"},
    Phrase{"are able to", "can"},
    Phrase{"as a consequence of", "because of"},
    Phrase{"as a matter of fact", ""},
    Phrase{"at the present time", "now"},
    Phrase{"at this moment in time", "now"},
    Phrase{"at this point in time", "now"},
    Phrase{"by means of", "by"},
    Phrase{"despite the fact that", "although"},
    Phrase{"due to the fact that", "because"},
    Phrase{"during the course of", "during"},
    Phrase{"each and every", "every"},
    Phrase{"first and foremost", "first"},
    Phrase{"for the purpose of", "for"},
    Phrase{"for the reason that", "because"},
    Phrase{"has the ability to", "can"},
    Phrase{"have the ability to", "can"},
    Phrase{"i would like you to", ""},
    Phrase{"i want you to", ""},
    Phrase{"in a timely manner", "promptly"},
    Phrase{"in close proximity to", "near"},
    Phrase{"in light of the fact that", "because"},
    Phrase{"in order for", "for"},
    Phrase{"in order to", "to"},
    Phrase{"in spite of the fact that", "although"},
    Phrase{"in the absence of any", "with no"},
    Phrase{"in the event that", "if"},
    Phrase{"in the near future", "soon"},
    Phrase{"is able to", "can"},
    Phrase{"it is important to note that", ""},
    Phrase{"it is worth mentioning that", ""},
    Phrase{"it is worth noting that", ""},
    Phrase{"it should be noted that", ""},
    Phrase{"kindly", ""},
    Phrase{"make use of", "use"},
    Phrase{"makes use of", "uses"},
    Phrase{"making use of", "using"},
    Phrase{"on a daily basis", "daily"},
    Phrase{"on a regular basis", "regularly"},
    Phrase{"owing to the fact that", "because"},
    Phrase{"please", ""},
    Phrase{"please note that", ""},
    Phrase{"prior to", "before"},
    Phrase{"subsequent to", "after"},
    Phrase{"take into consideration", "consider"},
    Phrase{"taking into consideration", "considering"},
    Phrase{"until such time as", "until"},
    Phrase{"with reference to", "about"},
    Phrase{"with regard to", "about"},
    Phrase{"with regards to", "about"},
};

/// Spanish, with accents; matched with and without.
inline constexpr std::array spanish_phrases{
    Phrase{"a causa de que", "porque"},
    Phrase{"a continuación", ""},
    Phrase{"a día de hoy", "hoy"},
    Phrase{"a pesar de que", "aunque"},
    Phrase{"a pesar del hecho de que", "aunque"},
    Phrase{"cabe destacar que", ""},
    Phrase{"cabe mencionar que", ""},
    Phrase{"cabe señalar que", ""},
    Phrase{"como se puede observar", ""},
    Phrase{"como se puede ver", ""},
    Phrase{"con el fin de", "para"},
    Phrase{"con el objetivo de", "para"},
    Phrase{"con el propósito de", "para"},
    Phrase{"con la finalidad de", "para"},
    Phrase{"con la intención de", "para"},
    Phrase{"con objeto de", "para"},
    Phrase{"con posterioridad a", "tras"},
    Phrase{"con respecto a", "sobre"},
    Phrase{"con respecto al", "sobre el"},
    Phrase{"de acuerdo a", "según"},
    Phrase{"de acuerdo al", "según el"},
    Phrase{"de acuerdo con", "según"},
    Phrase{"de forma automática", "automáticamente"},
    Phrase{"de manera automática", "automáticamente"},
    Phrase{"debido a que", "porque"},
    Phrase{"debido al hecho de que", "porque"},
    Phrase{"durante el transcurso de", "durante"},
    Phrase{"el día de hoy", "hoy"},
    Phrase{"en el momento actual", "ahora"},
    Phrase{"en estos momentos", "ahora"},
    Phrase{"en la actualidad", "hoy"},
    Phrase{"en lo que respecta a", "sobre"},
    Phrase{"en lo que se refiere a", "sobre"},
    Phrase{"en primer lugar", "primero"},
    Phrase{"en relación con", "sobre"},
    Phrase{"en último lugar", "por último"},
    Phrase{"es importante destacar que", ""},
    Phrase{"es importante mencionar que", ""},
    Phrase{"es importante señalar que", ""},
    Phrase{"hacer uso de", "usar"},
    Phrase{"haciendo uso de", "usando"},
    Phrase{"llevar a cabo", "hacer"},
    Phrase{"por el hecho de que", "porque"},
    Phrase{"por favor", ""},
    Phrase{"por medio de", "mediante"},
    Phrase{"tener en cuenta", "considerar"},
    Phrase{"teniendo en cuenta", "considerando"},
    Phrase{"todas y cada una de las", "todas las"},
    Phrase{"todos y cada uno de los", "todos los"},
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
