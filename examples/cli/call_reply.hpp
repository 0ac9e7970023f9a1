// SPDX-License-Identifier: MIT
#pragma once

#include "jsonl.hpp"

#include <cstddef>
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

}  // namespace centavo::cli
