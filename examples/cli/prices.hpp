// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/pricing/price_table.hpp>

#include <CLI/CLI.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace centavo::cli {

/// The prices that come with the library, in one source of the program, and what overlay_prices() laid over them.
[[nodiscard]] PriceTable const& prices();

/// Lays price files over the built-in prices, the later ones on top; says on standard error what the lint found.
///
/// Before any thread reads prices(). Throws UnreadableFile and MalformedPriceFile.
void overlay_prices(std::vector<std::string> const& files);

/// `--prices FILE`, as often as wanted.
inline void add_prices_option(CLI::App& line, std::vector<std::string>& files) {
    line.add_option("--prices", files, "A price file laid over the built-in prices: centavo's, genai-prices', LiteLLM's")
        ->allow_extra_args(false);
}

/// "prices as of 2026-09-23", and how old they are where that is too old.
[[nodiscard]] std::string age_note(std::chrono::year_month_day as_of, Instant now);

}  // namespace centavo::cli
