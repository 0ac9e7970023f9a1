// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/request.hpp>
#include <centavo/base/money.hpp>
#include <centavo/base/tokens.hpp>
#include <centavo/budget/budget.hpp>
#include <centavo/call/client.hpp>
#include <centavo/call/outcome.hpp>
#include <centavo/chat/response.hpp>
#include <centavo/models/model_catalog.hpp>
#include <centavo/pricing/cost.hpp>
#include <centavo/routing/choice.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace centavo {
inline namespace CENTAVO_ABI {

/// Something about a call that its caller should know.
struct CallWarning {
    /// "unknown_charge": the request may have been billed, so its worst case is charged;
    /// "unpriced_model": the model has no price, and MonitorOptions::assume_when_unpriced was charged instead;
    /// "input_unknown": a part of the input is not in the request, so the worst case may be exceeded;
    /// "no_cap": nothing caps the output, and the worst case assumes MeteredSetup::default_max_tokens.
    std::string code;
    std::string detail = {};

    friend bool operator==(CallWarning const&, CallWarning const&) = default;
};

/// The result of a metered call, and the reason for it.
struct Result {
    Outcome outcome = Outcome::failed;
    std::string why = {};  ///< why the call did not complete, in a sentence; empty if it did
    Response response = {};
    /// What the caller gets in the format of its request: the provider's own bytes, or a cached response written as
    /// the body or stream that was requested. Empty for a response that came as deltas or values.
    std::string body = {};
    std::optional<Cost> cost = std::nullopt;            ///< nullopt if nothing was spent
    std::vector<Cost> others = {};                      ///< of other models involved in the response
    std::optional<Usd> charged = std::nullopt;          ///< to the budgets; above cost if more may be billed
    Tokens optimized = 0;                               ///< input tokens that the optimizer removed
    Usd saved = {};                                     ///< the cost that a cached response avoided
    std::optional<Choice> choice = std::nullopt;        ///< of the router, if it chose the model
    std::optional<BudgetDenial> denial = std::nullopt;  ///< of the budget that refused the call
    std::vector<CallWarning> warnings = {};
    Reply reply = {};  ///< of the transport, if a request was sent

    /// The cost with that of other models; zero if nothing was spent.
    [[nodiscard]] Usd total() const {
        Usd all = cost ? cost->total() : Usd{};
        for (Cost const& other : others) {
            all += other.total();
        }
        return all;
    }
};

}  // namespace CENTAVO_ABI
}  // namespace centavo
