// SPDX-License-Identifier: MIT
#include "table.hpp"

#include <algorithm>

namespace centavo::cli {

std::string Table::text() const {
    std::vector<std::size_t> widths;
    for (auto const& row : rows_) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i) {
            widths[i] = std::max(widths[i], row[i].size());
        }
    }
    std::string text;
    for (auto const& row : rows_) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            std::string const pad(widths[i] - row[i].size(), ' ');
            text += i == 0 ? "" : "  ";
            text += i < right_ ? row[i] + pad : pad + row[i];
        }
        text.erase(text.find_last_not_of(' ') + 1);
        text += '\n';
    }
    return text;
}

}  // namespace centavo::cli
