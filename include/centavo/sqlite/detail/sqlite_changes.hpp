// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/money.hpp>
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

/// What a record does to the tables, within the transaction of whoever calls. Any thread may listen().
class SqliteChanges {
public:
    /// `budgets` are the book's, which live as long.
    explicit SqliteChanges(std::span<Budget const> budgets) : budgets_{budgets} {
        for (Budget const& budget : budgets) {
            rules_.push_back(rules_of(budget.alerts));
        }
    }

    /// Whether this process tells alerts: one that does not leaves them to those that do.
    void listen(bool listens) noexcept { listening_ = listens; }

    /// Does to the tables what a record says; false where that was done before, by an id or for a hold that is closed.
    ///
    /// `wrote(counter, figures)` is called for each counter that it changes.
    template <typename Wrote>
    bool apply(SqliteTables& tables, LedgerRecord record, Usd gives_back, std::span<SqliteCounter> counters,
               std::vector<Alert>& alerts, Wrote wrote) const {
        if (record.hold != 0 && !tables.close_hold(record.hold)) {
            return false;
        }
        bool const first =
            record.kind != RecordKind::settle || tables.claim(record.operation, record.attempt);
        if (!first) {
            if (record.hold == 0) {
                return false;
            }
            record.kind = RecordKind::release;
            record.amount = gives_back;
            record.lines = {};
        }
        tables.append(record);
        for (SqliteCounter& counter : counters) {
            auto figures = tables.read(counter);
            if (record.hold != 0 && figures.open > 0) {  // a budget that was named later holds nothing of it
                figures.held -= gives_back;
                --figures.open;
            }
            if (record.spends()) {
                figures.spent += record.amount;
            }
            static_cast<void>(tell(tables, counter, figures, {}, record.time, alerts));
            tables.write(counter, figures);
            wrote(counter, figures);
        }
        return first;
    }

    /// Adds the alerts that are due, and notes that this process tells them; whether there are any.
    [[nodiscard]] bool tell(SqliteTables& tables, SqliteCounter const& counter, SqliteFigures& figures,
                            std::string_view refused, Instant time, std::vector<Alert>& alerts) const {
        if (!listening_) {
            return false;
        }
        Budget const& budget = *counter.budget;
        auto const& rules = rules_[static_cast<std::size_t>(&budget - budgets_.data())];
        AlertView view{.limit = budget.limit, .spent = figures.spent, .denied = refused == budget.name};
        if (!budget.alerts.forecast_percent.empty()) {
            if (auto const forecast = BurnRate{}.forecast(counter.window, time, figures.spent)) {
                view.forecast = forecast->linear;  // which needs nothing of what a pace remembers
            }
        }
        std::uint32_t told = 0;
        for (std::size_t i = 0; i < rules.size() && !figures.told.empty(); ++i) {
            told |= figures.told.find("," + rules[i].name() + ",") != std::string::npos
                        ? std::uint32_t{1} << i
                        : 0U;
        }
        auto const due = fire_rules(rules, view, told);
        for (AlertRule const& rule : due) {
            figures.told += (figures.told.empty() ? "," : "") + rule.name() + ",";
            alerts.push_back(alert_of(rule, budget, counter.value, view, counter.window));
            write_alert(tables, alerts.back(), time);
        }
        return !due.empty();
    }

private:
    std::span<Budget const> budgets_;
    std::vector<std::vector<AlertRule>> rules_ = {};  // of each
    std::atomic<bool> listening_ = false;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
