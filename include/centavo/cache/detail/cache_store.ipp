// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/cache/cache_store.hpp>

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE Sampling sampling_of(Request const& request) {
    return request.temperature() == 0.0 ? Sampling::deterministic : Sampling::random;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
