// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/json_scan.hpp>
#include <centavo/base/detail/json_string.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// A string literal in a JSON text: bytes [begin, end) with its quotes, and its value.
struct TextLiteral {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::string text;
};

/// The text of one part of a message's content, if it is a part of type "text" or of no type.
[[nodiscard]] inline std::optional<TextLiteral> text_part(std::string_view json, std::size_t offset) {
    JsonScan scan{json};
    scan.enter_object();
    std::optional<TextLiteral> found;
    bool other = false;
    while (auto const key = scan.next_member()) {
        JsonKind const kind = scan.peek();
        std::size_t const begin = scan.offset();
        if (key->equals("text") && kind == JsonKind::string) {
            std::string text = scan.string().text();
            found = TextLiteral{offset + begin, offset + scan.offset(), std::move(text)};
        } else if (key->equals("type") && kind == JsonKind::string) {
            other = !scan.string().equals("text");
        } else {
            scan.skip();
        }
    }
    return other ? std::nullopt : found;
}

/// The JSON text of an array of chat messages with the text of each replaced by what `shorten(role, text)` returns.
///
/// `shorten` returns nullopt to keep a text. It is called in order, for the content of each message or each of its parts
/// that is text; nothing else is changed. Linear. Throws MalformedJson for text that is not such an array.
template <class Shorten>
[[nodiscard]] std::string with_message_texts(std::string_view messages, Shorten&& shorten) {
    std::string out;
    std::size_t copied = 0;
    JsonScan scan{messages};
    scan.enter_array();
    while (scan.next_element()) {
        if (scan.peek() != JsonKind::object) {
            scan.skip();
            continue;
        }
        std::string role;
        std::vector<TextLiteral> texts;
        scan.enter_object();
        while (auto const key = scan.next_member()) {
            JsonKind const kind = scan.peek();
            std::size_t const begin = scan.offset();
            if (key->equals("role") && kind == JsonKind::string) {
                role = scan.string().text();
            } else if (key->equals("content") && kind == JsonKind::string) {
                std::string text = scan.string().text();
                texts.push_back({begin, scan.offset(), std::move(text)});
            } else if (key->equals("content") && kind == JsonKind::array) {
                scan.enter_array();
                while (scan.next_element()) {
                    JsonKind const element = scan.peek();
                    std::size_t const part = scan.offset();
                    std::string_view const json = scan.skip();
                    if (element == JsonKind::object) {
                        if (auto found = text_part(json, part)) {
                            texts.push_back(std::move(*found));
                        }
                    }
                }
            } else {
                scan.skip();
            }
        }
        for (TextLiteral const& literal : texts) {
            std::optional<std::string> const text = shorten(role, literal.text);
            if (text) {
                out.append(messages, copied, literal.begin - copied);
                append_json_string(out, *text);
                copied = literal.end;
            }
        }
    }
    scan.finish();
    return out.append(messages, copied);
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
