// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>

#include <cstdint>
#include <string_view>

namespace centavo {
inline namespace CENTAVO_ABI {

/// What a piece of a streamed answer is.
enum class DeltaKind : std::uint8_t { text, reasoning, refusal, tool_arguments };

/// A piece of a streamed answer: output that is billed. The text holds until the function that was given it returns.
struct Delta {
    DeltaKind kind;
    std::string_view text;
    int choice = 0;
};

/// One event of a stream, or a whole body: JSON, with the name that the framing gave it.
struct WireEvent {
    std::string_view
        type;  ///< the `event:` of server-sent events, `:event-type` of Amazon's framing; may be empty
    std::string_view data;
};

/// An event that a reader has no meaning for; given to an `on_delta` that takes one, and counted for all.
struct UnknownEvent {
    std::string_view type;
    std::string_view data;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo
