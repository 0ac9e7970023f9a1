// SPDX-License-Identifier: MIT
#pragma once

#include "jsonl.hpp"

#include <centavo/base/clock.hpp>
#include <centavo/call/response_cost.hpp>
#include <centavo/chat/response.hpp>

#include <string>
#include <vector>

namespace centavo::cli {

/// The service that a line requests: its provider, model, tier and region, or else those of its request's body.
///
/// Throws LineFailure for members of the wrong kind.
[[nodiscard]] RequestedService requested_of(Row const& row);

/// The instant that a line names, or `otherwise`. Throws LineFailure for a text that is not an instant.
[[nodiscard]] Instant instant_of(Row const& row, Instant otherwise);

/// Prices a response with usage as it was served. Throws LineFailure with `known` if there is no price.
[[nodiscard]] ResponseCost bill_of(Response const& answer, RequestedService const& asked, Instant at,
                                   std::string const& known);

/// Appends what is known of a response without prices: usage, sub-usages, reported cost, tier, region, remarks.
void append_known(std::string& out, Response const& answer);

/// Appends model, provider, match, costs, lines, completeness and warnings.
void append_bill(std::string& out, ResponseCost const& bill, RequestedService const& asked);

/// Appends "complete", and "warnings" if there are any.
void append_warnings(std::string& out, bool complete, std::vector<CostWarning> const& warnings);

}  // namespace centavo::cli
