// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/tokens.hpp>
#include <centavo/budget/record.hpp>
#include <centavo/pricing/cost.hpp>
#include <centavo/pricing/unit.hpp>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// The tokens that a record was billed for.
struct BilledTokens {
    Tokens input = 0;  ///< including cached tokens
    Tokens output = 0;
    bool any = false;  ///< whether a line bills tokens
};

/// Sums the token lines of a record. Throws std::overflow_error.
[[nodiscard]] inline BilledTokens billed_tokens(LedgerRecord const& record) {
    BilledTokens billed;
    for (CostLine const& line : record.lines) {
        Unit const unit = line.rate.unit();
        if (unit.measure == Measure::tokens && line.count >= 0) {
            billed.any = true;
            (unit.direction == Direction::output ? billed.output : billed.input) += line.count;
        }
    }
    return billed;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
