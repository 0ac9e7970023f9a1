// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/wire/answer.hpp>
#include <centavo/wire/answer_cost.hpp>

#include <string>

namespace centavo::cli {

/// Prices an answer with usage as it was served. Throws LineFailure with `known` where a price is missing.
[[nodiscard]] AnswerCost bill_of(Answer const& answer, Asked const& asked, Instant at, std::string const& known);

/// Appends what of an answer is known without prices: usage, sub-usages, reported cost, tier, region, remarks.
void append_known(std::string& out, Answer const& answer);

/// Appends model, match, costs and lines.
void append_bill(std::string& out, AnswerCost const& bill);

}  // namespace centavo::cli
