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

/// ContentClass::data for text that begins as a JSON object or array does, text otherwise.
[[nodiscard]] constexpr ContentClass content_class(std::string_view text) noexcept {
    std::size_t const at = text.find_first_not_of(" \t\r\n");
    return at != text.npos && (text[at] == '{' || text[at] == '[') ? ContentClass::data : ContentClass::text;
}

/// A callable that counts the tokens of a text.
///
/// Semantic requirements: equal texts have equal counts; the empty text has none; concurrent calls do not race.
template <class Candidate>
concept TokenCounter = std::is_invocable_r_v<Tokens, Candidate const&, std::string_view>;

/// A way to count tokens: an exact tokenizer, an estimate, or the caller's own function.
///
/// A small value; copies share the tokenizer or function. As thread-safe as that is; those of the library are.
class Counter {
public:
    /// Counts exactly with `bpe`, which must outlive the counter; the built-in tokenizers live as long as the program.
    explicit Counter(Bpe const& bpe) noexcept;
    explicit Counter(Bpe&&) = delete;

    /// Estimates the counts of a family without a public vocabulary: those of `reference`, o200k_base(), times the
    /// factors of `estimate`.
    [[nodiscard]] static Counter estimating(Bpe const& reference, TokenEstimate const& estimate);
    static Counter estimating(Bpe&&, TokenEstimate const&) = delete;

    /// Counts with a copy of `counting`; exact() returns true for exactly(), false for estimating().
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

    /// Counts bytes, an upper bound: no byte-level tokenizer has more tokens than bytes in well-formed text.
    [[nodiscard]] static Counter upper_bound();

    [[nodiscard]] Tokens count(std::string_view text) const { return count_(counting_.get(), text); }
    [[nodiscard]] Tokens operator()(std::string_view text) const { return count(text); }

    /// Whether count() equals the provider's count instead of estimating it.
    [[nodiscard]] bool exact() const noexcept { return exact_; }

    /// Whether both count by the same tokenizer, estimate or function.
    friend bool operator==(Counter const& a, Counter const& b) noexcept {
        bool const both_exact = a.bpe_ != nullptr && a.bpe_ == b.bpe_;
        bool const both_estimate = a.reference_ != nullptr && a.reference_ == b.reference_ && a.estimate_ &&
                                   b.estimate_ && a.estimate_->family == b.estimate_->family;
        return a.counting_ == b.counting_ || both_exact || both_estimate;
    }

    /// The exact tokenizer; null for estimates and callables.
    [[nodiscard]] Bpe const* bpe() const noexcept { return bpe_; }

    /// The factors of an estimate and their measured error, and the tokenizer that is scaled; empty and null for other
    /// counters.
    [[nodiscard]] std::optional<TokenEstimate> const& estimate() const noexcept { return estimate_; }
    [[nodiscard]] Bpe const* reference() const noexcept { return reference_; }

    /// The mean relative error of count(), if it was measured; 0 for an exact counter.
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
///     Tokens tokens = counters.of("gpt-4o").count(text);
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
