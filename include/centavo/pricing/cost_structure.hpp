// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/money.hpp>
#include <centavo/pricing/price.hpp>

#include <array>
#include <cstddef>

namespace centavo {
inline namespace CENTAVO_ABI {

/// What an application spent, by category: a ledger's totals, or figures of one's own.
struct CostTotals {
    Usd tokens = {};
    Usd embeddings = {};
    Usd infrastructure = {};
    Usd other = {};

    [[nodiscard]] constexpr Usd total() const { return tokens + embeddings + infrastructure + other; }

    /// Adds to the total of a category. Throws std::overflow_error.
    constexpr void add(CostCategory category, Usd amount) { at(category) += amount; }

    [[nodiscard]] constexpr Usd of(CostCategory category) const noexcept {
        switch (category) {
        case CostCategory::tokens: return tokens;
        case CostCategory::embeddings: return embeddings;
        case CostCategory::infrastructure: return infrastructure;
        case CostCategory::other: return other;
        }
        return {};
    }

    /// What is above another's totals, category by category, negative where it is below: a ledger against a plan.
    [[nodiscard]] friend constexpr CostTotals operator-(CostTotals const& a, CostTotals const& b) {
        return {a.tokens - b.tokens, a.embeddings - b.embeddings, a.infrastructure - b.infrastructure,
                a.other - b.other};
    }

    friend constexpr bool operator==(CostTotals const&, CostTotals const&) = default;

private:
    [[nodiscard]] constexpr Usd& at(CostCategory category) noexcept {
        switch (category) {
        case CostCategory::tokens: return tokens;
        case CostCategory::embeddings: return embeddings;
        case CostCategory::infrastructure: return infrastructure;
        case CostCategory::other: break;
        }
        return other;
    }
};

/// One category of a cost structure: its amount, and its share of the whole.
struct CostPart {
    CostCategory category;
    Usd amount;
    Ratio share;
};

/// The cost structure of an LLM application: four categories whose amounts add up to the total exactly.
class CostStructure {
public:
    constexpr explicit CostStructure(CostTotals const& totals) : total_{totals.total()} {
        std::size_t next = 0;
        for (auto const category : {CostCategory::tokens, CostCategory::embeddings, CostCategory::infrastructure,
                                    CostCategory::other}) {
            parts_[next++] = {category, totals.of(category), Ratio{totals.of(category), total_}};
        }
    }

    [[nodiscard]] constexpr Usd total() const noexcept { return total_; }

    /// Tokens, embeddings, infrastructure, other, in this order.
    [[nodiscard]] constexpr std::array<CostPart, 4> const& parts() const noexcept { return parts_; }

private:
    Usd total_;
    std::array<CostPart, 4> parts_{};
};

}  // namespace CENTAVO_ABI
}  // namespace centavo
