// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/routing/choice.hpp>

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE std::string to_string(Choice const& choice) {
    std::string text{choice ? choice.model.text() : "no model"};
    text.append(": ").append(choice ? to_string(choice.evidence) : "every candidate rejected");
    text.append(", ").append(to_string(choice.complexity)).append(" complexity");
    for (auto const& rejected : choice.rejected) {
        text.append(&rejected == choice.rejected.data() ? "; rejected " : ", ").append(rejected.model.text());
        text.append(" (").append(to_string(rejected.reason)).append(")");
    }
    return text;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
