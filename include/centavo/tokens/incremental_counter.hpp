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
    explicit IncrementalCounter(Counter counter)
        : counter_{std::move(counter)}, bpe_{counter_.bpe() != nullptr ? counter_.bpe()
                                                                       : counter_.reference()} {}

    /// Adds `text` and returns the count of all so far.
    ///
    /// Looks again at the piece that was open before, the last word mostly, and goes on with a long run where it stopped;
    /// only runs of ill-formed text, or of wide spaces cut inside a character, are read again each time.
    Tokens append(std::string_view text) {
        before_ = {settled_, all_settled_};
        if (take(text)) {
            recent_ = settled_bytes_;
            if (!run_.active() || !go_on()) {
                bool const one_piece = settle() == 1;
                if (one_piece && open_bytes_ >= detail::OpenRun::shortest) {
                    run_.begin(bpe_->vocabulary(), bpe_->split(), open());
                }
            }
        }
        return scaled(settled_ + open_);
    }

    /// Adds `text` and counts it later, some hundred bytes at a time: for many small parts between two counts.
    ///
    /// Linear in all that is added, whatever it is.
    void add(std::string_view text) {
        if (take(text)) {
            pending_ = true;
            if (size_ - settled_bytes_ > batch + 2 * open_bytes_) {
                settle();
            }
        }
    }

    [[nodiscard]] Tokens count() const {
        if (!pending_) {
            return scaled(settled_ + open_);
        }
        Bpe::Growth const growth = grown();
        return scaled(settled_ + growth.settled + growth.open);
    }
    [[nodiscard]] bool exact() const noexcept { return counter_.exact() && counter_.bpe() != nullptr; }

    /// So much text, and its tokens.
    struct Extent {
        std::int64_t tokens = 0;
        std::size_t bytes = 0;
    };

    /// What had been settled when append() was last called. All tokens from there on are those of recent() by itself.
    [[nodiscard]] Extent before_recent() const noexcept { return before_; }

    /// The text behind before_recent(): what was still open and what was appended. Holds until the next append().
    [[nodiscard]] std::string_view recent() const noexcept {
        return std::string_view{tail_}.substr(recent_, size_ - recent_);
    }

    /// The beginning of recent() that is settled by now.
    [[nodiscard]] std::string_view settled() const noexcept {
        return std::string_view{tail_}.substr(recent_, settled_bytes_ - recent_);
    }

    /// Begins a new text.
    void reset() noexcept {
        before_ = {};
        all_settled_ = recent_ = 0;
        size_ = settled_bytes_ = open_bytes_ = 0;
        settled_ = open_ = 0;
        pending_ = false;
        run_.end();
        kind_.reset();
    }

private:
    static constexpr std::size_t batch = 512;

    /// Keeps `text` where it is to be counted as a part of what it continues, and counts it where it is not.
    bool take(std::string_view text) {
        if (bpe_ == nullptr) {
            settled_ += counter_.count(text).value();
            tail_.assign(text);
            size_ = settled_bytes_ = text.size();
            all_settled_ += text.size();
            return false;
        }
        if (!kind_ && counter_.estimate() && text.find_first_not_of(" \t\r\n") != text.npos) {
            kind_ = content_class(text);
        }
        std::size_t const more = text.size() + Bpe::growth_padding;
        if (size_ + more > tail_.size()) {
            std::memmove(tail_.data(), tail_.data() + settled_bytes_, size_ - settled_bytes_);
            size_ -= std::exchange(settled_bytes_, 0);
            if (2 * size_ + more > tail_.size()) {
                tail_.resize(2 * (size_ + more) + 4 * batch);
            }
        }
        text.copy(tail_.data() + size_, text.size());
        size_ += text.size();
        std::memset(tail_.data() + size_, 0, Bpe::growth_padding);
        return true;
    }

    [[nodiscard]] Tokens scaled(std::int64_t tokens) const {
        return counter_.estimate() ? counter_.estimate()->of(tokens, kind_.value_or(ContentClass::text))
                                   : tokens;
    }

    [[nodiscard]] Bpe::Growth grown() const { return bpe_->count_growing(open(), all_settled_); }

    /// Counts all text, and says how many pieces of it are open.
    std::int64_t settle() {
        Bpe::Growth const growth = grown();
        settled_ += growth.settled;
        settled_bytes_ += growth.settled_bytes;
        all_settled_ += growth.settled_bytes;
        open_ = growth.open;
        open_bytes_ = size_ - settled_bytes_;
        pending_ = false;
        run_.end();
        return growth.open_pieces;
    }

    [[nodiscard]] std::string_view open() const noexcept {
        return std::string_view{tail_}.substr(settled_bytes_, size_ - settled_bytes_);
    }

    /// Counts the text that is open as the run that it was; false where it is none any more.
    [[nodiscard]] bool go_on() {
        if (!run_.extend(bpe_->vocabulary(), open())) {
            return false;
        }
        open_ = run_.tokens();
        open_bytes_ = size_ - settled_bytes_;
        pending_ = false;
        return true;
    }

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
    detail::OpenRun run_;                 // that text, where it is a long run
    bool pending_ = false;        // whether there is text behind what open_ counts
};

}  // namespace CENTAVO_ABI
}  // namespace centavo
