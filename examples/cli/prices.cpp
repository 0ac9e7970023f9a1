// SPDX-License-Identifier: MIT
#include "prices.hpp"

#include <centavo/data/prices.hpp>

namespace centavo::cli {

PriceTable const& prices() { return builtin_prices(); }

}  // namespace centavo::cli
