// SPDX-License-Identifier: MIT
#pragma once

#include <CLI/CLI.hpp>

#include <functional>
#include <string>
#include <vector>

namespace centavo::cli {

/// A subcommand: its options and its action; `run` returns the exit status.
struct Subcommand {
    CLI::App* line;
    std::function<int()> run;
};

/// Add one subcommand each to the program.
[[nodiscard]] Subcommand add_models(CLI::App& program);
[[nodiscard]] Subcommand add_estimate(CLI::App& program);
[[nodiscard]] Subcommand add_price(CLI::App& program);
[[nodiscard]] Subcommand add_replay(CLI::App& program);
[[nodiscard]] Subcommand add_count(CLI::App& program);
[[nodiscard]] Subcommand add_optimize(CLI::App& program);
[[nodiscard]] Subcommand add_select(CLI::App& program);
[[nodiscard]] Subcommand add_key(CLI::App& program);
[[nodiscard]] Subcommand add_ledger(CLI::App& program);
[[nodiscard]] Subcommand add_sse(CLI::App& program);
[[nodiscard]] Subcommand add_stream(CLI::App& program);
[[nodiscard]] Subcommand add_call(CLI::App& program);

/// The files to read, and --jsonl if it is the only input format.
inline void add_jsonl_input(CLI::App& line, std::vector<std::string>& files) {
    std::string const about = "One JSON object a line in, one a line out";
    line.add_flag("--jsonl", about)->required();
    line.add_option("FILE", files, "Files to read; standard input without any");
}

/// Rejects anything but a whole number of 0 or more.
inline CLI::Validator is_count() {
    return CLI::Validator{[](std::string& text) {
                              bool const digits =
                                  !text.empty() && text.find_first_not_of("0123456789") == text.npos;
                              return digits ? std::string{} : "\"" + text + "\" is not a count";
                          },
                          "COUNT"};
}

}  // namespace centavo::cli
