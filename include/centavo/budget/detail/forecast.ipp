// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/budget/forecast.hpp>

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE void BurnRate::note(Window const& window, Instant now, Usd before) {
    if (bounded(window)) {
        advance(window, now, before);
    }
}

CENTAVO_INLINE std::optional<Forecast> BurnRate::forecast(Window const& window, Instant now,
                                                          Usd spent) const {
    if (!bounded(window) || now >= window.end || now - window.begin < part_of(window) * fewest) {
        return std::nullopt;
    }
    BurnRate current = *this;
    current.advance(window, now, spent);
    return Forecast{portion(spent, (window.end - window.begin).count(), (now - window.begin).count()),
                    spent + portion(current.mean_, (window.end - now).count(), part_of(window).count())};
}

CENTAVO_INLINE bool BurnRate::bounded(Window const& window) noexcept {
    return window.begin != Instant::min() && window.end != Instant::max();
}

CENTAVO_INLINE std::chrono::nanoseconds BurnRate::part_of(Window const& window) {
    return std::max((window.end - window.begin) / parts, std::chrono::nanoseconds{1});
}

CENTAVO_INLINE void BurnRate::advance(Window const& window, Instant now, Usd spent) {
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

}  // namespace CENTAVO_ABI
}  // namespace centavo
