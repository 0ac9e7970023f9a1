// SPDX-License-Identifier: MIT
#include "answer_bill.hpp"
#include "bill.hpp"
#include "call_reply.hpp"
#include "call_request.hpp"
#include "jsonl.hpp"
#include "prices.hpp"
#include "subcommand.hpp"
#include "wrong_command_line.hpp"

#include <centavo/base/clock.hpp>
#include <centavo/base/detail/json_number.hpp>
#include <centavo/base/detail/json_scan.hpp>
#include <centavo/base/money.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace centavo::cli {

namespace {

struct Options {
    std::string at;
    std::string max_cost;
    std::vector<std::string> prices;
    std::vector<std::string> files;
};

/// The calls of all lines, one after the other.
class Calls {
public:
    explicit Calls(Options const& options) : at_{instant_of(options.at)} {
        if (!options.max_cost.empty()) {
            try {
                max_cost_ = Usd::parse(options.max_cost);
            } catch (MalformedMoney const& malformed) {
                throw WrongCommandLine(std::string{"--max-cost: "} + malformed.what());
            }
        }
    }

    void answer(Row const& row, std::string& out) {
        CallRequest call = prepare_call(row, at_, max_cost_of(row));
        if (!call.refusal.empty()) {
            append_end(out, Outcome::refused, call.refusal);
            append_request(out, call, false);
            return finish(out, call, {}, {});
        }
        auto const reply = reply_of(row);
        if (!reply) {
            append_end(out, Outcome::failed, "the request was not sent: there is no reply to play");
            append_request(out, call, true);
            return finish(out, call, {}, {});
        }
        PlayedReply played = play_reply(call, *reply, listener_limit(row));
        Settled const settled = settle_reply(call, *reply, played, at_);
        append_end(out, settled.outcome, settled.why);
        append_request(out, call, true);
        append_response(out, call, played);
        finish(out, call, settled, played.response);
    }

private:
    [[nodiscard]] std::optional<Usd> max_cost_of(Row const& row) const {
        auto const text = row.find_text("max_cost");
        try {
            return text ? std::optional{Usd::parse(*text)} : max_cost_;
        } catch (MalformedMoney const& malformed) {
            throw LineFailure("bad_input", malformed.what());
        }
    }

    [[nodiscard]] static std::optional<std::int64_t> listener_limit(Row const& row) {
        auto const json = row.find("listener_stops_after");
        return json ? json_integer(JsonScan{*json}.number()) : std::nullopt;
    }

    static void append_end(std::string& out, Outcome outcome, std::string const& why) {
        append_text(out, "outcome", to_string(outcome));
        if (!why.empty()) {
            append_text(out, "why", why);
        }
    }

    static void append_response(std::string& out, CallRequest const& call, PlayedReply const& played) {
        Response const& response = played.response;
        append_text(out, "text", response.text);
        if (!response.tool_calls.empty()) {
            append_name(out, "tool_calls");
            out += '[';
            for (ToolCall const& each : response.tool_calls) {
                separate(out);
                out += '{';
                append_text(out, "name", each.name);
                append_text(out, "arguments", each.arguments);
                out += '}';
            }
            out += ']';
        }
        append_text(out, "finish", to_string(response.finish));
        if (call.request.stream()) {
            append_count(out, "deltas", played.deltas);
            append_text(out, "delivered", played.delivered);
        }
    }

    void finish(std::string& out, CallRequest const& call, Settled const& settled, Response const& response) {
        if (settled.cost) {
            append_text(out, "model", settled.cost->own.model().text());
            if (response.usage) {
                append_usage(out, *response.usage);
            }
            append_text(out, "cost", settled.cost->total().to_string());
            append_text(out, "quality", to_string(settled.quality));
        }
        spent_ += settled.charged;
        append_text(out, "charged", settled.charged.to_string());
        append_text(out, "budget_spent", spent_.to_string());
        std::vector<CallWarning> warnings = call.warnings;
        if (settled.cost) {
            append_name(out, "complete");
            out += settled.cost->complete() ? "true" : "false";
            for (CostWarning const& warning : settled.cost->warnings()) {
                warnings.push_back({std::string{to_string(warning.kind)}, warning.to_string()});
            }
        }
        append_call_warnings(out, warnings);
    }

    Instant at_;
    std::optional<Usd> max_cost_;
    Usd spent_;
};

int call(Options const& options) {
    overlay_prices(options.prices);
    Calls calls{options};
    return answer_lines(options.files, [&](Row const& row, std::string& out) { calls.answer(row, out); });
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
    line->add_option("--max-cost", options->max_cost, "The most that one call may cost, in USD");
    add_prices_option(*line, options->prices);
    add_jsonl_input(*line, options->files);
    return {line, [options] { return call(*options); }};
}

}  // namespace centavo::cli
