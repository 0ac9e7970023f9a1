// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/chat/response.hpp>

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE bool Response::complete() const noexcept {
    return error.empty() && (finish == FinishReason::stop || finish == FinishReason::tool_calls);
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
