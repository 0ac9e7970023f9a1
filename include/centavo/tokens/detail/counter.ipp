// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/tokens/counter.hpp>

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE Counter::Counter(Bpe const& bpe) noexcept
    : counting_{std::shared_ptr<void const>{}, &bpe}, count_{[](void const* with, std::string_view text) {
          return static_cast<Bpe const*>(with)->count(text);
      }},
      bpe_{&bpe} {}

CENTAVO_INLINE Counter Counter::estimating(Bpe const& reference, TokenEstimate const& estimate) {
    Counter counter = estimating([&reference, estimate](std::string_view text) {
        return estimate.of(reference.count(text), content_class(text));
    });
    counter.reference_ = &reference;
    counter.estimate_ = estimate;
    return counter;
}

CENTAVO_INLINE Counter Counter::upper_bound() {
    return estimating([](std::string_view text) { return Tokens{text.size()}; });
}

CENTAVO_INLINE std::optional<double> Counter::error() const noexcept {
    if (exact_) {
        return 0.0;
    }
    return estimate_ && estimate_->mean_error > 0 ? std::optional{estimate_->mean_error / 1'000.0}
                                                  : std::nullopt;
}

CENTAVO_INLINE Counters Counters::with(ModelId model, Counter counter) const {
    Counters out{*this};
    out.added_.emplace_back(std::move(model), std::move(counter));
    return out;
}

CENTAVO_INLINE Counter Counters::of(ModelId const& model) const {
    Counter const* found = nullptr;
    static_cast<void>(match_model(model.text(), [&](std::string_view id) {
        for (auto const& [name, counter] : added_) {
            found = name.text() == id ? &counter : found;
        }
        return found != nullptr;
    }));
    return found != nullptr ? *found : find_ != nullptr ? find_(model) : fallback_;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
