// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/json_number.hpp>
#include <centavo/base/detail/json_string.hpp>
#include <centavo/base/error.hpp>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

enum class JsonKind { object, array, string, number, boolean, null, end };

/// A pull scanner over JSON text: builds no tree, allocates nothing, nests at most 128 deep.
///
/// Strict RFC 8259, except that duplicate members are left to the caller and ill-formed UTF-8 inside strings is kept.
/// Numbers are returned as their own characters. Text that is not JSON, or not of the expected kind, throws
/// MalformedJson. The text must outlive the scanner and all views that it returns. A value.
///
/// Objects are read with read_object() of json_object.hpp.
class JsonScan {
public:
    static constexpr std::size_t max_depth = 128;

    explicit JsonScan(std::string_view text) : text_{text} {}

    /// The kind of the value that comes next; `end` where only white space is left.
    [[nodiscard]] JsonKind peek();

    void enter_object() { open('{', "an object was expected"); }
    void enter_array() { open('[', "an array was expected"); }

    /// The key of the next member, whose value must be consumed before the next call; nullopt after the '}'.
    [[nodiscard]] std::optional<JsonString> next_member();

    /// Whether an element follows, which must be consumed before the next call; false after the ']'.
    [[nodiscard]] bool next_element() { return more(']'); }

    [[nodiscard]] JsonString string();

    /// The number's own characters.
    [[nodiscard]] std::string_view number();

    [[nodiscard]] bool boolean();
    void null();

    /// Passes over one whole value, checking it, and returns its text.
    std::string_view skip();

    /// The next byte to be read.
    [[nodiscard]] std::size_t offset() const noexcept { return at_; }

    /// The text from an offset to the next byte to be read.
    [[nodiscard]] std::string_view text_from(std::size_t begin) const noexcept {
        return text_.substr(begin, at_ - begin);
    }

    /// Throws unless only white space follows.
    void finish() {
        space();
        if (at_ != text_.size()) {
            fail("the end of the text was expected");
        }
    }

    /// Throws MalformedJson at this position.
    [[noreturn]] void fail(char const* what) const { throw MalformedJson{what, at_}; }

private:
    [[nodiscard]] char here() const noexcept { return at_ < text_.size() ? text_[at_] : '\0'; }
    [[nodiscard]] bool digit() const noexcept { return here() >= '0' && here() <= '9'; }

    void space() noexcept {
        while (here() == ' ' || here() == '\n' || here() == '\t' || here() == '\r') {
            ++at_;
        }
    }

    void open(char bracket, char const* what) {
        space();
        if (here() != bracket) {
            fail(what);
        }
        if (depth_ == max_depth) {
            fail("nested deeper than 128");
        }
        ++at_;
        begun_[depth_++] = false;
    }

    bool more(char close);
    void digits();
    void word(std::string_view expected);
    void escape();

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t depth_ = 0;
    std::array<bool, max_depth> begun_{};  // whether the container at this depth has given its first member
};

inline JsonKind JsonScan::peek() {
    space();
    if (at_ == text_.size()) {
        return JsonKind::end;
    }
    switch (text_[at_]) {
    case '{': return JsonKind::object;
    case '[': return JsonKind::array;
    case '"': return JsonKind::string;
    case 't':
    case 'f': return JsonKind::boolean;
    case 'n': return JsonKind::null;
    default: break;
    }
    if (digit() || here() == '-') {
        return JsonKind::number;
    }
    fail("a value was expected");
}

inline bool JsonScan::more(char close) {
    space();
    if (depth_ == 0) {
        fail("no object or array is open");
    }
    bool const first = !begun_[depth_ - 1];
    if (here() == close) {
        ++at_;
        --depth_;
        return false;
    }
    if (first) {
        begun_[depth_ - 1] = true;
    } else if (here() == ',') {
        ++at_;
    } else {
        fail(close == '}' ? "',' or '}' was expected" : "',' or ']' was expected");
    }
    return true;
}

inline std::optional<JsonString> JsonScan::next_member() {
    if (!more('}')) {
        return std::nullopt;
    }
    auto const key = string();
    space();
    if (here() != ':') {
        fail("':' was expected");
    }
    ++at_;
    return key;
}

inline JsonString JsonScan::string() {
    space();
    if (here() != '"') {
        fail("a string was expected");
    }
    auto const begin = ++at_;
    bool escaped = false;
    // Eight bytes at a time: a byte that is a quote, a backslash or a control sets its high bit in `stop`.
    constexpr std::uint64_t ones = 0x0101010101010101;
    constexpr std::uint64_t highs = 0x8080808080808080;
    while (true) {
        while (text_.size() - at_ >= 8) {
            std::uint64_t word = 0;
            std::memcpy(&word, text_.data() + at_, 8);
            auto const quote = word ^ (ones * '"');
            auto const backslash = word ^ (ones * '\\');
            auto const marks = ((quote - ones) & ~quote) | ((backslash - ones) & ~backslash);
            auto const stop = (marks | ((word - ones * 0x20) & ~word)) & highs;
            if (stop != 0) {
                // A borrow can only mark bytes above a true one, so the lowest mark is exact.
                if constexpr (std::endian::native == std::endian::little) {
                    at_ += static_cast<std::size_t>(std::countr_zero(stop)) / 8;
                }
                break;
            }
            at_ += 8;
        }
        if (at_ == text_.size()) {
            fail("the string does not end");
        }
        char const c = text_[at_];
        if (c == '"') {
            return {text_.substr(begin, at_++ - begin), escaped};
        }
        if (c == '\\') {
            escaped = true;
            escape();
        } else if (static_cast<unsigned char>(c) < 0x20) {
            fail("a control character in a string");
        } else {
            ++at_;
        }
    }
}

inline void JsonScan::escape() {
    ++at_;
    switch (here()) {
    case '"':
    case '\\':
    case '/':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't': ++at_; return;
    case 'u': break;
    default: fail("an escape that JSON does not know");
    }
    ++at_;
    for (int i = 0; i < 4; ++i, ++at_) {
        char const lower = static_cast<char>(here() | 0x20);
        if (!digit() && (lower < 'a' || lower > 'f')) {
            fail("four hexadecimal digits were expected");
        }
    }
}

inline void JsonScan::digits() {
    if (!digit()) {
        fail("a digit was expected");
    }
    while (digit()) {
        ++at_;
    }
}

inline std::string_view JsonScan::number() {
    space();
    auto const begin = at_;
    if (here() == '-') {
        ++at_;
    }
    if (here() == '0') {
        ++at_;
        if (digit()) {
            fail("a number that begins with 0");
        }
    } else {
        digits();
    }
    if (here() == '.') {
        ++at_;
        digits();
    }
    if (here() == 'e' || here() == 'E') {
        ++at_;
        if (here() == '+' || here() == '-') {
            ++at_;
        }
        digits();
    }
    return text_.substr(begin, at_ - begin);
}

inline void JsonScan::word(std::string_view expected) {
    space();
    if (text_.substr(at_, expected.size()) != expected) {
        fail("a value was expected");
    }
    at_ += expected.size();
}

inline bool JsonScan::boolean() {
    space();
    bool const value = here() == 't';
    word(value ? "true" : "false");
    return value;
}

inline void JsonScan::null() { word("null"); }

inline std::string_view JsonScan::skip() {
    space();
    auto const begin = at_;
    auto const outside = depth_;
    std::array<bool, max_depth> object{};
    do {
        if (depth_ > outside) {
            if (!(object[depth_ - 1] ? next_member().has_value() : next_element())) {
                continue;
            }
        }
        switch (peek()) {
        case JsonKind::object:
            enter_object();
            object[depth_ - 1] = true;
            break;
        case JsonKind::array:
            enter_array();
            object[depth_ - 1] = false;
            break;
        case JsonKind::string: static_cast<void>(string()); break;
        case JsonKind::number: static_cast<void>(number()); break;
        case JsonKind::boolean: static_cast<void>(boolean()); break;
        case JsonKind::null: null(); break;
        case JsonKind::end: fail("a value was expected");
        }
    } while (depth_ > outside);
    return text_.substr(begin, at_ - begin);
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
