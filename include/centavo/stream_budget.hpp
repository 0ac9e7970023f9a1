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

/// What to do when a stream's money is used up.
enum class StopMode : std::uint8_t {
    abort,  ///< return `stop`, so that the client closes the connection
    drain,  ///< note it and read on, so that the usage arrives: where billing goes on anyway, nothing is lost by it
    cap_only  ///< rely on the cap that was sent: count, and never stop
};

/// How much money a stream may use, its input included, and what happens then.
struct StreamLimit {
    Usd max_cost;
    /// Reasoning that is billed and never streamed, of all choices together: so much output is kept free for it.
    Tokens hidden_reasoning = 0;
    StopMode mode = StopMode::abort;
    detail::StopBoundary cut = detail::StopBoundary::token;  ///< where the text that is kept ends
};

/// Which of a stream's texts a piece continues: they are tokenized apart. A value.
struct StreamText {
    int choice = 0;
    int part = 0;  ///< text, reasoning, a tool's arguments: any number that tells them apart

    friend bool operator==(StreamText const&, StreamText const&) = default;
};

/// A piece of a stream as readers give it.
template <typename Candidate>
concept StreamPiece = requires(Candidate const& piece) {
    { piece.text } -> std::convertible_to<std::string_view>;
    { piece.choice } -> std::convertible_to<int>;
    static_cast<int>(piece.kind);
};

/// Whether a stream came to its end, or was cut off: by a stop, a lost connection, a client that went away.
enum class StreamEnd : std::uint8_t { whole, cut };

/// What to charge for a stream that is over.
struct StreamCharge {
    Usd amount;
    UsageQuality quality;
};

/// Watches a stream's money: the cap to send with the request, and a stop at the token that is not paid for any more.
///
///     StreamBudget stream{quote, counter, {.max_cost = 1_cent}};
///     if (auto const cap = stream.max_tokens()) { request = request.with_max_tokens(*cap); }  // holds at every provider
///     if (stream.feed(delta) == Flow::stop) { connection.close(); }
///
/// Text, refusals, tool arguments and visible reasoning are all output: feed every delta that the provider bills. A
/// chunk is not a token in either direction; the count is that of all text fed so far, at every prefix. What is still
/// in the buffers of the kernel, of TLS and of the client at a stop is generated, and billed, beyond it.
/// Keeps only the text that what follows can still change; no allocation once its buffers have grown. Not
/// synchronised: one stream, one thread at a time.
class StreamBudget {
public:
    StreamBudget(Quote quote, Counter counter, StreamLimit limit);

    /// The `max_tokens` to send, for each choice: what the limit pays for, at most what was quoted and the model's own
    /// cap. It bounds hidden reasoning too. nullopt where the input alone costs more than the limit: do not call.
    [[nodiscard]] std::optional<Tokens> max_tokens() const;

    /// Takes the next piece of one of the output's texts; `stop` once the output costs more than the limit leaves.
    ///
    /// After a stop every further piece is a stop, and is counted: what arrives is billed. Throws nothing, as it is
    /// called inside a client: what goes wrong in counting is a stop in every mode, and failed() from then on.
    Flow feed(std::string_view delta, StreamText text = {}) noexcept;
    Flow feed(std::string_view delta, int choice) noexcept;
    template <StreamPiece Piece>
    Flow feed(Piece const& piece) noexcept {
        return feed(piece.text, StreamText{.choice = piece.choice, .part = static_cast<int>(piece.kind)});
    }

    /// Counts a response that came as a body.
    void feed_whole(Response const& response) noexcept;

    /// Whether the money is used up; in the mode `drain` the stream goes on all the same.
    [[nodiscard]] bool stopped() const noexcept { return stopped_; }
    /// Whether counting failed, for want of memory or beyond 63 bits: due() is then the worst case.
    [[nodiscard]] bool failed() const noexcept { return failed_; }

    /// Bytes of stopped_text() which the limit paid for: the end of the last affordable token of all that had been fed
    /// when the money ran out, moved back to where a character ends, or a line or sentence if that was asked for.
    /// nullopt before a stop. All that had been fed of other texts is paid for.
    [[nodiscard]] std::optional<std::size_t> paid_bytes() const noexcept { return kept_; }
    [[nodiscard]] StreamText stopped_text() const noexcept { return stopped_text_; }

    /// Output tokens of all choices so far, by our count.
    [[nodiscard]] Tokens output() const { return output_; }

    /// Takes the usage that the provider reports while the stream runs, as Anthropic does at its beginning: cost() is never
    /// below it, and the output may cost what the reported input leaves. Later counts replace earlier ones. Returns and
    /// throws as feed() does.
    Flow observe(Usage const& so_far) noexcept;

    /// Takes the provider's final usage, which overrules our count.
    void settle(Usage const& usage) { usage_ = usage; }

    /// Input and output so far: by our count, hidden reasoning included, and never below what the provider has said;
    /// after settle() as billed.
    ///
    /// Quality says which: estimated while the stream runs, partial after a stop, reported after settle(). Throws as
    /// cost_of() does.
    [[nodiscard]] Cost cost() const;

    /// What to charge when the stream is over: the reported usage where it came. Without it, a whole stream's count,
    /// estimated; of one that was cut off, where the provider stops billing then, the count or the input's cost,
    /// whichever is more, partial; where it goes on, and where counting failed, the worst case that was quoted.
    [[nodiscard]] StreamCharge due(StreamEnd end, DisconnectBilling after) const;

    /// Our count of what was streamed less the provider's output: positive where we counted more, negative where it
    /// reasoned unseen. nullopt before settle().
    [[nodiscard]] std::optional<std::int64_t> drift() const;

    [[nodiscard]] Quote const& quote() const noexcept { return quote_; }

private:
    struct Text {
        StreamText which;
        IncrementalCounter counter;
        detail::StopBoundaries ends;
        Tokens tokens = 0;
    };

    /// What all choices together may put out and show.
    [[nodiscard]] std::int64_t paid_tokens() const noexcept;

    [[nodiscard]] Usage usage_so_far() const;

    /// The output of all choices that the limit pays for beside the input reported so far.
    [[nodiscard]] std::int64_t paid_beside(Usage const& so_far) const;

    void count(std::string_view delta, StreamText which);

    [[nodiscard]] Flow flow() const noexcept {
        return failed_ || (stopped_ && limit_.mode == StopMode::abort) ? Flow::stop : Flow::keep_going;
    }

    /// The end of the first `paid` tokens of a text, where it may be cut.
    [[nodiscard]] std::size_t end_of(Text const& text, std::int64_t paid) const;

    [[nodiscard]] std::size_t end_of_tokens(std::string_view text, std::int64_t paid) const;

    /// The longest beginning of a text, between two characters, whose estimate is paid for.
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
