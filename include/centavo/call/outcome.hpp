// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>

#include <cstdint>
#include <iosfwd>
#include <string_view>

namespace centavo {
inline namespace CENTAVO_ABI {

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
