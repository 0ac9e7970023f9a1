// SPDX-License-Identifier: MIT
#include "bill.hpp"
#include "call_reply.hpp"
#include "jsonl.hpp"
#include "prices.hpp"
#include "subcommand.hpp"
#include "vocabularies.hpp"
#include "wrong_command_line.hpp"

#include <centavo/base/clock.hpp>
#include <centavo/base/detail/json_number.hpp>
#include <centavo/base/detail/json_scan.hpp>
#include <centavo/base/money.hpp>
#include <centavo/budget/file_ledger.hpp>
#include <centavo/metered.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace centavo::cli {

namespace {

struct Options {
    std::string at;
    std::string budget;
    std::string ledger;
    std::string max_cost;
    std::string optimize;
    std::string route;
    std::string when_short = "refuse";
    std::string stop = "abort";
    bool cache = false;
    std::vector<std::string> prices;
    std::vector<std::string> files;
};

std::string_view format_name(ApiFormat format) noexcept {
    switch (format) {
    case ApiFormat::openai_chat: return "chat";
    case ApiFormat::openai_responses: return "responses";
    case ApiFormat::embeddings: return "embeddings";
    case ApiFormat::anthropic_messages: return "messages";
    case ApiFormat::gemini: return "gemini";
    case ApiFormat::bedrock_converse: return "converse";
    case ApiFormat::cohere: return "cohere";
    }
    return "";
}

Usd money_of(std::string const& text, std::string const& option) {
    try {
        return Usd::parse(text);
    } catch (MalformedMoney const& malformed) {
        throw WrongCommandLine(option + ": " + malformed.what());
    }
}

/// A budget for the day; without a limit one that only counts.
MonitorOptions monitor_options(Options const& options) {
    if (!options.budget.empty()) {
        return {.daily_budget = money_of(options.budget, "--budget")};
    }
    return {.budgets = {{.name = "daily", .limit = 1'000'000_usd, .enforcement = Enforcement::soft}}};
}

Level level_of(std::string const& name) {
    return name == "safe" ? Level::safe : name == "aggressive" ? Level::aggressive : Level::lossless;
}

CacheUse cache_use_of(Row const& row) {
    std::string const use = row.find_text("cache").value_or("default");
    if (use == "default") {
        return CacheUse::look_up_and_store;
    }
    if (use == "refresh") {
        return CacheUse::refresh;
    }
    if (use == "no_store") {
        return CacheUse::no_store;
    }
    if (use == "only") {
        return CacheUse::only;
    }
    throw LineFailure("bad_input",
                      "\"cache\" must be default, refresh, no_store or only, not \"" + use + '"');
}

Scope scope_of(Row const& row) {
    if (row.is_null("namespace")) {  // a lookup that failed must not lead to the scope of everyone
        throw LineFailure("bad_input", "\"namespace\" is null; leave it out for the shared one");
    }
    auto const name = row.find_text("namespace");
    return name ? Scope::of(*name) : Scope::shared();
}

Request request_of(Row const& row) {
    try {
        return Request::parse(std::string{row.at("request")}, row.find_text("endpoint").value_or(""));
    } catch (MalformedRequest const& malformed) {
        throw LineFailure("bad_input", malformed.what());
    }
}

/// What a listener of a stream has received.
struct Heard {
    std::string text;
    std::int64_t pieces = 0;
};

/// The calls of all lines, one after the other, through one composition.
template <typename Monitor>
class Calls {
public:
    Calls(Options const& options, Instant at, Monitor& monitor)
        : options_{options}, clock_{at}, calculator_{prices(), clock_.clock()}, monitor_{monitor},
          optimizer_{counter_of(Encoding::o200k_base)}, metered_{setup()} {}

    void answer(Row const& row, std::string& out) {
        Request const request = request_of(row);
        Heard heard;
        CallOptions<> const options = options_of(row, request, heard);
        Call call = metered_.begin(request, options);
        if (call.state() != CallState::send) {
            Result const result = std::move(call).result();
            append_end(out, result);
            append_request(out, request, options.provider, result.choice);
            append_text(out, "key", key_of(row, request, options.provider).hex());
            bool const served = result.outcome == Outcome::cached || result.outcome == Outcome::joined;
            if (auto const price = served ? served_price(request, options.provider, result) : std::nullopt) {
                append_text(out, "model", (*price)->model.text());
            }
            return append_result(out, request, result, heard);
        }
        OutgoingRequest const& outgoing = call.outgoing();
        Quote const quote = *call.quote();
        std::string rest;
        append_text(rest, "sent", outgoing.body());
        if (!outgoing.request().endpoint().empty()) {
            append_text(rest, "endpoint", outgoing.request().endpoint());
        }
        InputCount const input =
            count_request(outgoing.request(), nearest_counter_of(outgoing.request().model()));
        append_count(rest, "input_tokens", input.tokens.value());
        append_name(rest, "input_exact");
        rest += input.exact ? "true" : "false";
        append_count(rest, "max_output", quote.max_output().value());
        append_text(rest, "worst", quote.worst_case().to_string());
        append_text(rest, "key", key_of(row, request, options.provider).hex());
        auto const reply = reply_of(row);
        Result const result = std::move(call).finish(reply ? play(*reply, call) : Reply{.dispatched = false});
        append_end(out, result);
        append_request(out, request, options.provider, result.choice);
        out += "," + rest;
        append_result(out, request, result, heard);
    }

private:
    [[nodiscard]] MeteredSetup<> setup() {
        MeteredSetup<> setup{.calculator = calculator_,
                             .counters = Counters{&nearest_counter_of},
                             .monitor = monitor_,
                             .level = level_of(options_.optimize)};
        if (options_.cache) {
            setup.cache = cache_;
        }
        if (!options_.route.empty()) {
            setup.router = router_;
        }
        if (!options_.optimize.empty()) {
            setup.optimizer = optimizer_;
        }
        return setup;
    }

    [[nodiscard]] CallOptions<> options_of(Row const& row, Request const& request, Heard& heard) {
        CallOptions<> options{.task = row.find_text("task"),
                              .provider = row.find_text("provider").value_or(""),
                              .scope = scope_of(row),
                              .cache = cache_use_of(row)};
        bool const shorten = row.find_text("when_short").value_or(options_.when_short) == "shorten";
        options.when_short = shorten ? WhenShort::shorten : WhenShort::refuse;
        bool const drain = row.find_text("stop").value_or(options_.stop) == "drain";
        options.stop_mode = drain ? StopMode::drain : StopMode::abort;
        if (auto const max_cost = row.find_text("max_cost")) {
            options.max_cost = Usd::parse(*max_cost);
        } else if (!options_.max_cost.empty()) {
            options.max_cost = money_of(options_.max_cost, "--max-cost");
        }
        if (request.stream()) {
            auto const stops_after = row.find("listener_stops_after");
            auto const last = stops_after ? json_integer(JsonScan{*stops_after}.number()) : std::nullopt;
            options.on_delta = [&heard, last](StreamProgress const& now) {
                if (now.delta.kind != DeltaKind::text || now.delta.choice != 0 || now.delta.text.empty()) {
                    return Flow::keep_going;
                }
                heard.text += now.delta.text;
                return ++heard.pieces == last ? Flow::stop : Flow::keep_going;
            };
        }
        return options;
    }

    [[nodiscard]] static RequestKey key_of(Row const& row, Request const& request,
                                           std::string const& provider) {
        return request_key(scope_of(row), {.provider = provider}, request);
    }

    /// The price of the model that a cached response names, else of the one that was asked for.
    [[nodiscard]] std::optional<Price> served_price(Request const& request, std::string const& provider,
                                                    Result const& result) const {
        std::string const& named = result.response.model;
        auto price = named.empty() ? std::nullopt : calculator_.prices().find(ModelId{named}, provider);
        ModelId const asked = result.choice && *result.choice ? result.choice->model : request.model();
        return price ? price : calculator_.prices().find(asked, provider);
    }

    /// Feeds the recorded bytes until the call asks to stop.
    [[nodiscard]] static Reply play(RecordedReply const& reply, Call& call) {
        Reply end{
            .http_status = reply.status, .transport_error = reply.error, .dispatched = reply.dispatched};
        std::string_view left = reply.body;
        std::vector<std::size_t> pieces = reply.pieces;
        pieces.push_back(reply.body.size());
        for (std::size_t const piece : pieces) {
            std::string_view const bytes = left.substr(0, piece);
            left.remove_prefix(bytes.size());
            if (!bytes.empty() && call.feed(bytes) == Flow::stop) {
                break;
            }
        }
        return end;
    }

    static void append_end(std::string& out, Result const& result) {
        append_text(out, "outcome", to_string(result.outcome));
        if (!result.why.empty()) {
            append_text(out, "why", result.why);
        }
    }

    static void append_request(std::string& out, Request const& request, std::string const& provider,
                               std::optional<Choice> const& choice) {
        append_text(out, "format", format_name(request.format()));
        if (!provider.empty()) {
            append_text(out, "provider", provider);
        }
        append_text(out, "asked", choice && *choice ? choice->model.text() : request.model().text());
    }

    static void append_calls(std::string& out, std::vector<ToolCall> const& calls) {
        if (calls.empty()) {
            return;
        }
        append_name(out, "tool_calls");
        out += '[';
        for (ToolCall const& each : calls) {
            separate(out);
            out += '{';
            append_text(out, "name", each.name);
            append_text(out, "arguments", each.arguments);
            out += '}';
        }
        out += ']';
    }

    void append_result(std::string& out, Request const& request, Result const& result, Heard const& heard) {
        Response const& response = result.response;
        bool const served = result.outcome == Outcome::cached || result.outcome == Outcome::joined;
        append_text(out, "text", response.text);
        append_calls(out, response.tool_calls);
        append_text(out, "finish", to_string(response.finish));
        if (request.stream()) {
            append_count(out, "deltas", heard.pieces);
            append_text(out, "delivered", heard.text);
        }
        std::vector<CallWarning> warnings = result.warnings;
        if (served) {
            append_text(out, "body", result.body);
            append_text(out, "saved", result.saved.to_string());
        }
        if (result.cost) {
            append_text(out, "model", result.cost->model().text());
            append_usage(out, response.usage && result.cost->quality == UsageQuality::reported
                                  ? *response.usage
                                  : result.cost->usage());
            append_text(out, "quality", to_string(result.cost->quality));
            append_name(out, "complete");
            out += result.cost->complete() ? "true" : "false";
            for (CostWarning const& warning : result.cost->warnings()) {
                warnings.push_back({std::string{to_string(warning.kind)}, warning.to_string()});
            }
        } else if (response.usage) {
            append_usage(out, *response.usage);
        }
        append_text(out, "cost", result.total().to_string());
        append_text(out, "charged", result.charged.value_or(Usd{}).to_string());
        append_text(out, "budget_spent", monitor_.spent().to_string());
        append_warnings(out, warnings);
    }

    static void append_warnings(std::string& out, std::vector<CallWarning> const& warnings) {
        if (warnings.empty()) {
            return;
        }
        append_name(out, "warnings");
        out += '[';
        for (CallWarning const& warning : warnings) {
            separate(out);
            out += '{';
            append_text(out, "code", warning.code);
            append_text(out, "detail", warning.detail);
            out += '}';
        }
        out += ']';
    }

    Options const& options_;
    ManualClock clock_;
    CostCalculator<> calculator_;
    Monitor& monitor_;
    PromptCache<> cache_;
    ModelRouter<> router_;
    PromptOptimizer<> optimizer_;
    Metered<> metered_;
};

template <typename Monitor>
int answer_calls(Options const& options, Instant at, Monitor&& monitor) {
    Calls calls{options, at, monitor};
    return answer_lines(options.files, [&](Row const& row, std::string& out) { calls.answer(row, out); });
}

int call(Options const& options) {
    overlay_prices(options.prices);
    Instant const at = instant_of(options.at);
    ManualClock clock{at};
    if (options.ledger.empty()) {
        return answer_calls(options, at, CostMonitor<>{monitor_options(options), clock.clock()});
    }
    return answer_calls(options, at,
                        CostMonitor{monitor_options(options), FileLedger{options.ledger}, clock.clock()});
}

}  // namespace

Subcommand add_call(CLI::App& program) {
    auto const options = std::make_shared<Options>();
    CLI::App* const line = program.add_subcommand("call", "Composed calls with recorded replies");
    line->footer(
        "In: {\"id\",\"provider\"?,\"endpoint\"?,\"request\",\"reply\"?,\"max_cost\"?,\"namespace\"?},\n"
        "out: {\"id\",\"outcome\",\"why\"?,\"format\",\"asked\",\"sent\",\"endpoint\",\"input_tokens\",\n"
        "      \"max_output\",\"worst\",\"key\",\"text\",\"usage\",\"cost\",\"charged\",…}");
    line->add_option("--at", options->at, "Price at this instant instead of now");
    line->add_option("--budget", options->budget, "The most that all calls may cost in a day, in USD");
    line->add_option("--ledger", options->ledger,
                     "Keep the charges in this ledger, and start from what it holds");
    line->add_flag("--cache", options->cache, "Serve repeated requests from a cache");
    line->add_option("--optimize", options->optimize, "Shorten messages: lossless, safe or aggressive")
        ->check(CLI::IsMember({"lossless", "safe", "aggressive"}));
    line->add_option("--route", options->route, "Choose the model by this router: table")
        ->check(CLI::IsMember({"table"}));
    line->add_option("--when-short", options->when_short, "When money is short: refuse or shorten")
        ->check(CLI::IsMember({"refuse", "shorten"}));
    line->add_option("--stop", options->stop, "At the money's end: abort or drain")
        ->check(CLI::IsMember({"abort", "drain"}));
    line->add_option("--max-cost", options->max_cost, "The most that one call may cost, in USD");
    add_prices_option(*line, options->prices);
    add_jsonl_input(*line, options->files);
    return {line, [options] { return call(*options); }};
}

}  // namespace centavo::cli
