// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/utf8.hpp>
#include <centavo/export/detail/text_sink_ref.hpp>
#include <centavo/export/text_sink.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// Writes rows of RFC 4180: commas, CRLF, quotes only where required, an empty field for null.
///
/// Ill-formed UTF-8 becomes U+FFFD.
class CsvRow {
public:
    explicit CsvRow(CsvFormulas formulas) : formulas_{formulas} {}

    CsvRow& text(std::string_view value) {
        separate();
        bool const formula = formulas_ == CsvFormulas::escape && !value.empty() &&
                             std::string_view{"=+-@\t\r"}.find(value.front()) != std::string_view::npos;
        bool const quoted = value.find_first_of(",\"\r\n") != std::string_view::npos ||
                            (!value.empty() && (value.front() == ' ' || value.back() == ' '));
        if (quoted) {
            row_ += '"';
        }
        if (formula) {
            row_ += '\'';
        }
        std::size_t copied = 0;
        for (auto quote = value.find('"'); quote != std::string_view::npos; quote = value.find('"', copied)) {
            append_well_formed(row_, value.substr(copied, quote - copied));
            row_ += "\"\"";
            copied = quote + 1;
        }
        append_well_formed(row_, value.substr(copied));
        if (quoted) {
            row_ += '"';
        }
        return *this;
    }

    /// Text that needs neither quotes nor an apostrophe: numbers (also negative ones), instants, names of the format.
    CsvRow& plain(std::string_view value) {
        separate();
        row_ += value;
        return *this;
    }

    CsvRow& null() { return plain({}); }

    /// Writes the row and begins the next one.
    void end(TextSinkRef sink) {
        row_ += "\r\n";
        sink(row_);
        row_.clear();
        first_ = true;
    }

private:
    void separate() {
        if (!first_) {
            row_ += ',';
        }
        first_ = false;
    }

    std::string row_;
    CsvFormulas formulas_;
    bool first_ = true;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
