// SPDX-License-Identifier: MIT
#pragma once

#include "call_request.hpp"
#include "jsonl.hpp"

#include <centavo/base/clock.hpp>
#include <centavo/base/money.hpp>
#include <centavo/base/tokens.hpp>
#include <centavo/call/outcome.hpp>
#include <centavo/chat/response.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace centavo::cli {

/// What a client plays instead of a network: the bytes of a response, and how the transport ended.
struct RecordedReply {
    int status = 0;
    std::string body;
    std::vector<std::size_t> pieces;  ///< lengths in bytes; the rest is one more piece
    std::string error;                ///< of the transport, after these bytes
    bool dispatched = true;
};

/// The reply of a line; nullopt if it has none. Throws LineFailure for members of the wrong kind.
[[nodiscard]] std::optional<RecordedReply> reply_of(Row const& row);

/// A reply as far as it was read.
struct PlayedReply {
    Response response;
    std::string delivered;    ///< the text of the first choice that the listener received
    std::int64_t deltas = 0;  ///< the pieces of it
    Tokens output;            ///< all output by our count
    std::string error;        ///< why the bytes cannot be read; empty if they can
    bool listener_stopped = false;
};

/// Plays the bytes through the reader of the request's format.
[[nodiscard]] PlayedReply play_reply(CallRequest const& call, RecordedReply const& reply,
                                     std::optional<std::int64_t> listener_stops_after);

/// How a call ended, what it costs and what is charged for it.
struct Settled {
    Outcome outcome = Outcome::failed;
    std::string why;
    std::optional<ResponseCost> cost;
    UsageQuality quality = UsageQuality::reported;
    Usd charged;
};

/// Settles a call by its reply. May complete the usage of the response with counted tokens.
[[nodiscard]] Settled settle_reply(CallRequest& call, RecordedReply const& reply, PlayedReply& played,
                                   Instant at);

}  // namespace centavo::cli
