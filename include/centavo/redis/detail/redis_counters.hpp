// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/detail/int128.hpp>
#include <centavo/base/money.hpp>
#include <centavo/base/view.hpp>
#include <centavo/budget/budget.hpp>
#include <centavo/budget/detail/admission.hpp>
#include <centavo/budget/detail/counter_key.hpp>
#include <centavo/redis/detail/redis_reply.hpp>

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

/// An amount for a 64-bit counter: picodollars, rounded up, and what rounding added, both as text.
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

/// The figures of a counter in a reply; those of a counter that does not exist are zero. Throws RedisError for a reply of
/// another form.
[[nodiscard]] inline BudgetState redis_figures(RedisReply const& figures, CounterRef const& ref) {
    BudgetState state{.budget = ref.budget->name,
                      .value = std::string{ref.value},
                      .limit = ref.budget->limit,
                      .window = ref.window};
    if (!figures[0].is_nil()) {
        constexpr Int128 pico = 1'000'000;
        auto const added = [&](std::size_t field) {  // which is missing until something is added
            return figures[field].is_nil() ? 0 : figures[field].integer();
        };
        std::int64_t const limit = figures[0].integer();
        Int128 const spent = added(2);
        if (limit != redis_limit(ref.budget->limit)) {
            state.limit =
                Usd::from_atto(limit * pico);  // another process has opened the store with another limit
        }
        state.spent = Usd::from_atto(spent * pico - added(3));
        state.held = Usd::from_atto((limit - Int128{figures[1].integer()} - spent) * pico);
    }
    return state;
}

/// What a counter has left by the server's figures, in which each charge is rounded up.
[[nodiscard]] inline Usd redis_left(RedisReply const& figures, CounterRef const& ref) {
    Int128 const left = figures[1].is_nil() ? redis_limit(ref.budget->limit) : figures[1].integer();
    return Usd::from_atto(left * 1'000'000);
}

/// The names of a monitor's keys. They have one hash tag, so that a cluster keeps them together.
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
        return prefix_ + "counter:" + generation_ + ":" + std::string{name};
    }
    [[nodiscard]] std::string index() const { return prefix_ + "index:" + generation_; }

    /// The generation of the data, which the names of counters contain. Set before any counter is named.
    [[nodiscard]] std::string const& generation() const noexcept { return generation_; }
    void set_generation(std::string generation) { generation_ = std::move(generation); }

    [[nodiscard]] std::string operation(std::string_view ticket) const {
        return prefix_ + "operation:" + std::string{ticket};
    }

private:
    std::string prefix_;
    std::string generation_ = {};
};

/// The counters that a call touches at an instant, and the budgets per request, which have none.
struct RedisCounterSet {
    std::vector<CounterRef> counters = {};
    std::vector<Budget const*> per_request = {};

    RedisCounterSet() = default;
    explicit RedisCounterSet(View<CounterRef> touched) {
        for (CounterRef const& ref : touched) {
            if (ref.budget->period == Period::request) {
                per_request.push_back(ref.budget);
            } else {
                counters.push_back(ref);
            }
        }
    }

    /// `first`, then the counters.
    [[nodiscard]] std::vector<std::string> keys(RedisKeys const& names,
                                                std::vector<std::string> first) const {
        for (CounterRef const& ref : counters) {
            first.push_back(names.counter(ref.key().name()));
        }
        return first;
    }

    /// A digit for each counter: whether `is(ref)`.
    template <typename Is>
    [[nodiscard]] std::string digits(Is is) const {
        std::string all;
        for (CounterRef const& ref : counters) {
            all += is(ref) ? '1' : '0';
        }
        return all;
    }

    /// The denial of one counter; nullopt if it has `amount` left.
    [[nodiscard]] static std::optional<BudgetDenial> denial_of(RedisReply const& figures,
                                                               CounterRef const& ref, Usd amount) {
        Admission admission{amount};
        check(admission, figures, ref, amount);
        return admission.denial();
    }

    /// What the hard budgets have left: the minimum; nullopt without a hard budget.
    [[nodiscard]] std::optional<Usd> remaining(RedisReply const& figures) const {
        RemainingMoney remaining;
        for (std::size_t i = 0; i < counters.size(); ++i) {
            remaining.add(*counters[i].budget, redis_left(figures[i], counters[i]));
        }
        for (Budget const* const budget : per_request) {
            remaining.add(*budget);
        }
        return remaining.minimum();
    }

    /// Whether a budget per request denies `amount`.
    [[nodiscard]] bool request_exceeds(Usd amount) const {
        Admission admission{amount};
        for (Budget const* const budget : per_request) {
            admission.check(*budget);
        }
        return !admission.admitted();
    }

    /// The denial of the tightest budget; nullopt if all have `amount` left.
    [[nodiscard]] std::optional<BudgetDenial> denial(RedisReply const& figures, Usd amount) const {
        Admission admission{amount};
        for (std::size_t i = 0; i < counters.size(); ++i) {
            check(admission, figures[i], counters[i], amount);
        }
        for (Budget const* const budget : per_request) {
            admission.check(*budget);
        }
        return admission.denial();
    }

private:
    /// By what the server decided by, which is rounded up; the denial has the exact figures.
    static void check(Admission& admission, RedisReply const& figures, CounterRef const& ref, Usd amount) {
        if (ref.budget->enforcement == Enforcement::hard && redis_left(figures, ref) < amount) {
            auto const state = redis_figures(figures, ref);
            admission.deny(*ref.budget, ref.value, &ref.window, {state.limit, state.spent, state.held});
        }
    }
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
