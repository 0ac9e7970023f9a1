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
[[nodiscard]] RoutingTable<> default_routing_table();

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/routing/detail/routing_table.ipp>
#endif
