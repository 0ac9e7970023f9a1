// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/tokens.hpp>
#include <centavo/models/model_id.hpp>
#include <centavo/routing/complexity.hpp>

#include <cstdint>
#include <string_view>
#include <vector>

namespace centavo {
inline namespace CENTAVO_ABI {

/// What led to a choice.
enum class Evidence : std::uint8_t {
    table,     ///< the table has a row for the task and its complexity
    fallback,  ///< the table's model cannot do it; the next of the candidates that can
    none       ///< nothing is known of the task: the default model
};

/// "table", "fallback" or "none".
[[nodiscard]] constexpr std::string_view to_string(Evidence evidence) noexcept {
    switch (evidence) {
    case Evidence::table: return "table";
    case Evidence::fallback: return "fallback";
    case Evidence::none: return "none";
    }
    return "";
}

/// Why a model was passed over.
enum class RejectReason : std::uint8_t { window_too_small, no_tools, over_budget };

/// "window_too_small", "no_tools" or "over_budget".
[[nodiscard]] constexpr std::string_view to_string(RejectReason why) noexcept {
    switch (why) {
    case RejectReason::window_too_small: return "window_too_small";
    case RejectReason::no_tools: return "no_tools";
    case RejectReason::over_budget: return "too_dear";
    }
    return "";
}

/// A model that was passed over, and why.
struct RejectedCandidate {
    ModelId model;
    RejectReason why;
};

/// Which model, and why: a value that explains itself.
///
/// `model` is empty only where every candidate was refused; `refused` then says why each one was.
struct Choice {
    ModelId model;
    Complexity complexity = Complexity::low;
    Evidence evidence = Evidence::none;
    std::vector<RejectedCandidate> refused = {};

    explicit operator bool() const noexcept { return !model.empty(); }
};

}  // namespace CENTAVO_ABI
}  // namespace centavo
