// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/pricing/price_table.hpp>

#include <CLI/CLI.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace centavo::cli {

/// The built-in prices with the files of overlay_prices(), in one source of the program.
[[nodiscard]] PriceTable const& prices();

/// Overlays the built-in prices with price files, in order; reports findings and replaced rates on standard
/// error.
///
/// Call before any thread reads prices(). Throws UnreadableFile and MalformedPriceFile.
void overlay_prices(std::vector<std::string> const& files);

/// The option `--prices FILE`, which may be repeated.
inline void add_prices_option(CLI::App& line, std::vector<std::string>& files) {
    line.add_option("--prices", files,
                    "A price file that overlays the built-in prices: centavo's, genai-prices', LiteLLM's")
        ->allow_extra_args(false);
}

/// "prices as of 2026-09-23", with the age of the prices if they are stale.
[[nodiscard]] std::string age_note(std::chrono::year_month_day as_of, Instant now);

/// "prices as of 2026-09-23"; warns on standard error if they are stale, so that standard output does not change.
[[nodiscard]] std::string as_of_note(std::chrono::year_month_day as_of, Instant now);

}  // namespace centavo::cli
