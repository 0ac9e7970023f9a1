// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/base/view.hpp>
#include <centavo/prompting/selection.hpp>

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE std::string join_passages(View<Passage> passages) {
    std::string text;
    for (Passage const& passage : passages) {
        text += text.empty() ? "" : "\n\n";
        text += passage.title;
        text += passage.title.empty() || passage.text.empty() ? "" : "\n";
        text += passage.text;
    }
    return text;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
