// SPDX-License-Identifier: MIT
#pragma once

#include <compare>
#include <string>
#include <string_view>
#include <utility>

namespace centavo::inline v0 {

/// A model's name as a program or a provider writes it: "gpt-4o", "claude-3-5-sonnet-20241022".
///
/// Only text; which model is meant is decided by match_model(). A value.
class ModelId {
public:
    ModelId() = default;
    ModelId(std::string text) : text_{std::move(text)} {}
    ModelId(std::string_view text) : text_{text} {}
    ModelId(char const* text) : text_{text} {}

    [[nodiscard]] std::string const& text() const noexcept { return text_; }
    [[nodiscard]] bool empty() const noexcept { return text_.empty(); }

    friend bool operator==(ModelId const&, ModelId const&) = default;
    friend auto operator<=>(ModelId const&, ModelId const&) = default;

private:
    std::string text_;
};

}  // namespace centavo::inline v0
