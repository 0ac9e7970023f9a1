// SPDX-License-Identifier: MIT
#include "bill.hpp"
#include "jsonl.hpp"
#include "prices.hpp"
#include "subcommand.hpp"
#include "wrong_command_line.hpp"

#include <centavo/base/instant.hpp>
#include <centavo/base/json_scan.hpp>
#include <centavo/cost_calculator.hpp>
#include <centavo/wire/usage_reader.hpp>

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

/// What an answer's body says of its price.
struct Body {
    std::string model;
    UsageFields usage;
};

/// Reads a body of any shape: usage and model at the top, or inside `message` or `response`.
void read_body(Body& body, JsonScan& scan, bool outermost) {
    if (scan.peek() != JsonKind::object) {
        throw LineFailure("bad_input", "the body is no object");
    }
    scan.enter_object();
    while (auto const name = scan.next_member()) {
        JsonKind const kind = scan.peek();
        if ((name->equals("usage") || name->equals("usageMetadata")) && kind == JsonKind::object) {
            body.usage.read(scan);
        } else if ((name->equals("model") || name->equals("modelVersion")) && kind == JsonKind::string) {
            body.model = scan.string().text();
        } else if (outermost && (name->equals("message") || name->equals("response")) && kind == JsonKind::object) {
            read_body(body, scan, false);
        } else {
            scan.skip();
        }
    }
}

/// The price of the model that served the answer; where its name is not known, of the one the line names.
Price price_of(Body const& body, std::optional<std::string> const& named, std::string const& known) {
    if (body.model.empty() && !named) {
        throw LineFailure("no_model", "neither the line nor the body names a model", known);
    }
    auto price = prices().find(body.model);
    if (!price && named) {
        price = prices().find(*named);
    }
    if (!price) {
        std::string const& name = body.model.empty() ? *named : body.model;
        throw LineFailure("unknown_model", "no price for model \"" + name + "\"", known);
    }
    return *price;
}

void append_cost(std::string& out, Cost const& cost) {
    append_text(out, "model", cost.model().text());
    append_text(out, "match", to_string(cost.match()));
    append_usage(out, cost.usage());
    append_text(out, "input_cost", cost.input().to_string());
    append_text(out, "output_cost", cost.output().to_string());
    append_text(out, "total_cost", cost.total().to_string());
    append_name(out, "lines");
    out += '[';
    for (CostLine const& one : cost.lines()) {
        separate(out);
        out += '{';
        append_text(out, "unit", name_of(one.rate.unit()));
        append_count(out, "count", one.count);
        append_text(out, "price", one.rate.usd().to_string());
        append_count(out, "per", one.rate.per());
        append_text(out, "cost", one.cost.to_string());
        out += '}';
    }
    out += ']';
}

void price_line(Row const& row, Instant at, std::string& out) {
    Body body;
    JsonScan scan{row.at("body")};
    read_body(body, scan, true);
    if (!body.usage.any()) {
        throw LineFailure("no_usage", "the body says nothing of its usage");
    }
    Usage const usage = body.usage.usage();
    std::string known;
    append_usage(known, usage);
    if (auto const reported = body.usage.reported_cost()) {
        append_text(known, "reported_cost", reported->to_string());
    }
    Price const price = price_of(body, row.find_text("model"), known);
    try {
        Cost const cost = cost_of(price, usage, at);
        append_cost(out, cost);
        if (auto const reported = body.usage.reported_cost()) {
            append_text(out, "reported_cost", reported->to_string());
        }
        append_text(out, "quality", to_string(cost.quality));
        append_text(out, "as_of", day_text(cost.as_of()));
    } catch (std::exception const& failure) {
        throw LineFailure(code_of(failure), failure.what(), known);
    }
}

int price(Options const& options) {
    overlay_prices(options.prices);
    Instant const at = instant_of(options.at);
    return answer_lines(options.files, [&](Row const& row, std::string& out) { price_line(row, at, out); });
}

}  // namespace

Subcommand add_price(CLI::App& program) {
    auto const options = std::make_shared<Options>();
    CLI::App* const line = program.add_subcommand("price", "What providers' answers cost, line by line");
    line->footer("In: {\"id\",\"provider\",\"flavor\"?,\"model\"?,\"body\":{the provider's response}}");
    line->add_option("--at", options->at, "Price at this instant (2025-11-06T12:00:00Z) instead of now");
    line->add_option("--prices", options->prices, "Price files that replace built-in prices");
    add_jsonl_input(*line, options->files);
    return {line, [options] { return price(*options); }};
}

}  // namespace centavo::cli
