// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/models/model_id.hpp>
#include <centavo/routing/complexity.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace centavo {
inline namespace CENTAVO_ABI {

/// The basis of a choice.
enum class Evidence : std::uint8_t {
    table,     ///< the table has a row for the task and its complexity
    fallback,  ///< the table's model does not meet the needs; the first candidate that does
    none       ///< the table has no row for the task: its fallback model
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

/// Why a candidate was rejected.
enum class RejectReason : std::uint8_t { window_too_small, no_tools, over_budget };

/// "window_too_small", "no_tools" or "over_budget".
[[nodiscard]] constexpr std::string_view to_string(RejectReason reason) noexcept {
    switch (reason) {
    case RejectReason::window_too_small: return "window_too_small";
    case RejectReason::no_tools: return "no_tools";
    case RejectReason::over_budget: return "over_budget";
    }
    return "";
}

/// A model that does not meet the needs of a call, and why.
struct RejectedCandidate {
    ModelId model;
    RejectReason reason;

    friend bool operator==(RejectedCandidate const&, RejectedCandidate const&) = default;
};

/// The selected model, and why.
///
/// `model` is empty only if every candidate was rejected; `rejected` then has the reason of each. A value.
struct Choice {
    ModelId model = {};
    Complexity complexity = Complexity::low;
    Evidence evidence = Evidence::none;
    std::vector<RejectedCandidate> rejected = {};

    explicit operator bool() const noexcept { return !model.empty(); }
};

/// "gpt-4.1: fallback, high complexity; rejected gpt-4o (window_too_small)".
[[nodiscard]] std::string to_string(Choice const& choice);

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/routing/detail/choice.ipp>
#endif
