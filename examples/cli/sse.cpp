// SPDX-License-Identifier: MIT
#include "jsonl.hpp"
#include "subcommand.hpp"

#include <centavo/api/sse.hpp>
#include <centavo/base/detail/json_scan.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace centavo::cli {

using namespace centavo::detail;

namespace {

std::string base64_bytes(std::string_view text) {
    constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string_view const body = text.substr(0, text.find('='));
    if (text.size() % 4 != 0 || text.size() - body.size() > 2 ||
        text.find_first_not_of('=', body.size()) != text.npos) {
        throw LineFailure("bad_input", "a chunk is not base64");
    }
    std::string bytes;
    std::uint32_t bits = 0;
    int held = 0;
    for (char const c : body) {
        auto const digit = digits.find(c);
        if (digit == std::string_view::npos) {
            throw LineFailure("bad_input", "a chunk is not base64");
        }
        bits = (bits << 6U) | static_cast<std::uint32_t>(digit);
        held += 6;
        if (held >= 8) {
            held -= 8;
            bytes += static_cast<char>((bits >> static_cast<unsigned>(held)) & 0xFFU);
        }
    }
    return bytes;
}

void read_events(Row const& row, std::string& out) {
    auto const encoded = row.find("chunks_b64");
    JsonScan scan{encoded ? *encoded : row.at("chunks")};
    SseParser parser;
    append_name(out, "events");
    out += '[';
    scan.enter_array();
    while (scan.next_element()) {
        std::string const chunk = scan.string().text();
        parser.feed(encoded ? base64_bytes(chunk) : chunk, [&](SseEvent const& event) {
            separate(out);
            out += '{';
            append_text(out, "type", event.type);
            append_text(out, "data", event.data);
            if (!event.id.empty()) {
                append_text(out, "id", event.id);
            }
            out += '}';
        });
    }
    out += ']';
    if (auto const retry = parser.retry()) {
        append_count(out, "retry", *retry);
    }
}

}  // namespace

Subcommand add_sse(CLI::App& program) {
    auto const files = std::make_shared<std::vector<std::string>>();
    CLI::App* const line = program.add_subcommand("sse", "Print the events of event streams");
    line->footer("In: {\"id\",\"chunks\":[text…]} or \"chunks_b64\", out: "
                 "{\"id\",\"events\":[{\"type\",\"data\",\"id\"?}],\"retry\"?}");
    add_jsonl_input(*line, *files);
    return {line, [files] { return answer_lines(*files, read_events); }};
}

}  // namespace centavo::cli
