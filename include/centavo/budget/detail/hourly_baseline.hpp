// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/money.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// What an hour usually spends: the hours of the last week, in UTC, idle ones included.
///
/// An hour is anomalous if its sum exceeds their mean plus `deviations` median absolute deviations, at least a tenth of
/// the mean each, since identical hours have a deviation of zero. Detection starts after 24 hours. Integer arithmetic, so
/// that a replay gives the same result.
class HourlyBaseline {
public:
    static constexpr std::size_t max_hours = 168;
    static constexpr std::size_t min_hours = 24;

    explicit HourlyBaseline(int deviations) : deviations_{deviations} {}

    /// Adds a charge to the hour of `now`.
    void note(Instant now, Usd amount) {
        auto const hour = std::chrono::floor<std::chrono::hours>(now);
        if (!hour_) {
            hour_ = hour;
        }
        if (hour > *hour_) {
            auto const over = (hour - *hour_).count();
            end_hour(sum_);
            for (auto idle = std::min<std::int64_t>(over - 1, max_hours); idle > 0; --idle) {
                end_hour(Usd{});
            }
            hour_ = hour;
            sum_ = Usd{};
            fired_ = false;
            threshold_ = threshold();
        }
        sum_ += amount;
    }

    /// The sum of the hour if it is anomalous and has not fired yet; marks it as fired.
    [[nodiscard]] std::optional<Usd> fire() {
        if (fired_ || !threshold_ || sum_ <= *threshold_) {
            return std::nullopt;
        }
        fired_ = true;
        return sum_;
    }

    /// Notes that the hour of `at` has fired.
    void mark_fired(Instant at) {
        fired_ = fired_ || (hour_ && std::chrono::floor<std::chrono::hours>(at) == *hour_);
    }

private:
    void end_hour(Usd sum) {
        if (sums_.size() < max_hours) {
            sums_.push_back(sum);
        } else {
            sums_[next_++ % max_hours] = sum;
        }
    }

    [[nodiscard]] static Usd median_of(std::vector<Usd>& values) {
        auto const at = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
        std::nth_element(values.begin(), at, values.end());
        return *at;
    }

    [[nodiscard]] std::optional<Usd> threshold() const {
        if (sums_.size() < min_hours) {
            return std::nullopt;
        }
        Usd total;
        for (Usd const sum : sums_) {
            total += sum;
        }
        std::vector<Usd> values = sums_;
        Usd const median = median_of(values);
        for (Usd& value : values) {
            value = value > median ? value - median : median - value;
        }
        Usd const mean = Usd::from_atto(total.atto() / static_cast<std::int64_t>(sums_.size()));
        return mean + std::max(median_of(values), Usd::from_atto(mean.atto() / 10)) * deviations_;
    }

    int deviations_;
    std::vector<Usd> sums_;
    std::size_t next_ = 0;
    std::optional<std::chrono::sys_time<std::chrono::hours>> hour_;
    Usd sum_;
    std::optional<Usd> threshold_;
    bool fired_ = false;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
