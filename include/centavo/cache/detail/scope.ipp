// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/cache/scope.hpp>

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE Scope Scope::of(std::string_view name) {
    if (name.empty()) {
        throw std::invalid_argument("centavo: a scope has a name; Scope::shared() is the one for everyone");
    }
    Scope scope;
    scope.name_ = name;
    return scope;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
