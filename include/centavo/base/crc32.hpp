// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace centavo::inline v0 {

/// CRC-32 as of IEEE 802.3 (zlib's, PNG's): "123456789" gives 0xCBF43926. Eight bytes a step.
[[nodiscard]] constexpr std::uint32_t crc32(std::string_view bytes) noexcept {
    constexpr auto tables = [] {
        std::array<std::array<std::uint32_t, 256>, 8> made{};
        for (std::uint32_t i = 0; i < 256; ++i) {
            std::uint32_t value = i;
            for (int bit = 0; bit < 8; ++bit) {
                value = (value >> 1U) ^ ((value & 1U) != 0 ? 0xEDB88320U : 0U);
            }
            made[0][i] = value;
        }
        for (std::size_t i = 0; i < 256; ++i) {
            for (std::size_t t = 1; t < 8; ++t) {
                made[t][i] = (made[t - 1][i] >> 8U) ^ made[0][made[t - 1][i] & 0xFFU];
            }
        }
        return made;
    }();
    auto const at = [&](std::size_t i) {
        return static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i]));
    };
    std::uint32_t crc = 0xFFFFFFFFU;
    std::size_t i = 0;
    for (; i + 8 <= bytes.size(); i += 8) {
        std::uint32_t const low = crc ^ (at(i) | at(i + 1) << 8U | at(i + 2) << 16U | at(i + 3) << 24U);
        crc = tables[7][low & 0xFFU] ^ tables[6][(low >> 8U) & 0xFFU] ^ tables[5][(low >> 16U) & 0xFFU] ^
              tables[4][low >> 24U] ^ tables[3][at(i + 4)] ^ tables[2][at(i + 5)] ^ tables[1][at(i + 6)] ^
              tables[0][at(i + 7)];
    }
    for (; i < bytes.size(); ++i) {
        crc = (crc >> 8U) ^ tables[0][(crc ^ at(i)) & 0xFFU];
    }
    return ~crc;
}

}  // namespace centavo::inline v0
