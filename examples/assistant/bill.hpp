// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/money.hpp>

#include <algorithm>
#include <cstddef>
#include <iomanip>
#include <ostream>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

namespace assistant {

/// A line of the bill: a call, how its response was obtained, and its cost.
struct Entry {
    std::string question;
    std::string how;
    std::string model;
    std::string tokens;
    centavo::Usd cost;
};

/// At most `width` columns of a text, truncated at a character boundary.
inline std::string shortened(std::string_view text, std::size_t width) {
    if (text.size() <= width) {
        return std::string{text};
    }
    std::size_t end = width - 2;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
        --end;
    }
    return std::string{text.substr(0, end)} + "..";
}

/// The calls as a table with their total.
inline void print_bill(std::ostream& out, std::vector<Entry> const& entries) {
    std::size_t model_width = 5;
    std::size_t how_width = 3;
    for (Entry const& entry : entries) {
        model_width = std::max(model_width, entry.model.size());
        how_width = std::max(how_width, entry.how.size());
    }
    auto const row = [&](std::string_view number, std::string const& question, std::string const& how,
                         std::string const& model, std::string const& tokens, std::string const& cost) {
        out << std::setw(3) << number << "  " << std::left << std::setw(42) << shortened(question, 42) << "  "
            << std::setw(static_cast<int>(how_width)) << how << "  "
            << std::setw(static_cast<int>(model_width)) << model << "  " << std::right << std::setw(10)
            << tokens << "  " << std::setw(12) << cost << '\n';
    };
    row("", "question", "how", "model", "tokens", "cost, $");
    centavo::Usd total;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        Entry const& entry = entries[i];
        row(std::to_string(i + 1), entry.question, entry.how, entry.model, entry.tokens,
            entry.cost.to_string(8));
        total += entry.cost;
    }
    row("", "total", "", "", "", total.to_string(8));
}

/// A progress bar on standard error, if that is a terminal.
class StreamProgress {
public:
    explicit StreamProgress(std::size_t steps) : steps_{steps}, shown_{isatty(STDERR_FILENO) != 0} {}
    ~StreamProgress() {
        if (shown_) {
            std::string const blank(width + 20, ' ');
            write("\r" + blank + "\r");
        }
    }
    StreamProgress(StreamProgress const&) = delete;
    StreamProgress& operator=(StreamProgress const&) = delete;

    void step() {
        ++done_;
        if (shown_) {
            std::size_t const filled = width * done_ / steps_;
            write("\r[" + std::string(filled, '#') + std::string(width - filled, '.') + "] " +
                  std::to_string(done_) + "/" + std::to_string(steps_));
        }
    }

private:
    static constexpr std::size_t width = 40;

    static void write(std::string const& text) {
        [[maybe_unused]] auto const n = ::write(STDERR_FILENO, text.data(), text.size());
    }

    std::size_t steps_;
    std::size_t done_ = 0;
    bool shown_;
};

}  // namespace assistant
