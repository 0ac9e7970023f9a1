// SPDX-License-Identifier: MIT
#include "input.hpp"
#include "jsonl.hpp"
#include "prices.hpp"
#include "subcommand.hpp"
#include "table.hpp"

#include <centavo/base/clock.hpp>
#include <centavo/pricing/detail/price_index.hpp>
#include <centavo/pricing/price.hpp>
#include <centavo/pricing/unit.hpp>

#include <algorithm>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace centavo::cli {

using namespace centavo::detail;

namespace {

struct Options {
    std::string provider;
    std::string text;
    std::vector<std::string> prices;
    bool all = false;
    bool json = false;
};

std::string rate_text(PriceBand const& band, Unit unit) {
    Rate const* const rate = band.find(unit);
    if (rate == nullptr) {
        return "-";
    }
    return rate->per() == 1'000'000 ? rate->usd().to_string() : rate->cost(1'000'000).to_string();
}

/// The conditions of a band besides its dates.
std::string condition(PriceBand const& band) {
    std::string text{band.tier == ServiceTier::standard ? "" : to_string(band.tier)};
    auto const add = [&](std::string const& more) { text += (text.empty() ? "" : " ") + more; };
    if (band.above > Tokens{0}) {
        add((band.inclusive ? "from " : "over ") + std::to_string(band.above.value()));
    }
    if (!band.region.empty()) {
        add(band.region);
    }
    if (band.window) {
        add(band.window->to_string());
    }
    return text;
}

void append_conditions(std::string& out, Instant from, Instant until) {
    if (from != Instant::min()) {
        append_text(out, "from", to_string(from));
    }
    if (until != Instant::max()) {
        append_text(out, "until", to_string(until));
    }
}

void append_band(std::string& out, PriceBand const& band) {
    separate(out);
    out += '{';
    append_conditions(out, band.from, band.until);
    if (band.above > Tokens{0}) {
        append_count(out, band.inclusive ? "from_input_tokens" : "above_input_tokens", band.above.value());
    }
    if (band.tier != ServiceTier::standard) {
        append_text(out, "tier", to_string(band.tier));
    }
    if (!band.region.empty()) {
        append_text(out, "region", band.region);
    }
    if (band.window) {
        append_text(out, "window", band.window->to_string());
    }
    if (band.priority != 0) {
        append_count(out, "priority", band.priority);
    }
    append_text(out, "status", to_string(band.status));
    if (!band.source.empty()) {
        append_text(out, "source", band.source);
    }
    if (band.as_of.ok()) {
        append_text(out, "as_of", day_text(band.as_of));
    }
    bool free = true;
    append_name(out, "rates");
    out += '[';
    for (Rate const& rate : band.rates) {
        free = free && rate.usd() == Decimal{};
        separate(out);
        out += '{';
        append_text(out, "unit", name_of(rate.unit()));
        append_text(out, "price", rate.usd().to_string());
        append_count(out, "per", rate.per());
        out += '}';
    }
    out += ']';
    if (free) {
        append_name(out, "free");
        out += "true";
    }
    out += '}';
}

void append_adjustments(std::string& out, ModelPrice const& price) {
    append_name(out, "adjustments");
    out += '[';
    for (Adjustment const& one : price.adjustments) {
        separate(out);
        out += '{';
        append_text(out, "name", one.name);
        append_text(out, "factor", one.factor.to_string());
        append_text(out, "scope", to_string(one.scope));
        if (one.tier) {
            append_text(out, "tier", to_string(*one.tier));
        }
        if (!one.regions.empty()) {
            append_name(out, "regions");
            out += '[';
            for (std::string const& region : one.regions) {
                separate(out);
                append_json_string(out, region);
            }
            out += ']';
        }
        append_conditions(out, one.from, one.until);
        out += '}';
    }
    out += ']';
    append_name(out, "minimums");
    out += '{';
    for (BilledMinimum const& one : price.minimums) {
        append_count(out, name_of(one.unit), one.count);
    }
    out += '}';
}

void append_model(std::string& out, ModelPrice const& price) {
    separate(out);
    out += '{';
    append_text(out, "id", price.model.text());
    append_text(out, "provider", price.provider);
    append_text(out, "category", to_string(price.category));
    append_name(out, "aliases");
    out += '[';
    for (ModelId const& alias : price.aliases) {
        separate(out);
        append_json_string(out, alias.text());
    }
    out += ']';
    if (!price.patterns.empty()) {
        append_name(out, "patterns");
        out += '[';
        for (IdPattern const& pattern : price.patterns) {
            separate(out);
            append_json_string(out, pattern.to_string());
        }
        out += ']';
    }
    append_name(out, "prices");
    out += '[';
    for (PriceBand const& band : price.bands) {
        append_band(out, band);
    }
    out += ']';
    append_adjustments(out, price);
    append_name(out, "cache_writes_on_request");
    out += price.cache_writes_on_request ? "true" : "false";
    append_text(out, "source", price.source);
    if (price.as_of.ok()) {
        append_text(out, "as_of", day_text(price.as_of));
    }
    out += '}';
}

/// The bands to show by default: those of the standard tier in force now, with their thresholds and windows.
bool in_force(ModelPrice const& price, PriceBand const& band, Instant now) {
    if (band.tier != ServiceTier::standard || band.until <= now || band.from > now) {
        return false;
    }
    return std::ranges::none_of(price.bands, [&](PriceBand const& other) {
        return other.tier == band.tier && other.from > band.from && other.from <= now && other.until > now &&
               other.priority >= band.priority && !other.window;
    });
}

int list(Options const& options) {
    overlay_prices(options.prices);
    Instant const now = Clock{}.now();
    std::string models;
    Table table{{"MODEL", "PROVIDER", "SINCE", "WHEN", "IN $/M", "CACHED", "WRITE", "OUT $/M"}, 4};
    std::size_t found = 0;
    std::chrono::year_month_day as_of{};
    for (ModelPrice const& price : prices().rows()) {
        bool const wanted = options.provider.empty() || price.provider == provider_id(options.provider);
        if (!wanted || price.model.text().find(options.text) == std::string::npos) {
            continue;
        }
        ++found;
        as_of = price.as_of.ok() ? std::max(as_of, price.as_of) : as_of;
        append_model(models, price);
        for (PriceBand const& band : price.bands) {
            if (options.all || in_force(price, band, now)) {
                std::string const since =
                    band.from == Instant::min() ? "" : to_string(band.from).substr(0, 10);
                table.add({price.model.text(), price.provider, since, condition(band),
                           rate_text(band, units::input), rate_text(band, units::cache_read),
                           rate_text(band, units::cache_write), rate_text(band, units::output)});
            }
        }
    }
    if (found == 0 && !(options.provider.empty() && options.text.empty())) {
        throw std::runtime_error("no prices of \"" +
                                 (options.text.empty() ? options.provider : options.text) + "\"");
    }
    std::string out;
    if (options.json) {
        out = "{";
        if (as_of.ok()) {
            append_text(out, "as_of", day_text(as_of));
            append_count(out, "age_days", price_age(as_of, now).count());
            append_name(out, "stale");
            out += price_age(as_of, now) > stale_after ? "true" : "false";
        }
        append_name(out, "models");
        out += '[' + models + "]}\n";
    } else {
        out = table.text() + std::to_string(found) + " models, " + age_note(as_of, now) + "\n";
    }
    write_out(out);
    return 0;
}

}  // namespace

Subcommand add_models(CLI::App& program) {
    auto const options = std::make_shared<Options>();
    CLI::App* const line = program.add_subcommand("models", "List the known prices");
    line->add_option("TEXT", options->text, "Only models whose ids contain this text");
    line->add_option("--provider", options->provider, "Only this provider's models");
    add_prices_option(*line, options->prices);
    line->add_flag("--all", options->all, "Every tier and date, not only the standard prices in force");
    line->add_flag("--json", options->json,
                   "Print one JSON document instead of a table; usable as a file for --prices");
    return {line, [options] { return list(*options); }};
}

}  // namespace centavo::cli
