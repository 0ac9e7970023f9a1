// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/json_scan.hpp>
#include <centavo/base/detail/json_string.hpp>

#include <stdexcept>
#include <string>
#include <string_view>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// Appends a tool call's arguments as the JSON value they are: `{}` where there are none, a string where they are no
/// JSON, as a model may write.
inline void append_arguments(std::string& out, std::string_view arguments) {
    if (arguments.empty()) {
        out += "{}";
        return;
    }
    try {
        JsonScan scan{arguments};
        scan.skip();
        scan.finish();
        out += arguments;
    } catch (Error const&) {
        append_json_string(out, arguments);
    }
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
