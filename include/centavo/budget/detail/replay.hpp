// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/money.hpp>
#include <centavo/budget/account.hpp>
#include <centavo/budget/alert.hpp>
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

/// A hold that nobody settled or released before its process ended.
struct OpenHold {
    std::uint64_t record = 0;  ///< the number of its record
    IdempotencyKey id = {};
    Tags tags = {};
    std::string model = {};
    std::string provider = {};
    CostCategory category = CostCategory::other;
    Usd amount = {};
    Instant at = {};
};

/// The hold that a record tells of, by this number.
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

/// Writes down that an alert was told. What the ledger throws is lost: the alert is told all the same, and may be told
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

/// Counts a ledger's records again in a book's state: the same additions as when they were written.
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
            state_->table.raise_at(touching(record), record.at, record.amount);
            open_.emplace(record.seq, open_hold_of(record, record.seq));
            break;
        case RecordKind::settle:
            static_cast<void>(state_->claimed.claim(record.operation, record.attempt));
            close(record, record.amount);
            break;
        case RecordKind::release: close(record, Usd{}); break;
        case RecordKind::adjust:
            state_->table.charge(touching(record), record.at, record.amount, record.time);
            break;
        case RecordKind::alert: told(record); break;
        case RecordKind::dispatch:
        case RecordKind::config: break;
        }
    }

    /// Charges the holds that are still open at their full amount, in the ledger and in the books, and lists them.
    [[nodiscard]] std::vector<OpenHold> finish() {
        std::vector<OpenHold> left;
        for (auto const& [number, hold] : open_) {
            bool const first = state_->claimed.claim(hold.id.operation, hold.id.attempt);
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
            state_->table.settle(touching(record), hold.at, hold.amount, first ? hold.amount : Usd{},
                                 state_->latest);
            left.push_back(hold);
        }
        open_.clear();
        return left;
    }

private:
    void close(LedgerRecord const& record, Usd amount) {
        auto const found = open_.find(record.hold);
        if (record.hold == 0 || found == open_.end()) {
            state_->table.charge(touching(record), record.at, amount, record.time);
            return;
        }
        state_->table.settle(touching(record), found->second.at, found->second.amount, amount, record.time);
        open_.erase(found);
    }

    void told(LedgerRecord const& record) {
        std::string_view budget;
        std::string_view value;
        for (Tag const& tag : record.tags) {
            (tag.key == "value" ? value : budget) = tag.value;
        }
        auto const& budgets = state_->table.budgets();
        for (std::size_t i = 0; i < budgets.size(); ++i) {
            if (budgets[i].name == budget) {
                state_->table.told(i, value, record.at, record.note);
            }
        }
    }

    /// The account of a record; the last ones are kept, so that not every record works them out again.
    [[nodiscard]] auto& touching(LedgerRecord const& record) {
        std::string key;
        for (Tag const& tag : record.tags) {
            for (std::string const* const text : {&tag.key, &tag.value}) {  // which may hold any byte
                key.append(std::to_string(text->size())).append(1, ':').append(*text);
            }
        }
        if (accounts_.size() > 4'096) {
            accounts_.clear();
        }
        auto const [at, fresh] = accounts_.try_emplace(std::move(key));
        if (fresh) {
            at->second = state_->account(Tags::from({record.tags.begin(), record.tags.end()}));
        }
        return state_->touching(at->second);
    }

    State* state_;
    std::map<std::uint64_t, OpenHold> open_;
    std::unordered_map<std::string, Account> accounts_;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
