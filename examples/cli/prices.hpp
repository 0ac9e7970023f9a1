// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/pricing/price_table.hpp>

namespace centavo::cli {

/// The prices that come with the library, in one source of the program.
[[nodiscard]] PriceTable const& prices();

}  // namespace centavo::cli
