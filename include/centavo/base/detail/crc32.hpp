// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// The CRC-32 of zip, PNG and Ethernet (ISO/IEC 13239: polynomial 0x04C11DB7, reflected, inverted at both ends).
///
/// `before` is the CRC of the bytes before these, where there are any.
[[nodiscard]] constexpr std::uint32_t crc32(std::string_view bytes, std::uint32_t before = 0) noexcept {
    constexpr auto tables = [] {
        std::array<std::array<std::uint32_t, 256>, 8> made{};
        for (std::uint32_t byte = 0; byte < 256; ++byte) {
            std::uint32_t crc = byte;
            for (int bit = 0; bit < 8; ++bit) {
                crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? 0xEDB88320U : 0U);
            }
            made[0][byte] = crc;
        }
        for (std::size_t further = 1; further < made.size(); ++further) {
            for (std::size_t byte = 0; byte < 256; ++byte) {
                std::uint32_t const crc = made[further - 1][byte];
                made[further][byte] = (crc >> 8U) ^ made[0][crc & 0xFFU];
            }
        }
        return made;
    }();
    std::uint32_t crc = ~before;
    std::size_t at = 0;
    auto const byte = [&](std::size_t i) {
        return static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i]));
    };
    for (; bytes.size() - at >= 8; at += 8) {
        crc ^= byte(at) | byte(at + 1) << 8U | byte(at + 2) << 16U | byte(at + 3) << 24U;
        crc = tables[7][crc & 0xFFU] ^ tables[6][(crc >> 8U) & 0xFFU] ^ tables[5][(crc >> 16U) & 0xFFU] ^
              tables[4][crc >> 24U] ^ tables[3][byte(at + 4)] ^ tables[2][byte(at + 5)] ^
              tables[1][byte(at + 6)] ^ tables[0][byte(at + 7)];
    }
    for (; at < bytes.size(); ++at) {
        crc = (crc >> 8U) ^ tables[0][(crc ^ byte(at)) & 0xFFU];
    }
    return ~crc;
}
static_assert(crc32("123456789") == 0xCBF43926);  // the check value by which CRCs are catalogued

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
