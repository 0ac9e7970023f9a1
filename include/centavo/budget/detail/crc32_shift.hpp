// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// Combines CRC-32 values: crc32(a + b) = shift(crc32(a), size of b) ^ crc32(b), in the logarithm of that size.
class Crc32Shift {
public:
    static constexpr std::size_t max_bits = 25;  // of a size

    Crc32Shift() noexcept {
        // One zero byte: each bit of the CRC moves on by eight.
        std::array<std::uint32_t, 32> columns{};
        for (std::size_t bit = 0; bit < columns.size(); ++bit) {
            std::uint32_t crc = std::uint32_t{1} << bit;
            for (int i = 0; i < 8; ++i) {
                crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? 0xEDB88320U : 0U);
            }
            columns[bit] = crc;
        }
        for (Operator& power : powers_) {
            for (std::size_t byte = 0; byte < 4; ++byte) {
                for (std::size_t value = 0; value < 256; ++value) {
                    std::uint32_t sum = 0;
                    for (std::size_t bit = 0; bit < 8; ++bit) {
                        sum ^= (value >> bit & 1U) != 0 ? columns[8 * byte + bit] : 0U;
                    }
                    power[byte][value] = sum;
                }
            }
            for (std::uint32_t& column : columns) {  // twice the operator is the one of twice the size
                column = apply(power, column);
            }
        }
    }

    /// `size` must be below 2^max_bits.
    [[nodiscard]] std::uint32_t operator()(std::uint32_t crc, std::size_t size) const noexcept {
        for (std::size_t bit = 0; size >> bit != 0; ++bit) {
            if ((size >> bit & 1U) != 0) {
                crc = apply(powers_[bit], crc);
            }
        }
        return crc;
    }

    /// The CRC-32 of bytes with the CRC-32 `crc`, and one more.
    [[nodiscard]] std::uint32_t append(std::uint32_t crc, char byte) const noexcept {
        return ~(powers_[0][0][(~crc ^ static_cast<unsigned char>(byte)) & 0xFFU] ^ (~crc >> 8U));
    }

private:
    using Operator = std::array<std::array<std::uint32_t, 256>, 4>;

    [[nodiscard]] static std::uint32_t apply(Operator const& power, std::uint32_t crc) noexcept {
        return power[0][crc & 0xFFU] ^ power[1][crc >> 8U & 0xFFU] ^ power[2][crc >> 16U & 0xFFU] ^
               power[3][crc >> 24U];
    }

    std::array<Operator, max_bits> powers_{};
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
