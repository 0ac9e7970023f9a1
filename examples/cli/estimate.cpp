// SPDX-License-Identifier: MIT
#include "answer_bill.hpp"
#include "bill.hpp"
#include "input.hpp"
#include "jsonl.hpp"
#include "prices.hpp"
#include "subcommand.hpp"
#include "table.hpp"
#include "wrong_command_line.hpp"

#include <centavo/base/clock.hpp>
#include <centavo/cost_calculator.hpp>
#include <centavo/pricing/service_tier.hpp>

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

namespace centavo::cli {

namespace {

struct Options {
    std::string model;
    std::int64_t input = 0;
    std::int64_t output = 0;
    std::int64_t cached = 0;
    std::int64_t per_day = 0;
    std::string tier;
    std::string region;
    std::string at;
    std::vector<std::string> prices;
    bool batch = false;
    bool json = false;
};

int estimate(Options const& options) {
    if (options.cached > options.input) {
        throw WrongCommandLine("--cached must not exceed --input");
    }
    Service service{.region = options.region};
    if (auto const tier = find_provider_tier(options.batch          ? "batch"
                                             : options.tier.empty() ? "standard"
                                                                    : options.tier)) {
        service.tier = *tier;
    } else {
        throw WrongCommandLine("--tier must be standard, batch, flex, priority or fast");
    }
    overlay_prices(options.prices);
    CallContext const context{.at = instant_of(options.at), .service = service};
    CostCalculator const calculator{prices()};
    Usage usage{.input = options.input, .output = options.output};
    if (options.cached > 0) {
        usage.cache_read = options.cached;
    }
    Cost const one = calculator.cost(options.model, usage, context);
    Estimate const estimate =
        calculator.estimate(options.model, usage, {.per_day = options.per_day}, context);
    bool const stale = one.stale(Clock{}.now());
    std::string out;
    if (options.json) {
        out = "{";
        append_text(out, "model", one.model().text());
        append_text(out, "match", to_string(one.match()));
        append_text(out, "provider", one.provider());
        append_text(out, "per_request", estimate.per_request.to_string());
        append_text(out, "daily", estimate.daily.to_string());
        append_text(out, "monthly", estimate.monthly.to_string());
        append_text(out, "yearly", estimate.yearly.to_string());
        append_text(out, "tier", to_string(service.tier));
        append_warnings(out, one.complete(), one.warnings());
        append_text(out, "status", to_string(one.status()));
        if (one.as_of().ok()) {
            append_text(out, "as_of", day_text(one.as_of()));
        }
        append_name(out, "stale");
        out += stale ? "true}\n" : "false}\n";
    } else {
        for (CostWarning const& warning : one.warnings()) {
            std::fprintf(stderr, "%s\n", warning.to_string().c_str());
        }
        Table table{{one.model().text(), "USD"}};
        table.add({"per request", estimate.per_request.to_string()});
        table.add({"daily, " + std::to_string(options.per_day) + " requests", estimate.daily.to_string(2)});
        table.add({"monthly, 30 days", estimate.monthly.to_string(2)});
        table.add({"yearly, 12 months", estimate.yearly.to_string(2)});
        std::string const tier =
            service.tier == ServiceTier::standard ? "" : std::string{to_string(service.tier)} + " ";
        out = table.text() + tier + as_of_note(one.as_of(), Clock{}.now()) + "\n";
    }
    write_out(out);
    return 0;
}

}  // namespace

Subcommand add_estimate(CLI::App& program) {
    auto const options = std::make_shared<Options>();
    CLI::App* const line =
        program.add_subcommand("estimate", "Estimate the cost of calls per day, month and year");
    line->add_option("--model", options->model, "Model")->required();
    line->add_option("--input", options->input, "Input tokens per call, including cached ones")
        ->required()
        ->check(is_count());
    line->add_option("--output", options->output, "Output tokens per call")->required()->check(is_count());
    line->add_option("--per-day", options->per_day, "Calls per day")->required()->check(is_count());
    line->add_option("--cached", options->cached, "Input tokens read from the provider's cache")
        ->check(is_count());
    line->add_flag("--batch", options->batch, "Use batch prices");
    line->add_option("--tier", options->tier, "standard, batch, flex, priority or fast");
    line->add_option("--region", options->region,
                     "The region that serves the calls, if it affects the price: us, eu, …");
    line->add_option("--at", options->at, "Use the prices at this instant instead of now");
    add_prices_option(*line, options->prices);
    line->add_flag("--json", options->json, "Print one JSON document instead of a table");
    return {line, [options] { return estimate(*options); }};
}

}  // namespace centavo::cli
