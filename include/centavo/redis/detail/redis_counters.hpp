// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/detail/algorithms.hpp>
#include <centavo/base/detail/int128.hpp>
#include <centavo/base/money.hpp>
#include <centavo/base/view.hpp>
#include <centavo/budget/budget.hpp>
#include <centavo/budget/detail/counter_key.hpp>
#include <centavo/redis/detail/redis_connection.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// An amount as a 64-bit counter takes it: picodollars rounded up, and what that added, both as text.
struct RedisAmount {
    explicit RedisAmount(Usd amount) : up{amount.picodollars_rounded_up()} {
        fine = static_cast<std::int64_t>(Int128{up} * 1'000'000 - amount.atto());
    }
    [[nodiscard]] std::string plus() const { return std::to_string(up); }
    [[nodiscard]] std::string minus() const {
        return up == INT64_MIN ? "9223372036854775808" : std::to_string(-up);
    }
    [[nodiscard]] std::string excess() const { return std::to_string(fine); }

    std::int64_t up;
    std::int64_t fine;  // x 10^-18 USD, 0 to 999,999
};

/// A limit rounded down, so that nothing above it fits.
[[nodiscard]] inline std::int64_t redis_limit(Usd limit) { return -(-limit).picodollars_rounded_up(); }

/// A counter's figures as the server has them; those of a counter that is not there are the budget's own.
[[nodiscard]] inline BudgetState redis_figures(RedisValue figures, CounterRef const& use) {
    BudgetState state{.budget = use.budget->name,
                      .value = std::string{use.value},
                      .limit = use.budget->limit,
                      .window = use.window};
    if (figures.size() == 4 && !figures[0].is_nil()) {
        constexpr Int128 pico = 1'000'000;
        std::int64_t const limit = figures[0].integer();
        Int128 const spent = figures[2].integer();
        if (limit != redis_limit(use.budget->limit)) {
            state.limit = Usd::from_atto(limit * pico);  // somebody opened the book with another one
        }
        state.spent = Usd::from_atto(spent * pico - figures[3].integer());
        state.held = Usd::from_atto((limit - Int128{figures[1].integer()} - spent) * pico);
    }
    return state;
}

/// What a counter has left for reserves: with each charge rounded up, as the server decides by.
[[nodiscard]] inline Usd redis_left(RedisValue figures, CounterRef const& use) {
    bool const there = figures.size() == 4 && !figures[1].is_nil();
    Int128 const left = there ? figures[1].integer() : redis_limit(use.budget->limit);
    return Usd::from_atto(left * 1'000'000);
}

/// The names of a monitor's keys: one hash tag for all of them, so that a cluster keeps them together.
class RedisKeys {
public:
    explicit RedisKeys(std::string_view monitor) : prefix_{"{centavo:" + std::string{monitor} + "}:"} {
        if (monitor.empty() || monitor.find_first_of("{}") != std::string_view::npos) {
            throw std::invalid_argument(
                "the name of a monitor in Redis must not be empty and must not contain braces");
        }
    }

    [[nodiscard]] std::string operator()(std::string_view name) const { return prefix_ + std::string{name}; }
    [[nodiscard]] std::string counter(std::string_view name) const {
        return prefix_ + "counter:" + std::string{name};
    }
    [[nodiscard]] std::string operation(std::string_view ticket) const {
        return prefix_ + "operation:" + std::string{ticket};
    }

private:
    std::string prefix_;
};

/// The counters that a call touches, without the budgets for each request, which have none.
struct RedisUses {
    std::vector<CounterRef> counted = {};
    std::vector<Budget const*> each_request = {};

    RedisUses() = default;
    explicit RedisUses(View<CounterRef> uses) {
        for (CounterRef const& use : uses) {
            if (use.budget->period == Period::request) {
                each_request.push_back(use.budget);
            } else {
                counted.push_back(use);
            }
        }
    }

    /// `first`, then the counters.
    [[nodiscard]] std::vector<std::string> keys(RedisKeys const& names,
                                                std::vector<std::string> first) const {
        for (CounterRef const& use : counted) {
            first.push_back(names.counter(use.key().name()));
        }
        return first;
    }

    /// A digit for each counter: whether `is(use)`.
    template <typename Is>
    [[nodiscard]] std::string digits(Is is) const {
        std::string all;
        for (CounterRef const& use : counted) {
            all += is(use) ? '1' : '0';
        }
        return all;
    }

    /// The denial of a hard counter with these figures; nullopt where it has room.
    [[nodiscard]] static std::optional<BudgetDenial> denial_of(RedisValue figures, CounterRef const& use,
                                                               Usd amount) {
        auto const state = redis_figures(figures, use);
        if (use.budget->enforcement == Enforcement::soft || redis_left(figures, use) >= amount) {
            return std::nullopt;
        }
        return BudgetDenial{.budget = state.budget,
                            .value = state.value,
                            .limit = state.limit,
                            .spent = state.spent,
                            .held = state.held,
                            .needed = amount,
                            .window_begin = state.window.begin,
                            .window_end = state.window.end};
    }

    /// What the hard budgets have left: the least; nullopt where there is none.
    [[nodiscard]] std::optional<Usd> remaining(RedisValue figures) const {
        std::optional<Usd> least;
        auto const take = [&](Budget const& budget, Usd rest) {
            if (budget.enforcement == Enforcement::hard) {
                least = least ? std::min(*least, rest) : rest;
            }
        };
        for (std::size_t i = 0; i < counted.size(); ++i) {
            take(*counted[i].budget, redis_left(figures[i], counted[i]));
        }
        for (Budget const* const budget : each_request) {
            take(*budget, budget->limit);
        }
        return least;
    }

    /// Whether a hard budget for each request has not `amount`.
    [[nodiscard]] bool request_exceeds(Usd amount) const {
        return detail::any_of(each_request, [&](Budget const* budget) {
            return budget->enforcement == Enforcement::hard && budget->limit < amount;
        });
    }

    /// Of the hard budgets that have not `amount` left, the one with the least; nullopt where all have.
    [[nodiscard]] std::optional<BudgetDenial> denial(RedisValue figures, Usd amount) const {
        std::optional<BudgetDenial> tightest;
        for (std::size_t i = 0; i < counted.size(); ++i) {
            auto denial = denial_of(figures[i], counted[i], amount);
            if (denial && (!tightest || denial->remaining() < tightest->remaining())) {
                tightest = std::move(denial);
            }
        }
        for (Budget const* const budget : each_request) {
            if (budget->enforcement == Enforcement::hard && budget->limit < amount &&
                (!tightest || budget->limit < tightest->remaining())) {
                tightest = BudgetDenial{.budget = budget->name, .limit = budget->limit, .needed = amount};
            }
        }
        return tightest;
    }
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
