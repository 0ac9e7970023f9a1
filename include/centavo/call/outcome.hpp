// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>

#include <cstdint>
#include <string_view>

namespace centavo {
inline namespace CENTAVO_ABI {

/// How a call ended.
enum class Outcome : std::uint8_t {
    called,   ///< the provider answered
    cached,   ///< the answer was there already
    joined,   ///< somebody else was asking the same; its answer served both
    refused,  ///< no money left; nothing was sent
    stopped,  ///< this call's money was used up, by its cap or by closing the stream; the answer is a part
    failed    ///< the provider or the transport gave no answer
};

/// "called", "cached", "joined", "refused", "stopped" or "failed".
[[nodiscard]] constexpr std::string_view to_string(Outcome outcome) noexcept {
    switch (outcome) {
    case Outcome::called: return "called";
    case Outcome::cached: return "cached";
    case Outcome::joined: return "joined";
    case Outcome::refused: return "refused";
    case Outcome::stopped: return "stopped";
    case Outcome::failed: return "failed";
    }
    return "";
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
