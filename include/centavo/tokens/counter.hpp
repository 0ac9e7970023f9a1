// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/tokens.hpp>
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

namespace centavo {
inline namespace CENTAVO_ABI {

/// What a text is, as far as it changes how many tokens a vocabulary makes of it.
enum class ContentClass : std::uint8_t { text, data };

/// `data` for what begins as a JSON object or array does; anything else is text.
[[nodiscard]] constexpr ContentClass content_class(std::string_view text) noexcept {
    std::size_t const at = text.find_first_not_of(" \t\r\n");
    return at != text.npos && (text[at] == '{' || text[at] == '[') ? ContentClass::data : ContentClass::text;
}

/// How many tokens a family without a public vocabulary makes of one of o200k_base's, in thousandths. Never exact.
///
/// Measured on recorded answers of text alone by tools/measure_estimates.py: the median of what providers billed for
/// them over o200k_base's count on one half of the recordings, the error of that on the other half. Where there were
/// too few for two halves the errors are 0 and `answers` says on how many the factor stands. Languages other than
/// English and programs are not in the recordings in numbers that would tell. Fixed costs of a request (a hidden
/// prompt, what announces functions) are not in it: 100 tokens and more on the first message with functions.
///
/// | family               | answers | text | data | mean error | 90th percentile | bias   |
/// |----------------------|---------|------|------|------------|-----------------|--------|
/// | Claude to 4.6        | 47      | 1.15 | 1.15 | 5.6 %      | 8.0 %           | -0.8 % |
/// | Claude from Opus 4.7 | 3       | 1.43 | 1.43 | -          | -               | -      |
/// | Gemini               | 73 + 4  | 1.03 | 1.11 | 4.9 %      | 7.5 %           | -1.9 % |
/// | Nova                 | 21      | 1.00 | 1.00 | 2.7 %      | 2.3 %           | -1.9 % |
/// | Mistral              | 8       | 1.07 | 1.07 | -          | -               | -      |
/// | Llama                | 4       | 1.05 | 1.05 | -          | -               | -      |
/// | Qwen                 | 3       | 1.04 | 1.04 | -          | -               | -      |
/// | DeepSeek             | 2       | 1.04 | 1.04 | -          | -               | -      |
struct TokenEstimate {
    std::string_view family;
    std::int32_t text;
    std::int32_t data;
    std::int32_t mean_error = 0;  ///< of the text factor, thousandths of the true count
    std::int32_t p90_error = 0;   ///< nine of ten recorded answers are at most so far off
    std::int32_t answers = 0;     ///< recorded; 0 for a family that is only assumed to be as its nearest

    [[nodiscard]] constexpr Tokens of(Tokens reference, ContentClass kind) const {
        std::int64_t const factor = kind == ContentClass::data ? data : text;
        std::int64_t const whole = reference.value() / 1'000;
        return whole * factor + (reference.value() % 1'000 * factor + 500) / 1'000;
    }
};

/// The estimate for the family that `model` names anywhere between its separators; nullopt for a family without one.
///
/// Command and Grok, of which nothing was recorded, have the factor of Mistral's vocabulary and no answers.
[[nodiscard]] constexpr std::optional<TokenEstimate> find_estimate(std::string_view model) noexcept {
    constexpr auto families = std::to_array<TokenEstimate>({
        {"claude-opus-4-7", 1'430, 1'430, 0, 0, 3},
        {"claude-opus-4-8", 1'430, 1'430, 0, 0, 3},
        {"claude-opus-5", 1'430, 1'430, 0, 0, 3},
        {"claude-sonnet-5", 1'430, 1'430, 0, 0, 3},
        {"claude", 1'150, 1'150, 56, 80, 47},
        {"gemini", 1'030, 1'110, 49, 75, 77},
        {"nova", 1'000, 1'000, 27, 23, 21},
        {"mistral", 1'070, 1'070, 0, 0, 8},
        {"magistral", 1'070, 1'070, 0, 0, 8},
        {"ministral", 1'070, 1'070, 0, 0, 8},
        {"codestral", 1'070, 1'070, 0, 0, 8},
        {"pixtral", 1'070, 1'070, 0, 0, 8},
        {"llama", 1'050, 1'050, 0, 0, 4},
        {"qwen", 1'040, 1'040, 0, 0, 3},
        {"deepseek", 1'040, 1'040, 0, 0, 2},
        {"command", 1'070, 1'070},
        {"grok", 1'070, 1'070},
    });
    auto const letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    for (TokenEstimate const& each : families) {
        std::size_t const at = model.find(each.family);
        if (at != model.npos && (at == 0 || !letter(model[at - 1]))) {
            std::string_view const rest = model.substr(at + each.family.size());
            if (rest.empty() || !letter(rest[0])) {
                return each;
            }
        }
    }
    return std::nullopt;
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

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/tokens/detail/counter.ipp>
#endif
