// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/json_string.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace centavo::cli {

using namespace centavo::detail;

/// One line of input: a JSON object, with the JSON text of each member.
class Row {
public:
    /// Throws MalformedJson.
    explicit Row(std::string_view line);

    /// The JSON text of `id`; "null" without one.
    [[nodiscard]] std::string_view id() const { return find("id").value_or("null"); }

    /// The JSON text of a member; nullopt if it is missing or null.
    [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;

    [[nodiscard]] bool is_null(std::string_view name) const;

    /// An optional string. Throws LineFailure for a member of another kind.
    [[nodiscard]] std::optional<std::string> find_text(std::string_view name) const;

    /// As find() and find_text() for required members. Throws LineFailure if the member is missing.
    [[nodiscard]] std::string_view at(std::string_view name) const;
    [[nodiscard]] std::string text(std::string_view name) const;

private:
    [[nodiscard]] std::string_view raw(std::string_view name) const;

    std::vector<std::pair<JsonString, std::string_view>> members_;
};

/// Why a line failed: an error code of the contract, a message, and what is known nevertheless.
class LineFailure : public std::runtime_error {
public:
    LineFailure(std::string_view code, std::string const& detail, std::string members = {})
        : std::runtime_error(detail), code_{code}, members_{std::move(members)} {}

    [[nodiscard]] std::string_view code() const noexcept { return code_; }
    [[nodiscard]] std::string const& members() const noexcept { return members_; }  ///< JSON, without braces

private:
    std::string_view code_;
    std::string members_;
};

/// The error code for an exception of the library.
[[nodiscard]] std::string_view code_of(std::exception const& failure);

/// Appends the members of the result after the id.
using LineAnswer = std::function<void(Row const& row, std::string& out)>;

/// Answers line by line, in order; returns the exit status: 1 where a line had no answer.
///
/// Output is written at the end and whenever the input runs dry.
[[nodiscard]] int answer_lines(std::vector<std::string> files, LineAnswer const& answer);

/// Appends `"name":`, preceded by a comma if needed. Names contain no characters to escape.
void append_name(std::string& out, std::string_view name);
void append_text(std::string& out, std::string_view name, std::string_view text);
void append_count(std::string& out, std::string_view name, std::int64_t count);

/// Appends a comma unless an object or array has just been opened.
void separate(std::string& out);

/// The value of a JSON string. Throws MalformedJson for anything else.
[[nodiscard]] std::string text_of(std::string_view json);

}  // namespace centavo::cli
