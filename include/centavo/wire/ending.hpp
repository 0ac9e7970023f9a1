// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

namespace centavo::inline v0 {

/// How a call ended.
enum class Ending : std::uint8_t {
    called,   ///< the provider answered
    cached,   ///< the answer was there already
    joined,   ///< somebody else was asking the same; its answer served both
    refused,  ///< no money left; nothing was sent
    stopped,  ///< this call's money was used up, by its cap or by closing the stream; the answer is a part
    failed    ///< the provider or the transport gave no answer
};

/// "called", "cached", "joined", "refused", "stopped" or "failed".
[[nodiscard]] constexpr std::string_view to_string(Ending ending) noexcept {
    switch (ending) {
    case Ending::called: return "called";
    case Ending::cached: return "cached";
    case Ending::joined: return "joined";
    case Ending::refused: return "refused";
    case Ending::stopped: return "stopped";
    case Ending::failed: return "failed";
    }
    return "";
}

}  // namespace centavo::inline v0
