// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/models/tokens.hpp>
#include <centavo/tokens/bpe.hpp>
#include <centavo/tokens/counter.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace centavo::inline v0 {

/// Counts a text that grows, as streams and chats do, without starting over.
///
/// By an exact counter the count is exact at every moment: that of all text so far in one call, even where it
/// was cut inside a word or a character. By an estimate the counts of the parts are added up.
/// Keeps only the text that what follows can still change. Externally synchronised; the tokenizer outlives it.
class IncrementalCounter {
public:
    explicit IncrementalCounter(Bpe const& bpe) : counter_{bpe} {}
    explicit IncrementalCounter(Bpe&&) = delete;
    explicit IncrementalCounter(Counter counter) : counter_{std::move(counter)} {}

    /// Adds `text` and returns the count of all so far.
    Tokens append(std::string_view text) {
        if (Bpe const* const bpe = counter_.bpe()) {
            tail_.erase(0, dropped_);
            before_ = {settled_, before_.bytes + std::exchange(dropped_, 0)};
            tail_.append(text);
            Bpe::Growth const growth = bpe->count_growing(tail_);
            settled_ += growth.settled;
            dropped_ = growth.settled_bytes;
            open_ = growth.open;
        } else {
            before_ = {settled_, before_.bytes + tail_.size()};
            tail_ = text;
            settled_ += counter_.count(text).value();
        }
        return count();
    }

    [[nodiscard]] Tokens count() const { return settled_ + open_; }
    [[nodiscard]] bool exact() const noexcept { return counter_.exact() && counter_.bpe() != nullptr; }

    /// So much text, and its tokens.
    struct Extent {
        std::int64_t tokens = 0;
        std::size_t bytes = 0;
    };

    /// What had been settled when append() was last called. All tokens from there on are those of recent() by itself.
    [[nodiscard]] Extent before_recent() const noexcept { return before_; }

    /// The text behind before_recent(): what was still open and what was appended. Holds until the next append().
    [[nodiscard]] std::string_view recent() const noexcept { return tail_; }

    /// The beginning of recent() that is settled by now.
    [[nodiscard]] std::string_view settled() const noexcept {
        return std::string_view{tail_}.substr(0, counter_.bpe() != nullptr ? dropped_ : tail_.size());
    }

    /// Begins a new text.
    void reset() noexcept {
        tail_.clear();
        before_ = {};
        dropped_ = 0;
        settled_ = open_ = 0;
    }

private:
    Counter counter_;
    Extent before_;
    std::string tail_;
    std::size_t dropped_ = 0;  // bytes at the front of the tail that are settled
    std::int64_t settled_ = 0;
    std::int64_t open_ = 0;
};

}  // namespace centavo::inline v0
