// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/chat/response.hpp>

#include <string_view>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// One event of a stream, or a whole body: JSON, with the name that its framing gives it.
struct WireEvent {
    std::string_view
        type;  ///< `event:` of server-sent events, `:event-type` of Amazon's messages; may be empty
    std::string_view data;
};

/// The caller's callbacks, type-erased so that the format readers are not templates. Refers to `target`.
class DeltaSink {
public:
    using OnDelta = void (*)(void* target, Delta const& delta);
    using OnUnknown = void (*)(void* target, WireEvent const& event);

    /// Discards everything.
    constexpr DeltaSink() = default;

    constexpr DeltaSink(void* target, OnDelta on_delta, OnUnknown on_unknown) noexcept
        : target_{target}, on_delta_{on_delta}, on_unknown_{on_unknown} {}

    void operator()(Delta const& delta) const {
        if (on_delta_ != nullptr) {
            on_delta_(target_, delta);
        }
    }

    void pass_on(WireEvent const& event) const {
        if (on_unknown_ != nullptr) {
            on_unknown_(target_, event);
        }
    }

private:
    void* target_ = nullptr;
    OnDelta on_delta_ = nullptr;
    OnUnknown on_unknown_ = nullptr;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
