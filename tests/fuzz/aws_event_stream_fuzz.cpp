// SPDX-License-Identifier: MIT
// Arbitrary bytes as an AWS event stream give the same messages or the same error at every split. Since random bytes
// have no valid checksum, they are also framed as messages with the lengths and headers that they select.
#include <centavo/api/aws_event_stream.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace centavo;
using namespace centavo::detail;

std::string read(std::string_view bytes, std::size_t piece) {
    AwsEventStreamParser parser{4'096};
    std::string out;
    auto const take = [&](AwsEventMessage const& message) {
        message.for_each_header([&](AwsEventHeader const& header) {
            out.append(header.name)
                .append(header.value)
                .append(std::to_string(header.integer().value_or(-1)));
        });
        out.append(message.payload()).append(message.text(":event-type").value_or("none"));
    };
    try {
        for (std::size_t at = 0; at < bytes.size(); at += piece) {
            parser.feed(bytes.substr(at, piece), take);
        }
        parser.finish();
    } catch (MalformedAwsEventStream const& malformed) {
        return out + malformed.what();
    }
    return out;
}

/// The bytes framed as one message; the first byte selects how many of them are headers.
std::string framed(std::string_view bytes) {
    auto const number = [](std::string& out, std::size_t value) {
        for (unsigned shift = 32; shift > 0; shift -= 8) {
            out.push_back(static_cast<char>(static_cast<unsigned char>(value >> (shift - 8))));
        }
    };
    std::string out;
    std::size_t const headers = static_cast<unsigned char>(bytes.front());
    number(out, 16 + bytes.size() - 1);
    number(out, headers);
    number(out, crc32(out));
    out.append(bytes.substr(1));
    number(out, crc32(out));
    return out;
}

void compare(std::string_view bytes) {
    std::string const whole = read(bytes, bytes.size() + 1);
    if (read(bytes, 1) != whole || read(bytes, 5) != whole) {
        std::abort();
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::string_view const bytes{reinterpret_cast<char const*>(data), size};
    compare(bytes);
    if (!bytes.empty()) {
        std::string const message = framed(bytes);
        compare(message + message + message.substr(0, message.size() / 2));
    }
    return 0;
}
