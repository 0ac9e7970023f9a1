// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/decimal.hpp>
#include <centavo/base/detail/algorithms.hpp>
#include <centavo/base/detail/json_scan.hpp>
#include <centavo/pricing/detail/genai_units.hpp>
#include <centavo/pricing/detail/price_lint.hpp>
#include <centavo/pricing/price_file.hpp>
#include <centavo/pricing/price_list.hpp>
#include <centavo/pricing/unit.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// Reads genai-prices' data.json: providers with models, prices with constraints and context tiers.
///
/// genai-prices tries the prices of a model from the last to the first, so the index of each is its priority. A tier
/// prices a whole request of more than `start` input tokens. The match clauses `equals`, `starts_with` and `or` of these
/// become aliases, which match exact and dated ids; substrings and regular expressions are reported and not imported.
class GenaiPricesReader {
public:
    GenaiPricesReader(std::string_view text, PriceFileInfo const& info) : scan_{text}, info_{info} {}

    /// Throws MalformedJson.
    [[nodiscard]] ImportedPrices read() {
        imported_.format = PriceFormat::genai_prices;
        scan_.enter_array();
        while (scan_.next_element()) {
            read_provider();
        }
        scan_.finish();
        return std::move(imported_);
    }

private:
    struct TieredRate {
        Unit unit;
        std::int64_t per = 1;
        std::string key;
        std::size_t offset = 0;
        Decimal base;
        std::vector<std::pair<std::int64_t, Decimal>> tiers;
    };

    void read_provider() {
        std::string provider;
        std::optional<JsonScan> models;  // read after `id`, which may follow them
        scan_.enter_object();
        std::vector<std::pair<std::string, std::size_t>> unknown;
        while (auto const name = scan_.next_member()) {
            std::size_t const at = scan_.offset();
            static constexpr std::array<std::string_view, 9> plain{
                "name",        "pricing_urls",   "api_pattern",
                "model_match", "provider_match", "extractors",
                "description", "price_comments", "fallback_model_providers"};
            if (name->equals("id")) {
                provider = scan_.string().text();
            } else if (name->equals("models")) {
                models = scan_;
                scan_.skip();
            } else {
                if (!detail::any_of(plain, [&](std::string_view one) { return name->equals(one); })) {
                    unknown.emplace_back(name->text(), at);
                }
                scan_.skip();
            }
        }
        for (auto const& [key, at] : unknown) {
            imported_.findings.push_back(
                {.fault = PriceFault::unknown_key, .offset = at, .model = provider, .key = excerpt_of(key)});
        }
        if (models) {
            JsonScan const after = std::exchange(scan_, *models);
            scan_.enter_array();
            while (scan_.next_element()) {
                read_model(provider);
            }
            scan_ = after;
        }
    }

    void read_model(std::string const& provider) {
        ModelImport model{imported_, {}, scan_.offset()};
        std::optional<JsonScan> prices;
        std::vector<std::string> names;
        std::string pattern;
        std::vector<std::pair<std::string, std::size_t>> unknown;
        scan_.enter_object();
        while (auto const name = scan_.next_member()) {
            std::size_t const at = scan_.offset();
            static constexpr std::array<std::string_view, 5> plain{"name", "description", "context_window",
                                                                   "price_comments", "deprecated"};
            if (name->equals("id")) {
                model.price.model = lower(scan_.string().text());
            } else if (name->equals("match")) {
                read_match(names, pattern);
            } else if (name->equals("prices")) {
                prices = scan_;
                scan_.skip();
            } else {
                if (!detail::any_of(plain, [&](std::string_view one) { return name->equals(one); })) {
                    unknown.emplace_back(name->text(), at);
                }
                scan_.skip();
            }
        }
        for (auto const& [key, at] : unknown) {
            model.report(PriceFault::unknown_key, key, {}, at);
        }
        if (!pattern.empty()) {
            model.report(PriceFault::pattern_match, "match", pattern, scan_.offset());
        }
        std::string const& id = model.price.model.text();
        for (std::string const& name : names) {
            if (name != id) {
                model.price.aliases.emplace_back(name);
            }
        }
        model.price.provider = provider;
        model.price.source = info_.name;
        model.price.as_of = info_.as_of;
        model.price.cache_writes_on_request = writes_cache_on_request(provider);
        bool const embeds = id.find("embed") != std::string::npos || provider == "voyageai";
        model.price.category = embeds ? CostCategory::embeddings : CostCategory::tokens;
        model.free = id.ends_with(":free");
        if (prices) {
            JsonScan const after = std::exchange(scan_, *prices);
            read_prices(model);
            scan_ = after;
        }
        bool const unpriced =
            detail::all_of(model.price.bands, [](PriceBand const& band) { return band.rates.empty(); });
        if (model.free && unpriced) {
            model.price.bands.clear();
            PriceBand nothing;
            nothing.rates = {Rate{units::input, Decimal{}, 1'000'000},
                             Rate{units::output, Decimal{}, 1'000'000}};
            model.price.bands.push_back(std::move(nothing));
        }
        for (PriceBand& band : model.price.bands) {
            bool const future = info_.as_of.ok() && band.from != Instant::min() &&
                                band.from > std::chrono::sys_days{info_.as_of};
            band.status = future ? PriceStatus::announced : PriceStatus::listed;
        }
        model.finish(!embeds);
    }

    void read_match(std::vector<std::string>& names, std::string& pattern) {
        scan_.enter_object();
        while (auto const kind = scan_.next_member()) {
            if (kind->equals("or")) {
                scan_.enter_array();
                while (scan_.next_element()) {
                    read_match(names, pattern);
                }
                continue;
            }
            bool const spelled = kind->equals("equals") || kind->equals("starts_with");
            if (!spelled || scan_.peek() != JsonKind::string) {
                pattern = kind->text() + " " + excerpt_of(scan_.skip());
                continue;
            }
            std::string name = lower(scan_.string().text());
            if (!name.empty() && !name.ends_with('-') && !detail::contains(names, name)) {
                names.push_back(std::move(name));
            }
        }
    }

    void read_prices(ModelImport& model) {
        if (scan_.peek() == JsonKind::object) {
            add_bands(model, {}, read_rates(model));
            return;
        }
        scan_.enter_array();
        for (int index = 0; scan_.next_element(); ++index) {
            PriceBand band;
            band.priority = index;
            std::vector<TieredRate> rates;
            scan_.enter_object();
            while (auto const name = scan_.next_member()) {
                std::size_t const at = scan_.offset();
                if (name->equals("prices")) {
                    rates = read_rates(model);
                } else if (name->equals("constraint") && scan_.peek() == JsonKind::object) {
                    read_constraint(model, band);
                } else if (!name->equals("constraint") || scan_.peek() != JsonKind::null) {
                    model.report(PriceFault::unknown_key, name->text(), scan_.skip(), at);
                } else {
                    scan_.null();
                }
            }
            add_bands(model, band, rates);
        }
    }

    void read_constraint(ModelImport& model, PriceBand& band) {
        std::string from;
        std::string until;
        std::size_t const at = scan_.offset();
        scan_.enter_object();
        while (auto const name = scan_.next_member()) {
            std::size_t const here = scan_.offset();
            if (scan_.peek() != JsonKind::string) {
                model.report(PriceFault::malformed, name->text(), scan_.skip(), here);
                continue;
            }
            std::string const value = scan_.string().text();
            try {
                if (name->equals("start_date")) {
                    band.from = instant_of(value);
                } else if (name->equals("end_date")) {
                    band.until = instant_of(value);
                } else if (name->equals("start_time")) {
                    from = value.substr(0, 5);
                } else if (name->equals("end_time")) {
                    until = value.substr(0, 5);
                } else if (!name->equals("type")) {
                    model.report(PriceFault::malformed, name->text(), value,
                                 here);  // an unknown condition
                }
            } catch (MalformedInstant const&) {
                model.report(PriceFault::malformed, name->text(), value, here);
            }
        }
        if (!from.empty() || !until.empty()) {
            try {
                band.window = DailyWindow::parse(from + "-" + until);
            } catch (MalformedWindow const&) {
                model.report(PriceFault::malformed, "constraint", from + "-" + until, at);
            }
        }
    }

    [[nodiscard]] std::vector<TieredRate> read_rates(ModelImport& model) {
        std::vector<TieredRate> rates;
        scan_.enter_object();
        while (auto const name = scan_.next_member()) {
            std::string const key = name->text();
            std::size_t const at = scan_.offset();
            auto const unit = find_genai_unit(key);
            if (!unit) {
                model.report(PriceFault::unknown_key, key, scan_.skip(), at);
                continue;
            }
            if (auto rate = read_rate(model, {unit->first, unit->second, key, at, {}, {}})) {
                rates.push_back(std::move(*rate));
            }
        }
        // Two names of one unit: usage is counted in the unit with a direction.
        bool const has_input_audio =
            detail::find(rates, units::input_audio_seconds, &TieredRate::unit) != rates.end();
        std::erase_if(rates, [&](TieredRate const& one) {
            return has_input_audio && one.unit == units::audio_seconds;
        });
        return rates;
    }

    [[nodiscard]] std::optional<TieredRate> read_rate(ModelImport& model, TieredRate rate) {
        auto const number = [&]() -> std::optional<Decimal> {
            std::size_t const at = scan_.offset();
            if (scan_.peek() == JsonKind::number) {
                return model.decimal(rate.key, scan_.number(), at);
            }
            model.report(PriceFault::malformed, rate.key, scan_.skip(), at);
            return std::nullopt;
        };
        if (scan_.peek() != JsonKind::object) {
            auto const base = number();
            rate.base = base.value_or(Decimal{});
            return base ? std::optional{std::move(rate)} : std::nullopt;
        }
        std::optional<Decimal> base;
        scan_.enter_object();
        while (auto const name = scan_.next_member()) {
            if (name->equals("base")) {
                base = number();
            } else if (name->equals("tiers")) {
                scan_.enter_array();
                while (scan_.next_element()) {
                    read_tier(model, rate);
                }
            } else {
                std::size_t const at = scan_.offset();
                model.report(PriceFault::malformed, name->text(), scan_.skip(), at);
            }
        }
        rate.base = base.value_or(Decimal{});
        return base ? std::optional{std::move(rate)} : std::nullopt;
    }

    void read_tier(ModelImport& model, TieredRate& rate) {
        std::optional<std::int64_t> start;
        std::optional<Decimal> price;
        std::size_t const at = scan_.offset();
        scan_.enter_object();
        while (auto const name = scan_.next_member()) {
            bool const wanted = scan_.peek() == JsonKind::number;
            std::string_view const text = scan_.skip();
            if (name->equals("start") && wanted) {
                start = json_integer(text);
            } else if (name->equals("price") && wanted) {
                price = model.decimal(rate.key, text, at);
            }
        }
        if (start && price && *start > 0) {
            rate.tiers.emplace_back(*start, *price);
        } else {
            model.report(PriceFault::malformed, rate.key, "a tier without start and price", at);
        }
    }

    /// Adds one band below all thresholds and one from each; a unit without a price at a threshold keeps the lower one.
    static void add_bands(ModelImport& model, PriceBand const& conditions,
                          std::vector<TieredRate> const& rates) {
        std::vector<std::int64_t> thresholds{0};
        for (TieredRate const& rate : rates) {
            for (auto const& tier : rate.tiers) {
                thresholds.push_back(tier.first);
            }
        }
        std::sort(thresholds.begin(), thresholds.end());
        thresholds.erase(std::unique(thresholds.begin(), thresholds.end()), thresholds.end());
        for (std::int64_t const threshold : thresholds) {
            PriceBand band = conditions;
            band.above = threshold;
            for (TieredRate const& rate : rates) {
                Decimal usd = rate.base;
                std::int64_t reached = 0;
                for (auto const& [start, price] : rate.tiers) {
                    if (start <= threshold && start > reached) {
                        reached = start;
                        usd = price;
                    }
                }
                if (auto const one = model.rate(rate.unit, usd, rate.per, rate.key, rate.offset)) {
                    band.rates.push_back(*one);
                }
            }
            model.price.bands.push_back(std::move(band));
        }
    }

    [[nodiscard]] static std::string lower(std::string text) {
        std::transform(text.begin(), text.end(), text.begin(),
                       [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
        return text;
    }

    JsonScan scan_;
    PriceFileInfo info_;
    ImportedPrices imported_;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
