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

/// Counts a growing text, such as a stream or a conversation, without starting over.
///
/// With an exact counter, or the estimate of a family, which scales one, the count always equals that of the whole
/// text so far, even if it was split inside a word or a character. With any other counter, the counts of the parts are
/// added up. A strict() tokenizer throws IllFormedUtf8 as soon as no continuation could make the text UTF-8. Keeps
/// only the text that further text can still change. Externally synchronized; the tokenizer must outlive it.
class IncrementalCounter {
public:
    explicit IncrementalCounter(Bpe const& bpe) : IncrementalCounter{Counter{bpe}} {}
    explicit IncrementalCounter(Bpe&&) = delete;
    explicit IncrementalCounter(Counter counter);

    /// Adds `text` and returns the count of the whole text.
    ///
    /// Recounts the last piece, usually a word, and continues a long run where it stopped; only runs of ill-formed
    /// text, or of wide spaces split inside a character, are read again each time.
    Tokens append(std::string_view text);

    /// Adds `text` and counts it later, in batches of a few hundred bytes: for many small parts between two counts.
    ///
    /// Linear in the added text.
    void add(std::string_view text);

    [[nodiscard]] Tokens count() const;
    [[nodiscard]] bool exact() const noexcept { return counter_.exact() && counter_.bpe() != nullptr; }

    /// An amount of text and its tokens.
    struct Extent {
        std::int64_t tokens = 0;
        std::size_t bytes = 0;
    };

    /// The text that no continuation can change, as of the last append(). All tokens after it are those of recent().
    [[nodiscard]] Extent before_recent() const noexcept { return before_; }

    /// The text after before_recent(): what was still open, and what was appended. Valid until the next append().
    [[nodiscard]] std::string_view recent() const noexcept;

    /// The part at the front of recent() that no continuation can change.
    [[nodiscard]] std::string_view settled() const noexcept;

    /// Starts a new text.
    void reset() noexcept;

private:
    static constexpr std::size_t batch = 512;

    /// Keeps `text` if it continues the open text, otherwise counts it.
    bool take(std::string_view text);

    [[nodiscard]] Tokens scaled(std::int64_t tokens) const;

    [[nodiscard]] Bpe::Growth grown() const { return bpe_->count_growing(open(), all_settled_); }

    /// Counts all text, and returns the number of open pieces.
    std::int64_t settle();

    [[nodiscard]] std::string_view open() const noexcept;

    /// Counts the open text as a continued run; false if it no longer is one.
    [[nodiscard]] bool go_on();

    Counter counter_;
    Bpe const* bpe_;  // the exact tokenizer, or the one that an estimate scales
    std::optional<ContentClass> kind_;
    std::string tail_;  // size_ bytes of text, the settled ones first, then zeros
    std::size_t size_ = 0;
    std::size_t settled_bytes_ = 0;
    std::size_t all_settled_ = 0;  // since the start of the text
    std::size_t recent_ = 0;       // the start of recent()
    Extent before_;
    std::int64_t settled_ = 0;
    std::int64_t open_ = 0;
    std::size_t open_bytes_ = 0;  // of the text counted in open_
    detail::OpenRun run_;         // that text, if it is a long run
    bool pending_ = false;        // whether there is text after that counted in open_
};

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/tokens/detail/incremental_counter.ipp>
#endif
