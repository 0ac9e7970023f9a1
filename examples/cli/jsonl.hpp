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

/// One line of input: an object, its members as their own JSON text.
class Row {
public:
    /// Throws MalformedJson.
    explicit Row(std::string_view line);

    /// The JSON text of `id`; "null" without one.
    [[nodiscard]] std::string_view id() const { return find("id").value_or("null"); }

    /// The JSON text of a member; nullopt where there is none or it is null.
    [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;

    [[nodiscard]] bool is_null(std::string_view name) const;

    /// A string that may be missing. Throws LineFailure for a member of another kind.
    [[nodiscard]] std::optional<std::string> find_text(std::string_view name) const;

    /// As find() and find_text() for members that are needed. Throws LineFailure without them.
    [[nodiscard]] std::string_view at(std::string_view name) const;
    [[nodiscard]] std::string text(std::string_view name) const;

private:
    [[nodiscard]] std::string_view raw(std::string_view name) const;

    std::vector<std::pair<JsonString, std::string_view>> members_;
};

/// Why a line has no answer: a code of the contract, a sentence, and what is known all the same.
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

/// The code of a failure that the library reported.
[[nodiscard]] std::string_view code_of(std::exception const& failure);

/// Appends the answer's members behind its id.
using LineAnswer = std::function<void(Row const& row, std::string& out)>;

/// Answers line by line, in order; returns the exit status: 1 where a line had no answer.
///
/// Output is written at the end and whenever the input runs dry.
[[nodiscard]] int answer_lines(std::vector<std::string> files, LineAnswer const& answer);

/// Appends `"name":`, with a comma before it where something precedes it. Names are plain.
void append_name(std::string& out, std::string_view name);
void append_text(std::string& out, std::string_view name, std::string_view text);
void append_count(std::string& out, std::string_view name, std::int64_t count);

/// Appends a comma unless an object or array has just been opened.
void separate(std::string& out);

/// The text of a JSON string; throws MalformedJson for anything else.
[[nodiscard]] std::string text_of(std::string_view json);

}  // namespace centavo::cli
