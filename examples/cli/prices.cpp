// SPDX-License-Identifier: MIT
#include "prices.hpp"

#include "input.hpp"

#include <centavo/base/clock.hpp>
#include <centavo/builtin/prices.hpp>
#include <centavo/pricing/price_file.hpp>

#include <cstddef>
#include <cstdio>
#include <utility>

namespace centavo::cli {

namespace {

PriceTable& table() {
    static PriceTable table = builtin_prices();
    return table;
}

/// The first findings in full, and the number of the others.
void report(std::string const& file, ImportedPrices const& imported) {
    constexpr std::size_t shown = 5;
    std::string text = file + ": " + std::string{to_string(imported.format)} + ", " +
                       std::to_string(imported.rows.size()) + " models, " +
                       std::to_string(imported.findings.size()) + " findings, " +
                       std::to_string(imported.rejected()) + " of which reject a model or a price\n";
    for (std::size_t i = 0; i < imported.findings.size() && i < shown; ++i) {
        PriceFinding const& one = imported.findings[i];
        text += "  byte " + std::to_string(one.offset) + ": " + std::string{to_string(one.fault)} + ": " +
                one.model + " " + one.key + " " + one.text + "\n";
    }
    if (imported.findings.size() > shown) {
        text += "  and " + std::to_string(imported.findings.size() - shown) + " more\n";
    }
    std::fputs(text.c_str(), stderr);
}

/// The first replaced rates in full, and the number of the others.
void report(std::string const& file, std::vector<ReplacedRate> const& replaced) {
    constexpr std::size_t shown = 5;
    std::string text = file + ": replaces " + std::to_string(replaced.size()) + " rates\n";
    for (std::size_t i = 0; i < replaced.size() && i < shown; ++i) {
        text += "  " + replaced[i].to_string() + "\n";
    }
    if (replaced.size() > shown) {
        text += "  and " + std::to_string(replaced.size() - shown) + " more\n";
    }
    std::fputs(text.c_str(), stderr);
}

}  // namespace

PriceTable const& prices() { return table(); }

void overlay_prices(std::vector<std::string> const& files) {
    for (std::string const& file : files) {
        FileBytes const bytes{file};
        ImportedPrices const imported = read_prices(bytes.text(), {.name = file});
        if (!imported.findings.empty()) {
            report(file, imported);
        }
        MergedPrices merged = table().merge(imported.rows, imported.fallbacks);
        if (!merged.replaced.empty()) {
            report(file, merged.replaced);
        }
        table() = std::move(merged.table);
    }
}

std::string age_note(std::chrono::year_month_day as_of, Instant now) {
    if (!as_of.ok()) {
        return "prices without a date";
    }
    std::string note = "prices as of " + day_text(as_of);
    auto const age = price_age(as_of, now);
    if (age > stale_after) {
        note += ", " + std::to_string(age.count()) + " days old: stale, prices may have changed";
    }
    return note;
}

std::string as_of_note(std::chrono::year_month_day as_of, Instant now) {
    std::string const note = age_note(as_of, now);
    auto const comma = note.find(',');
    if (comma != std::string::npos) {
        std::fprintf(stderr, "%s\n", note.c_str());
    }
    return note.substr(0, comma);
}

}  // namespace centavo::cli
