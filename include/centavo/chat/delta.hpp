// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>

#include <cstdint>
#include <string_view>

namespace centavo {
inline namespace CENTAVO_ABI {

/// The kind of a piece of a streamed response.
enum class DeltaKind : std::uint8_t { text, reasoning, refusal, tool_arguments };

/// A piece of a streamed response: output that is billed. The text is valid during the callback only.
struct Delta {
    DeltaKind kind;
    std::string_view text;
    int choice = 0;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo
