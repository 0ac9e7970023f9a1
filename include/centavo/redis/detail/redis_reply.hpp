// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/redis/redis_options.hpp>

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// A reply that is not of the form that its command has. The command may have been run.
[[noreturn]] inline void throw_unexpected_reply(std::string const& what) {
    throw RedisError{"unexpected reply: " + what, RedisError::Outcome::unknown};
}

/// A reply of RESP, the protocol of Redis, version 2. Accessors never read past what was received: a reply of another
/// form throws RedisError.
class RedisReply {
public:
    enum class Type : std::uint8_t { nil, status, error, integer, text, list };

    [[nodiscard]] bool is_nil() const noexcept { return type_ == Type::nil; }
    [[nodiscard]] bool is_error() const noexcept { return type_ == Type::error; }
    [[nodiscard]] bool is_list() const noexcept { return type_ == Type::list; }
    [[nodiscard]] bool is_integer() const noexcept { return type_ == Type::integer; }

    /// The text of a text, a status or an error; empty for anything else.
    [[nodiscard]] std::string_view text() const noexcept { return text_; }

    /// An integer, or a text that spells one. Throws RedisError for anything else.
    [[nodiscard]] std::int64_t integer() const {
        std::int64_t value = integer_;
        if (type_ == Type::text) {
            auto const* const end = text_.data() + text_.size();
            auto const parsed = std::from_chars(text_.data(), end, value);
            if (parsed.ec != std::errc{} || parsed.ptr != end) {
                throw_unexpected_reply("a text instead of an integer");
            }
        } else if (type_ != Type::integer) {
            throw_unexpected_reply("an integer is missing");
        }
        return value;
    }

    /// The number of elements of a list; 0 for anything else.
    [[nodiscard]] std::size_t size() const noexcept { return elements_.size(); }

    /// Throws RedisError past the end.
    [[nodiscard]] RedisReply const& operator[](std::size_t index) const {
        if (index >= elements_.size()) {
            throw_unexpected_reply("a list of " + std::to_string(elements_.size()) +
                                   " elements is too short");
        }
        return elements_[index];
    }

private:
    friend class RedisReplyReader;

    Type type_ = Type::nil;
    std::int64_t integer_ = 0;
    std::string text_ = {};
    std::vector<RedisReply> elements_ = {};
};

/// Reads one reply from bytes as they arrive. Linear in the bytes, however they are split; never allocates by an announced
/// size. Throws RedisError for bytes that are not RESP.
class RedisReplyReader {
public:
    /// Whether `bytes`, all that were received, contain the whole reply.
    [[nodiscard]] bool complete(std::string_view bytes) {
        while (!open_.empty()) {
            if (open_.back() == 0) {
                open_.pop_back();
                continue;
            }
            auto const end = line_end(bytes, at_);
            if (end == std::string_view::npos) {
                return false;
            }
            std::int64_t const size = length(bytes, at_, end);
            bool const bulk = bytes[at_] == '$' && size >= 0;
            std::size_t const next = end + 2 + (bulk ? static_cast<std::size_t>(size) + 2 : 0);
            if (next > bytes.size()) {
                return false;
            }
            bool const list = bytes[at_] == '*' && size > 0;
            at_ = next;
            --open_.back();
            if (list) {
                if (open_.size() > max_depth) {
                    throw_unexpected_reply("lists are nested too deeply");
                }
                open_.push_back(size);
            }
        }
        return true;
    }

    /// The number of bytes of a complete reply.
    [[nodiscard]] std::size_t size() const noexcept { return at_; }

    /// The reply in bytes that complete() accepted.
    [[nodiscard]] static RedisReply read(std::string_view bytes) {
        std::size_t at = 0;
        return read(bytes, at);
    }

private:
    static constexpr std::size_t max_depth = 8;
    static constexpr std::size_t max_line = 1U << 16U;
    static constexpr std::int64_t max_size = 1 << 29;  // of a text in Redis

    [[nodiscard]] static std::size_t line_end(std::string_view bytes, std::size_t from) {
        auto const end = bytes.substr(from, max_line).find("\r\n");
        if (end == std::string_view::npos && bytes.size() - from >= max_line) {
            throw_unexpected_reply("a line is too long");
        }
        return end == std::string_view::npos ? end : from + end;
    }

    /// The number in a line of integers, texts and lists; 0 for others.
    [[nodiscard]] static std::int64_t length(std::string_view bytes, std::size_t at, std::size_t end) {
        std::int64_t value = 0;
        switch (end > at ? bytes[at] : '\0') {
        case '+':
        case '-': return 0;
        case ':':
        case '$':
        case '*': break;
        default: throw_unexpected_reply("the bytes are not RESP");
        }
        auto const parsed = std::from_chars(bytes.data() + at + 1, bytes.data() + end, value);
        bool const number = parsed.ec == std::errc{} && parsed.ptr == bytes.data() + end;
        if (!number || (bytes[at] != ':' && (value < -1 || value > max_size))) {
            throw_unexpected_reply("the bytes are not RESP");
        }
        return value;
    }

    [[nodiscard]] static RedisReply read(std::string_view bytes, std::size_t& at) {
        using Type = RedisReply::Type;
        auto const end = line_end(bytes, at);
        std::int64_t const number = length(bytes, at, end);
        RedisReply reply;
        char const kind = bytes[at];
        auto const line = bytes.substr(at + 1, end - at - 1);
        at = end + 2;
        if (kind == '+' || kind == '-') {
            reply.type_ = kind == '+' ? Type::status : Type::error;
            reply.text_ = line;
        } else if (kind == ':') {
            reply.type_ = Type::integer;
            reply.integer_ = number;
        } else if (kind == '$' && number >= 0) {
            reply.type_ = Type::text;
            reply.text_ = bytes.substr(at, static_cast<std::size_t>(number));
            at += static_cast<std::size_t>(number) + 2;
        } else if (kind == '*' && number >= 0) {
            reply.type_ = Type::list;
            for (std::int64_t i = 0; i < number; ++i) {
                reply.elements_.push_back(read(bytes, at));
            }
        }
        return reply;
    }

    std::size_t at_ = 0;
    std::vector<std::int64_t> open_{1};  // elements that are missing, of the reply and the lists around it
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
