// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/routing/routing_table.hpp>

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE RoutingTable<> default_routing_table() {
    using enum Complexity;
    ModelId const small = "gpt-4o-mini";
    ModelId const large = "gpt-4o";
    return {small,
            {{"classification", low, small},
             {"classification", high, small},
             {"generation", low, small},
             {"generation", high, large},
             {"code", low, small},
             {"code", high, large},
             {"reasoning", low, small},
             {"reasoning", high, large}}};
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
