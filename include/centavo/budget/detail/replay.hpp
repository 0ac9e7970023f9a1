// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/money.hpp>
#include <centavo/budget/alert.hpp>
#include <centavo/budget/budget.hpp>
#include <centavo/budget/detail/alert_rules.hpp>
#include <centavo/budget/record.hpp>

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// The hold that a record is about, with the number of that record.
[[nodiscard]] inline OpenHold open_hold_of(LedgerRecord const& record, std::uint64_t number) {
    return {.record = number,
            .id = {std::string{record.operation}, record.attempt},
            .tags = Tags::from({record.tags.begin(), record.tags.end()}),
            .model = std::string{record.model},
            .provider = std::string{record.provider},
            .category = record.category,
            .amount = record.amount,
            .at = record.at};
}

/// Records that an alert fired. An exception of the ledger is ignored: the alert is raised anyway, and may be raised
/// again after a restart.
template <typename Ledger>
void write_alert(Ledger& ledger, Alert const& alert, Instant time) {
    std::string const rule = AlertRule{alert.kind, alert.percent}.name();
    std::vector<Tag> tags{{"budget", alert.budget}};
    if (!alert.value.empty()) {
        tags.push_back({"value", alert.value});
    }
    try {
        ledger.append(LedgerRecord{
            .kind = RecordKind::alert,
            .time = time,
            .at = std::clamp(time, alert.window.begin, alert.window.end - std::chrono::nanoseconds{1}),
            .amount = alert.spent,
            .tags = tags,
            .note = rule});
    } catch (std::exception const&) {
        return;
    }
}

/// Replays the records of a ledger into the state of a store: the same additions as when they were written.
template <typename State>
class Replay {
public:
    explicit Replay(State& state) : state_{&state} {}

    void apply(LedgerRecord const& record) {
        state_->latest = std::max(state_->latest, record.time);
        if (state_->table.stale(state_->latest)) {
            state_->table.roll(state_->table.windows_at(state_->latest));
        }
        switch (record.kind) {
        case RecordKind::hold:
            state_->table.raise_at(counters(record), record.at, record.amount);
            open_.emplace(record.seq, open_hold_of(record, record.seq));
            break;
        case RecordKind::settle:
            static_cast<void>(state_->seen_keys.try_insert(record.operation, record.attempt));
            close(record, record.amount);
            break;
        case RecordKind::release: close(record, Usd{}); break;
        case RecordKind::adjust:
            state_->table.charge(counters(record), record.at, record.amount, record.time);
            break;
        case RecordKind::alert: mark_fired(record); break;
        case RecordKind::dispatch:
        case RecordKind::config: break;
        }
    }

    /// Charges the full amount of the holds that are still open, in the ledger and in the counters, and returns them.
    [[nodiscard]] std::vector<OpenHold> finish() {
        std::vector<OpenHold> recovered;
        for (auto const& [number, hold] : open_) {
            bool const first = state_->seen_keys.try_insert(hold.id.operation, hold.id.attempt);
            LedgerRecord const record{.kind = first ? RecordKind::settle : RecordKind::release,
                                      .hold = number,
                                      .time = state_->latest,
                                      .at = hold.at,
                                      .operation = hold.id.operation,
                                      .attempt = hold.id.attempt,
                                      .amount = hold.amount,
                                      .category = hold.category,
                                      .quality = UsageQuality::estimated,
                                      .model = hold.model,
                                      .provider = hold.provider,
                                      .tags = hold.tags.all(),
                                      .note = "open when the ledger was opened"};
            state_->ledger->append(record);
            state_->table.settle(counters(record), hold.at, hold.amount, first ? hold.amount : Usd{},
                                 state_->latest);
            recovered.push_back(hold);
        }
        open_.clear();
        return recovered;
    }

private:
    void close(LedgerRecord const& record, Usd amount) {
        auto const found = open_.find(record.hold);
        if (record.hold == 0 || found == open_.end()) {
            state_->table.charge(counters(record), record.at, amount, record.time);
            return;
        }
        state_->table.settle(counters(record), found->second.at, found->second.amount, amount, record.time);
        open_.erase(found);
    }

    void mark_fired(LedgerRecord const& record) {
        std::string_view budget;
        std::string_view value;
        for (Tag const& tag : record.tags) {
            (tag.key == "value" ? value : budget) = tag.value;
        }
        auto const& budgets = state_->table.budgets();
        for (std::size_t i = 0; i < budgets.size(); ++i) {
            if (budgets[i].name == budget) {
                state_->table.mark_fired(i, value, record.at, record.note);
            }
        }
    }

    /// The counters of a record's account. Caches accounts, so that not every record resolves its own.
    [[nodiscard]] auto const& counters(LedgerRecord const& record) {
        std::string key;
        for (Tag const& tag : record.tags) {
            for (std::string const* const text : {&tag.key, &tag.value}) {  // may contain any byte
                key.append(std::to_string(text->size())).append(1, ':').append(*text);
            }
        }
        if (accounts_.size() > 4'096) {
            accounts_.clear();
        }
        auto const [at, inserted] = accounts_.try_emplace(std::move(key));
        if (inserted) {
            at->second = state_->account(Tags::from({record.tags.begin(), record.tags.end()}));
        }
        return state_->counters(at->second);
    }

    State* state_;
    std::map<std::uint64_t, OpenHold> open_;
    std::unordered_map<std::string, Account> accounts_;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
