// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/tokens.hpp>
#include <centavo/tokens/bpe.hpp>
#include <centavo/tokens/counter.hpp>
#include <centavo/tokens/detail/open_run.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace centavo {
inline namespace CENTAVO_ABI {

/// Counts a text that grows, as streams and chats do, without starting over.
///
/// By an exact counter the count is exact at every moment: that of all text so far in one call, even where it
/// was cut inside a word or a character; a family's estimate scales such a count. By any other estimate the counts of
/// the parts are added up. A strict() tokenizer throws IllFormedUtf8 where nothing that may follow makes the text UTF-8.
/// Keeps only the text that what follows can still change. Externally synchronised; the tokenizer outlives it.
class IncrementalCounter {
public:
    explicit IncrementalCounter(Bpe const& bpe) : IncrementalCounter{Counter{bpe}} {}
    explicit IncrementalCounter(Bpe&&) = delete;
    explicit IncrementalCounter(Counter counter);

    /// Adds `text` and returns the count of all so far.
    ///
    /// Looks again at the piece that was open before, the last word mostly, and goes on with a long run where it stopped;
    /// only runs of ill-formed text, or of wide spaces cut inside a character, are read again each time.
    Tokens append(std::string_view text);

    /// Adds `text` and counts it later, some hundred bytes at a time: for many small parts between two counts.
    ///
    /// Linear in all that is added, whatever it is.
    void add(std::string_view text);

    [[nodiscard]] Tokens count() const;
    [[nodiscard]] bool exact() const noexcept { return counter_.exact() && counter_.bpe() != nullptr; }

    /// So much text, and its tokens.
    struct Extent {
        std::int64_t tokens = 0;
        std::size_t bytes = 0;
    };

    /// What had been settled when append() was last called. All tokens from there on are those of recent() by itself.
    [[nodiscard]] Extent before_recent() const noexcept { return before_; }

    /// The text behind before_recent(): what was still open and what was appended. Holds until the next append().
    [[nodiscard]] std::string_view recent() const noexcept;

    /// The beginning of recent() that is settled by now.
    [[nodiscard]] std::string_view settled() const noexcept;

    /// Begins a new text.
    void reset() noexcept;

private:
    static constexpr std::size_t batch = 512;

    /// Keeps `text` where it is to be counted as a part of what it continues, and counts it where it is not.
    bool take(std::string_view text);

    [[nodiscard]] Tokens scaled(std::int64_t tokens) const;

    [[nodiscard]] Bpe::Growth grown() const { return bpe_->count_growing(open(), all_settled_); }

    /// Counts all text, and says how many pieces of it are open.
    std::int64_t settle();

    [[nodiscard]] std::string_view open() const noexcept;

    /// Counts the text that is open as the run that it was; false where it is none any more.
    [[nodiscard]] bool go_on();

    Counter counter_;
    Bpe const* bpe_;  // of an exact counter, or what an estimate scales
    std::optional<ContentClass> kind_;
    std::string tail_;  // size_ bytes of text, those settled first, and zeros
    std::size_t size_ = 0;
    std::size_t settled_bytes_ = 0;
    std::size_t all_settled_ = 0;  // since the text began
    std::size_t recent_ = 0;       // where recent() begins
    Extent before_;
    std::int64_t settled_ = 0;
    std::int64_t open_ = 0;
    std::size_t open_bytes_ = 0;  // of the text that open_ counts
    detail::OpenRun run_;         // that text, where it is a long run
    bool pending_ = false;        // whether there is text behind what open_ counts
};

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/tokens/detail/incremental_counter.ipp>
#endif
