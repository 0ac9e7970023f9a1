// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/models/model_id.hpp>
#include <centavo/routing/complexity.hpp>

#include <initializer_list>
#include <map>
#include <string>
#include <utility>

namespace centavo {
inline namespace CENTAVO_ABI {

/// A row of a static table: the model for a task at a complexity.
template <typename Task>
struct RoutingRow {
    Task task;
    Complexity complexity;
    ModelId model;
};

/// Which model a task goes to by its complexity; everything else goes to the default. A value.
template <typename Task = std::string>
class RoutingTable {
public:
    RoutingTable(ModelId fallback, std::initializer_list<RoutingRow<Task>> rows)
        : fallback_{std::move(fallback)} {
        for (RoutingRow<Task> const& row : rows) {
            set(row.task, row.complexity, row.model);
        }
    }

    /// Adds a row, or replaces the one for the same task and complexity.
    void set(Task task, Complexity complexity, ModelId model) {
        rows_.insert_or_assign(std::pair{std::move(task), complexity}, std::move(model));
    }

    /// The model of a task, or null where the table has no row for it.
    [[nodiscard]] ModelId const* find(Task const& task, Complexity complexity) const {
        auto const at = rows_.find(std::pair{task, complexity});
        return at == rows_.end() ? nullptr : &at->second;
    }

    /// The model for every task without a row.
    [[nodiscard]] ModelId const& fallback() const noexcept { return fallback_; }

    /// Every row, sorted by task and complexity.
    [[nodiscard]] auto const& rows() const noexcept { return rows_; }

private:
    ModelId fallback_;
    std::map<std::pair<Task, Complexity>, ModelId> rows_;
};

/// The built-in table over task names: easy work goes to gpt-4o-mini, hard generation, code and reasoning to gpt-4o.
///
/// Classification stays with the small model, and reasoning with the large one, whatever the prompt looks like.
[[nodiscard]] inline RoutingTable<> default_routing_table() {
    using enum Complexity;
    ModelId const small = "gpt-4o-mini";
    ModelId const large = "gpt-4o";
    return {small,
            {{"classification", low, small},
             {"classification", high, small},
             {"generation", low, small},
             {"generation", high, large},
             {"code", low, small},
             {"code", high, large},
             {"reasoning", low, large},
             {"reasoning", high, large}}};
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
