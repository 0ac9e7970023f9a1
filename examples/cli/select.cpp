// SPDX-License-Identifier: MIT
#include "jsonl.hpp"
#include "subcommand.hpp"
#include "vocabularies.hpp"
#include "wrong_command_line.hpp"

#include <centavo/base/decimal.hpp>
#include <centavo/base/detail/int128.hpp>
#include <centavo/base/detail/json_scan.hpp>
#include <centavo/prompt_optimizer.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace centavo::cli {

using namespace centavo::detail;

namespace {

struct Options {
    std::string ratio;
    std::optional<std::int64_t> budget;
    std::string encoding = "o200k_base";
    std::vector<std::string> files;
};

/// A ratio from 0 to 1 in millionths, exactly.
std::int64_t millionths(std::string const& text) {
    auto const ratio = Decimal::find(text);
    auto const parts = ratio ? ratio->scaled(6) : std::nullopt;
    if (!parts || *parts < 0 || *parts > 1'000'000) {
        throw WrongCommandLine("--ratio must be a number from 0 to 1 with at most six decimals");
    }
    return static_cast<std::int64_t>(*parts);
}

struct Texts {
    std::string title;
    std::string text;
};

std::vector<Texts> passages_of(std::string_view json) {
    std::vector<Texts> passages;
    JsonScan scan{json};
    scan.enter_array();
    while (scan.next_element()) {
        Row const passage{scan.skip()};
        passages.push_back({passage.find_text("title").value_or(""), passage.text("text")});
    }
    return passages;
}

int select(Options const& options) {
    if (options.ratio.empty() == !options.budget) {
        throw WrongCommandLine("either --ratio or --budget is required");
    }
    std::int64_t const share = options.budget ? 0 : millionths(options.ratio);
    PromptOptimizer const optimizer{counter_of(encoding_named(options.encoding))};
    return answer_lines(options.files, [&](Row const& row, std::string& out) {
        std::vector<Texts> const texts = passages_of(row.at("passages"));
        std::vector<Passage> passages;
        for (Texts const& one : texts) {
            passages.push_back({one.title, one.text});
        }
        std::int64_t limit = options.budget.value_or(0);
        if (!options.budget) {
            std::int64_t const whole = optimizer.counter().count(join_passages(passages)).value();
            limit = static_cast<std::int64_t>(Int128{whole} * share / 1'000'000);
        }
        Selection const selection = optimizer.select(row.text("question"), passages, {.tokens = limit});
        append_text(out, "text", selection.text);
        append_count(out, "tokens_before", selection.before.value());
        append_count(out, "tokens_after", selection.after.value());
        append_name(out, "kept");
        out += '[';
        for (KeptSpan const& span : selection.kept) {
            separate(out);
            out += '{';
            append_count(out, "passage", static_cast<std::int64_t>(span.passage));
            append_count(out, "begin", static_cast<std::int64_t>(span.begin));
            append_count(out, "end", static_cast<std::int64_t>(span.end));
            out += '}';
        }
        out += ']';
    });
}

}  // namespace

Subcommand add_select(CLI::App& program) {
    auto const options = std::make_shared<Options>();
    CLI::App* const line =
        program.add_subcommand("select", "Select the sentences of a context that are relevant to a question");
    line->footer(
        "In: {\"id\",\"question\",\"passages\":[{\"title\",\"text\"}]},\n"
        "out: "
        "{\"id\",\"text\",\"tokens_before\",\"tokens_after\",\"kept\":[{\"passage\",\"begin\",\"end\"}]}");
    line->add_option("--ratio", options->ratio, "The ratio of tokens to keep, from 0 to 1");
    line->add_option("--budget", options->budget, "The number of tokens to keep")->check(is_count());
    line->add_option("--encoding", options->encoding, "o200k_base or cl100k_base")
        ->check(CLI::IsMember({"o200k_base", "cl100k_base"}))
        ->capture_default_str();
    add_jsonl_input(*line, options->files);
    return {line, [options] { return select(*options); }};
}

}  // namespace centavo::cli
