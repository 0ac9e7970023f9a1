// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/json_scan.hpp>
#include <centavo/chat/tool.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace centavo::inline v0 {

/// How OpenAI's chat models are shown their functions: as TypeScript declarations.
///
/// Not published by the provider; found by others from what it bills (openai-chat-tokens) and checked against
/// recorded calls: within 3 % of a request's prompt. Throws MalformedJson for parameters that are not JSON.
[[nodiscard]] std::string render_tools(std::span<Tool const> tools);

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
    return from == text.npos ? std::string_view{} : text.substr(from, text.find_last_not_of(white) - from + 1);
}

inline void append_comment(std::string& out, std::string_view description_json, std::size_t indent) {
    std::string const text = plain(description_json);
    if (std::string_view const shown = stripped(text); !shown.empty()) {
        out.append(indent, ' ').append("// ").append(shown).append("\n");
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

void append_type(std::string& out, Schema const& schema, std::size_t indent);

inline void append_properties(std::string& out, Schema const& object, std::size_t indent) {
    std::vector<std::string> required;
    each_element(object.required, [&](std::string_view name) { required.push_back(plain(name)); });
    JsonScan scan{object.properties};
    if (object.properties.empty() || scan.peek() != JsonKind::object) {
        return;
    }
    scan.enter_object();
    while (auto const key = scan.next_member()) {
        std::string const name = key->text();
        Schema const property = read_schema(scan.skip());
        if (indent < 2 && !property.description.empty()) {
            append_comment(out, property.description, indent);
        }
        bool needed = false;
        for (std::string const& each : required) {
            needed = needed || each == name;
        }
        out.append(indent, ' ').append(name).append(needed ? ": " : "?: ");
        append_type(out, property, indent);
        out.append(",\n");
    }
}

inline void append_choices(std::string& out, std::string_view array, std::size_t indent, bool schemas) {
    std::string_view separator;
    each_element(array, [&](std::string_view element) {
        out.append(separator);
        separator = " | ";
        if (schemas) {
            append_type(out, read_schema(element), indent);
        } else {
            out.append(element);
        }
    });
}

inline void append_type(std::string& out, Schema const& schema, std::size_t indent) {
    std::string const type = plain(schema.type);
    if (!schema.values.empty()) {
        append_choices(out, schema.values, indent, false);
    } else if (!schema.choices.empty()) {
        append_choices(out, schema.choices, indent, true);
    } else if (type == "integer" || type == "number") {
        out.append("number");
    } else if (type == "object" && has_members(schema.properties)) {
        out.append("{\n");
        append_properties(out, schema, indent + 2);
        out.append(indent, ' ').append("}");
    } else if (type == "array") {
        if (schema.items.empty()) {
            out.append("any");
        } else {
            append_type(out, read_schema(schema.items), indent);
        }
        out.append("[]");
    } else if (type.starts_with('[')) {
        std::string_view separator;
        each_element(type, [&](std::string_view each) {
            Schema one = schema;
            one.type = each;
            out.append(separator);
            separator = " | ";
            append_type(out, one, indent);
        });
    } else {
        out.append(type.empty() ? "any" : type);
    }
}

}  // namespace rendering

inline std::string render_tools(std::span<Tool const> tools) {
    std::string out = "namespace functions {\n\n";
    for (Tool const& tool : tools) {
        if (std::string_view const shown = rendering::stripped(tool.description); !shown.empty()) {
            out.append("// ").append(shown).append("\n");
        }
        out.append("type ").append(tool.name);
        rendering::Schema const parameters = rendering::read_schema(tool.parameters);
        if (rendering::has_members(parameters.properties)) {
            out.append(" = (_: {\n");
            rendering::append_properties(out, parameters, 0);
            out.append("}) => any;\n\n");
        } else {
            out.append(" = () => any;\n\n");
        }
    }
    return out += "} // namespace functions";
}

}  // namespace centavo::inline v0
