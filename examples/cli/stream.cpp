// SPDX-License-Identifier: MIT
#include "answer_bill.hpp"
#include "bill.hpp"
#include "jsonl.hpp"
#include "prices.hpp"
#include "subcommand.hpp"
#include "vocabularies.hpp"
#include "wrong_command_line.hpp"

#include <centavo/api/request.hpp>
#include <centavo/api/request_tokens.hpp>
#include <centavo/api/response_reader.hpp>
#include <centavo/base/clock.hpp>
#include <centavo/base/detail/json_scan.hpp>
#include <centavo/stream_budget.hpp>

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

using namespace centavo::detail;

namespace {

constexpr std::int64_t longest_answer = 128'000;  // if neither the request nor the model's facts have a cap

struct Options {
    std::string max_cost;
    std::string at;
    std::vector<std::string> prices;
    std::vector<std::string> files;
};

/// A recorded stream to replay: its bytes in pieces, and its request.
struct Recording {
    std::string body;
    std::vector<std::size_t> pieces;
    std::optional<Request> request;
    RequestedService asked;
    std::string model;  ///< the requested one; empty if there is none
};

Recording recording_of(Row const& row) {
    Recording recording{
        .body = row.text("body"), .pieces = {}, .request = {}, .asked = requested_of(row), .model = {}};
    if (auto const chunks = row.find("chunks")) {
        JsonScan scan{*chunks};
        scan.enter_array();
        while (scan.next_element()) {
            auto const size = json_integer(scan.number());
            if (!size || *size < 0) {
                throw LineFailure("bad_input", "the length of a chunk must be a count");
            }
            recording.pieces.push_back(static_cast<std::size_t>(*size));
        }
    }
    recording.pieces.push_back(recording.body.size());  // the bytes after the last chunk
    recording.model = recording.asked.model ? recording.asked.model->text() : "";
    if (auto const request = row.find("request")) {
        try {
            recording.request = Request::parse(std::string{*request});
        } catch (MalformedRequest const&) {
            recording.request.reset();  // a format that is not supported: the prompt is not counted
        }
    }
    return recording;
}

/// The worst case of the call, as far as the recording has it.
CallShape shape_of(Recording const& recording, Counter const& counter) {
    CallShape shape{.input = 0, .max_output = longest_answer};
    if (auto const facts = find_facts(recording.model)) {
        shape.max_output = facts->output_cap;
    }
    if (recording.request) {
        shape.input = count_request(*recording.request, counter).tokens;
        shape.max_output = recording.request->max_tokens().value_or(shape.max_output);
        shape.choices = static_cast<int>(recording.request->choices());
    }
    return shape;
}

/// The result of replaying a stream through the reader, and through a budget if there is one.
struct Played {
    Response answer;
    Tokens output;  ///< counted
    bool stopped = false;
};

/// Replays the stream. If a piece is malformed, what came before it stays known, and `why` has the reason.
Played play(Recording const& recording, Counter const& counter, StreamBudget* budget,
            std::optional<LineFailure>& why) {
    Played played;
    ResponseReader reader{
        ApiHint{.provider = recording.asked.provider,
                .model = recording.asked.model ? recording.asked.model->text() : std::string{}}};
    std::string text;
    IncrementalCounter counted{counter};
    std::string_view left = recording.body;
    auto const take = [&](Delta const& delta) {
        if (played.stopped) {
            return;
        }
        if (delta.choice == 0 && delta.kind == DeltaKind::text) {
            text += delta.text;
        }
        if (budget == nullptr) {
            played.output = counted.append(delta.text);
        } else {
            played.stopped = budget->feed(delta) == Flow::stop;
            played.output = budget->output();
        }
    };
    try {
        for (std::size_t const piece : recording.pieces) {
            reader.feed(left.substr(0, piece), take);
            left.remove_prefix(std::min(piece, left.size()));
            if (played.stopped) {
                break;
            }
        }
        if (!played.stopped) {
            played.answer = reader.finish();
            return played;
        }
        bool const in_text = budget->stopped_text() == StreamText{.part = static_cast<int>(DeltaKind::text)};
        played.answer.text =
            text.substr(0, in_text ? budget->paid_bytes().value_or(text.size()) : text.size());
        played.output = *budget->max_tokens();
    } catch (std::exception const& failure) {
        why.emplace(code_of(failure), failure.what());
        played.answer = reader.so_far();
    }
    played.answer.quality = UsageQuality::partial;
    return played;
}

bool is_empty(Usage const& usage) {
    bool empty = true;
    usage.for_each([&](Unit, std::int64_t count) { empty = empty && count == 0; });
    return empty;
}

void append_stream(Row const& row, std::optional<Usd> limit, Instant usual, std::string& out) {
    Recording const recording = recording_of(row);
    Instant const at = instant_of(row, usual);
    bool const named = !recording.model.empty();
    Counter const counter = counter_of(has_vocabulary(recording.model) ? find_facts(recording.model)->encoding
                                                                       : Encoding::o200k_base);
    CallShape const shape = shape_of(recording, counter);
    std::optional<StreamBudget> budget;
    if (limit) {
        if (!named) {
            throw LineFailure("no_model", "a maximum cost requires \"model\"");
        }
        budget.emplace(Quote{prices().at(recording.model, recording.asked.provider), shape, at}, counter,
                       StreamLimit{*limit});
        if (!budget->max_tokens()) {
            throw LineFailure("bad_input", "the input alone costs more than --max-cost");
        }
    }
    std::optional<LineFailure> why;
    Played played = play(recording, counter, budget ? &*budget : nullptr, why);
    Response& answer = played.answer;
    if (!answer.usage || (is_empty(*answer.usage) && played.output > Tokens{0})) {
        // A usage of zeros with delivered text is no usage.
        answer.quality = answer.usage && !played.stopped ? UsageQuality::estimated : answer.quality;
        answer.usage = Usage{.input = shape.input, .output = played.output};
    } else if (!answer.input_known) {
        answer.usage->input = std::max(answer.usage->input, shape.input);
    }
    std::string known;
    append_text(known, "text", answer.text);
    append_known(known, answer);
    append_text(known, "quality", to_string(answer.quality));
    if (!answer.error.empty()) {
        append_text(known, "provider_error", answer.error);
    }
    if (why) {
        throw LineFailure(why->code(), why->what(), known);
    }
    ResponseCost const bill = bill_of(answer, recording.asked, at, known);
    append_bill(out, bill, recording.asked);
    separate(out);
    out += known;
    if (played.stopped) {
        append_count(out, "stopped_at_token", played.output.value());
    }
    append_text(out, "as_of", day_text(bill.own.as_of()));
}

int stream(Options const& options) {
    std::optional<Usd> limit;
    if (!options.max_cost.empty()) {
        try {
            limit = Usd::parse(options.max_cost);
        } catch (MalformedMoney const& malformed) {
            throw WrongCommandLine(std::string{"--max-cost: "} + malformed.what());
        }
    }
    overlay_prices(options.prices);
    Instant const at = instant_of(options.at);
    return answer_lines(options.files,
                        [&](Row const& row, std::string& out) { append_stream(row, limit, at, out); });
}

}  // namespace

Subcommand add_stream(CLI::App& program) {
    auto const options = std::make_shared<Options>();
    CLI::App* const line = program.add_subcommand(
        "stream", "Replay recorded streams: text, cost, and where a maximum cost stops them");
    line->footer("In: {\"id\",\"provider\",\"model\"?,\"request\"?,\"body\":raw SSE text,\"chunks\":[byte "
                 "lengths]?},\n"
                 "out: {\"id\",\"text\",\"usage\",\"total_cost\",\"quality\",\"stopped_at_token\"?}");
    line->add_option("--max-cost", options->max_cost, "Stop at the token that exceeds this cost in USD");
    line->add_option("--at", options->at, "Use the prices at this instant instead of now");
    add_prices_option(*line, options->prices);
    add_jsonl_input(*line, options->files);
    return {line, [options] { return stream(*options); }};
}

}  // namespace centavo::cli
