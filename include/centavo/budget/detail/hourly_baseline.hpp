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

/// What is spent in an hour usually: the last week's whole hours, in UTC, idle ones included.
///
/// An hour is unusual where its sum is above their mean + so many median absolute deviations, each taken for at least
/// a tenth of the mean, since hours that are all alike have none. None is before a day's hours are known. Integers only, so that a replay comes to the same.
class HourlyBaseline {
public:
    static constexpr std::size_t most = 168;
    static constexpr std::size_t fewest = 24;

    explicit HourlyBaseline(int deviations) : deviations_{deviations} {}

    /// Adds a charge to the hour of `now`.
    void note(Instant now, Usd amount) {
        auto const hour = std::chrono::floor<std::chrono::hours>(now);
        if (!begun_) {
            begun_ = hour;
        }
        if (hour > *begun_) {
            auto const over = (hour - *begun_).count();
            end_hour(sum_);
            for (auto idle = std::min<std::int64_t>(over - 1, most); idle > 0; --idle) {
                end_hour(Usd{});
            }
            begun_ = hour;
            sum_ = Usd{};
            told_ = false;
            limit_ = unusual_above();
        }
        sum_ += amount;
    }

    /// The hour's sum where it is unusual and nobody was told; from then on somebody was.
    [[nodiscard]] std::optional<Usd> due() {
        if (told_ || !limit_ || sum_ <= *limit_) {
            return std::nullopt;
        }
        told_ = true;
        return sum_;
    }

    /// Remembers that the hour of `at` was told.
    void told(Instant at) {
        told_ = told_ || (begun_ && std::chrono::floor<std::chrono::hours>(at) == *begun_);
    }

private:
    void end_hour(Usd sum) {
        if (sums_.size() < most) {
            sums_.push_back(sum);
        } else {
            sums_[next_++ % most] = sum;
        }
    }

    [[nodiscard]] static Usd middle(std::vector<Usd>& values) {
        auto const at = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
        std::nth_element(values.begin(), at, values.end());
        return *at;
    }

    [[nodiscard]] std::optional<Usd> unusual_above() const {
        if (sums_.size() < fewest) {
            return std::nullopt;
        }
        Usd total;
        for (Usd const sum : sums_) {
            total += sum;
        }
        std::vector<Usd> values = sums_;
        Usd const median = middle(values);
        for (Usd& value : values) {
            value = value > median ? value - median : median - value;
        }
        Usd const mean = Usd::from_atto(total.atto() / static_cast<std::int64_t>(sums_.size()));
        return mean + std::max(middle(values), Usd::from_atto(mean.atto() / 10)) * deviations_;
    }

    int deviations_;
    std::vector<Usd> sums_;
    std::size_t next_ = 0;
    std::optional<std::chrono::sys_time<std::chrono::hours>> begun_;
    Usd sum_;
    std::optional<Usd> limit_;
    bool told_ = false;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
