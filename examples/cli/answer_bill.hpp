// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/call/response_cost.hpp>
#include <centavo/chat/response.hpp>

#include <string>

namespace centavo::cli {

/// Prices an answer with usage as it was served. Throws LineFailure with `known` where a price is missing.
[[nodiscard]] ResponseCost bill_of(Response const& answer, RequestedService const& asked, Instant at,
                                   std::string const& known);

/// Appends what of an answer is known without prices: usage, sub-usages, reported cost, tier, region, remarks.
void append_known(std::string& out, Response const& answer);

/// Appends model, match, costs and lines.
void append_bill(std::string& out, ResponseCost const& bill);

}  // namespace centavo::cli
