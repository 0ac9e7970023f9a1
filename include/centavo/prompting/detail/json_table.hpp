// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/prompting/detail/json_text.hpp>
#include <centavo/prompting/detail/lines.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// What the values in one place of a JSON text have in common, so that names are written once.
struct JsonShape {
    enum class Kind : std::uint8_t {
        any,     ///< nothing: written as JSON
        record,  ///< objects with the same names in the same order, some of which may be absent
        list,    ///< arrays of one shape
        map,     ///< objects with any names whose values have one shape
    };
    Kind kind = Kind::any;
    std::vector<std::string_view> names = {};  ///< of a record, as written in JSON
    std::vector<JsonShape> inner = {};         ///< of its members, or the one of elements or values
    std::vector<bool> absent = {};             ///< which members are absent in some records
    std::size_t values = 1;                    ///< how many values have this shape
};

/// Rewrites JSON so that the names of its objects stand in a heading and only their values in rows.
///
///     [table: 2 rows] id,owner{name,mail},tags,parts[{no,price}]
///     1,"Ana","ana@a.b",["x"],[[7,1.50],[8,2]]
///     2,"Bo","bo@a.b",[],[]
///
/// Values are JSON, as they were written, in the order of the heading. `a{b,c}` is an object with these names, whose
/// values follow one another; `a[{b,c}]` an array of such objects, each in brackets; `a{*:{b,c}}` an object with other
/// names, which are written, each with the values of such an object in brackets. A value that is absent leaves its place
/// empty. One object instead of an array of rows is headed by `[table: 1 row of 1]`.
class JsonTable {
public:
    /// The table of a compact object or array; nullopt if it has no names in common.
    [[nodiscard]] static std::optional<std::string> of(std::string_view json);

private:
    explicit JsonTable(std::string_view json) : nodes_{json_tree(json)} {}

    [[nodiscard]] JsonShape shape(std::size_t node) const;
    [[nodiscard]] JsonShape object_shape(std::size_t node) const;
    [[nodiscard]] static JsonShape merged(JsonShape a, JsonShape b);
    [[nodiscard]] static bool gains(JsonShape const& shape);
    static void heading(std::string& out, JsonShape const& shape);
    void cells(std::string& out, JsonShape const& shape, std::size_t node) const;
    void value(std::string& out, JsonShape const& shape, std::size_t node) const;

    /// Calls `with` for each child of a node.
    template <class With>
    void each(std::size_t node, With&& with) const {
        for (std::size_t child = node + 1; child < nodes_[node].end; child = nodes_[child].end) {
            with(child);
        }
    }

    std::vector<JsonNode> nodes_;
};

/// The shape that both values have; `any` if they have none in common.
inline JsonShape JsonTable::merged(JsonShape a, JsonShape b) {
    using Kind = JsonShape::Kind;
    std::size_t const values = a.values + b.values;
    JsonShape out;
    if (a.kind == b.kind && (a.kind == Kind::list || a.kind == Kind::map)) {
        if (a.inner.empty() || b.inner.empty()) {
            out = a.inner.empty() ? std::move(b) : std::move(a);
        } else {
            out = std::move(a);
            out.inner[0] = merged(std::move(out.inner[0]), std::move(b.inner[0]));
        }
    } else if (a.kind == Kind::record && b.kind == Kind::record) {
        // The names of both, in an order that both have.
        out.kind = Kind::record;
        std::size_t i = 0;
        std::size_t j = 0;
        auto const take = [&](JsonShape& from, std::size_t at) {
            out.names.push_back(from.names[at]);
            out.inner.push_back(std::move(from.inner[at]));
            out.absent.push_back(true);
        };
        while (i < a.names.size() || j < b.names.size()) {
            if (i < a.names.size() && j < b.names.size() && a.names[i] == b.names[j]) {
                out.names.push_back(a.names[i]);
                out.inner.push_back(merged(std::move(a.inner[i]), std::move(b.inner[j])));
                out.absent.push_back(a.absent[i] || b.absent[j]);
                ++i;
                ++j;
            } else if (i < a.names.size() && std::find(b.names.begin() + static_cast<std::ptrdiff_t>(j),
                                                       b.names.end(), a.names[i]) == b.names.end()) {
                take(a, i++);
            } else if (j < b.names.size() && std::find(a.names.begin() + static_cast<std::ptrdiff_t>(i),
                                                       a.names.end(), b.names[j]) == a.names.end()) {
                take(b, j++);
            } else {
                return {.values = values};  // another order
            }
        }
        for (std::size_t at = 0; at < out.names.size(); ++at) {
            if (std::count(out.names.begin(), out.names.end(), out.names[at]) > 1) {
                return {.values = values};
            }
            // An absent object could not be told from one without members.
            if (out.absent[at] && out.inner[at].kind == Kind::record) {
                out.inner[at] = JsonShape{.values = out.inner[at].values};
            }
        }
        auto const common = std::count(out.absent.begin(), out.absent.end(), false);
        if (common == 0 || static_cast<std::size_t>(common) * 3 < out.names.size()) {
            return {.values = values};
        }
    }
    out.values = values;
    return out;
}

/// The shape of one object: a map where its names look like keys of data and its values are alike.
inline JsonShape JsonTable::object_shape(std::size_t node) const {
    JsonShape record{.kind = JsonShape::Kind::record};
    bool objects = nodes_[node].size > 0;
    bool keys = true;
    std::vector<JsonShape> inner;
    each(node, [&](std::size_t child) {
        record.names.push_back(nodes_[child].key);
        inner.push_back(shape(child));
        objects = objects && inner.back().kind == JsonShape::Kind::record;
        keys = keys && std::any_of(nodes_[child].key.begin(), nodes_[child].key.end(), digit_byte);
    });
    if (objects && (keys || inner.size() >= 3)) {
        JsonShape all = inner[0];
        for (std::size_t i = 1; i < inner.size(); ++i) {
            all = merged(std::move(all), inner[i]);
        }
        if (all.kind == JsonShape::Kind::record) {
            JsonShape map{.kind = JsonShape::Kind::map};
            map.inner.push_back(std::move(all));
            return map;
        }
    }
    constexpr std::size_t most_names = 64;
    if (record.names.size() > most_names) {
        return {};
    }
    std::vector<std::string_view> sorted = record.names;
    std::sort(sorted.begin(), sorted.end());
    if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end()) {
        return {};  // a name twice
    }
    record.inner = std::move(inner);
    record.absent.assign(record.names.size(), false);
    return record;
}

inline JsonShape JsonTable::shape(std::size_t node) const {
    if (nodes_[node].object()) {
        return object_shape(node);
    }
    if (!nodes_[node].array()) {
        return {};
    }
    JsonShape list{.kind = JsonShape::Kind::list};
    each(node, [&](std::size_t child) {
        JsonShape next = shape(child);
        if (list.inner.empty()) {
            list.inner.push_back(std::move(next));
        } else if (list.inner[0].kind != JsonShape::Kind::any) {
            list.inner[0] = merged(std::move(list.inner[0]), std::move(next));
        }
    });
    if (!list.inner.empty() && list.inner[0].kind == JsonShape::Kind::any) {
        return {};
    }
    return list;
}

/// Whether some record occurs more than once, so that writing its names once saves something.
inline bool JsonTable::gains(JsonShape const& shape) {
    return (shape.kind == JsonShape::Kind::record && shape.values > 1) ||
           std::any_of(shape.inner.begin(), shape.inner.end(), gains);
}

inline void JsonTable::heading(std::string& out, JsonShape const& shape) {
    switch (shape.kind) {
    case JsonShape::Kind::any: break;
    case JsonShape::Kind::record:
        out += '{';
        for (std::size_t i = 0; i < shape.names.size(); ++i) {
            out += i > 0 ? "," : "";
            std::string_view const name = shape.names[i].substr(1, shape.names[i].size() - 2);
            bool const plain = !name.empty() &&
                               name.find_first_of(",{}[]:*\"\\\n") == std::string_view::npos &&
                               name.front() != ' ' && name.back() != ' ';
            out += plain ? name : shape.names[i];
            heading(out, shape.inner[i]);
        }
        out += '}';
        break;
    case JsonShape::Kind::list:
        out += '[';
        if (!shape.inner.empty()) {
            heading(out, shape.inner[0]);
        }
        out += ']';
        break;
    case JsonShape::Kind::map:
        out += "{*:";
        heading(out, shape.inner[0]);
        out += '}';
        break;
    }
}

/// The values of a record, one after the other.
inline void JsonTable::cells(std::string& out, JsonShape const& shape, std::size_t node) const {
    std::size_t child = node + 1;
    for (std::size_t i = 0; i < shape.names.size(); ++i) {
        out += i > 0 ? "," : "";
        if (child < nodes_[node].end && nodes_[child].key == shape.names[i]) {
            if (shape.inner[i].kind == JsonShape::Kind::record) {
                cells(out, shape.inner[i], child);
            } else {
                value(out, shape.inner[i], child);
            }
            child = nodes_[child].end;
        }
    }
}

inline void JsonTable::value(std::string& out, JsonShape const& shape, std::size_t node) const {
    switch (shape.kind) {
    case JsonShape::Kind::any: out += nodes_[node].raw; return;
    case JsonShape::Kind::record:
        out += '[';
        cells(out, shape, node);
        out += ']';
        return;
    case JsonShape::Kind::list:
    case JsonShape::Kind::map: {
        bool const map = shape.kind == JsonShape::Kind::map;
        bool first = true;
        out += map ? '{' : '[';
        each(node, [&](std::size_t child) {
            out += first ? "" : ",";
            first = false;
            if (map) {
                out += nodes_[child].key;
                out += ':';
            }
            value(out, shape.inner[0], child);
        });
        out += map ? '}' : ']';
        return;
    }
    }
}

inline std::optional<std::string> JsonTable::of(std::string_view json) {
    constexpr std::size_t deepest = 64;
    std::size_t depth = 0;
    std::size_t most = 0;
    for (char const c : json) {
        depth += c == '{' || c == '[' ? 1U : 0U;
        most = std::max(most, depth);
        depth -= (c == '}' || c == ']') && depth > 0 ? 1U : 0U;
    }
    if (most > deepest) {
        return std::nullopt;
    }
    JsonTable const table{json};
    JsonShape const shape = table.shape(0);
    if (!gains(shape)) {
        return std::nullopt;
    }
    std::string out{table_mark};
    if (shape.kind == JsonShape::Kind::list && shape.inner[0].kind == JsonShape::Kind::record) {
        out += std::to_string(table.nodes_[0].size) + " rows] ";
        std::string names;
        heading(names, shape.inner[0]);
        out.append(names, 1, names.size() - 2);
        table.each(0, [&](std::size_t row) {
            out += '\n';
            table.cells(out, shape.inner[0], row);
        });
    } else if (shape.kind == JsonShape::Kind::record) {
        out += "1 row of 1] ";
        std::string names;
        heading(names, shape);
        out.append(names, 1, names.size() - 2);
        out += '\n';
        table.cells(out, shape, 0);
    } else if (shape.kind == JsonShape::Kind::map) {
        out += std::to_string(table.nodes_[0].size) + " named rows] ";
        std::string names;
        heading(names, shape.inner[0]);
        out.append(names, 1, names.size() - 2);
        table.each(0, [&](std::size_t row) {
            out += '\n';
            out += table.nodes_[row].key;
            out += ':';
            table.cells(out, shape.inner[0], row);
        });
    } else {
        // An array of arrays.
        out += std::to_string(table.nodes_[0].size) + " rows] ";
        heading(out, shape.inner[0]);
        table.each(0, [&](std::size_t row) {
            out += '\n';
            table.value(out, shape.inner[0], row);
        });
    }
    return out;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
