// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/crc32.hpp>
#include <centavo/base/error.hpp>
#include <centavo/base/view.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace centavo {
inline namespace CENTAVO_ABI {

/// Bytes that are no message of the event-stream encoding: a wrong checksum, lengths that contradict each other,
/// more than may be held, or an end inside a message. Says at which byte of the stream the message begins.
class CENTAVO_VISIBLE MalformedAwsEventStream : public Error {
public:
    explicit MalformedAwsEventStream(std::string const& what) : Error{ErrorCode::malformed, what} {}
};

/// The kinds of header values, as numbered on the wire.
enum class AwsEventHeaderType : std::uint8_t {
    yes,  ///< true, without a value
    no,   ///< false, without a value
    int8,
    int16,
    int32,
    int64,
    bytes,
    text,
    timestamp,  ///< milliseconds since 1970, 64 bits
    uuid        ///< 16 bytes
};

/// A header of a message; `value` is its bytes as they are on the wire.
struct AwsEventHeader {
    std::string_view name;
    AwsEventHeaderType type = AwsEventHeaderType::text;
    std::string_view value = {};

    /// The value of the integer types and of timestamps, 1 and 0 of `yes` and `no`; nullopt of the others.
    [[nodiscard]] std::optional<std::int64_t> integer() const noexcept;
};

/// A message: headers and a payload. The views hold until the function that was given it returns.
class AwsEventMessage {
public:
    AwsEventMessage(std::string_view headers, std::string_view payload)
        : payload_{payload}, headers_{headers} {}

    [[nodiscard]] std::string_view payload() const noexcept { return payload_; }

    /// The text of a header, as `:event-type` or `:exception-type`; nullopt where there is none of that name and type.
    [[nodiscard]] std::optional<std::string_view> text(std::string_view name) const;

    /// Calls `visit(AwsEventHeader const&)` for every header, in order; false where they are not whole headers.
    template <typename Visit>
    bool for_each_header(Visit&& visit) const {
        std::string_view left = headers_;
        auto const take = [&](std::size_t size) {
            std::string_view const taken = left.substr(0, size);
            left.remove_prefix(taken.size());
            return taken;
        };
        auto const byte = [&] { return static_cast<std::size_t>(static_cast<unsigned char>(take(1)[0])); };
        while (!left.empty()) {
            AwsEventHeader header;
            std::size_t const name = byte();
            if (name == 0 || left.size() < name + 1) {
                return false;
            }
            header.name = take(name);
            std::size_t const type = byte();
            if (type > static_cast<std::size_t>(AwsEventHeaderType::uuid)) {
                return false;
            }
            header.type = static_cast<AwsEventHeaderType>(type);
            static constexpr std::size_t sizes[] = {0, 0, 1, 2, 4, 8, 0, 0, 8, 16};
            std::size_t size = sizes[type];
            if (header.type == AwsEventHeaderType::bytes || header.type == AwsEventHeaderType::text) {
                if (left.size() < 2) {
                    return false;
                }
                size = byte() << 8U;
                size |= byte();
            }
            if (left.size() < size) {
                return false;
            }
            header.value = take(size);
            visit(header);
        }
        return true;
    }

private:
    std::string_view payload_;
    std::string_view headers_;
};

/// Reads messages of `application/vnd.amazon.eventstream`, in which Bedrock streams: bytes in at any split.
///
/// A message is its length, that of its headers, the CRC-32 of these eight bytes, headers, payload, and the CRC-32 of
/// all before; numbers are big-endian. After AWS's specification of the encoding ("Amazon event stream specification",
/// smithy.io). Both checksums are checked, the first before anything is held; a message of more than
/// `limit` bytes, headers of more than 128 KiB and anything else malformed throw MalformedAwsEventStream, and so does
/// every feed after that: a stream without its framing cannot be picked up again. A message that lies whole within
/// the bytes fed is not copied; no allocation once the buffer has grown. Not synchronised.
class AwsEventStreamParser {
public:
    explicit AwsEventStreamParser(std::size_t limit = (std::size_t{24} << 20) + most_headers + overhead)
        : limit_{limit} {}

    /// Takes the next bytes and calls `on_message(AwsEventMessage const&)` for every message they complete.
    ///
    /// What `on_message` throws passes through; what was fed behind that message is then lost.
    template <typename OnMessage>
    void feed(std::string_view bytes, OnMessage&& on_message) {
        if (broken_) {
            fail("follows what was no message");
        }
        while (!bytes.empty()) {
            if (held_.empty() && bytes.size() >= prelude && bytes.size() >= size_of(bytes)) {
                std::string_view const message = bytes.substr(0, size_of(bytes));
                bytes.remove_prefix(message.size());
                take(message, on_message);
            } else if (hold(bytes, prelude) && hold(bytes, size_of(held_))) {
                struct Clearing {
                    std::string& held;
                    ~Clearing() { held.clear(); }
                } const clearing{held_};
                take(held_, on_message);
            }
        }
    }

    /// Says that the stream is over. Throws MalformedAwsEventStream where that is inside a message.
    void finish();

private:
    static constexpr std::size_t prelude = 12;
    static constexpr std::size_t overhead = 16;  // the prelude and the last checksum
    static constexpr std::size_t most_headers = std::size_t{128} << 10;

    [[nodiscard]] static std::uint32_t number(std::string_view bytes, std::size_t at) noexcept;

    /// The length of the message whose prelude `bytes` begins with, which is checked.
    [[nodiscard]] std::size_t size_of(std::string_view bytes);

    /// Moves bytes into held_ until it has `size`; false where there are not enough.
    [[nodiscard]] bool hold(std::string_view& bytes, std::size_t size);

    template <typename OnMessage>
    void take(std::string_view bytes, OnMessage& on_message) {
        std::size_t const body = bytes.size() - 4;
        if (detail::crc32(bytes.substr(0, body)) != number(bytes, body)) {
            fail("has a wrong checksum");
        }
        std::size_t const headers = number(bytes, 4);
        AwsEventMessage const message{bytes.substr(prelude, headers),
                                      bytes.substr(prelude + headers, body - prelude - headers)};
        if (!message.for_each_header([](AwsEventHeader const&) {})) {
            fail("has headers that are none");
        }
        offset_ += bytes.size();
        on_message(message);
    }

    [[noreturn]] void fail(std::string_view what);

    std::size_t limit_;
    std::uint64_t offset_ = 0;  // of the message that is read
    std::string held_;          // the beginning of a message
    bool broken_ = false;
};

/// Appends one message. Throws std::length_error for a header or a message that the encoding has no room for.
void append_aws_event(std::string& out, View<AwsEventHeader> headers, std::string_view payload);

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/api/detail/aws_event_stream.ipp>
#endif
