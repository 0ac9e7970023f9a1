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
#include <centavo/routing/detail/task_text.hpp>
#include <centavo/routing/routing_table.hpp>

#include <concepts>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace centavo {
inline namespace CENTAVO_ABI {

/// A model to which calls may be sent, and its capabilities.
struct Candidate {
    ModelId model;
    bool tools = true;

    /// The context window; nullopt takes it from find_facts().
    std::optional<Tokens> window = std::nullopt;

    /// The most that the call can cost with this model; nullopt if the caller has no quote.
    std::optional<Usd> worst_case = std::nullopt;
};

/// What a call requires of a model.
struct Needs {
    Tokens context = 0;  ///< input and output together
    bool tools = false;
};

/// A call to be routed.
template <RoutingTask Task = std::string>
struct RoutingRequest {
    Task task = {};
    std::string_view prompt = {};

    /// nullopt estimates it from the prompt by classify_complexity().
    std::optional<Complexity> complexity = std::nullopt;

    Needs needs = {};
    std::optional<Usd> budget_left = std::nullopt;
};

/// Selects the model for a call by a table of tasks and complexities, among the candidates that meet its needs.
///
///     ModelRouter router;
///     ModelId model = router.select("code", "low");
///     Choice choice = router.choose({.task = "code", .prompt = prompt, .needs = {.context = 40'000, .tools = true}});
///
/// A task without a row is routed to the table's fallback model, which the choice reports. A model that does not meet the
/// needs is replaced by the first candidate that does. A value; const members may be called concurrently.
template <RoutingTask Task = std::string>
class ModelRouter {
public:
    /// Over the built-in table.
    ModelRouter() requires std::same_as<Task, std::string> : ModelRouter{default_routing_table()} {}

    /// The candidates are the fallback model and the models of the rows, in their order.
    explicit ModelRouter(RoutingTable<Task> table) : table_{std::move(table)} {
        add(table_.fallback());
        for (RoutingRow<Task> const& row : table_.rows()) {
            add(row.model);
        }
    }

    /// The candidates replace each other in the order given.
    ModelRouter(RoutingTable<Task> table, std::vector<Candidate> candidates)
        : table_{std::move(table)}, candidates_{std::move(candidates)} {}

    /// The model of the table for a task and complexity; its fallback model for a task that it does not contain.
    ///
    /// A complexity other than "low" and "high" throws std::invalid_argument.
    [[nodiscard]] ModelId select(Task const& task, Complexity complexity) const {
        return table_.at(task, complexity);
    }
    [[nodiscard]] ModelId select(Task const& task, std::string_view complexity) const {
        if (auto const found = find_complexity(complexity)) {
            return select(task, *found);
        }
        throw std::invalid_argument("complexity must be \"low\" or \"high\", not \"" +
                                    std::string{complexity} + '"');
    }

    /// The model for a call, among the router's candidates or among those of this call alone.
    [[nodiscard]] Choice choose(RoutingRequest<Task> const& request) const {
        return choose(request, candidates_);
    }
    [[nodiscard]] Choice choose(RoutingRequest<Task> const& request,
                                std::vector<Candidate> const& candidates) const;

    [[nodiscard]] RoutingTable<Task> const& table() const noexcept { return table_; }
    [[nodiscard]] std::vector<Candidate> const& candidates() const noexcept { return candidates_; }

    /// A digest of the table and the candidates: routers with the same digest choose alike. For Origin::policy.
    ///
    /// Tasks are identified by their text: a string's own, a number's digits, else that of to_string(task), and the
    /// number of an enumerator without one. Available for tasks of these types.
    [[nodiscard]] std::string policy_digest() const requires detail::NamedTask<Task>;

private:
    void add(ModelId const& model) {
        if (detail::find(candidates_, model, &Candidate::model) == candidates_.end()) {
            candidates_.push_back({.model = model});
        }
    }

    [[nodiscard]] static std::optional<RejectReason> reject_reason(Candidate const& candidate,
                                                                   RoutingRequest<Task> const& request);

    RoutingTable<Task> table_;
    std::vector<Candidate> candidates_;
};

template <RoutingTask Task>
Choice ModelRouter<Task>::choose(RoutingRequest<Task> const& request,
                                 std::vector<Candidate> const& candidates) const {
    Choice choice{.complexity =
                      request.complexity ? *request.complexity : classify_complexity(request.prompt)};
    ModelId const* const row = table_.find(request.task, choice.complexity);
    ModelId const& wanted = row != nullptr ? *row : table_.fallback();
    auto const accept = [&](Candidate const& candidate, Evidence evidence) {
        if (auto const reason = reject_reason(candidate, request)) {
            choice.rejected.push_back({candidate.model, *reason});
            return false;
        }
        choice.model = candidate.model;
        choice.evidence = evidence;
        return true;
    };
    auto const listed = detail::find(candidates, wanted, &Candidate::model);
    if (accept(listed != candidates.end() ? *listed : Candidate{.model = wanted},
               row != nullptr ? Evidence::table : Evidence::none)) {
        return choice;
    }
    for (Candidate const& candidate : candidates) {
        if (candidate.model != wanted && accept(candidate, Evidence::fallback)) {
            break;
        }
    }
    return choice;
}

template <RoutingTask Task>
std::optional<RejectReason> ModelRouter<Task>::reject_reason(Candidate const& candidate,
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
    if (request.budget_left && candidate.worst_case && *candidate.worst_case > *request.budget_left) {
        return RejectReason::over_budget;
    }
    return std::nullopt;
}

template <RoutingTask Task>
std::string ModelRouter<Task>::policy_digest() const requires detail::NamedTask<Task> {
    std::string text;
    auto const append = [&](std::string_view field) {
        text.append(std::to_string(field.size())).append(":").append(field);
    };
    append(table_.fallback().text());
    for (RoutingRow<Task> const& row : table_.rows()) {
        append(detail::task_text(row.task));
        append(to_string(row.complexity));
        append(row.model.text());
    }
    for (Candidate const& candidate : candidates_) {
        append(candidate.model.text());
        append(candidate.tools ? "tools" : "no tools");
        append(candidate.window ? std::to_string(candidate.window->value()) : "");
        append(candidate.worst_case ? candidate.worst_case->to_string() : "");
    }
    return detail::sha256(text).hex();
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
