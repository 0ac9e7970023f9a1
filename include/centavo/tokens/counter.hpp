// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/tokens.hpp>
#include <centavo/models/model_catalog.hpp>
#include <centavo/models/model_id.hpp>
#include <centavo/tokens/bpe.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace centavo {
inline namespace CENTAVO_ABI {

/// `data` for what begins as a JSON object or array does; anything else is text.
[[nodiscard]] constexpr ContentClass content_class(std::string_view text) noexcept {
    std::size_t const at = text.find_first_not_of(" \t\r\n");
    return at != text.npos && (text[at] == '{' || text[at] == '[') ? ContentClass::data : ContentClass::text;
}

/// Anything that counts the tokens of a text.
///
/// Laws: the same text gives the same count; nothing counts as zero; calls from several threads do not race.
template <class Candidate>
concept TokenCounter = std::is_invocable_r_v<Tokens, Candidate const&, std::string_view>;

/// How tokens are counted: by an exact tokenizer, by an estimate, or by the caller's own function.
///
/// A small value: copies share what counts. As safe to share between threads as what counts is; all of ours are.
class Counter {
public:
    /// Counts exactly by `bpe`, which outlives the counter; those of data/ live as long as the program.
    explicit Counter(Bpe const& bpe) noexcept;
    explicit Counter(Bpe&&) = delete;

    /// Estimates a family without a public vocabulary: `reference`, which is o200k_base(), times its factors.
    [[nodiscard]] static Counter estimating(Bpe const& reference, TokenEstimate const& estimate);
    static Counter estimating(Bpe&&, TokenEstimate const&) = delete;

    /// Counts by `counting`, of which it keeps a copy. `exact` says what exact() answers.
    template <TokenCounter Callable>
    requires(!std::same_as<Callable, Counter> && !std::same_as<Callable, Bpe>) [[nodiscard]] static Counter
        exactly(Callable counting) {
        return Counter{std::move(counting), true};
    }
    template <TokenCounter Callable>
    requires(!std::same_as<Callable, Counter> && !std::same_as<Callable, Bpe>) [[nodiscard]] static Counter
        estimating(Callable counting) {
        return Counter{std::move(counting), false};
    }

    /// The bytes of a text: no byte-level tokenizer makes more tokens of well-formed text.
    [[nodiscard]] static Counter upper_bound();

    [[nodiscard]] Tokens count(std::string_view text) const { return count_(counting_.get(), text); }
    [[nodiscard]] Tokens operator()(std::string_view text) const { return count(text); }

    /// Whether count() is the provider's own number and not an estimate.
    [[nodiscard]] bool exact() const noexcept { return exact_; }

    /// The tokenizer behind the counter; null for estimates and callables.
    [[nodiscard]] Bpe const* bpe() const noexcept { return bpe_; }

    /// The factors of an estimate and their measured error, and the tokenizer that they scale; empty for all others.
    [[nodiscard]] std::optional<TokenEstimate> const& estimate() const noexcept { return estimate_; }
    [[nodiscard]] Bpe const* reference() const noexcept { return reference_; }

    /// The mean relative error of count() where it was measured: 0 for an exact counter.
    [[nodiscard]] std::optional<double> error() const noexcept;

private:
    template <class Callable>
    Counter(Callable counting, bool exact)
        : counting_{std::make_shared<Callable const>(std::move(counting))},
          count_{[](void const* with, std::string_view text) -> Tokens {
              return (*static_cast<Callable const*>(with))(text);
          }},
          exact_{exact} {}

    std::shared_ptr<void const> counting_;
    Tokens (*count_)(void const*, std::string_view);
    Bpe const* bpe_ = nullptr;
    Bpe const* reference_ = nullptr;
    std::optional<TokenEstimate> estimate_;
    bool exact_ = true;
};

static_assert(TokenCounter<Counter>);

/// The counter of each model: the same for all models, or found by the model's id. A value.
///
///     Counters counters = builtin_counters().with("llama-3.3-70b-instruct", Counter{llama});
///     counters.of("gpt-4o").count(text)
class Counters {
public:
    using Finder = Counter (*)(ModelId const& model);

    /// Counts for every model with `counter`.
    Counters(Counter counter) : fallback_{std::move(counter)} {}

    /// Calls `find` for each model.
    explicit Counters(Finder find) : fallback_{Counter::upper_bound()}, find_{find} {}

    /// These counters, with `counter` for `model` and the names that match it.
    [[nodiscard]] Counters with(ModelId model, Counter counter) const;

    /// The counter of `model`; never fails, as a counter for unknown models is an upper bound.
    [[nodiscard]] Counter of(ModelId const& model) const;

private:
    Counter fallback_;
    Finder find_ = nullptr;
    std::vector<std::pair<ModelId, Counter>> added_;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/tokens/detail/counter.ipp>
#endif
