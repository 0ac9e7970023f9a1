// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/prompting/detail/form_passes.hpp>
#include <centavo/prompting/detail/lossless_passes.hpp>
#include <centavo/prompting/detail/pass_runner.hpp>
#include <centavo/prompting/detail/phrase_pass.hpp>
#include <centavo/prompting/detail/repeat_passes.hpp>
#include <centavo/prompting/detail/whitespace_pass.hpp>
#include <centavo/prompting/optimized.hpp>
#include <centavo/tokens/counter.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// The passes that the options allow, in the order in which they run.
[[nodiscard]] inline std::vector<Pass> passes_of(OptimizeOptions const& options) {
    std::vector<Pass> passes{lossless_passes.begin(), lossless_passes.end()};
    if (options.level >= Level::safe) {
        passes.insert(passes.end(), repeat_passes.begin(), repeat_passes.end());
    }
    if (options.level >= Level::aggressive) {
        passes.insert(passes.end(), form_passes.begin(), form_passes.end());
    }
    if (options.whitespace) {
        passes.push_back(whitespace_pass);
    }
    if (options.phrases) {
        passes.push_back(phrase_pass);
    }
    return passes;
}

/// The passes for the result of a tool, which is edited only where it is JSON.
[[nodiscard]] inline std::vector<Pass> tool_passes_of(OptimizeOptions const& options) {
    std::vector<Pass> passes{json_pass};
    if (options.level >= Level::aggressive) {
        passes.push_back(json_table_pass);
    }
    return passes;
}

/// Shortens the messages of a conversation, one after the other.
///
/// The result for a message depends on the messages before it and on nothing else, so that the messages of one request
/// remain a prefix of those of the next. Linear in the size of the conversation.
template <TokenCounter Counting>
class ConversationRunner {
public:
    ConversationRunner(Counting const& counter, OptimizeOptions const& options)
        : runner_{counter, {options.protect_begin, options.protect_end}}, passes_{passes_of(options)},
          tool_passes_{tool_passes_of(options)}, remembers_{options.level >= Level::safe} {}

    /// The next message; nothing is changed in those of the system and the developer.
    [[nodiscard]] Optimized next(std::string_view role, std::string_view text) {
        bool const fixed = role == "system" || role == "developer";
        bool const tool = role == "tool" || role == "function";
        Optimized made;
        if (fixed) {
            made.text = text;
        } else {
            made =
                runner_.run(text, tool ? tool_passes_ : passes_, tool || !remembers_ ? nullptr : &earlier_);
        }
        if (remembers_) {
            earlier_.add(made.text);
        }
        return made;
    }

private:
    PassRunner<Counting> runner_;
    std::vector<Pass> passes_;
    std::vector<Pass> tool_passes_;
    bool remembers_;
    EarlierLines earlier_;
};

/// Adds what the passes did to one message to the reports of a conversation.
inline void add_reports(std::vector<PassReport>& all, std::vector<PassReport> const& reports) {
    for (PassReport const& report : reports) {
        auto found = all.begin();
        while (found != all.end() && found->name != report.name) {
            ++found;
        }
        if (found == all.end()) {
            all.push_back(report);
            continue;
        }
        found->tokens_saved += report.tokens_saved;
        found->edits += report.edits;
        found->accepted = found->accepted || report.accepted;
        found->reason = found->accepted ? std::string_view{} : report.reason;
    }
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
