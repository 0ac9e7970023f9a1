// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/utf8.hpp>
#include <centavo/base/money.hpp>
#include <centavo/base/tokens.hpp>
#include <centavo/call/client.hpp>
#include <centavo/call/detail/stop_boundary.hpp>
#include <centavo/chat/response.hpp>
#include <centavo/models/model_catalog.hpp>
#include <centavo/pricing/cost.hpp>
#include <centavo/pricing/quote.hpp>
#include <centavo/pricing/usage.hpp>
#include <centavo/tokens/bpe.hpp>
#include <centavo/tokens/counter.hpp>
#include <centavo/tokens/incremental_counter.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace centavo {
inline namespace CENTAVO_ABI {

/// What to do when a stream reaches its maximum cost.
enum class StopMode : std::uint8_t {
    abort,  ///< return `stop`, so that the client closes the connection
    drain,  ///< read on until the usage arrives, which costs nothing more if the provider bills the rest anyway
    cap_only  ///< only count, and rely on the output cap in the request
};

/// The maximum cost of a stream, including its input, and what happens when it is reached.
struct StreamLimit {
    Usd max_cost;
    /// The output reserved for reasoning that is billed and not streamed, for all choices together.
    Tokens hidden_reasoning = 0;
    StopMode mode = StopMode::abort;
    StopBoundary cut = StopBoundary::token;  ///< where the kept text may end
};

/// The text of a stream that a piece continues; each text is tokenized separately. A value.
struct StreamText {
    int choice = 0;
    int part = 0;  ///< text, reasoning, arguments of a tool: any number that distinguishes them

    friend bool operator==(StreamText const&, StreamText const&) = default;
};

/// A piece of a stream, as produced by readers.
template <typename Candidate>
concept StreamPiece = requires(Candidate const& piece) {
    { piece.text } -> std::convertible_to<std::string_view>;
    { piece.choice } -> std::convertible_to<int>;
    static_cast<int>(piece.kind);
};

/// Whether a stream ended, or was cut off by a stop, a lost connection or a client that disconnected.
enum class StreamEnd : std::uint8_t { whole, cut };

/// The charge for a stream that has ended.
struct StreamCharge {
    Usd amount;
    UsageQuality quality;
};

/// Limits the cost of a stream: an output cap to send with the request, and a stop at the token that exceeds the
/// limit.
///
///     StreamBudget stream{quote, counter, {.max_cost = 1_cent}};
///     if (auto const cap = stream.max_tokens()) { request = request.with_max_tokens(*cap); }  // holds at every provider
///     if (stream.feed(delta) == Flow::stop) { connection.close(); }
///
/// Text, refusals, tool arguments and visible reasoning are all output: feed every delta that the provider bills.
/// Chunks do not correspond to tokens; the count is that of all text fed so far, at every prefix. Output that is still
/// in buffers of the kernel, of TLS and of the client at a stop has been generated and is billed in addition. Keeps
/// only the text that further text can still change; does not allocate once its buffers have grown. Not synchronized.
class StreamBudget {
public:
    StreamBudget(Quote quote, Counter counter, StreamLimit limit);

    /// The `max_tokens` to send, per choice: the output that the limit pays for, at most the quoted output and the
    /// model's own cap. Includes hidden reasoning. nullopt if the input alone exceeds the limit: do not call.
    [[nodiscard]] std::optional<Tokens> max_tokens() const;

    /// Takes the next piece of a text; returns `stop` once the cost exceeds the limit.
    ///
    /// After a stop, further pieces return `stop` and are still counted, because what arrives is billed. Does not
    /// throw, as it is called inside a client: if counting fails, it returns `stop` in every mode, and failed() is
    /// true from then on.
    Flow feed(std::string_view delta, StreamText text = {}) noexcept;
    Flow feed(std::string_view delta, int choice) noexcept;
    template <StreamPiece Piece>
    Flow feed(Piece const& piece) noexcept {
        return feed(piece.text, StreamText{.choice = piece.choice, .part = static_cast<int>(piece.kind)});
    }

    /// Counts a response that arrived as a body.
    void feed_whole(Response const& response) noexcept;

    /// Whether the limit has been reached; in the mode `drain` the stream continues nevertheless.
    [[nodiscard]] bool stopped() const noexcept { return stopped_; }
    /// Whether counting failed, for lack of memory or beyond 63 bits: due() is then the worst case.
    [[nodiscard]] bool failed() const noexcept { return failed_; }

    /// The number of bytes of stopped_text() that the limit paid for: the end of the last affordable token when the
    /// limit was reached, moved back to the end of a character, a line or a sentence, as configured. nullopt before a
    /// stop. All other texts fed so far are paid for.
    [[nodiscard]] std::optional<std::size_t> paid_bytes() const noexcept { return kept_; }
    [[nodiscard]] StreamText stopped_text() const noexcept { return stopped_text_; }

    /// The output tokens of all choices so far, as counted.
    [[nodiscard]] Tokens output() const { return output_; }

    /// Takes the usage that the provider reports while the stream runs, as Anthropic does at its beginning: cost() is never
    /// below it, and the output may cost what the reported input leaves. Later counts replace earlier ones. Returns and
    /// throws as feed() does.
    Flow observe(Usage const& so_far) noexcept;

    /// Takes the provider's final usage, which overrides the count.
    void settle(Usage const& usage) { usage_ = usage; }

    /// The cost of input and output so far: as counted, with hidden reasoning, and never below the reported usage;
    /// after settle() as billed.
    ///
    /// Its quality is estimated during the stream, partial after a stop, and reported after settle(). Throws as
    /// cost_of() does.
    [[nodiscard]] Cost cost() const;

    /// The charge for the ended stream: the reported usage if it arrived. Without it, for a complete stream, the count
    /// (estimated). For one that was cut off: if the provider then stops billing, the count or the cost of the input,
    /// whichever is more (partial); otherwise, or if counting failed, the quoted worst case.
    [[nodiscard]] StreamCharge due(StreamEnd end, DisconnectBilling after) const;

    /// The counted output minus the reported output: positive if the count was higher, negative with hidden reasoning.
    /// nullopt before settle().
    [[nodiscard]] std::optional<std::int64_t> drift() const;

    [[nodiscard]] Quote const& quote() const noexcept { return quote_; }

private:
    struct Text {
        StreamText which;
        IncrementalCounter counter;
        detail::StopBoundaries ends;
        Tokens tokens = 0;
    };

    /// The output that all choices together may generate and show.
    [[nodiscard]] std::int64_t paid_tokens() const noexcept;

    [[nodiscard]] Usage usage_so_far() const;

    /// The output of all choices that the limit pays for beside the input reported so far.
    [[nodiscard]] std::int64_t paid_beside(Usage const& so_far) const;

    void count(std::string_view delta, StreamText which);

    [[nodiscard]] Flow flow() const noexcept {
        return failed_ || (stopped_ && limit_.mode == StopMode::abort) ? Flow::stop : Flow::keep_going;
    }

    /// The end of the first `paid` tokens of a text, moved back to where it may be cut.
    [[nodiscard]] std::size_t end_of(Text const& text, std::int64_t paid) const;

    [[nodiscard]] std::size_t end_of_tokens(std::string_view text, std::int64_t paid) const;

    /// The longest affordable prefix of a text, by its estimate, that ends between two characters.
    [[nodiscard]] std::size_t end_by_estimate(std::string_view text, std::int64_t paid) const;

    Quote quote_;
    Counter counter_;
    StreamLimit limit_;
    std::optional<Tokens> affordable_;
    std::int64_t paid_;
    std::vector<Text> texts_;
    Tokens output_ = 0;
    bool stopped_ = false;
    bool failed_ = false;
    StreamText stopped_text_;
    std::optional<std::size_t> kept_;
    std::optional<Usage> so_far_;
    std::optional<Usage> usage_;
};

/// A piece of a response as it arrives, with the state of the stream's budget; null for a response from the cache.
struct StreamProgress {
    Delta const& delta;
    StreamBudget const* budget;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/call/detail/stream_budget.ipp>
#endif
