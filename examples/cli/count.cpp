// SPDX-License-Identifier: MIT
#include "input.hpp"
#include "jsonl.hpp"
#include "subcommand.hpp"
#include "vocabularies.hpp"
#include "wrong_command_line.hpp"

#include <centavo/api/request.hpp>
#include <centavo/api/request_tokens.hpp>
#include <centavo/tokens/bpe.hpp>
#include <centavo/tokens/rank_file.hpp>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace centavo::cli {

using namespace centavo::detail;

namespace {

struct Options {
    std::string encoding;
    std::string model;
    std::string ranks;
    std::string split = "cl100k";
    bool ids = false;
    bool chat = false;
    bool jsonl = false;
    std::vector<std::string> files;
};

/// The tokenizer of a rank file. One is enough for a program that ends after counting.
Bpe const& bpe_of(std::string const& path, std::string const& name) {
    static std::optional<Bpe> bpe;
    bpe.emplace(load_ranks(path), std::map<std::string, SplitPattern>{{"o200k", SplitPattern::o200k},
                                                                      {"cl100k", SplitPattern::cl100k},
                                                                      {"llama3", SplitPattern::llama3},
                                                                      {"qwen", SplitPattern::qwen},
                                                                      {"gpt2", SplitPattern::gpt2}}
                                      .at(name));
    return *bpe;
}

Counter counter_for_options(Options const& options) {
    if (!options.ranks.empty()) {
        return Counter{bpe_of(options.ranks, options.split)};
    }
    if (!options.encoding.empty() && options.model.empty()) {
        return counter_named(options.encoding);
    }
    return options.model.empty() ? counter_of(Encoding::o200k_base) : counter_of(ModelId{options.model});
}

/// The measured mean error of an estimate, as a ratio to the true count.
void append_error(std::string& out, std::int32_t thousandths) {
    if (thousandths > 0) {
        append_name(out, "mean_error");
        std::string const digits = std::to_string(1'000 + thousandths % 1'000);
        out += std::to_string(thousandths / 1'000) + "." + digits.substr(1);
    }
}

/// Prints the measured mean error of an estimate.
void append_estimate(std::string& out, Counter const& counter) {
    if (!counter.exact()) {
        append_name(out, "exact");
        out += "false";
        append_error(out, counter.estimate() ? counter.estimate()->mean_error : 0);
    }
}

void append_ids(std::string& out, std::vector<Rank> const& ranks, char separator) {
    for (std::size_t i = 0; i < ranks.size(); ++i) {
        char digits[16];
        auto const end = std::to_chars(digits, digits + sizeof digits, ranks[i]).ptr;
        if (i > 0) {
            out += separator;
        }
        out.append(digits, end);
    }
}

int count_texts(Options const& options, Counter const& counter) {
    std::vector<Rank> ranks;
    return answer_lines(options.files, [&](Row const& row, std::string& out) {
        std::string const text = row.text("text");
        if (!options.ids) {
            append_count(out, "tokens", counter.count(text).value());
            append_estimate(out, counter);
            return;
        }
        ranks.clear();
        counter.bpe()->append_encoded(ranks, text);
        append_count(out, "tokens", static_cast<std::int64_t>(ranks.size()));
        append_name(out, "ids");
        out += '[';
        append_ids(out, ranks, ',');
        out += ']';
    });
}

/// The request, with its model replaced by that of the command line.
Request request_of(Row const& row, std::string const& model) {
    std::string body{row.at("request")};
    if (body.starts_with('{') && !Row{body}.find("model")) {
        std::string named = "{";
        append_text(named, "model", model);
        named += body.find_first_not_of(" \t\r\n", 1) == body.rfind('}') ? "" : ",";
        body.replace(0, 1, named);
    }
    Request request = Request::parse(std::move(body));
    return request.model().text() == model ? request : request.with_model(model);
}

int count_requests(Options const& options, Counter const& counter) {
    bool const known = has_vocabulary(options.model);
    return answer_lines(options.files, [&](Row const& row, std::string& out) {
        InputCount const count = count_request(request_of(row, options.model), counter);
        append_count(out, "tokens", count.tokens.value());
        append_name(out, "exact");
        out += count.exact && known ? "true" : "false";
        if (count.images > Tokens{0}) {
            append_count(out, "image_tokens", count.images.value());
        }
        append_error(out, count.error.value_or(counter.estimate() ? counter.estimate()->mean_error : 0));
    });
}

int count_files(Options const& options, Counter const& counter) {
    std::vector<std::string> const files =
        options.files.empty() ? std::vector<std::string>{"-"} : options.files;
    std::vector<std::pair<std::string, std::string>> counts;
    std::int64_t total = 0;
    int status = 0;
    for (std::string const& path : files) {
        try {
            FileBytes const file{path};
            if (options.ids) {
                std::string out;
                append_ids(out, counter.bpe()->encode(file.text()), ' ');
                out += '\n';
                write_out(out);
                continue;
            }
            std::int64_t const tokens = counter.count(file.text()).value();
            total += tokens;
            counts.emplace_back((counter.exact() ? "" : "~") + std::to_string(tokens),
                                path == "-" ? "" : " " + path);
        } catch (UnreadableFile const& failure) {
            std::fprintf(stderr, "centavo count: %s\n", failure.what());
            status = 1;
        }
    }
    if (counts.size() > 1) {
        counts.emplace_back((counter.exact() ? "" : "~") + std::to_string(total), " total");
    }
    std::size_t width = 0;
    for (auto const& [tokens, name] : counts) {
        width = std::max(width, tokens.size());
    }
    std::string out;
    for (auto const& [tokens, name] : counts) {
        out.append(width - tokens.size(), ' ').append(tokens).append(name).append("\n");
    }
    write_out(out);
    return status;
}

int count(Options const& options) {
    if (options.chat && (options.model.empty() || !options.jsonl || options.ids)) {
        throw WrongCommandLine("--chat requires --model and --jsonl and excludes --ids");
    }
    Counter const counter = counter_for_options(options);
    if (options.ids && counter.bpe() == nullptr) {
        throw WrongCommandLine("--ids: the vocabulary of \"" + options.model + "\" is not public");
    }
    if (options.chat) {
        return count_requests(options, counter);
    }
    return options.jsonl ? count_texts(options, counter) : count_files(options, counter);
}

}  // namespace

Subcommand add_count(CLI::App& program) {
    auto const options = std::make_shared<Options>();
    CLI::App* const line = program.add_subcommand("count", "Count the tokens of texts and chat requests");
    line->footer(
        "Models without a public vocabulary are estimated: ~123, or \"exact\":false, \"mean_error\".\n"
        "In with --jsonl: {\"id\",\"text\"}, out: {\"id\",\"tokens\",\"ids\"?};\n"
        "with --chat in: {\"id\",\"request\"}, out: {\"id\",\"tokens\",\"exact\",\"image_tokens\"?}");
    auto* const encoding = line->add_option("--encoding", options->encoding,
                                            "o200k_base (the default), o200k_harmony or cl100k_base")
                               ->check(CLI::IsMember({"o200k_base", "o200k_harmony", "cl100k_base"}));
    auto* const model =
        line->add_option("--model", options->model, "Use the encoding of this model")->excludes(encoding);
    line->add_option("--ranks", options->ranks, "A rank file in tiktoken's format, for other vocabularies")
        ->excludes(encoding)
        ->excludes(model);
    line->add_option("--split", options->split,
                     "The split pattern of --ranks: o200k, cl100k, llama3, qwen or gpt2")
        ->capture_default_str()
        ->check(CLI::IsMember({"o200k", "cl100k", "llama3", "qwen", "gpt2"}));
    line->add_flag("--ids", options->ids,
                   "Print token ids: instead of the count, or with --jsonl in addition");
    line->add_flag("--chat", options->chat, "Count the prompt tokens of chat requests");
    line->add_flag("--jsonl", options->jsonl, "Read and write one JSON object per line");
    line->add_option("FILE", options->files, "Files to read; standard input by default");
    return {line, [options] { return count(*options); }};
}

}  // namespace centavo::cli
