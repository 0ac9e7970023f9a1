// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/int128.hpp>
#include <centavo/base/money.hpp>
#include <centavo/budgeting/window.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>

namespace centavo::inline v0 {

/// `amount` x numerator / denominator, rounded down; overflows only where the result does.
[[nodiscard]] constexpr Usd portion(Usd amount, std::int64_t numerator, std::int64_t denominator) {
    Int128 const whole = amount.atto() / denominator;
    Int128 const rest = amount.atto() % denominator;
    return Usd::from_atto(
        checked_add(checked_multiply(whole, numerator), checked_multiply(rest, numerator) / denominator));
}

/// What a window will come to at its end.
struct Forecast {
    Usd even;  ///< at the pace of the window so far: spent x length / elapsed
    Usd recent;  ///< at the pace of late: spent + an exponentially weighted mean of the parts so far, for what is left
};

/// How fast a window's money goes: the window in 24 equal parts, of which the last ones weigh more.
///
/// The weighted mean takes a quarter of every part that ends, and starts with the first. Integers only, so that a
/// replay comes to the same. A value; small, since every counter has one.
class Pace {
public:
    static constexpr int parts = 24;
    static constexpr int fewest = 3;  ///< parts that must be over before there is a forecast

    /// Notes that `spent` is the window's sum as of `now`; late charges count in the part in which they come.
    void note(Window const& window, Instant now, Usd before) {
        if (bounded(window)) {
            advance(window, now, before);
        }
    }

    /// The forecast as of `now` for a window that has spent so much; nullopt before three parts of it are over, and for
    /// one without an end.
    [[nodiscard]] std::optional<Forecast> forecast(Window const& window, Instant now, Usd spent) const {
        if (!bounded(window) || now >= window.end || now - window.begin < part_of(window) * fewest) {
            return std::nullopt;
        }
        Pace current = *this;
        current.advance(window, now, spent);
        return Forecast{portion(spent, (window.end - window.begin).count(), (now - window.begin).count()),
                        spent + portion(current.mean_, (window.end - now).count(), part_of(window).count())};
    }

private:
    [[nodiscard]] static bool bounded(Window const& window) noexcept {
        return window.begin != Instant::min() && window.end != Instant::max();
    }
    [[nodiscard]] static std::chrono::nanoseconds part_of(Window const& window) {
        return std::max((window.end - window.begin) / parts, std::chrono::nanoseconds{1});
    }

    /// Ends the parts that are over at `now`; until then `spent` was the window's sum.
    void advance(Window const& window, Instant now, Usd spent) {
        if (next_ == Instant{}) {
            next_ = window.begin + part_of(window);
        }
        if (now < next_) {
            return;
        }
        auto const part = part_of(window);
        for (; next_ <= now && next_ < window.end; next_ += part) {
            Usd const sum = spent - at_start_;
            mean_ = ended_ ? mean_ + portion(sum - mean_, 1, 4) : sum;
            ended_ = true;
            at_start_ = spent;
        }
    }

    Instant next_ = {};  // when the part under way ends
    Usd at_start_;       // spent when it began
    Usd mean_;           // of a part
    bool ended_ = false;
};

}  // namespace centavo::inline v0
