// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>

#include <cstdint>
#include <iosfwd>
#include <string_view>

namespace centavo {
inline namespace CENTAVO_ABI {

/// What to do with a call whose worst case exceeds what the budgets have left.
enum class WhenShort : std::uint8_t {
    refuse,
    shorten  ///< send it with the output cap that the budgets can pay for; refuse it only if that is zero
};

/// Whether a call waits for another caller's response, is ready to be sent, or is over.
enum class CallState : std::uint8_t { waiting, send, done };

/// How a metered call ended.
enum class Outcome : std::uint8_t {
    called,   ///< the provider responded
    cached,   ///< the response came from the cache
    joined,   ///< a concurrent caller made the same request, and its response served both
    refused,  ///< the call was over budget, and nothing was sent
    stopped,  ///< the call used up its money: its output cap was reached or its stream closed
    failed    ///< the provider or the transport failed
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

template <typename Char, typename Traits>
std::basic_ostream<Char, Traits>& operator<<(std::basic_ostream<Char, Traits>& out, Outcome outcome) {
    return out << to_string(outcome);
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
