// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/money.hpp>
#include <centavo/base/view.hpp>
#include <centavo/budget/alert.hpp>
#include <centavo/budget/budget.hpp>
#include <centavo/budget/detail/alert_rules.hpp>
#include <centavo/budget/detail/burn_rate.hpp>
#include <centavo/budget/detail/replay.hpp>
#include <centavo/budget/record.hpp>
#include <centavo/sqlite/detail/sqlite_tables.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// What a transaction leads to outside the database once it is committed.
struct SqliteEffects {
    std::vector<Alert> alerts = {};
    std::vector<SqliteSeen> figures = {};  ///< of the counters that it changed
};

/// Applies records to the tables, within a transaction of the caller. Any thread may call listen().
class SqliteChanges {
public:
    /// Refers to `budgets`, those of the store.
    explicit SqliteChanges(View<Budget> budgets) : budgets_{budgets} {
        for (Budget const& budget : budgets) {
            rules_.push_back(rules_of(budget.alerts));
        }
    }

    /// Whether this process has a listener. One without leaves the alerts to those that have.
    void listen(bool listens) noexcept { listening_ = listens; }

    /// Applies a record, which releases `releases`, to the counters. False if it was applied before: if its hold is
    /// closed, or its idempotency key was seen.
    bool apply(SqliteTables& tables, LedgerRecord record, Usd releases, std::span<SqliteCounter> counters,
               SqliteEffects& effects) const {
        if (record.hold != 0 && !tables.close_hold(record.hold)) {
            return false;
        }
        bool const first =
            record.kind != RecordKind::settle || tables.try_insert_key(record.operation, record.attempt);
        if (!first) {
            if (record.hold == 0) {
                return false;
            }
            record.kind = RecordKind::release;
            record.amount = releases;
            record.lines = {};
        }
        tables.append(record);
        for (SqliteCounter& counter : counters) {
            auto figures = tables.read(counter);
            if (record.hold != 0 && figures.open > 0) {  // a budget added since does not hold any of it
                figures.held -= releases;
                --figures.open;
            }
            if (record.spends()) {
                figures.spent += record.amount;
            }
            static_cast<void>(fire(tables, counter, figures, {}, record.time, effects.alerts));
            write(tables, counter, figures, effects);
        }
        return first;
    }

    static void write(SqliteTables& tables, SqliteCounter const& counter, SqliteFigures const& figures,
                      SqliteEffects& effects) {
        tables.write(counter, figures);
        effects.figures.push_back({counter.name, figures});
    }

    /// Appends the alerts that fire, and marks them as fired in `figures`. Returns whether there are any.
    [[nodiscard]] bool fire(SqliteTables& tables, SqliteCounter const& counter, SqliteFigures& figures,
                            std::string_view denied_by, Instant time, std::vector<Alert>& alerts) const {
        if (!listening_) {
            return false;
        }
        Budget const& budget = *counter.budget;
        auto const& rules = rules_[static_cast<std::size_t>(&budget - budgets_.data())];
        AlertView view{.limit = budget.limit, .spent = figures.spent, .denied = denied_by == budget.name};
        if (!budget.alerts.forecast_percent.empty()) {
            if (auto const forecast = BurnRate{}.forecast(counter.window, time, figures.spent)) {
                view.forecast = forecast->linear;  // the only one that needs no history
            }
        }
        std::uint32_t fired = 0;
        for (std::size_t i = 0; i < rules.size() && !figures.fired.empty(); ++i) {
            fired |= figures.fired.find("," + rules[i].name() + ",") != std::string::npos
                         ? std::uint32_t{1} << i
                         : 0U;
        }
        auto const fires = fire_rules(rules, view, fired);
        for (AlertRule const& rule : fires) {
            figures.fired += (figures.fired.empty() ? "," : "") + rule.name() + ",";
            alerts.push_back(alert_of(rule, budget, counter.value, view, counter.window));
            write_alert(tables, alerts.back(), time);
        }
        return !fires.empty();
    }

private:
    View<Budget> budgets_;
    std::vector<std::vector<AlertRule>> rules_ = {};  // of each budget
    std::atomic<bool> listening_ = false;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
