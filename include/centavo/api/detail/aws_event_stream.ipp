// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/aws_event_stream.hpp>
#include <centavo/base/detail/config.hpp>
#include <centavo/base/view.hpp>

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE std::optional<std::int64_t> AwsEventHeader::integer() const noexcept {
    if (type == AwsEventHeaderType::yes || type == AwsEventHeaderType::no) {
        return type == AwsEventHeaderType::yes ? 1 : 0;
    }
    if (value.empty() || type == AwsEventHeaderType::bytes || type == AwsEventHeaderType::text ||
        type == AwsEventHeaderType::uuid) {
        return std::nullopt;
    }
    std::uint64_t bits = (static_cast<unsigned char>(value[0]) & 0x80U) != 0 ? ~std::uint64_t{0} : 0;
    for (char const byte : value) {
        bits = bits << 8U | static_cast<unsigned char>(byte);
    }
    return static_cast<std::int64_t>(bits);
}

CENTAVO_INLINE std::optional<std::string_view> AwsEventMessage::text(std::string_view name) const {
    std::optional<std::string_view> found;
    for_each_header([&](AwsEventHeader const& header) {
        if (header.name == name && header.type == AwsEventHeaderType::text) {
            found = header.value;
        }
    });
    return found;
}

CENTAVO_INLINE void AwsEventStreamParser::finish() {
    if (!held_.empty()) {
        fail("is cut off by the end of the stream");
    }
}

CENTAVO_INLINE std::uint32_t AwsEventStreamParser::number(std::string_view bytes, std::size_t at) noexcept {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        value = value << 8U | static_cast<unsigned char>(bytes[at + i]);
    }
    return value;
}

CENTAVO_INLINE std::size_t AwsEventStreamParser::size_of(std::string_view bytes) {
    if (detail::crc32(bytes.substr(0, 8)) != number(bytes, 8)) {
        fail("has a wrong checksum of its prelude");
    }
    std::size_t const size = number(bytes, 0);
    std::size_t const headers = number(bytes, 4);
    if (size < overhead || headers > size - overhead) {
        fail("is shorter than its parts");
    }
    if (size > limit_ || headers > most_headers) {
        fail("is larger than may be held");
    }
    return size;
}

CENTAVO_INLINE bool AwsEventStreamParser::hold(std::string_view& bytes, std::size_t size) {
    if (held_.size() < size) {
        std::string_view const taken = bytes.substr(0, size - held_.size());
        held_.append(taken);
        bytes.remove_prefix(taken.size());
    }
    return held_.size() >= size;
}

CENTAVO_INLINE void AwsEventStreamParser::fail(std::string_view what) {
    broken_ = true;
    held_ = {};
    throw MalformedAwsEventStream("the message at byte " + std::to_string(offset_) + " of an event stream " +
                                  std::string{what});
}

CENTAVO_INLINE void append_aws_event(std::string& out, View<AwsEventHeader> headers,
                                     std::string_view payload) {
    auto const number = [](std::string& to, std::size_t value, unsigned bytes) {
        for (unsigned shift = 8 * bytes; shift > 0; shift -= 8) {
            to.push_back(static_cast<char>(static_cast<unsigned char>(value >> (shift - 8))));
        }
    };
    std::string encoded;
    for (AwsEventHeader const& header : headers) {
        bool const sized =
            header.type == AwsEventHeaderType::bytes || header.type == AwsEventHeaderType::text;
        if (header.name.empty() || header.name.size() > 255 || (sized && header.value.size() > 0xFFFF)) {
            throw std::length_error("the header is too long for the event-stream encoding");
        }
        number(encoded, header.name.size(), 1);
        encoded += header.name;
        number(encoded, static_cast<std::size_t>(header.type), 1);
        if (sized) {
            number(encoded, header.value.size(), 2);
        }
        encoded += header.value;
    }
    if (payload.size() > 0x7FFFFFFF || encoded.size() > 0x7FFFFFFF) {
        throw std::length_error("the message is too long for the event-stream encoding");
    }
    std::size_t const begin = out.size();
    number(out, 16 + encoded.size() + payload.size(), 4);
    number(out, encoded.size(), 4);
    number(out, detail::crc32(std::string_view{out}.substr(begin)), 4);
    out.append(encoded).append(payload);
    number(out, detail::crc32(std::string_view{out}.substr(begin)), 4);
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
