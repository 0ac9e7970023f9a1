// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/prompting/detail/json_text.hpp>
#include <centavo/prompting/detail/lines.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// Rewrites the JSON schemas of tools as text with every name, type, limit, default and description.
///
///     (tools: 3 lines)
///     get_weather: The weather of a city.
///     - city (string): A name.
///     - unit? (string: C|F = "C"): The unit.
///
/// A question mark stands for parameters that are not required. Keywords beyond the usual ones follow the type with their
/// values as JSON. Members of objects are indented. Escapes other than \u remain as in JSON.
class ToolText {
public:
    /// The text of one tool or an array of tools, compact JSON; nullopt for anything else.
    [[nodiscard]] static std::optional<std::string> of(std::string_view json);

private:
    static constexpr std::size_t none = static_cast<std::size_t>(-1);

    explicit ToolText(std::string_view json) : nodes_{json_tree(json)} {}

    [[nodiscard]] std::size_t member(std::size_t node, std::string_view name) const;
    [[nodiscard]] bool tool(std::size_t node);
    void parameter(std::string_view name, bool required, std::size_t node, std::size_t depth);
    void type(std::string& out, std::size_t node, std::size_t& object) const;
    void members(std::size_t object, std::size_t depth);
    [[nodiscard]] bool requires_all(std::size_t object) const;
    [[nodiscard]] bool required(std::size_t object, std::string_view name) const;
    void line(std::string_view text) {
        out_ += text;
        out_ += '\n';
        ++lines_;
    }
    /// The characters of a JSON string; of its escapes only those of characters beyond ASCII are resolved.
    [[nodiscard]] std::string words(std::size_t node) const;

    template <class With>
    void each(std::size_t node, With&& with) const {
        for (std::size_t child = node + 1; child < nodes_[node].end; child = nodes_[child].end) {
            with(child);
        }
    }

    std::vector<JsonNode> nodes_;
    std::string out_;
    std::size_t lines_ = 0;
};

inline std::size_t ToolText::member(std::size_t node, std::string_view name) const {
    std::size_t found = none;
    if (node != none && nodes_[node].object()) {
        each(node, [&](std::size_t child) {
            std::string_view const key = nodes_[child].key;
            found = key.substr(1, key.size() - 2) == name ? child : found;
        });
    }
    return found;
}

inline std::string ToolText::words(std::size_t node) const {
    std::string_view const raw = nodes_[node].raw.substr(1, nodes_[node].raw.size() - 2);
    std::string out;
    for (std::size_t at = 0; at < raw.size(); ++at) {
        if (raw[at] != '\\' || at + 5 >= raw.size() || raw[at + 1] != 'u') {
            out += raw[at];
            if (raw[at] == '\\' && at + 1 < raw.size()) {
                out += raw[++at];
            }
            continue;
        }
        unsigned code = 0;
        for (std::size_t i = at + 2; i < at + 6; ++i) {
            char const digit = raw[i];
            code = code * 16 +
                   static_cast<unsigned>(digit_byte(digit) ? digit - '0' : (digit | 0x20) - 'a' + 10);
        }
        if (code < 0x80 || (code >= 0xd800 && code < 0xe000)) {
            out.append(raw, at, 6);
        } else if (code < 0x800) {
            out += static_cast<char>(0xc0U | (code >> 6U));
            out += static_cast<char>(0x80U | (code & 0x3fU));
        } else {
            out += static_cast<char>(0xe0U | (code >> 12U));
            out += static_cast<char>(0x80U | ((code >> 6U) & 0x3fU));
            out += static_cast<char>(0x80U | (code & 0x3fU));
        }
        at += 5;
    }
    return out;
}

/// Whether `name`, which is quoted, stands in the list of required members.
inline bool ToolText::required(std::size_t object, std::string_view name) const {
    std::size_t const list = member(object, "required");
    bool found = false;
    if (list != none && nodes_[list].array()) {
        each(list, [&](std::size_t child) { found = found || nodes_[child].raw == name; });
    }
    return found;
}

/// Whether the list of required members has only names of properties, each of which the text marks.
inline bool ToolText::requires_all(std::size_t object) const {
    std::size_t const list = member(object, "required");
    std::size_t const properties = member(object, "properties");
    if (list == none || !nodes_[list].array()) {
        return list == none;
    }
    bool all = true;
    each(list, [&](std::size_t child) {
        std::string_view const raw = nodes_[child].raw;
        all = all && nodes_[child].string() && properties != none &&
              member(properties, raw.substr(1, raw.size() - 2)) != none;
    });
    return all;
}

/// Appends the type and the limits of a schema; `object` becomes the schema whose properties are to follow.
inline void ToolText::type(std::string& out, std::size_t node, std::size_t& object) const {
    std::size_t const kind = member(node, "type");
    std::size_t const items = member(node, "items");
    std::size_t const values = member(node, "enum");
    if (kind == none) {
        out += "any";
    } else {
        out += nodes_[kind].string() ? words(kind) : std::string{nodes_[kind].raw};
    }
    if (items != none && nodes_[items].object()) {
        out += " of ";
        type(out, items, object);
        std::size_t const about = member(items, "description");
        if (about != none && nodes_[about].string()) {
            out += ", description ";
            out += nodes_[about].raw;
        }
    }
    if (values != none && nodes_[values].array()) {
        char mark = ':';
        each(values, [&](std::size_t child) {
            out += mark;
            out += mark == ':' ? " " : "";
            out += nodes_[child].string() ? words(child) : std::string{nodes_[child].raw};
            mark = '|';
        });
    }
    if (member(node, "properties") != none) {
        object = node;
    }
    each(node, [&](std::size_t child) {
        std::string_view const key = nodes_[child].key.substr(1, nodes_[child].key.size() - 2);
        bool const written =
            key == "type" || (key == "description" && nodes_[child].string()) ||
            (key == "items" && nodes_[child].object()) || (key == "enum" && nodes_[child].array()) ||
            (key == "properties" && nodes_[child].object()) || (key == "required" && requires_all(node));
        if (!written) {
            out += key == "default" ? " =" : ", ";
            out += key == "default" ? std::string_view{} : key;
            out += ' ';
            out += nodes_[child].raw;
        }
    });
}

inline void ToolText::members(std::size_t object, std::size_t depth) {
    std::size_t const properties = member(object, "properties");
    if (properties == none || !nodes_[properties].object()) {
        return;
    }
    each(properties, [&](std::size_t child) {
        parameter(nodes_[child].key, required(object, nodes_[child].key), child, depth);
    });
}

inline void ToolText::parameter(std::string_view name, bool required, std::size_t node, std::size_t depth) {
    std::string text(depth * 2, ' ');
    text += "- ";
    text.append(name, 1, name.size() - 2);
    text += required ? " (" : "? (";
    std::size_t object = none;
    std::size_t about = none;
    if (nodes_[node].object()) {
        type(text, node, object);
        about = member(node, "description");
    } else {
        text += nodes_[node].raw;
    }
    text += ')';
    if (about != none && nodes_[about].string()) {
        text += ": ";
        text += words(about);
    }
    line(std::move(text));
    if (object != none) {
        members(object, depth + 1);
    }
}

/// Adds one tool; false if the node is none.
inline bool ToolText::tool(std::size_t node) {
    if (std::size_t const inner = member(node, "function");
        inner != none && nodes_[node].size == 2 && member(node, "type") != none) {
        if (nodes_[member(node, "type")].raw != "\"function\"") {
            return false;
        }
        node = inner;
    }
    std::size_t const name = member(node, "name");
    std::size_t const about = member(node, "description");
    std::size_t schema = none;
    for (std::string_view const key : {"parameters", "input_schema", "inputSchema"}) {
        schema = schema == none ? member(node, key) : schema;
    }
    if (name == none || !nodes_[name].string() || schema == none || !nodes_[schema].object() ||
        member(schema, "properties") == none || !nodes_[member(schema, "properties")].object()) {
        return false;
    }
    std::string limits;
    std::size_t object = none;
    type(limits, schema, object);
    std::string text = words(name);
    if (limits != "object") {
        text += " (" + limits + ")";
    }
    each(node, [&](std::size_t child) {
        if (child != name && child != schema && !(child == about && nodes_[child].string())) {
            text += ", ";
            text.append(nodes_[child].key, 1, nodes_[child].key.size() - 2);
            text += ' ';
            text += nodes_[child].raw;
        }
    });
    if (about != none && nodes_[about].string()) {
        text += ": " + words(about);
    }
    line(std::move(text));
    std::size_t const description = member(schema, "description");
    if (description != none && nodes_[description].string()) {
        line("parameters: " + words(description));
    }
    members(schema, 0);
    return true;
}

inline std::optional<std::string> ToolText::of(std::string_view json) {
    std::size_t depth = 0;
    std::size_t most = 0;
    for (char const c : json) {
        depth += c == '{' || c == '[' ? 1U : 0U;
        most = std::max(most, depth);
        depth -= (c == '}' || c == ']') && depth > 0 ? 1U : 0U;
    }
    if (most > 64 || json.find("\"name\"") == std::string_view::npos) {
        return std::nullopt;
    }
    ToolText text{json};
    bool all = text.nodes_[0].size > 0;
    if (text.nodes_[0].array()) {
        for (std::size_t child = 1; all && child < text.nodes_[0].end; child = text.nodes_[child].end) {
            all = text.tool(child);
        }
    } else {
        all = text.tool(0);
    }
    if (!all) {
        return std::nullopt;
    }
    text.out_.pop_back();
    return std::string{tools_mark} + std::to_string(text.lines_) + " lines)\n" + text.out_;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
