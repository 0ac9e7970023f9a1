// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/sse.hpp>
#include <centavo/base/detail/json_scan.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// Cuts bytes into the JSON objects they hold one after another: a body, lines of JSON, or a list that arrives in
/// pieces. Looks at brackets and strings only; whether an object is JSON is for its reader to say.
///
/// Holds at most `limit` bytes of one object and throws OversizedEvent beyond. Not synchronised.
class JsonDocumentSplitter {
public:
    explicit JsonDocumentSplitter(std::size_t limit = std::size_t{256} << 20) : limit_{limit} {}

    /// Takes the next bytes and calls `on_element(std::string_view)` for every object they complete.
    ///
    /// Throws MalformedJson for anything but objects.
    template <typename OnElement>
    void feed(std::string_view bytes, OnElement&& on_element) {
        std::size_t begin = 0;
        std::size_t at = 0;
        while (at < bytes.size()) {
            if (depth_ == 0) {
                at = begin = next_object(bytes, at);
                if (at == bytes.size()) {
                    return;
                }
            }
            at = end_of_object(bytes, at);
            if (depth_ > 0) {
                break;
            }
            if (held_.empty()) {
                on_element(bytes.substr(begin, at - begin));
            } else {
                held_.append(bytes, begin, at - begin);
                std::string const element = std::move(held_);
                held_.clear();
                on_element(std::string_view{element});
            }
            begin = at;
        }
        if (held_.size() + (at - begin) > limit_) {
            throw OversizedEvent("a body of more than " + std::to_string(limit_) + " bytes");
        }
        held_.append(bytes, begin, at - begin);
    }

    /// The beginning of an object that has not ended; empty where there is none.
    [[nodiscard]] std::string_view unfinished() const noexcept { return held_; }

private:
    [[nodiscard]] std::size_t next_object(std::string_view bytes, std::size_t at) {
        at = std::min(bytes.find_first_not_of(" \t\r\n,[]", at), bytes.size());
        if (at < bytes.size() && bytes[at] != '{') {
            throw MalformedJson("an object was expected", at);
        }
        return at;
    }

    /// Behind the bracket that closes the object, or the end of the bytes.
    [[nodiscard]] std::size_t end_of_object(std::string_view bytes, std::size_t at) noexcept {
        for (; at < bytes.size(); ++at) {
            char const c = bytes[at];
            if (escaped_) {
                escaped_ = false;
            } else if (quoted_) {
                escaped_ = c == '\\';
                quoted_ = c != '"';
            } else if (c == '"') {
                quoted_ = true;
            } else if (c == '{' || c == '[') {
                ++depth_;
            } else if ((c == '}' || c == ']') && --depth_ == 0) {
                return at + 1;
            }
        }
        return at;
    }

    std::size_t limit_;
    std::string held_;
    std::size_t depth_ = 0;
    bool quoted_ = false;
    bool escaped_ = false;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
