// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/models/model_id.hpp>
#include <centavo/models/tokens.hpp>
#include <centavo/routing/complexity.hpp>

#include <cstdint>
#include <string_view>
#include <vector>

namespace centavo::inline v0 {

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
enum class PassedOver : std::uint8_t { window_too_small, no_tools, too_dear };

/// "window_too_small", "no_tools" or "too_dear".
[[nodiscard]] constexpr std::string_view to_string(PassedOver why) noexcept {
    switch (why) {
    case PassedOver::window_too_small: return "window_too_small";
    case PassedOver::no_tools: return "no_tools";
    case PassedOver::too_dear: return "too_dear";
    }
    return "";
}

/// A model that was passed over, and why.
struct Refused {
    ModelId model;
    PassedOver why;
};

/// Which model, and why: a value that explains itself.
///
/// `model` is empty only where every candidate was refused; `refused` then says why each one was.
struct Choice {
    ModelId model;
    Complexity complexity = Complexity::low;
    Evidence evidence = Evidence::none;
    std::vector<Refused> refused = {};

    explicit operator bool() const noexcept { return !model.empty(); }
};

}  // namespace centavo::inline v0
