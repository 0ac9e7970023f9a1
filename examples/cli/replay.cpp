// SPDX-License-Identifier: MIT
#include "bill.hpp"
#include "input.hpp"
#include "jsonl.hpp"
#include "prices.hpp"
#include "progress.hpp"
#include "request_log.hpp"
#include "subcommand.hpp"
#include "table.hpp"
#include "wrong_command_line.hpp"

#include <centavo/base/clock.hpp>
#include <centavo/base/money.hpp>
#include <centavo/pricing/cost.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
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

constexpr std::int64_t hour_ms = 3'600'000;
constexpr std::int64_t day_ms = 24 * hour_ms;

struct Options {
    std::string log;
    std::string model;
    std::vector<std::string> maps;
    std::vector<std::string> compare;
    std::string budget;
    std::string at;
    std::vector<std::string> prices;
    bool json = false;
};

struct Sum {
    std::int64_t requests = 0;
    Usd cost;

    void add(Usd one) {
        ++requests;
        cost += one;
    }
};

/// The effect of a daily budget: the requests that it would have admitted and denied.
struct BudgetDay {
    Sum passed;
    Sum refused;
};

struct Bill {
    Sum total;
    std::map<std::string, Sum, std::less<>> sources;
    std::map<std::int64_t, Sum> hours;
    std::vector<std::pair<std::string, Usd>> compare;
    std::optional<Usd> budget;
    std::map<std::int64_t, BudgetDay> days;
    std::optional<std::chrono::year_month_day> as_of;  ///< the oldest price used

    void saw(std::chrono::year_month_day day) { as_of = as_of ? std::min(*as_of, day) : day; }
};

/// The price at which each source's requests are billed.
class SourcePrices {
public:
    explicit SourcePrices(Options const& options) {
        if (!options.model.empty()) {
            other_ = prices().at(options.model);
        }
        for (std::string const& map : options.maps) {
            auto const equals = map.find('=');
            if (equals == std::string::npos || equals == 0 || equals + 1 == map.size()) {
                throw WrongCommandLine("--map: \"" + map + "\" is not SOURCE=MODEL");
            }
            mapped_.insert_or_assign(map.substr(0, equals), prices().at(map.substr(equals + 1)));
        }
    }

    [[nodiscard]] Price const& of(std::string_view source) const {
        if (auto const at = mapped_.find(source); at != mapped_.end()) {
            return at->second;
        }
        if (!other_) {
            throw std::runtime_error("source \"" + std::string{source} +
                                     "\" has no model: use --model or --map");
        }
        return *other_;
    }

private:
    std::map<std::string, Price, std::less<>> mapped_;
    std::optional<Price> other_;
};

Usage usage_of(LoggedRequest const& request) {
    return {.input = request.input, .output = request.output, .cache_read = Tokens{request.cached}};
}

Bill bill_of(Options const& options) {
    Bill bill;
    if (!options.budget.empty()) {
        try {
            bill.budget = Usd::parse(options.budget);
        } catch (MalformedMoney const& malformed) {
            throw WrongCommandLine(std::string{"--budget: "} + malformed.what());
        }
    }
    Instant const at = instant_of(options.at);
    overlay_prices(options.prices);
    SourcePrices const source_prices{options};
    std::vector<Price> others;
    for (std::string const& model : options.compare) {
        others.push_back(prices().at(model));
        bill.compare.emplace_back(model, Usd{});
    }
    FileBytes const file{options.log};
    RequestLog log{options.log, file.text()};
    StreamProgress progress;
    while (auto const request = log.next()) {
        Usage const usage = usage_of(*request);
        Cost const priced = cost_of(source_prices.of(request->source), usage, at);
        Usd const cost = priced.total();
        bill.saw(priced.as_of());
        bill.total.add(cost);
        auto source = bill.sources.find(request->source);
        if (source == bill.sources.end()) {
            source = bill.sources.emplace(std::string{request->source}, Sum{}).first;
        }
        source->second.add(cost);
        bill.hours[request->time_ms / hour_ms].add(cost);
        for (std::size_t i = 0; i < others.size(); ++i) {
            bill.compare[i].second += cost_of(others[i], usage, at).total();
        }
        if (bill.budget) {
            BudgetDay& day = bill.days[request->time_ms / day_ms];
            (day.passed.cost + cost > *bill.budget ? day.refused : day.passed).add(cost);
        }
        progress.show(static_cast<std::int64_t>(log.offset()), static_cast<std::int64_t>(file.text().size()));
    }
    return bill;
}

void append_sum(std::string& out, Sum const& sum) {
    append_count(out, "requests", sum.requests);
    append_text(out, "cost", sum.cost.to_string());
}

std::string as_json(Bill const& bill) {
    std::string out = "{";
    append_text(out, "total", bill.total.cost.to_string());
    append_count(out, "requests", bill.total.requests);
    if (bill.as_of && bill.as_of->ok()) {
        append_text(out, "as_of", day_text(*bill.as_of));
        append_name(out, "stale");
        out += price_age(*bill.as_of, Clock{}.now()) > stale_after ? "true" : "false";
    }
    append_name(out, "sources");
    out += '{';
    for (auto const& [source, sum] : bill.sources) {
        separate(out);
        append_json_string(out, source);
        out += ":{";
        append_sum(out, sum);
        out += '}';
    }
    out += '}';
    append_name(out, "hours");
    out += '[';
    for (auto const& [hour, sum] : bill.hours) {
        separate(out);
        out += '{';
        append_count(out, "hour", hour);
        append_sum(out, sum);
        out += '}';
    }
    out += ']';
    append_name(out, "compare");
    out += '{';
    for (auto const& [model, cost] : bill.compare) {
        separate(out);
        append_json_string(out, model);
        out += ':';
        append_json_string(out, cost.to_string());
    }
    out += '}';
    if (bill.budget) {
        append_name(out, "budget");
        out += '{';
        append_text(out, "limit", bill.budget->to_string());
        append_name(out, "days");
        out += '[';
        for (auto const& [day, fared] : bill.days) {
            separate(out);
            out += '{';
            append_count(out, "day", day);
            append_sum(out, fared.passed);
            append_count(out, "refused", fared.refused.requests);
            append_text(out, "refused_cost", fared.refused.cost.to_string());
            out += '}';
        }
        out += "]}";
    }
    return out + "}\n";
}

std::string as_tables(Bill const& bill) {
    Usd const total = bill.total.cost;
    auto const row = [&](std::string name, Sum const& sum) {
        return std::vector<std::string>{std::move(name), std::to_string(sum.requests), sum.cost.to_string(4),
                                        Ratio{sum.cost, total}.to_string()};
    };
    Table sources{{"SOURCE", "REQUESTS", "USD", "SHARE"}};
    for (auto const& [source, sum] : bill.sources) {
        sources.add(row(source, sum));
    }
    sources.add(row("total", bill.total));
    Table hours{{"HOUR", "REQUESTS", "USD", "SHARE"}};
    for (auto const& [hour, sum] : bill.hours) {
        hours.add(row(std::to_string(hour), sum));
    }
    std::string out = sources.text() + "\n" + hours.text();
    if (!bill.compare.empty()) {
        Table compare{{"INSTEAD", "USD", "OF THE BILL", "DIFFERENCE"}};
        for (auto const& [model, cost] : bill.compare) {
            compare.add(
                {model, cost.to_string(4), Ratio{cost, total}.to_string(), (cost - total).to_string(4)});
        }
        out += "\n" + compare.text();
    }
    if (bill.budget) {
        Table days{{"DAY", "PASSED", "USD", "REFUSED", "USD"}};
        for (auto const& [day, fared] : bill.days) {
            days.add({std::to_string(day), std::to_string(fared.passed.requests),
                      fared.passed.cost.to_string(4), std::to_string(fared.refused.requests),
                      fared.refused.cost.to_string(4)});
        }
        out += "\nwith a daily budget of " + bill.budget->to_string() + " USD\n" + days.text();
    }
    if (bill.as_of) {
        out += "\n" + as_of_note(*bill.as_of, Clock{}.now()) + "\n";
    }
    return out;
}

}  // namespace

Subcommand add_replay(CLI::App& program) {
    auto const options = std::make_shared<Options>();
    CLI::App* const line = program.add_subcommand("replay", "Print the bill of a log of requests");
    line->footer("LOG.csv: t_ms,source,input_tokens,cached_input_tokens,output_tokens");
    line->add_option("LOG.csv", options->log, "The log, - for standard input")->required();
    line->add_option("--model", options->model, "The model of every source without --map");
    line->add_option("--map", options->maps, "SOURCE=MODEL: the model of a source")->allow_extra_args(false);
    line->add_option("--budget", options->budget, "A daily budget in USD to simulate");
    line->add_option("--compare", options->compare, "Compare with the cost of this model")
        ->allow_extra_args(false);
    line->add_option("--at", options->at, "Use the prices at this instant instead of now");
    add_prices_option(*line, options->prices);
    line->add_flag("--json", options->json, "Print one JSON document instead of tables");
    return {line, [options] {
                Bill const bill = bill_of(*options);
                std::string out = options->json ? as_json(bill) : as_tables(bill);
                write_out(out);
                return 0;
            }};
}

}  // namespace centavo::cli
