// SPDX-License-Identifier: MIT
#include "call_reply.hpp"

#include <centavo/base/detail/base64.hpp>
#include <centavo/base/detail/json_number.hpp>
#include <centavo/base/detail/json_scan.hpp>

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace centavo::cli {

namespace {

std::string decoded_base64(std::string_view text) {
    std::string bytes;
    unsigned bits = 0;
    int held = 0;
    for (char const c : text) {
        int const digit = base64_digit(c);
        if (digit < 0) {
            break;  // the padding
        }
        bits = bits << 6U | static_cast<unsigned>(digit);
        held += 6;
        if (held >= 8) {
            held -= 8;
            bytes.push_back(static_cast<char>(bits >> static_cast<unsigned>(held) & 0xFFU));
        }
    }
    return bytes;
}

std::int64_t count_of(std::string_view json, char const* what) {
    auto const count = json_integer(JsonScan{json}.number());
    if (!count || *count < 0) {
        throw LineFailure("bad_input", what);
    }
    return *count;
}

}  // namespace

std::optional<RecordedReply> reply_of(Row const& row) {
    auto const json = row.find("reply");
    if (!json) {
        return std::nullopt;
    }
    Row const parts{*json};
    RecordedReply reply{
        .status = 0, .body = {}, .pieces = {}, .error = parts.find_text("error").value_or("")};
    if (auto const status = parts.find("status")) {
        reply.status =
            static_cast<int>(std::min<std::int64_t>(999, count_of(*status, "the status must be a count")));
    }
    if (auto const base64 = parts.find_text("body_b64")) {
        reply.body = decoded_base64(*base64);
    } else {
        reply.body = parts.find_text("body").value_or("");
    }
    if (auto const dispatched = parts.find("dispatched")) {
        reply.dispatched = *dispatched != "false";
    }
    if (auto const chunks = parts.find("chunks")) {
        JsonScan scan{*chunks};
        scan.enter_array();
        while (scan.next_element()) {
            reply.pieces.push_back(
                static_cast<std::size_t>(count_of(scan.skip(), "the length of a chunk must be a count")));
        }
    }
    return reply;
}

}  // namespace centavo::cli
