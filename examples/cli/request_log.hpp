// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace centavo::cli {

/// One request of a log.
struct LoggedRequest {
    std::int64_t time_ms = 0;
    std::string_view source;
    std::int64_t input = 0;
    std::int64_t cached = 0;  ///< of the input
    std::int64_t output = 0;
};

/// Reads a log of requests: CSV with a header row that names the columns, in any order; other columns are ignored.
///
/// A field may be enclosed in double quotes. Throws std::runtime_error with the name and the line for malformed input.
class RequestLog {
public:
    /// `text` must outlive the log and its requests.
    RequestLog(std::string name, std::string_view text);

    [[nodiscard]] std::optional<LoggedRequest> next();

    [[nodiscard]] std::size_t offset() const noexcept { return at_; }

private:
    static constexpr std::array<std::string_view, 5> names{"t_ms", "source", "input_tokens",
                                                           "cached_input_tokens", "output_tokens"};
    static constexpr std::size_t none = SIZE_MAX;

    [[nodiscard]] std::string_view next_line();
    [[nodiscard]] std::string_view next_field(std::string_view& line) const;
    [[nodiscard]] std::int64_t count(std::string_view field, std::size_t which) const;
    [[noreturn]] void fail(std::string const& what) const;

    std::string name_;
    std::string_view text_;
    std::size_t at_ = 0;
    std::int64_t line_ = 0;
    std::array<std::size_t, names.size()> columns_{none, none, none, none, none};  // the column of each name
    std::size_t width_ = 0;
};

}  // namespace centavo::cli
