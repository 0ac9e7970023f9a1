// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/request.hpp>
#include <centavo/base/tokens.hpp>
#include <centavo/base/view.hpp>
#include <centavo/chat/message.hpp>
#include <centavo/prompting/detail/conversation.hpp>
#include <centavo/prompting/detail/message_texts.hpp>
#include <centavo/prompting/detail/pass_runner.hpp>
#include <centavo/prompting/optimized.hpp>
#include <centavo/prompting/selection.hpp>
#include <centavo/tokens/counter.hpp>

#include <optional>
#include <string>
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

/// The shortened messages of a conversation, and what each pass contributed to all of them.
struct OptimizedMessages {
    std::vector<Message> messages;
    Tokens before;  ///< of the texts of all messages
    Tokens after;
    std::vector<PassReport> passes;

    [[nodiscard]] Tokens saved() const { return before - after; }
};

/// Shortens prompts without changing their meaning.
///
///     PromptOptimizer optimizer{Counter{o200k_base()}};
///     Optimized shorter = optimizer.optimize(prompt);  // Level::lossless
///     Usd saved = shorter.cost_reduction(2.50_usd);    // price per million input tokens
///     std::string original = shorter.original();       // at every level
///     Selection context = optimizer.select(question, passages, {.tokens = 1'000});
///
/// The result never has more tokens than the prompt, as counted by the counter: use that of the model to be called. No
/// level changes code, patches, quotations, verse, records, URLs or placeholders, and what is uncertain counts as
/// code. A stateless value; as safe to share between threads as its counter.
template <TokenCounter Counting = Counter>
class PromptOptimizer {
public:
    explicit PromptOptimizer(Counting counter) : counter_{std::move(counter)} {}

    /// The prompt shortened as far as the options allow, with the contribution of each pass and the replaced text.
    ///
    /// Throws only std::bad_alloc and what the counter throws. Linear in the size of the prompt.
    [[nodiscard]] Optimized optimize(std::string_view prompt, OptimizeOptions const& options = {}) const {
        std::vector<detail::Pass> const passes = detail::passes_of(options);
        return detail::PassRunner<Counting>{counter_, {options.protect_begin, options.protect_end}}.run(
            prompt, passes);
    }
    [[nodiscard]] Optimized optimize(std::string_view prompt, Level level) const {
        return optimize(prompt, OptimizeOptions{.level = level});
    }

    /// The messages of a conversation, each shortened as its role allows.
    ///
    /// The result for a message depends on the messages before it alone: the optimized messages of one request are a
    /// prefix of those of the next, and the prefix cached by the provider stays valid. Messages of the system and the
    /// developer and tool calls are not changed, the results of tools only where they are JSON, and messages with
    /// parts that are not text not at all. Linear in the size of the conversation.
    [[nodiscard]] OptimizedMessages optimize(View<Message> messages,
                                             OptimizeOptions const& options = {}) const {
        detail::ConversationRunner<Counting> conversation{counter_, options};
        OptimizedMessages out;
        out.messages.assign(messages.begin(), messages.end());
        for (Message& message : out.messages) {
            if (message.other_parts > 0) {
                continue;
            }
            Optimized made = conversation.next(message.role, message.content);
            Tokens const tokens = made.passes.empty() ? counter_(message.content) : made.before;
            out.before += tokens;
            out.after += made.passes.empty() ? tokens : made.after;
            detail::add_reports(out.passes, made.passes);
            message.content = std::move(made.text);
        }
        return out;
    }

    /// The same for the messages of a request; only the texts that become shorter are written anew.
    ///
    /// Requests without a member `messages` are not changed.
    [[nodiscard]] OptimizedRequest optimize(Request const& request,
                                            OptimizeOptions const& options = {}) const {
        OptimizedRequest shorter{.request = request, .saved = 0};
        std::optional<std::string_view> const messages = request.member("messages");
        if (!messages) {
            return shorter;
        }
        detail::ConversationRunner<Counting> conversation{counter_, options};
        std::string const json = detail::with_message_texts(
            *messages, [&](std::string_view role, std::string_view text) -> std::optional<std::string> {
                Optimized made = conversation.next(role, text);
                if (made.changes.empty()) {
                    return std::nullopt;
                }
                shorter.saved += made.saved();
                return std::move(made.text);
            });
        if (shorter.saved > Tokens{0}) {
            shorter.request = request.with_member("messages", json);
        }
        return shorter;
    }
    [[nodiscard]] OptimizedRequest optimize(Request const& request, Level level) const {
        return optimize(request, OptimizeOptions{.level = level});
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
