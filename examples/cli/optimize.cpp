// SPDX-License-Identifier: MIT
#include "input.hpp"
#include "jsonl.hpp"
#include "progress.hpp"
#include "subcommand.hpp"
#include "vocabularies.hpp"

#include <centavo/prompt_optimizer.hpp>

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

namespace centavo::cli {

namespace {

struct Options {
    std::string level = "lossless";
    std::string encoding = "o200k_base";
    bool jsonl = false;
    std::vector<std::string> files;
};

Level level_named(std::string const& name) {
    return name == "aggressive" ? Level::aggressive : name == "safe" ? Level::safe : Level::lossless;
}

void append_passes(std::string& out, Optimized const& optimized) {
    append_name(out, "passes");
    out += '[';
    for (PassReport const& pass : optimized.passes) {
        if (!pass.accepted) {
            continue;
        }
        separate(out);
        out += '{';
        append_text(out, "name", pass.name);
        append_count(out, "tokens_saved", pass.tokens_saved.value());
        append_count(out, "edits", static_cast<std::int64_t>(pass.edits));
        out += '}';
    }
    out += ']';
}

int optimize(Options const& options) {
    PromptOptimizer const optimizer{counter_of(encoding_named(options.encoding))};
    Level const level = level_named(options.level);
    if (options.jsonl) {
        return answer_lines(options.files, [&](Row const& row, std::string& out) {
            Optimized const optimized = optimizer.optimize(row.text("text"), level);
            append_text(out, "text", optimized.text);
            append_count(out, "tokens_before", optimized.before.value());
            append_count(out, "tokens_after", optimized.after.value());
            append_passes(out, optimized);
        });
    }
    std::vector<std::string> const files =
        options.files.empty() ? std::vector<std::string>{"-"} : options.files;
    for (std::string const& path : files) {
        FileBytes const file{path};
        Optimized optimized = optimizer.optimize(file.text(), level);
        write_out(optimized.text);
        if (is_terminal(2)) {
            std::fprintf(stderr, "%s: %lld tokens, %lld before\n", path.c_str(),
                         static_cast<long long>(optimized.after.value()),
                         static_cast<long long>(optimized.before.value()));
        }
    }
    return 0;
}

}  // namespace

Subcommand add_optimize(CLI::App& program) {
    auto const options = std::make_shared<Options>();
    CLI::App* const line = program.add_subcommand("optimize", "Shorten prompts");
    line->footer("In with --jsonl: {\"id\",\"text\"}, out: "
                 "{\"id\",\"text\",\"tokens_before\",\"tokens_after\",\"passes\"}");
    line->add_option("--level", options->level, "The level of changes: lossless, safe or aggressive")
        ->check(CLI::IsMember({"lossless", "safe", "aggressive"}))
        ->capture_default_str();
    line->add_option("--encoding", options->encoding, "o200k_base or cl100k_base")
        ->check(CLI::IsMember({"o200k_base", "cl100k_base"}))
        ->capture_default_str();
    line->add_flag("--jsonl", options->jsonl, "Read and write one JSON object per line");
    line->add_option("FILE", options->files, "Files to read; standard input by default");
    return {line, [options] { return optimize(*options); }};
}

}  // namespace centavo::cli
