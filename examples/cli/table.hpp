// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace centavo::cli {

/// Rows of text in columns; those from `right` on are right-aligned.
class Table {
public:
    explicit Table(std::vector<std::string> head, std::size_t right = 1) : right_{right} {
        add(std::move(head));
    }

    void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }

    [[nodiscard]] std::string text() const;

private:
    std::vector<std::vector<std::string>> rows_;
    std::size_t right_;
};

}  // namespace centavo::cli
