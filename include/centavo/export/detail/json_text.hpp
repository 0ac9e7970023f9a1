// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/json_string.hpp>
#include <centavo/base/view.hpp>
#include <centavo/budget/budget.hpp>

#include <string>
#include <string_view>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// Appends `"name":`, preceded by a comma unless the member is the first of its object.
inline void append_json_name(std::string& out, std::string_view name) {
    if (!out.empty() && out.back() != '{' && out.back() != '[' && out.back() != '\n') {
        out += ',';
    }
    append_json_string(out, name);
    out += ':';
}

/// Appends a member whose value is a string.
inline void append_json_member(std::string& out, std::string_view name, std::string_view text) {
    append_json_name(out, name);
    append_json_string(out, text);
}

/// Appends a member whose value is JSON text: a number, an object.
inline void append_json_value(std::string& out, std::string_view name, std::string_view json) {
    append_json_name(out, name);
    out += json;
}

/// Tags as a flat JSON object.
[[nodiscard]] inline std::string tags_as_json(View<Tag> tags) {
    std::string out = "{";
    for (Tag const& tag : tags) {
        append_json_member(out, tag.key, tag.value);
    }
    return out + "}";
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
