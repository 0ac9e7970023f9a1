// SPDX-License-Identifier: MIT
#include "request_log.hpp"

#include <charconv>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace centavo::cli {

RequestLog::RequestLog(std::string name, std::string_view text) : name_{std::move(name)}, text_{text} {
    if (text_.starts_with("\xEF\xBB\xBF")) {
        text_.remove_prefix(3);
    }
    std::string_view header = next_line();
    for (; header.data() != nullptr; ++width_) {
        std::string_view const field = next_field(header);
        for (std::size_t i = 0; i < names.size(); ++i) {
            if (field == names[i]) {
                columns_[i] = width_;
            }
        }
    }
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (columns_[i] == none) {
            fail("no column \"" + std::string{names[i]} + "\"");
        }
    }
}

std::optional<LoggedRequest> RequestLog::next() {
    std::string_view line;
    do {
        if (at_ >= text_.size()) {
            return std::nullopt;
        }
        line = next_line();
    } while (line.empty());
    std::array<std::string_view, names.size()> fields;
    std::size_t column = 0;
    for (; line.data() != nullptr; ++column) {
        std::string_view const field = next_field(line);
        for (std::size_t i = 0; i < names.size(); ++i) {
            if (columns_[i] == column) {
                fields[i] = field;
            }
        }
    }
    if (column != width_) {
        fail(std::to_string(column) + " fields, but the header has " + std::to_string(width_));
    }
    LoggedRequest const request{.time_ms = count(fields[0], 0),
                                .source = fields[1],
                                .input = count(fields[2], 2),
                                .cached = count(fields[3], 3),
                                .output = count(fields[4], 4)};
    if (request.cached > request.input) {
        fail("more cached input tokens than input tokens");
    }
    return request;
}

std::string_view RequestLog::next_line() {
    auto const end = text_.find('\n', at_);
    std::string_view line = text_.substr(at_, end == std::string_view::npos ? end : end - at_);
    at_ = end == std::string_view::npos ? text_.size() : end + 1;
    ++line_;
    if (line.ends_with('\r')) {
        line.remove_suffix(1);
    }
    return line;
}

/// Removes a field and its comma from the front of `line`; `line` is null after the last field.
std::string_view RequestLog::next_field(std::string_view& line) const {
    std::string_view field;
    std::size_t end = 0;
    if (line.starts_with('"')) {
        auto const close = line.find('"', 1);
        if (close == std::string_view::npos || (close + 1 < line.size() && line[close + 1] != ',')) {
            fail("a quoted field that is not closed or contains a quote");
        }
        field = line.substr(1, close - 1);
        end = close + 1;
    } else {
        end = line.find(',');
        field = line.substr(0, end);
    }
    line = end >= line.size() ? std::string_view{} : line.substr(end + 1);
    return field;
}

std::int64_t RequestLog::count(std::string_view field, std::size_t which) const {
    std::int64_t value = 0;
    auto const [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
    if (error != std::errc{} || end != field.data() + field.size() || value < 0) {
        fail(std::string{names[which]} + " is not a count: \"" + std::string{field.substr(0, 40)} + "\"");
    }
    return value;
}

void RequestLog::fail(std::string const& what) const {
    throw std::runtime_error(name_ + ":" + std::to_string(line_) + ": " + what);
}

}  // namespace centavo::cli
