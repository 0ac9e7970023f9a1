// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>

#include <cstdint>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// How an exchange with a provider ended, as far as the bill depends on it.
enum class Ending : std::uint8_t {
    whole,     ///< the whole response arrived: it is billed as reported, or as counted
    stopped,   ///< the caller closed the connection
    cut,       ///< a part of a response arrived
    unbilled,  ///< the provider cannot have done any work
    unknown    ///< the request left and no part of a response arrived: the provider may bill it
};

/// What is known when an exchange is over.
struct ExchangeEnd {
    int http_status = 0;     ///< 0 without a response
    bool dispatched = true;  ///< false only if the request was certainly not sent
    bool stopped = false;    ///< by the caller: its money or its listener
    bool something = false;  ///< whether usage, or any output that is billed, arrived
    bool whole = false;      ///< whether all of a response arrived, and it is one
};

/// Whether a provider that responds with this status cannot have generated anything.
///
/// A timeout (408), a closed connection (499) and the errors of gateways (502, 504, 520 to 527) arise after the request
/// was passed on, and are not among these. OpenAI's and Anthropic's lists of error codes document the others.
[[nodiscard]] constexpr bool refuses_work(int http_status) noexcept {
    bool const client_error = http_status >= 400 && http_status < 500;
    return client_error ? http_status != 408 && http_status != 499
                        : http_status == 500 || http_status == 503 || http_status == 529;
}

/// The ending of an exchange. What arrived is billed whatever the status.
[[nodiscard]] constexpr Ending ending_of(ExchangeEnd const& end) noexcept {
    if (!end.dispatched) {
        return Ending::unbilled;
    }
    if (end.stopped) {
        return Ending::stopped;
    }
    bool const success = end.http_status >= 200 && end.http_status < 300;
    if (success && end.whole) {
        return Ending::whole;
    }
    if (end.something) {
        return Ending::cut;
    }
    return refuses_work(end.http_status) ? Ending::unbilled : Ending::unknown;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
