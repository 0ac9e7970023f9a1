// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/algorithms.hpp>
#include <centavo/base/detail/config.hpp>

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE StreamBudget::StreamBudget(Quote quote, Counter counter, StreamLimit limit)
    : quote_{std::move(quote)}, counter_{std::move(counter)}, limit_{limit},
      affordable_{quote_.affordable_output(limit.max_cost)}, paid_{paid_tokens()} {}

CENTAVO_INLINE std::optional<Tokens> StreamBudget::max_tokens() const {
    auto const facts = find_facts(quote_.model());
    return affordable_ && facts && facts->output_cap > Tokens{0} ? std::min(*affordable_, facts->output_cap)
                                                                 : affordable_;
}

CENTAVO_INLINE Flow StreamBudget::feed(std::string_view delta, StreamText text) noexcept {
    try {
        count(delta, text);
    } catch (...) {
        failed_ = true;
    }
    return flow();
}

CENTAVO_INLINE Flow StreamBudget::observe(Usage const& so_far) noexcept {
    try {
        so_far_ = so_far;
        if (limit_.mode != StopMode::cap_only && !stopped_) {
            paid_ = std::min(paid_, paid_beside(so_far));
            if (std::max(output_, so_far.output).value() > paid_) {
                stopped_ = true;
                kept_ = texts_.empty() ? 0 : end_of(texts_.front(), paid_);
                stopped_text_ = texts_.empty() ? StreamText{} : texts_.front().which;
            }
        }
    } catch (...) {
        failed_ = true;
    }
    return flow();
}

CENTAVO_INLINE std::int64_t StreamBudget::paid_beside(Usage const& so_far) const {
    auto const affords = [&](std::int64_t output) {
        Usage const usage{.input = so_far.input,
                          .output = output,
                          .cache_read = so_far.cache_read,
                          .cache_write = so_far.cache_write};
        return quote_.cost(usage).total() <= limit_.max_cost;
    };
    if (so_far.input <= quote_.shape().input || affords(paid_)) {
        return paid_;
    }
    std::int64_t paid = 0;  // affordable, or nothing is
    for (std::int64_t beyond = paid_; beyond - paid > 1;) {
        std::int64_t const middle = paid + (beyond - paid) / 2;
        (affords(middle) ? paid : beyond) = middle;
    }
    return paid;
}

CENTAVO_INLINE Flow StreamBudget::feed(std::string_view delta, int choice) noexcept {
    return feed(delta, StreamText{.choice = choice});
}

CENTAVO_INLINE void StreamBudget::feed_whole(Response const& response) noexcept {
    feed(Delta{DeltaKind::text, response.text});
    feed(Delta{DeltaKind::reasoning, response.reasoning});
    feed(Delta{DeltaKind::refusal, response.refusal});
    for (ToolCall const& call : response.tool_calls) {
        feed(Delta{DeltaKind::tool_arguments, call.arguments});
    }
}

CENTAVO_INLINE Cost StreamBudget::cost() const {
    Cost cost = quote_.cost(usage_ ? *usage_ : usage_so_far());
    cost.quality = usage_     ? UsageQuality::reported
                   : stopped_ ? UsageQuality::partial
                              : UsageQuality::estimated;
    return cost;
}

CENTAVO_INLINE StreamCharge StreamBudget::due(StreamEnd end, DisconnectBilling after) const {
    if (usage_) {
        return {cost().total(), UsageQuality::reported};
    }
    if (failed_ || (end == StreamEnd::cut && after == DisconnectBilling::continues)) {
        return {failed_ ? quote_.worst_case() : std::max(quote_.worst_case(), cost().total()),
                UsageQuality::estimated};
    }
    return end == StreamEnd::whole
               ? StreamCharge{cost().total(), UsageQuality::estimated}
               : StreamCharge{std::max(quote_.input_cost(), cost().total()), UsageQuality::partial};
}

CENTAVO_INLINE std::optional<std::int64_t> StreamBudget::drift() const {
    return usage_ ? std::optional{output_.value() - usage_->output.value()} : std::nullopt;
}

CENTAVO_INLINE std::int64_t StreamBudget::paid_tokens() const noexcept {
    std::int64_t all = 0;
    if (affordable_ && __builtin_mul_overflow(affordable_->value(), quote_.shape().choices, &all)) {
        all = INT64_MAX;
    }
    return std::max<std::int64_t>(0, all - limit_.hidden_reasoning.value());
}

CENTAVO_INLINE Usage StreamBudget::usage_so_far() const {
    Usage usage = so_far_.value_or(Usage{.input = quote_.shape().input});
    usage.output = std::max(usage.output, output_ + limit_.hidden_reasoning);
    return usage;
}

CENTAVO_INLINE void StreamBudget::count(std::string_view delta, StreamText which) {
    auto at = detail::find(texts_, which, &Text::which);
    if (at == texts_.end()) {
        texts_.push_back({which, IncrementalCounter{counter_}, detail::StopBoundaries{limit_.cut}});
        at = texts_.end() - 1;
    }
    Text& text = *at;
    Tokens const before = std::exchange(text.tokens, text.counter.append(delta));
    output_ = output_ - before + text.tokens;
    if (limit_.mode == StopMode::cap_only || stopped_) {
        return;
    }
    if (output_.value() > paid_) {
        stopped_ = true;
        stopped_text_ = which;
        kept_ = end_of(text, paid_ - (output_ - text.tokens).value());
    } else {
        text.ends.take(text.counter.settled());
    }
}

CENTAVO_INLINE std::size_t StreamBudget::end_of(Text const& text, std::int64_t paid) const {
    auto const [tokens, bytes] = text.counter.before_recent();
    std::string_view const recent = text.counter.recent();
    std::int64_t const left = paid - tokens;
    std::size_t end = bytes;
    if (left > 0) {
        end += counter_.bpe() != nullptr ? end_of_tokens(recent, left) : end_by_estimate(recent, left);
    }
    if (limit_.cut == StopBoundary::token) {
        return end;
    }
    detail::StopBoundaries ends = text.ends;
    ends.take(recent, end);
    return ends.last();
}

CENTAVO_INLINE std::size_t StreamBudget::end_of_tokens(std::string_view text, std::int64_t paid) const {
    std::string repaired;  // as tokens stand for the text: U+FFFD for ill-formed bytes
    detail::append_well_formed(repaired, text);
    std::size_t end = 0;
    for (Rank const rank : counter_.bpe()->encode(repaired)) {
        if (paid-- <= 0) {
            break;
        }
        end += counter_.bpe()->vocabulary().text(rank).size();
    }
    // The last character that lies whole before the end, in the bytes as they were fed.
    std::size_t fed = 0;
    for (std::size_t at = 0; fed < text.size();) {
        detail::Utf8Step const step = detail::decode_utf8(text.data() + fed, text.data() + text.size());
        at += step.well_formed ? step.length : 3;
        if (at > end) {
            break;
        }
        fed += step.length;
    }
    return fed;
}

CENTAVO_INLINE std::size_t StreamBudget::end_by_estimate(std::string_view text, std::int64_t paid) const {
    std::size_t end = text.size();
    while (end > 0 && (counter_.count(text.substr(0, end)) > Tokens{paid} ||
                       (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U))) {
        --end;
    }
    return end;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
