// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/crc32.hpp>
#include <centavo/budget/detail/record_codec.hpp>
#include <centavo/budget/record.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// How every store keeps a record: the size of the payload (4 bytes, little-endian), the CRC-32 of the size, four zeros
/// and the payload (4), then the payload, which encode_record() made.
inline constexpr std::size_t frame_head_size = 8;
inline constexpr std::uint32_t max_payload = 1U << 24U;

inline void put32(std::string& out, std::uint32_t value) {
    for (unsigned shift = 0; shift < 32; shift += 8) {
        out += static_cast<char>((value >> shift) & 0xFFU);
    }
}
[[nodiscard]] inline std::uint32_t get32(std::string_view bytes) noexcept {
    std::uint32_t value = 0;
    for (unsigned i = 0; i < 4; ++i) {
        value |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
    }
    return value;
}

/// The checksum of a frame; `bytes` begin with the size.
[[nodiscard]] inline std::uint32_t frame_checksum(std::string_view bytes, std::string_view payload) noexcept {
    std::array<char, frame_head_size> const head{bytes[0], bytes[1], bytes[2], bytes[3], 0, 0, 0, 0};
    return crc32(payload, crc32({head.data(), head.size()}));
}

/// Appends the frame of a record. Throws std::length_error for a payload over 16 MiB, and what encode_record() throws.
inline void frame_record(LedgerRecord const& record, std::string& out) {
    std::size_t const begin = out.size();
    try {
        out.append(frame_head_size, '\0');
        encode_record(record, out);
        if (out.size() - begin - frame_head_size > max_payload) {
            throw std::length_error("a ledger record must not exceed 16 MiB");
        }
    } catch (...) {
        out.resize(begin);
        throw;
    }
    std::string head;
    put32(head, static_cast<std::uint32_t>(out.size() - begin - frame_head_size));
    put32(head, frame_checksum(head, std::string_view{out}.substr(begin + frame_head_size)));
    out.replace(begin, frame_head_size, head);
}

/// The payload of the frame at the beginning of `bytes`; empty unless the frame is complete and its checksum matches.
[[nodiscard]] inline std::string_view payload_of(std::string_view bytes) noexcept {
    if (bytes.size() < frame_head_size) {
        return {};
    }
    std::uint32_t const size = get32(bytes);
    if (size == 0 || size > max_payload || bytes.size() - frame_head_size < size) {
        return {};
    }
    auto const payload = bytes.substr(frame_head_size, size);
    return frame_checksum(bytes, payload) == get32(bytes.substr(4)) ? payload : std::string_view{};
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
