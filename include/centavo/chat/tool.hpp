// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>

#include <string>

namespace centavo {
inline namespace CENTAVO_ABI {

/// A function the model may call. A value.
struct Tool {
    std::string name;
    std::string description;
    std::string parameters;  ///< the JSON text of its schema; empty where it has none

    friend bool operator==(Tool const&, Tool const&) = default;
};

/// A call of a tool that the model asks for. A value.
struct ToolCall {
    std::string id;
    std::string name;
    std::string arguments;  ///< JSON text as the model wrote it; it may not be JSON

    friend bool operator==(ToolCall const&, ToolCall const&) = default;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo
