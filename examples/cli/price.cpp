// SPDX-License-Identifier: MIT
#include "answer_bill.hpp"
#include "bill.hpp"
#include "jsonl.hpp"
#include "prices.hpp"
#include "subcommand.hpp"
#include "vocabularies.hpp"

#include <centavo/api/request.hpp>
#include <centavo/api/request_tokens.hpp>
#include <centavo/api/response_reader.hpp>
#include <centavo/base/clock.hpp>
#include <centavo/pricing/usage.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace centavo::cli {

namespace {

struct Options {
    std::string at;
    std::vector<std::string> prices;
    std::vector<std::string> files;
};

/// Reads a body. Throws LineFailure with the counts and the provider's charge if the counts contradict each other.
Response read_answer(Row const& row, RequestedService const& asked) {
    std::string_view const body = row.at("body");
    if (!body.starts_with('{')) {
        throw LineFailure("bad_input", "the body must be an object");
    }
    std::string flavor = row.find_text("flavor").value_or("");
    ResponseReader reader{{.provider = asked.provider,
                           .flavor = flavor == "default" ? "" : std::move(flavor),
                           .model = asked.model ? asked.model->text() : std::string{}}};
    reader.feed(body);
    try {
        return reader.finish();
    } catch (ContradictoryUsage const& contradiction) {
        std::string known;
        append_known(known, reader.so_far());
        throw LineFailure(code_of(contradiction), contradiction.what(), known);
    }
}

/// The counted usage of a response that reports only zeros beside delivered text; nullopt for every other response.
std::optional<Usage> counted_usage(Row const& row, Response const& answer, RequestedService const& asked) {
    Row const body{row.at("body")};
    bool const reports = body.find("usage") || body.find("usageMetadata") || body.find("meta");
    if (!reports || answer.text.empty() || answer.quality != UsageQuality::estimated) {
        return std::nullopt;
    }
    Counter const counter = nearest_counter_of(!answer.model.empty() ? ModelId{answer.model}
                                               : asked.model         ? *asked.model
                                                                     : ModelId{});
    Usage usage{.input = 0, .output = counter(answer.text)};
    if (auto const request = row.find("request")) {
        try {
            usage.input = count_request(Request::parse(std::string{*request}), counter).tokens;
        } catch (MalformedRequest const&) {
            usage.input = 0;  // of another format: its prompt is not counted
        }
    }
    return usage;
}

void price_line(Row const& row, Instant at, std::string& out) {
    RequestedService const asked = requested_of(row);
    Response answer = read_answer(row, asked);
    if (!answer.usage) {
        answer.usage = counted_usage(row, answer, asked);
    }
    std::string known;
    append_known(known, answer);
    append_text(known, "quality", to_string(answer.quality));
    if (!answer.usage) {
        throw LineFailure("no_usage", "the body has no usage", known);
    }
    ResponseCost const bill = bill_of(answer, asked, instant_of(row, at), known);
    append_bill(out, bill, asked);
    separate(out);
    out += known;
    append_text(out, "as_of", day_text(bill.own.as_of()));
}

int price(Options const& options) {
    overlay_prices(options.prices);
    Instant const at = instant_of(options.at);
    return answer_lines(options.files, [&](Row const& row, std::string& out) { price_line(row, at, out); });
}

}  // namespace

Subcommand add_price(CLI::App& program) {
    auto const options = std::make_shared<Options>();
    CLI::App* const line = program.add_subcommand("price", "Price responses of providers, one per line");
    line->footer(
        "In: {\"id\",\"provider\",\"flavor\"?,\"model\"?,\"tier\"?,\"region\"?,\"at\"?,\"request\"?,\n"
        "     \"body\":{the provider's response}}");
    line->add_option("--at", options->at,
                     "Use the prices at this instant (2025-11-06T12:00:00Z) instead of now");
    add_prices_option(*line, options->prices);
    add_jsonl_input(*line, options->files);
    return {line, [options] { return price(*options); }};
}

}  // namespace centavo::cli
