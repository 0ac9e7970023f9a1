// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/money.hpp>
#include <centavo/models/tokens.hpp>
#include <centavo/pricing/cost.hpp>
#include <centavo/pricing/quote.hpp>
#include <centavo/pricing/usage.hpp>
#include <centavo/tokens/bpe.hpp>
#include <centavo/tokens/counter.hpp>
#include <centavo/tokens/incremental_counter.hpp>
#include <centavo/wire/client.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace centavo::inline v0 {

/// How much money a stream may use, its input included.
struct StreamLimit {
    Usd max_cost;
};

/// Watches a stream's money: the cap to send with the request, and a stop at the token that is not paid for any more.
///
///     StreamBudget stream{quote, counter, {.max_cost = 1_cent}};
///     request = request.with_max_tokens(stream.max_tokens());           // the only cap that holds everywhere
///     if (stream.feed(delta) == Flow::stop) { … close the connection … }
///
/// Text, tool arguments and visible reasoning are all output: feed every delta that the provider bills. A chunk is
/// not a token in either direction; the count is that of all text fed so far, at every prefix. Not synchronised:
/// one stream, one thread at a time.
class StreamBudget {
public:
    StreamBudget(Quote quote, Counter counter, StreamLimit limit)
        : quote_{std::move(quote)}, counter_{std::move(counter)}, limit_{limit.max_cost},
          affordable_{quote_.affordable(limit_)} {}

    /// The `max_tokens` to send, for each choice; nullopt where the input alone costs more than the limit: do not call.
    [[nodiscard]] std::optional<Tokens> max_tokens() const noexcept { return affordable_; }

    /// Takes the next piece of a choice's output; `stop` once the output costs more than the limit leaves.
    ///
    /// After a stop every further piece is a stop, and is counted: what arrives is billed.
    Flow feed(std::string_view delta, int choice = 0) {
        auto const [at, is_new] = choices_.try_emplace(choice, counter_);
        Choice& fed = at->second;
        fed.text += delta;
        Tokens const before = fed.tokens;
        fed.tokens = fed.counter.append(delta);
        output_ = output_ - before + fed.tokens;
        if (!stopped_ && output_ > all_affordable()) {
            stopped_ = true;
            kept_ = end_of(fed, all_affordable() - (output_ - fed.tokens));
        }
        return stopped_ ? Flow::stop : Flow::keep_going;
    }

    [[nodiscard]] bool stopped() const noexcept { return stopped_; }

    /// Bytes of the choice that was fed last which the limit paid for: the end of the last affordable token of all
    /// that had been fed when the stream was stopped, moved back to where a character ends. nullopt before a stop.
    [[nodiscard]] std::optional<std::size_t> paid_bytes() const noexcept { return kept_; }

    /// Output tokens of all choices so far, by our count.
    [[nodiscard]] Tokens output() const noexcept { return output_; }

    /// Takes the provider's own usage, which overrules our count.
    void settle(Usage const& usage) { usage_ = usage; }

    /// Input and output so far, by our count; after settle() as billed.
    ///
    /// Quality says which: estimated while the stream runs, partial after a stop, reported after settle().
    [[nodiscard]] Cost cost() const {
        Cost cost = quote_.cost(usage_ ? *usage_ : Usage{.input = quote_.shape().input, .output = output_});
        cost.quality = usage_     ? UsageQuality::reported
                       : stopped_ ? UsageQuality::partial
                                  : UsageQuality::estimated;
        return cost;
    }

    /// Our count less the provider's, once that is known: positive where we counted more.
    [[nodiscard]] std::optional<std::int64_t> drift() const {
        return usage_ ? std::optional{output_.value() - usage_->output.value()} : std::nullopt;
    }

    [[nodiscard]] Quote const& quote() const noexcept { return quote_; }

private:
    struct Choice {
        explicit Choice(Counter const& by) : counter{by} {}

        IncrementalCounter counter;
        std::string text;
        Tokens tokens = 0;
    };

    [[nodiscard]] Tokens all_affordable() const {
        return affordable_ ? Tokens{affordable_->value() * quote_.shape().choices} : Tokens{0};
    }

    /// The end of the first `paid` tokens of a choice's text, at a character's end.
    [[nodiscard]] std::size_t end_of(Choice const& fed, Tokens paid) const {
        std::size_t end = 0;
        if (Bpe const* const bpe = counter_.bpe()) {
            std::int64_t left = paid.value();
            for (Rank const rank : bpe->encode(fed.text)) {
                std::string_view const token = bpe->vocabulary().text(rank);
                if (left-- <= 0) {
                    break;
                }
                if (fed.text.compare(end, token.size(), token) != 0) {  // U+FFFD stands for ill-formed bytes
                    end = bpe->truncate(fed.text, paid).size();
                    break;
                }
                end += token.size();
            }
        } else {
            end = fed.text.size();
            while (end > 0 && counter_.count(std::string_view{fed.text}.substr(0, end)) > paid) {
                --end;
            }
        }
        while (end > 0 && end < fed.text.size() &&
               (static_cast<unsigned char>(fed.text[end]) & 0xC0U) == 0x80U) {
            --end;
        }
        return end;
    }

    Quote quote_;
    Counter counter_;
    Usd limit_;
    std::optional<Tokens> affordable_;
    std::map<int, Choice> choices_;
    Tokens output_ = 0;
    bool stopped_ = false;
    std::optional<std::size_t> kept_;
    std::optional<Usage> usage_;
};

}  // namespace centavo::inline v0
