// SPDX-License-Identifier: MIT
#include "input.hpp"
#include "jsonl.hpp"
#include "prices.hpp"
#include "subcommand.hpp"
#include "table.hpp"

#include <centavo/base/clock.hpp>
#include <centavo/base/instant.hpp>
#include <centavo/pricing/price.hpp>
#include <centavo/pricing/unit.hpp>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace centavo::cli {

namespace {

struct Options {
    std::string provider;
    bool json = false;
};

std::string since(PriceBand const& band) { return band.from == Instant::min() ? "" : to_string(band.from).substr(0, 10); }

std::string rate_text(PriceBand const& band, Unit unit) {
    Rate const* const rate = band.find(unit);
    if (rate == nullptr) {
        return "-";
    }
    return rate->per() == 1'000'000 ? rate->usd().to_string() : rate->usd().to_string() + "/" + std::to_string(rate->per());
}

void append_band(std::string& out, PriceBand const& band) {
    separate(out);
    out += '{';
    if (band.from != Instant::min()) {
        append_text(out, "from", to_string(band.from));
    }
    if (band.until != Instant::max()) {
        append_text(out, "until", to_string(band.until));
    }
    if (band.above > Tokens{0}) {
        append_count(out, band.reached ? "from_input_tokens" : "above_input_tokens", band.above.value());
    }
    append_name(out, "rates");
    out += '[';
    for (Rate const& rate : band.rates) {
        separate(out);
        out += '{';
        append_text(out, "unit", name_of(rate.unit()));
        append_text(out, "price", rate.usd().to_string());
        append_count(out, "per", rate.per());
        out += '}';
    }
    out += "]}";
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
    append_name(out, "prices");
    out += '[';
    for (PriceBand const& band : price.bands) {
        append_band(out, band);
    }
    out += ']';
    append_text(out, "source", price.source);
    append_text(out, "as_of", day_text(price.as_of));
    out += '}';
}

int list(Options const& options) {
    std::string document = R"({"models":[)";
    Table table{{"MODEL", "PROVIDER", "SINCE", "OVER", "IN $/M", "CACHED", "WRITE", "OUT $/M"}, 2};
    std::size_t found = 0;
    std::string as_of;
    for (ModelPrice const& price : prices().rows()) {
        if (!options.provider.empty() && price.provider != options.provider) {
            continue;
        }
        ++found;
        as_of = std::max(as_of, day_text(price.as_of));
        append_model(document, price);
        for (PriceBand const& band : price.bands) {
            table.add({price.model.text(), price.provider, since(band),
                       band.above > Tokens{0} ? std::to_string(band.above.value()) : "", rate_text(band, units::input),
                       rate_text(band, units::cache_read), rate_text(band, units::cache_write),
                       rate_text(band, units::output)});
        }
    }
    if (found == 0 && !options.provider.empty()) {
        throw std::runtime_error("no prices of provider \"" + options.provider + "\"");
    }
    std::string out = document + "]}\n";
    if (!options.json) {
        out = table.text() + std::to_string(found) + " models, prices as of " + as_of + "\n";
    }
    write_out(out);
    return 0;
}

}  // namespace

Subcommand add_models(CLI::App& program) {
    auto const options = std::make_shared<Options>();
    CLI::App* const line = program.add_subcommand("models", "The prices that are known");
    line->add_option("--provider", options->provider, "Only this provider's models");
    line->add_flag("--json", options->json, "One JSON document instead of a table");
    return {line, [options] { return list(*options); }};
}

}  // namespace centavo::cli
