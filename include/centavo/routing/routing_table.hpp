// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/view.hpp>
#include <centavo/models/model_id.hpp>
#include <centavo/routing/complexity.hpp>

#include <algorithm>
#include <concepts>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

namespace centavo {
inline namespace CENTAVO_ABI {

/// A kind of work by which calls are routed: a std::string, an enumeration, or any ordered value.
template <typename Task>
concept RoutingTask = std::regular<Task> && std::totally_ordered<Task>;

/// One row of a routing table: the model for a task of a complexity.
template <RoutingTask Task = std::string>
struct RoutingRow {
    Task task;
    Complexity complexity;
    ModelId model;
};

/// The model for each task and complexity, and a fallback for every other task. A value.
template <RoutingTask Task = std::string>
class RoutingTable {
public:
    /// Of rows for the same task and complexity the last one counts.
    RoutingTable(ModelId fallback, std::initializer_list<RoutingRow<Task>> rows)
        : fallback_{std::move(fallback)} {
        for (RoutingRow<Task> const& row : rows) {
            set(row.task, row.complexity, row.model);
        }
    }

    /// Adds a row, or replaces the one for the same task and complexity.
    void set(Task task, Complexity complexity, ModelId model) {
        auto const at = rows_.begin() + (lower_bound(task, complexity) - rows_.cbegin());
        if (at != rows_.end() && at->task == task && at->complexity == complexity) {
            at->model = std::move(model);
        } else {
            rows_.insert(at, {std::move(task), complexity, std::move(model)});
        }
    }

    /// The model for a task; null if the table has no row for it. Logarithmic.
    [[nodiscard]] ModelId const* find(Task const& task, Complexity complexity) const {
        auto const at = lower_bound(task, complexity);
        bool const found = at != rows_.end() && at->task == task && at->complexity == complexity;
        return found ? &at->model : nullptr;
    }

    /// The model for a task; fallback() if the table has no row for it.
    [[nodiscard]] ModelId const& at(Task const& task, Complexity complexity) const {
        ModelId const* const found = find(task, complexity);
        return found != nullptr ? *found : fallback_;
    }

    /// The model for every task without a row.
    [[nodiscard]] ModelId const& fallback() const noexcept { return fallback_; }

    /// Every row, sorted by task and complexity.
    [[nodiscard]] View<RoutingRow<Task>> rows() const noexcept { return rows_; }

private:
    [[nodiscard]] auto lower_bound(Task const& task, Complexity complexity) const {
        return std::partition_point(rows_.begin(), rows_.end(), [&](RoutingRow<Task> const& row) {
            return row.task < task || (row.task == task && row.complexity < complexity);
        });
    }

    ModelId fallback_;
    std::vector<RoutingRow<Task>> rows_;  // sorted
};

/// The built-in table.
///
/// gpt-4o for generation, code and reasoning of high complexity; gpt-4o-mini for low complexity, for classification of
/// any complexity, and for every other task.
[[nodiscard]] RoutingTable<> default_routing_table();

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/routing/detail/routing_table.ipp>
#endif
