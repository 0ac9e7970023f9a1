// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/base64.hpp>
#include <centavo/chat/image.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace centavo::detail {
inline namespace CENTAVO_ABI {
namespace image_header {

/// The bytes of a file; -1 past its end.
struct Plain {
    std::string_view text;

    [[nodiscard]] constexpr int at(std::size_t index) const noexcept {
        return index < text.size() ? static_cast<unsigned char>(text[index]) : -1;
    }
};

/// The bytes encoded as base64, decoded on access; -1 past the end and for invalid characters.
struct Base64 {
    std::string_view text;

    [[nodiscard]] constexpr int at(std::size_t index) const noexcept {
        if (index > text.size()) {
            return -1;
        }
        std::size_t const begin =
            index / 3 * 4 + index % 3;  // the first of the two characters that encode the byte
        if (begin + 1 >= text.size()) {
            return -1;
        }
        int const high = base64_digit(text[begin]);
        int const low = base64_digit(text[begin + 1]);
        if (high < 0 || low < 0) {
            return -1;
        }
        int const shift = 2 + 2 * static_cast<int>(index % 3);
        return ((high << shift) | (low >> (6 - shift))) & 0xFF;
    }
};

/// The integer in `count` bytes from `from` on; nullopt if any is missing.
template <class Bytes>
[[nodiscard]] constexpr std::optional<std::int64_t> big_endian(Bytes const& bytes, std::size_t from,
                                                               std::size_t count) noexcept {
    std::int64_t value = 0;
    for (std::size_t i = from; i < from + count; ++i) {
        int const byte = bytes.at(i);
        if (byte < 0) {
            return std::nullopt;
        }
        value = value * 256 + byte;
    }
    return value;
}

template <class Bytes>
[[nodiscard]] constexpr std::optional<std::int64_t> little_endian(Bytes const& bytes, std::size_t from,
                                                                  std::size_t count) noexcept {
    std::int64_t value = 0;
    for (std::size_t i = from + count; i-- > from;) {
        int const byte = bytes.at(i);
        if (byte < 0) {
            return std::nullopt;
        }
        value = value * 256 + byte;
    }
    return value;
}

template <class Bytes>
[[nodiscard]] constexpr bool holds(Bytes const& bytes, std::size_t from, std::string_view expected) noexcept {
    for (std::size_t i = 0; i < expected.size(); ++i) {
        if (bytes.at(from + i) != static_cast<unsigned char>(expected[i])) {
            return false;
        }
    }
    return true;
}

[[nodiscard]] constexpr std::optional<ImageSize> sized(std::optional<std::int64_t> width,
                                                       std::optional<std::int64_t> height) noexcept {
    if (!width || !height || *width < 1 || *height < 1 || *width > INT32_MAX || *height > INT32_MAX) {
        return std::nullopt;
    }
    return ImageSize{.width = *width, .height = *height};
}

/// Skips from segment to segment up to the header of the first frame (ITU-T T.81, annex B).
template <class Bytes>
[[nodiscard]] constexpr std::optional<ImageSize> jpeg_size(Bytes const& bytes) noexcept {
    constexpr int most_steps = 4'096;  // segments have up to 64 KB; longer metadata is not plausible
    std::size_t at = 2;
    for (int step = 0; step < most_steps; ++step) {
        if (bytes.at(at) != 0xFF) {
            return std::nullopt;
        }
        int const marker = bytes.at(at + 1);
        if (marker == 0xFF) {  // fill byte
            ++at;
            continue;
        }
        if (marker == 0x01 || (marker >= 0xD0 && marker <= 0xD7)) {  // markers without a segment
            at += 2;
            continue;
        }
        if (marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC) {
            return sized(big_endian(bytes, at + 7, 2), big_endian(bytes, at + 5, 2));
        }
        auto const length = big_endian(bytes, at + 2, 2);
        if (marker < 0xC0 || (marker >= 0xD8 && marker <= 0xDA) || !length || *length < 2) {
            return std::nullopt;
        }
        at += 2 + static_cast<std::size_t>(*length);
    }
    return std::nullopt;
}

/// The identifier of a WebP file's first chunk selects one of three headers (RFC 9649).
template <class Bytes>
[[nodiscard]] constexpr std::optional<ImageSize> webp_size(Bytes const& bytes) noexcept {
    if (holds(bytes, 12, "VP8X")) {
        auto const width = little_endian(bytes, 24, 3);
        auto const height = little_endian(bytes, 27, 3);
        return width && height ? sized(*width + 1, *height + 1) : std::nullopt;
    }
    if (holds(bytes, 12, "VP8L") && bytes.at(20) == 0x2F) {
        auto const both = little_endian(bytes, 21, 4);
        return both ? sized((*both & 0x3FFF) + 1, (*both >> 14 & 0x3FFF) + 1) : std::nullopt;
    }
    if (holds(bytes, 12, "VP8 ") && holds(bytes, 23, "\x9D\x01\x2A")) {
        auto const width = little_endian(bytes, 26, 2);
        auto const height = little_endian(bytes, 28, 2);
        return width && height ? sized(*width & 0x3FFF, *height & 0x3FFF) : std::nullopt;
    }
    return std::nullopt;
}

template <class Bytes>
[[nodiscard]] constexpr std::optional<ImageSize> size_of(Bytes const& bytes) noexcept {
    using namespace std::string_view_literals;
    if (holds(bytes, 0, "\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR"sv)) {
        return sized(big_endian(bytes, 16, 4), big_endian(bytes, 20, 4));
    }
    if (holds(bytes, 0, "\xFF\xD8")) {
        return jpeg_size(bytes);
    }
    if (holds(bytes, 0, "GIF87a") || holds(bytes, 0, "GIF89a")) {
        return sized(little_endian(bytes, 6, 2), little_endian(bytes, 8, 2));
    }
    if (holds(bytes, 0, "RIFF") && holds(bytes, 8, "WEBP")) {
        return webp_size(bytes);
    }
    return std::nullopt;
}

}  // namespace image_header
}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
