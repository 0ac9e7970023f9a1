// SPDX-License-Identifier: MIT
#include "input.hpp"
#include "jsonl.hpp"
#include "progress.hpp"
#include "subcommand.hpp"
#include "vocabularies.hpp"
#include "wrong_command_line.hpp"

#include <centavo/prompt_optimizer.hpp>

#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace centavo::cli {

namespace {

struct Options {
    std::string level = "lossless";
    std::string encoding = "o200k_base";
    bool jsonl = false;
    bool chat = false;
    bool whitespace = false;
    bool phrases = false;
    std::vector<std::string> files;
};

Level level_named(std::string const& name) {
    return name == "aggressive" ? Level::aggressive : name == "safe" ? Level::safe : Level::lossless;
}

OptimizeOptions settings(Options const& options) {
    return {
        .level = level_named(options.level), .whitespace = options.whitespace, .phrases = options.phrases};
}

void append_passes(std::string& out, std::vector<PassReport> const& passes) {
    append_name(out, "passes");
    out += '[';
    for (PassReport const& pass : passes) {
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

/// Appends the messages, of which only texts differ, and what was saved of those texts.
void optimize_chat(PromptOptimizer<> const& optimizer, OptimizeOptions const& how, std::string_view messages,
                   std::string& out) {
    ConversationRunner<Counter> conversation{optimizer.counter(), how};
    std::vector<PassReport> passes;
    Tokens before;
    Tokens after;
    std::string const json = with_message_texts(
        messages, [&](std::string_view role, std::string_view text) -> std::optional<std::string> {
            Optimized made = conversation.next(role, text);
            Tokens const tokens = made.passes.empty() ? optimizer.counter()(text) : made.before;
            before += tokens;
            after += made.passes.empty() ? tokens : made.after;
            add_reports(passes, made.passes);
            return made.changes.empty() ? std::nullopt : std::optional{std::move(made.text)};
        });
    append_name(out, "messages");
    out += json;
    append_count(out, "tokens_before", before.value());
    append_count(out, "tokens_after", after.value());
    append_passes(out, passes);
}

int optimize(Options const& options) {
    PromptOptimizer const optimizer{counter_of(encoding_named(options.encoding))};
    OptimizeOptions const how = settings(options);
    if (options.chat) {
        if (!options.jsonl) {
            throw WrongCommandLine{"optimize --chat needs --jsonl"};
        }
        return answer_lines(options.files, [&](Row const& row, std::string& out) {
            optimize_chat(optimizer, how, row.at("messages"), out);
        });
    }
    if (options.jsonl) {
        return answer_lines(options.files, [&](Row const& row, std::string& out) {
            Optimized const optimized = optimizer.optimize(row.text("text"), how);
            append_text(out, "text", optimized.text);
            append_count(out, "tokens_before", optimized.before.value());
            append_count(out, "tokens_after", optimized.after.value());
            append_passes(out, optimized.passes);
        });
    }
    std::vector<std::string> const files =
        options.files.empty() ? std::vector<std::string>{"-"} : options.files;
    for (std::string const& path : files) {
        FileBytes const file{path};
        Optimized optimized = optimizer.optimize(file.text(), how);
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
    line->add_flag("--chat", options->chat, "Shorten the messages of conversations");
    line->add_flag("--whitespace", options->whitespace, "Reduce white space in prose, too");
    line->add_flag("--phrases", options->phrases, "Shorten wordy phrases, too");
    line->add_option("FILE", options->files, "Files to read; standard input by default");
    return {line, [options] { return optimize(*options); }};
}

}  // namespace centavo::cli
