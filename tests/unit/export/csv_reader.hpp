// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace centavo::test {

/// Parses RFC 4180 strictly: every row ends in CRLF and has as many fields as the first, quotes enclose whole fields,
/// and quotes within a field are doubled.
[[nodiscard]] inline std::vector<std::vector<std::string>> csv_rows(std::string_view text) {
    std::vector<std::vector<std::string>> rows;
    std::size_t at = 0;
    while (at < text.size()) {
        std::vector<std::string> row;
        while (true) {
            std::string field;
            if (text[at] == '"') {
                for (++at; at < text.size() && (text[at] != '"' || text.substr(at, 2) == "\"\""); ++at) {
                    at += text[at] == '"' ? 1U : 0U;
                    field += text[at];
                }
                ++at;
            } else {
                for (; at < text.size() && text[at] != ',' && text[at] != '\r'; ++at) {
                    if (text[at] == '"' || text[at] == '\n') {
                        throw std::runtime_error("a quote or line feed in an unquoted field");
                    }
                    field += text[at];
                }
            }
            row.push_back(field);
            if (text.substr(at, 2) == "\r\n") {
                at += 2;
                break;
            }
            if (at >= text.size() || text[at] != ',') {
                throw std::runtime_error("a field is not followed by a comma or CRLF");
            }
            ++at;
        }
        if (!rows.empty() && row.size() != rows.front().size()) {
            throw std::runtime_error("a row has a different number of fields");
        }
        rows.push_back(row);
    }
    return rows;
}

}  // namespace centavo::test
