// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>

#include <cstdint>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// Examines sixteen characters at once if the processor has SSE2.
struct AsciiLetters {
#if defined(__SSE2__)
    static constexpr bool fast = true;

    /// The number of ASCII letters at the front of the 16 bytes at `at`: lower-case ones, or of either case.
    template <bool any_case>
    [[nodiscard]] static std::uint32_t leading(char const* at) noexcept {
        __m128i bytes = _mm_loadu_si128(reinterpret_cast<__m128i const*>(at));
        if constexpr (any_case) {
            bytes = _mm_or_si128(bytes, _mm_set1_epi8(0x20));
        }
        __m128i const shifted = _mm_add_epi8(bytes, _mm_set1_epi8(static_cast<char>(0x80 - 'a')));
        __m128i const letters = _mm_cmplt_epi8(shifted, _mm_set1_epi8(static_cast<char>(-128 + 26)));
        auto const mask = static_cast<std::uint32_t>(_mm_movemask_epi8(letters));
        return static_cast<std::uint32_t>(__builtin_ctz(~mask));
    }
#else
    static constexpr bool fast = false;

    template <bool any_case>
    [[nodiscard]] static std::uint32_t leading(char const*) noexcept {
        return 0;
    }
#endif
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
