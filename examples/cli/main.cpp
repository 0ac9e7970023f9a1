// SPDX-License-Identifier: MIT
#include "subcommand.hpp"
#include "wrong_command_line.hpp"

#include <centavo/version.hpp>

#include <CLI/CLI.hpp>

#include <cstdio>
#include <exception>
#include <string>
#include <vector>

namespace {

constexpr int wrong_command_line = 2;

/// Prints the usage of the given subcommand, or of the program.
int complain(CLI::App const& program, std::string const& why) {
    std::string const text = why + "\n\n" + program.help();
    std::fputs(text.c_str(), stderr);
    return wrong_command_line;
}

}  // namespace

int main(int argc, char** argv) {
    using namespace centavo::cli;
    CLI::App program{"What LLM calls cost, exactly: prices, tokens, bills, prompts, keys.", "centavo"};
    program.set_version_flag("--version", "centavo " + std::string{centavo::version});
    program.require_subcommand(1);
    program.get_formatter()->column_width(26);
    std::vector<Subcommand> const subcommands{
        add_models(program), add_estimate(program), add_price(program),  add_replay(program),
        add_count(program),  add_optimize(program), add_select(program), add_key(program),
        add_sse(program),    add_stream(program),   add_ledger(program), add_call(program)};
    try {
        program.parse(argc, argv);
    } catch (CLI::Success const& asked) {  // --help, --version
        return program.exit(asked);
    } catch (CLI::ParseError const& wrong) {
        return complain(program, wrong.what());
    }
    for (Subcommand const& subcommand : subcommands) {
        if (!subcommand.line->parsed()) {
            continue;
        }
        try {
            return subcommand.run();
        } catch (WrongCommandLine const& wrong) {
            return complain(program, wrong.what());
        } catch (std::exception const& failure) {
            std::fprintf(stderr, "centavo %s: %s\n", subcommand.line->get_name().c_str(), failure.what());
            return 1;
        }
    }
    return wrong_command_line;
}
