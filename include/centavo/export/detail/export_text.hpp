// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/int128.hpp>
#include <centavo/base/detail/json_string.hpp>
#include <centavo/base/detail/utf8.hpp>
#include <centavo/budget/account.hpp>

#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

// What the exports are written with: where their text goes, and the rules of CSV and of JSON members.

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// Where an export goes: called with its pieces, in order. What it throws ends the export.
///
///     write_csv(ledger, append_to(text));
///     write_csv(ledger, [&](std::string_view piece) { file << piece; });
template <typename Out>
concept TextOut = std::invocable<Out&, std::string_view>;

/// A TextOut that appends to a string, which outlives it.
[[nodiscard]] inline auto append_to(std::string& text) {
    return [&text](std::string_view piece) { text += piece; };
}

/// What becomes of a CSV field that a spreadsheet would run as a formula.
enum class Formulas : std::uint8_t {
    guard,  ///< an apostrophe goes before a text that begins with = + - @, a tab or a carriage return
    keep    ///< written as it is: for programs, which read back every byte
};

/// Writes rows of RFC 4180: commas, CRLF, quotes only where they are needed, nothing for null.
///
/// Ill-formed UTF-8 becomes U+FFFD. Numbers are never guarded: "-0.5" stays a number.
class CsvRow {
public:
    explicit CsvRow(Formulas formulas) : formulas_{formulas} {}

    CsvRow& text(std::string_view value) {
        separate();
        bool const formula = formulas_ == Formulas::guard && !value.empty() &&
                             std::string_view{"=+-@\t\r"}.find(value.front()) != std::string_view::npos;
        bool const quoted = value.find_first_of(",\"\r\n") != std::string_view::npos ||
                            (!value.empty() && (value.front() == ' ' || value.back() == ' '));
        if (quoted) {
            row_ += '"';
        }
        if (formula) {
            row_ += '\'';
        }
        std::size_t kept = 0;
        for (auto quote = value.find('"'); quote != std::string_view::npos; quote = value.find('"', kept)) {
            append_well_formed(row_, value.substr(kept, quote - kept));
            row_ += "\"\"";
            kept = quote + 1;
        }
        append_well_formed(row_, value.substr(kept));
        if (quoted) {
            row_ += '"';
        }
        return *this;
    }

    /// A number, an instant or a name of the format itself: text that needs neither quotes nor a guard.
    CsvRow& plain(std::string_view value) {
        separate();
        row_ += value;
        return *this;
    }

    CsvRow& null() { return plain({}); }

    /// Ends the row, hands it on, and begins the next one.
    template <TextOut Out>
    void end(Out& out) {
        row_ += "\r\n";
        out(std::string_view{row_});
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
    Formulas formulas_;
    bool first_ = true;
};

/// Appends `"name":`, after a comma where a member or an element stands before it.
inline void append_json_member(std::string& out, std::string_view name) {
    if (!out.empty() && out.back() != '{' && out.back() != '[' && out.back() != '\n') {
        out += ',';
    }
    append_json_string(out, name);
    out += ':';
}

/// Appends `"name":"text"`, likewise.
inline void append_json_member(std::string& out, std::string_view name, std::string_view text) {
    append_json_member(out, name);
    append_json_string(out, text);
}

/// Tags as one flat JSON object.
[[nodiscard]] inline std::string tags_as_json(std::span<Tag const> tags) {
    std::string out = "{";
    for (Tag const& tag : tags) {
        append_json_member(out, tag.key, tag.value);
    }
    return out + "}";
}

/// `count` / `per` as exact decimal text; nullopt where no decimal with at most 18 places is that number.
[[nodiscard]] inline std::optional<std::string> exact_quotient(std::int64_t count, std::int64_t per) {
    Int128 power = 1;
    for (int places = 0; places <= 18; ++places, power *= 10) {
        if (power * count % per != 0) {  // 64 bits by 10^18 stay below 128
            continue;
        }
        Int128 const digits = power * count / per;
        Uint128 size = digits < 0 ? -static_cast<Uint128>(digits) : static_cast<Uint128>(digits);
        std::string reversed;
        for (int i = 0; size != 0 || i <= places; ++i, size /= 10) {
            if (i == places && places > 0) {
                reversed += '.';
            }
            reversed += static_cast<char>('0' + static_cast<int>(size % 10));
        }
        return (digits < 0 ? "-" : "") + std::string{reversed.rbegin(), reversed.rend()};
    }
    return std::nullopt;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
