// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/pricing/cost.hpp>
#include <centavo/wire/answer.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace centavo::cli {

/// What an answer costs: its own usage first, then what other models did for it.
struct AnswerBill {
    std::vector<Cost> costs;

    [[nodiscard]] Usd input() const;
    [[nodiscard]] Usd output() const;
    [[nodiscard]] Usd total() const;
};

/// What was asked for: it serves where the answer does not say who served it.
struct Asked {
    std::string provider;
    std::optional<std::string> model;
};

/// Prices an answer with usage as it was served. Throws LineFailure with `known` where a price is missing.
[[nodiscard]] AnswerBill bill_of(Answer const& answer, Asked const& asked, Instant at, std::string const& known);

/// Appends what of an answer is known without prices: usage, sub-usages, reported cost, tier, region, remarks.
void append_known(std::string& out, Answer const& answer);

/// Appends model, match, costs and lines.
void append_bill(std::string& out, AnswerBill const& bill);

}  // namespace centavo::cli
