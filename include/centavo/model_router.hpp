// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/algorithms.hpp>
#include <centavo/base/detail/sha256.hpp>
#include <centavo/base/money.hpp>
#include <centavo/base/tokens.hpp>
#include <centavo/models/model_catalog.hpp>
#include <centavo/models/model_id.hpp>
#include <centavo/routing/choice.hpp>
#include <centavo/routing/complexity.hpp>
#include <centavo/routing/routing_table.hpp>

#include <algorithm>
#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace centavo {
inline namespace CENTAVO_ABI {

/// A model that calls may go to, and what it can do; windows not said come from find_facts().
struct Candidate {
    ModelId model;
    bool tools = true;
    std::optional<Tokens> window = std::nullopt;
    std::optional<Usd> worst =
        std::nullopt;  ///< what the call would cost there at most, where the caller quoted it
};

/// What a call needs of a model.
struct Needs {
    Tokens context = 0;  ///< input and output together
    bool tools = false;
};

/// A call to be routed.
template <typename Task = std::string>
struct RoutingRequest {
    Task task = {};
    std::string_view prompt = {};
    std::optional<Complexity> complexity =
        std::nullopt;  ///< where the caller knows better than classify_complexity()
    Needs needs = {};
    std::optional<Usd> budget_left = std::nullopt;
};

/// Picks the model for a call by a table over task and complexity, among the candidates that can do it.
///
///     ModelRouter<> router;
///     Choice choice = router.choose({.task = "code", .prompt = prompt, .needs = {.context = 40'000, .tools = true}});
///
/// With nothing known of the task it takes the table's default and says so. A model that does not fit gives way to
/// the first candidate that does. A value: safe to share between threads once made.
template <typename Task = std::string>
class ModelRouter {
public:
    ModelRouter() requires std::same_as<Task, std::string> : ModelRouter{default_routing_table()} {}

    /// Over the models of the table, those of its rows in the order of its tasks.
    explicit ModelRouter(RoutingTable<Task> table) : table_{std::move(table)} {
        add(table_.fallback());
        for (auto const& [key, model] : table_.rows()) {
            add(model);
        }
    }

    /// Over `candidates`, in the order in which they stand in for each other.
    ModelRouter(RoutingTable<Task> table, std::vector<Candidate> candidates)
        : table_{std::move(table)}, candidates_{std::move(candidates)} {}

    [[nodiscard]] Choice choose(RoutingRequest<Task> const& request) const {
        return choose(request, candidates_);
    }

    /// The same among candidates of this one call: with their worst costs, say.
    [[nodiscard]] Choice choose(RoutingRequest<Task> const& request,
                                std::vector<Candidate> const& candidates) const {
        Choice choice;
        choice.complexity = request.complexity ? *request.complexity : classify_complexity(request.prompt);
        ModelId const* const row = table_.find(request.task, choice.complexity);
        ModelId const& wanted = row != nullptr ? *row : table_.fallback();
        auto const named = detail::find(candidates, wanted, &Candidate::model);
        Candidate const first = named != candidates.end() ? *named : Candidate{.model = wanted};
        if (auto const why = refusal(first, request)) {
            choice.refused.push_back({first.model, *why});
        } else {
            choice.model = first.model;
            choice.evidence = row != nullptr ? Evidence::table : Evidence::none;
            return choice;
        }
        for (Candidate const& other : candidates) {
            if (other.model == first.model) {
                continue;
            }
            if (auto const why = refusal(other, request)) {
                choice.refused.push_back({other.model, *why});
                continue;
            }
            choice.model = other.model;
            choice.evidence = Evidence::fallback;
            break;
        }
        return choice;
    }

    [[nodiscard]] RoutingTable<Task> const& table() const noexcept { return table_; }

    /// What tells this policy from another: two routers with the same digest choose alike. For keys of caches.
    [[nodiscard]] std::string policy_digest() const requires std::same_as<Task, std::string> {
        std::string text;
        auto const field = [&](std::string_view value) {
            text.append(std::to_string(value.size())).append(":").append(value);
        };
        field(table_.fallback().text());
        for (auto const& [key, model] : table_.rows()) {
            field(key.first);
            field(to_string(key.second));
            field(model.text());
        }
        for (Candidate const& candidate : candidates_) {
            field(candidate.model.text());
            field(candidate.tools ? "tools" : "no tools");
            field(candidate.window ? std::to_string(candidate.window->value()) : "");
            field(candidate.worst ? candidate.worst->to_string() : "");
        }
        return detail::sha256(text).hex();
    }

private:
    void add(ModelId const& model) {
        if (detail::find(candidates_, model, &Candidate::model) == candidates_.end()) {
            candidates_.push_back({.model = model});
        }
    }

    [[nodiscard]] static std::optional<RejectReason> refusal(Candidate const& candidate,
                                                           RoutingRequest<Task> const& request) {
        auto window = candidate.window;
        if (!window) {
            if (auto const facts = find_facts(candidate.model)) {
                window = facts->window;
            }
        }
        if (window && request.needs.context > *window) {
            return RejectReason::window_too_small;
        }
        if (request.needs.tools && !candidate.tools) {
            return RejectReason::no_tools;
        }
        if (request.budget_left && candidate.worst && *candidate.worst > *request.budget_left) {
            return RejectReason::over_budget;
        }
        return std::nullopt;
    }

    RoutingTable<Task> table_;
    std::vector<Candidate> candidates_;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo
