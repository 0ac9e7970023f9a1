// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/request.hpp>
#include <centavo/base/tokens.hpp>
#include <centavo/base/view.hpp>
#include <centavo/chat/message.hpp>
#include <centavo/prompting/detail/lossless_passes.hpp>
#include <centavo/prompting/detail/pass_runner.hpp>
#include <centavo/prompting/detail/phrase_pass.hpp>
#include <centavo/prompting/detail/repeat_passes.hpp>
#include <centavo/prompting/optimized.hpp>
#include <centavo/prompting/selection.hpp>
#include <centavo/tokens/counter.hpp>

#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

namespace centavo {
inline namespace CENTAVO_ABI {

/// A request with shortened messages, and the input tokens that were removed.
struct OptimizedRequest {
    Request request;
    Tokens saved = 0;
};

/// Shortens prompts without changing their meaning.
///
///     PromptOptimizer optimizer{Counter{o200k_base()}};
///     Optimized shorter = optimizer.optimize(prompt);  // Level::lossless
///     Usd saved = shorter.cost_reduction(2.50_usd);    // price per million input tokens
///     Selection context = optimizer.select(question, passages, {.tokens = 1'000});
///
/// The result never has more tokens than the prompt, as counted by the counter: use that of the model to be called. No
/// level changes code, numbers, JSON values, URLs or placeholders. Optimize a message once, when it is added to a
/// conversation, so that the prefix cached by the provider stays the same. A stateless value; as safe to share between
/// threads as its counter.
template <TokenCounter Counting = Counter>
class PromptOptimizer {
public:
    explicit PromptOptimizer(Counting counter) : counter_{std::move(counter)} {}

    /// `prompt` shortened as far as `level` allows, and what each pass contributed.
    ///
    /// Throws only std::bad_alloc and what the counter throws.
    [[nodiscard]] Optimized optimize(std::string_view prompt, Level level = Level::lossless) const {
        std::vector<detail::Pass> passes{detail::lossless_passes.begin(), detail::lossless_passes.end()};
        if (level >= Level::safe) {
            passes.insert(passes.end(), detail::repeat_passes.begin(), detail::repeat_passes.end());
        }
        if (level >= Level::aggressive) {
            passes.push_back(detail::phrase_pass);
        }
        return detail::PassRunner<Counting>{counter_}.run(prompt, passes);
    }

    /// The same for every message of a request that consists of text only; other messages are not changed.
    [[nodiscard]] OptimizedRequest optimize(Request const& request, Level level = Level::lossless) const {
        OptimizedRequest shorter{.request = request};
        for (std::size_t i = 0; i < request.messages().size(); ++i) {
            Message const& message = request.messages()[i];
            if (message.other_parts > 0 || message.content.empty()) {
                continue;
            }
            Optimized const made = optimize(message.content, level);
            if (made.saved() > Tokens{0}) {
                shorter.request = shorter.request.with_message_text(i, made.text);
                shorter.saved += made.saved();
            }
        }
        return shorter;
    }

    /// The sentences of `passages` most relevant to `question`, in their order, within the limit.
    ///
    /// Lossy by intent, see select_sentences().
    [[nodiscard]] Selection select(std::string_view question, View<Passage> passages,
                                   SelectionLimit limit) const {
        return select_sentences(counter_, question, passages, limit);
    }

    [[nodiscard]] Counting const& counter() const noexcept { return counter_; }

private:
    Counting counter_;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo
