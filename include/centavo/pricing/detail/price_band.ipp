// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/pricing/price_band.hpp>

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE std::string DailyWindow::to_string() const {
    auto const two = [](int value) { return (value < 10 ? "0" : "") + std::to_string(value); };
    auto const time = [&](int minutes) { return two(minutes / 60) + ":" + two(minutes % 60); };
    std::string text = time(from_) + "-" + time(until_);
    if (days_ == every_day) {
        return text;
    }
    for (unsigned i = 1; i <= 7; ++i) {  // from Monday to Sunday
        if (!on(i % 7)) {
            continue;
        }
        text += text.size() == 11 ? " " : ",";
        text += names[i % 7];
        unsigned last = i;
        while (last < 7 && on((last + 1) % 7)) {
            ++last;
        }
        if (last > i + 1) {
            text += "-";
            text += names[last % 7];
            i = last;
        }
    }
    return text;
}

CENTAVO_INLINE bool PriceBand::holds(Tokens input, Instant at, ServiceTier served,
                                     std::string_view where) const noexcept {
    bool const long_enough = above == Tokens{0} || input > above || (inclusive && input == above);
    return tier == served && from <= at && at < until && long_enough && (region.empty() || region == where) &&
           (!window || window->contains(at));
}

CENTAVO_INLINE bool PriceBand::ambiguous_with(PriceBand const& other) const noexcept {
    return rank() == other.rank() && tier == other.tier && region == other.region && from < other.until &&
           other.from < until && (!window || !other.window || window->overlaps(*other.window));
}

CENTAVO_INLINE Rate const* PriceBand::find(Unit unit) const noexcept {
    for (Rate const& rate : rates) {
        if (rate.unit() == unit) {
            return &rate;
        }
    }
    return nullptr;
}

CENTAVO_INLINE std::tuple<int, bool, Instant, Tokens> PriceBand::rank() const noexcept {
    return {priority, !region.empty(), from, above};
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
