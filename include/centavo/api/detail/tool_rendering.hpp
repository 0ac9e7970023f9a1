// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/json_scan.hpp>
#include <centavo/base/view.hpp>
#include <centavo/chat/message.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// How the parameters of a function are laid out: one a line, as models of the harmony format are shown them, or in
/// one line where none of them has a description or a default, as those before it.
enum class ToolLayout : std::uint8_t { lines, compact };

/// How OpenAI's chat models are shown their functions: as TypeScript declarations.
///
/// Published by the provider for the harmony format alone; for earlier models found by others from what it bills
/// (openai-chat-tokens) and checked against recorded calls: within 1 % of a request's prompt. Throws MalformedJson for
/// parameters that are not JSON.
[[nodiscard]] std::string render_tools(View<Tool> tools, ToolLayout layout = ToolLayout::compact);

namespace rendering {

/// The members of a JSON schema that the rendering shows, as JSON text.
struct Schema {
    std::string_view type;
    std::string_view description;
    std::string_view properties;
    std::string_view required;
    std::string_view values;
    std::string_view items;
    std::string_view choices;
    std::string_view default_value;
    std::string_view reference;
};

[[nodiscard]] inline Schema read_schema(std::string_view json) {
    Schema schema;
    JsonScan scan{json};
    if (json.empty() || scan.peek() != JsonKind::object) {
        return schema;
    }
    scan.enter_object();
    while (auto const key = scan.next_member()) {
        std::string_view const value = scan.skip();
        if (key->equals("type")) {
            schema.type = value;
        } else if (key->equals("description")) {
            schema.description = value;
        } else if (key->equals("properties")) {
            schema.properties = value;
        } else if (key->equals("required")) {
            schema.required = value;
        } else if (key->equals("enum")) {
            schema.values = value;
        } else if (key->equals("items")) {
            schema.items = value;
        } else if (key->equals("$ref")) {
            schema.reference = value;
        } else if (key->equals("default")) {
            schema.default_value = value;
        } else if (key->equals("anyOf") || key->equals("oneOf")) {
            schema.choices = value;
        }
    }
    return schema;
}

/// The text of a JSON string; anything else as it is written.
[[nodiscard]] inline std::string plain(std::string_view json) {
    JsonScan scan{json};
    return !json.empty() && scan.peek() == JsonKind::string ? scan.string().text() : std::string{json};
}

/// Calls `visit` with the JSON text of each element of an array; of nothing where `json` is no array.
template <class Visit>
void each_element(std::string_view json, Visit&& visit) {
    JsonScan scan{json};
    if (json.empty() || scan.peek() != JsonKind::array) {
        return;
    }
    scan.enter_array();
    while (scan.next_element()) {
        visit(scan.skip());
    }
}

[[nodiscard]] inline std::string_view stripped(std::string_view text) {
    constexpr std::string_view white = " \t\r\n\f\v";
    std::size_t const from = text.find_first_not_of(white);
    return from == text.npos ? std::string_view{}
                             : text.substr(from, text.find_last_not_of(white) - from + 1);
}

/// The JSON text of a member of the object `json`; empty where it is none or has none.
[[nodiscard]] inline std::string_view member_of(std::string_view json, std::string_view name) {
    JsonScan scan{json};
    std::string_view found;
    if (!json.empty() && scan.peek() == JsonKind::object) {
        scan.enter_object();
        while (auto const key = scan.next_member()) {
            std::string_view const value = scan.skip();
            found = key->equals(name) ? value : found;
        }
    }
    return found;
}

/// How a function's parameters are shown, and how much of what they refer to may still be.
struct Showing {
    ToolLayout layout;
    std::string_view root;  ///< the schema that references start from
    int* references;        ///< how many more of them are followed in all
    int depth = 8;          ///< and how many more within one another: a schema may refer to itself
};

/// The schema that a reference of the form "#/$defs/name" means; empty where there is none.
[[nodiscard]] inline std::string_view referred(std::string_view root, std::string_view reference) {
    if (!reference.starts_with('#')) {
        return {};
    }
    while (!root.empty() && reference.find('/') != reference.npos) {
        reference.remove_prefix(reference.find('/') + 1);
        root = member_of(root, reference.substr(0, reference.find('/')));
    }
    return root;
}

/// Appends a description as a comment, its lines without the white space around them.
inline void append_comment(std::string& out, std::string_view text, std::size_t indent, ToolLayout layout) {
    std::string_view rest = stripped(text);
    bool slashes = true;
    while (!rest.empty()) {
        std::size_t const end = std::min(rest.find('\n'), rest.size());
        if (slashes) {
            out.append(indent, ' ').append("// ");
        }
        out.append(stripped(rest.substr(0, end))).append("\n");
        rest.remove_prefix(std::min(end + 1, rest.size()));
        slashes = layout == ToolLayout::lines;
    }
}

[[nodiscard]] inline bool has_members(std::string_view json) {
    JsonScan scan{json};
    if (json.empty() || scan.peek() != JsonKind::object) {
        return false;
    }
    scan.enter_object();
    return scan.next_member().has_value();
}

/// Whether a property of an object, which is JSON text, has a comment: a description or a default.
[[nodiscard]] inline bool has_comments(std::string_view properties) {
    JsonScan scan{properties};
    bool found = false;
    scan.enter_object();
    while (scan.next_member()) {
        Schema const property = read_schema(scan.skip());
        found = found || !property.description.empty() || !property.default_value.empty();
    }
    return found;
}

void append_type(std::string& out, Schema const& schema, std::size_t indent, Showing how);

/// Appends an object with its braces; `schema` has properties.
inline void append_object(std::string& out, Schema const& object, std::size_t indent, Showing how) {
    std::vector<std::string> required;
    each_element(object.required, [&](std::string_view name) { required.push_back(plain(name)); });
    bool const lines = how.layout == ToolLayout::lines || has_comments(object.properties);
    JsonScan scan{object.properties};
    scan.enter_object();
    out.append(lines ? "{\n" : "{");
    std::string_view separator;
    while (auto const key = scan.next_member()) {
        std::string const name = key->text();
        Schema const property = read_schema(scan.skip());
        if (lines && indent < 2) {
            append_comment(out, plain(property.description), indent, how.layout);
        }
        bool needed = false;
        for (std::string const& each : required) {
            needed = needed || each == name;
        }
        out.append(lines ? indent : 0, ' ').append(separator).append(name).append(needed ? ": " : "?: ");
        append_type(out, property, indent, how);
        if (!lines) {
            separator = ", ";
            continue;
        }
        out.append(",");
        if (!property.default_value.empty()) {
            out.append(" // default: ").append(plain(property.default_value));
        }
        out.append("\n");
    }
    out.append(lines && indent > 2 ? indent - 2 : 0, ' ').append("}");
}

inline void append_choices(std::string& out, std::string_view array, std::size_t indent, Showing how) {
    std::string_view separator;
    each_element(array, [&](std::string_view element) {
        out.append(separator);
        separator = " | ";
        append_type(out, read_schema(element), indent, how);
    });
}

inline void append_values(std::string& out, std::string_view array) {
    std::string_view separator;
    each_element(array, [&](std::string_view element) {
        out.append(separator).append(element);
        separator = " | ";
    });
}

inline void append_type(std::string& out, Schema const& schema, std::size_t indent, Showing how) {
    std::string const type = plain(schema.type);
    if (!schema.reference.empty()) {
        std::string_view const meant = referred(how.root, plain(schema.reference));
        if (meant.empty() || how.depth-- == 0 || *how.references == 0) {
            out.append("any");
        } else {
            --*how.references;
            append_type(out, read_schema(meant), indent, how);
        }
    } else if (!schema.values.empty()) {
        append_values(out, schema.values);
    } else if (!schema.choices.empty()) {
        append_choices(out, schema.choices, indent, how);
    } else if (type == "integer" || type == "number") {
        out.append("number");
    } else if (type == "object" && has_members(schema.properties)) {
        append_object(out, schema, indent + 2, how);
    } else if (type == "array") {
        if (schema.items.empty()) {
            out.append("any");
        } else {
            append_type(out, read_schema(schema.items), indent, how);
        }
        out.append("[]");
    } else if (type.starts_with('[')) {
        std::string_view separator;
        each_element(type, [&](std::string_view each) {
            Schema one = schema;
            one.type = each;
            out.append(separator);
            separator = " | ";
            append_type(out, one, indent, how);
        });
    } else {
        out.append(type.empty() ? "any" : type);
    }
}

}  // namespace rendering

inline std::string render_tools(View<Tool> tools, ToolLayout layout) {
    std::string out = "namespace functions {\n\n";
    for (Tool const& tool : tools) {
        rendering::append_comment(out, tool.description, 0, layout);
        out.append("type ").append(tool.name);
        rendering::Schema const parameters = rendering::read_schema(tool.parameters);
        if (rendering::has_members(parameters.properties)) {
            out.append(" = (_: ");
            int references = 256;
            rendering::append_object(out, parameters, 0,
                                     {.layout = layout, .root = tool.parameters, .references = &references});
            out.append(") => any;\n\n");
        } else {
            out.append(" = () => any;\n\n");
        }
    }
    return out += "} // namespace functions";
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
