// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/decimal.hpp>
#include <centavo/base/detail/algorithms.hpp>
#include <centavo/base/detail/json_object.hpp>
#include <centavo/base/detail/json_scan.hpp>
#include <centavo/models/model_catalog.hpp>
#include <centavo/pricing/detail/genai_units.hpp>
#include <centavo/pricing/detail/price_lint.hpp>
#include <centavo/pricing/id_pattern.hpp>
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
/// prices a whole request of more than `start` input tokens. The ids of `equals` clauses become aliases and the other
/// match clauses patterns.
class GenaiPricesReader {
public:
    GenaiPricesReader(std::string_view text, PriceFileInfo const& info) : scan_{text}, info_{info} {}

    /// Throws MalformedJson.
    [[nodiscard]] ImportedPrices read() {
        imported_.format = PriceFormat::genai_prices;
        read_array(scan_, [&] { read_provider(); });
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
        ProviderFallback fallback;
        std::optional<JsonScan> models;  // read after `id`, which may follow them
        std::vector<std::pair<std::string, std::size_t>> unknown;
        auto const skip = [&] { scan_.skip(); };
        read_object(scan_, on("id", [&] { provider = scan_.string().text(); }),
                    on("models",
                       [&] {
                           models = scan_;
                           scan_.skip();
                       }),
                    on({"name", "pricing_urls", "api_pattern", "model_match"}, skip),
                    on({"provider_match", "extractors", "description", "price_comments"}, skip),
                    on_array("fallback_model_providers",
                             [&] {
                                 read_array(scan_, [&] {
                                     if (scan_.peek() == JsonKind::string) {
                                         fallback.to.push_back(scan_.string().text());
                                     } else {
                                         scan_.skip();
                                     }
                                 });
                             }),
                    otherwise([&](std::string_view name) {
                        unknown.emplace_back(name, scan_.offset());
                        scan_.skip();
                    }));
        for (auto const& [key, at] : unknown) {
            imported_.findings.push_back(
                {.fault = PriceFault::unknown_key, .offset = at, .model = provider, .key = excerpt_of(key)});
        }
        if (!fallback.to.empty()) {
            fallback.provider = provider;
            imported_.fallbacks.push_back(std::move(fallback));
        }
        if (models) {
            JsonScan const after = std::exchange(scan_, *models);
            read_array(scan_, [&] { read_model(provider); });
            scan_ = after;
        }
    }

    void read_model(std::string const& provider) {
        ModelImport model{imported_, {}, scan_.offset()};
        std::optional<JsonScan> prices;
        std::string match;
        std::optional<std::size_t> match_at;
        std::vector<std::pair<std::string, std::size_t>> unknown;
        auto const skip = [&] { scan_.skip(); };
        read_object(scan_, on("id", [&] { model.price.model = lower(scan_.string().text()); }),
                    on_object("match",
                              [&] {
                                  match_at = scan_.offset();
                                  match = read_match();
                              }),
                    on("prices",
                       [&] {
                           prices = scan_;
                           scan_.skip();
                       }),
                    on({"name", "description", "context_window", "price_comments"}, skip),
                    on("deprecated", skip), otherwise([&](std::string_view name) {
                        unknown.emplace_back(name, scan_.offset());
                        scan_.skip();
                    }));
        for (auto const& [key, at] : unknown) {
            model.report(PriceFault::unknown_key, key, {}, at);
        }
        if (!match.empty()) {
            add_match(model, match, *match_at);
        } else if (match_at) {
            model.report(PriceFault::pattern_match, "match", "an unknown condition", *match_at);
        }
        std::string const& id = model.price.model.text();
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

    /// Reads a match clause as the text of an IdPattern; an empty text for one of another form.
    [[nodiscard]] std::string read_match() {
        std::string pattern;
        auto const combined = [&](char how) {
            std::size_t count = 0;
            std::string inner;
            bool whole = true;
            read_array(scan_, [&] {
                std::string const one = read_match();
                whole = whole && !one.empty();
                inner.append(" ").append(one);
                ++count;
            });
            pattern = whole && count > 0 ? how + std::to_string(count) + inner : "";
        };
        read_object(scan_, on_array("or", [&] { combined('|'); }), on_array("and", [&] { combined('&'); }),
                    otherwise([&](std::string_view kind, JsonKind value) {
                        constexpr std::pair<std::string_view, char> kinds[] = {{"equals", '='},
                                                                               {"starts_with", '^'},
                                                                               {"ends_with", '$'},
                                                                               {"contains", '*'},
                                                                               {"regex", '/'}};
                        auto const known = find_if(kinds, [&](auto const& one) { return one.first == kind; });
                        if (known == std::end(kinds) || value != JsonKind::string) {
                            scan_.skip();
                            return;
                        }
                        std::string const text = scan_.string().text();
                        bool const usable = !text.empty() && text.find(' ') == std::string::npos;
                        pattern = usable ? known->second + text : "";
                    }));
        return pattern;
    }

    /// The ids that a clause states one by one become aliases, its other conditions patterns.
    void add_match(ModelImport& model, std::string_view match, std::size_t offset) {
        bool const several = match.starts_with('|');
        std::vector<std::string> conditions;
        for (std::string_view rest = several ? match.substr(std::min(match.find(' ') + 1, match.size()))
                                             : match;
             !rest.empty();) {
            // A condition ends before the next one of the same level.
            std::size_t end = 0;
            for (std::size_t wanted = 1; wanted > 0 && end < rest.size(); --wanted) {
                std::string_view const one = rest.substr(end, rest.find(' ', end) - end);
                if (one[0] == '&' || one[0] == '|') {
                    for (std::size_t i = 1, inner = 0; i <= one.size(); ++i) {
                        if (i == one.size()) {
                            wanted += inner;
                        } else {
                            inner = inner * 10 + static_cast<std::size_t>(one[i] - '0');
                        }
                    }
                }
                end = std::min(end + one.size() + 1, rest.size());
            }
            conditions.emplace_back(rest.substr(0, rest[end - 1] == ' ' ? end - 1 : end));
            rest.remove_prefix(end);
        }
        std::string const& id = model.price.model.text();
        for (std::string const& one : conditions) {
            if (one[0] == '=') {
                std::string name = lower(one.substr(1));
                if (name != id && !contains(model.price.aliases, ModelId{name})) {
                    model.price.aliases.emplace_back(std::move(name));
                }
                continue;
            }
            try {
                model.price.patterns.push_back(IdPattern::parse(one));
            } catch (MalformedPattern const& malformed) {
                model.report(PriceFault::pattern_match, "match", malformed.what(), offset);
            }
        }
    }

    void read_prices(ModelImport& model) {
        if (scan_.peek() == JsonKind::object) {
            add_bands(model, {}, read_rates(model));
            return;
        }
        read_array(scan_, [&](std::size_t index) {
            PriceBand band;
            band.priority = static_cast<int>(index);
            std::vector<TieredRate> rates;
            read_object(scan_, on("prices", [&] { rates = read_rates(model); }),
                        on_object("constraint", [&] { read_constraint(model, band); }),
                        otherwise([&](std::string_view name, JsonKind kind) {
                            std::size_t const at = scan_.offset();
                            std::string_view const value = scan_.skip();
                            if (name != "constraint" || kind != JsonKind::null) {
                                model.report(PriceFault::unknown_key, name, value, at);
                            }
                        }));
            add_bands(model, band, rates);
        });
    }

    void read_constraint(ModelImport& model, PriceBand& band) {
        std::string from;
        std::string until;
        std::size_t const at = scan_.offset();
        std::size_t here = at;  // the member that is read
        auto const set_instant = [&](Instant& bound, std::string_view name) {
            here = scan_.offset();
            std::string const value = scan_.string().text();
            try {
                bound = instant_of(value);
            } catch (MalformedInstant const&) {
                model.report(PriceFault::malformed, name, value, here);
            }
        };
        read_object(scan_, otherwise([&](std::string_view name, JsonKind kind) {
                        here = scan_.offset();
                        if (kind != JsonKind::string) {
                            model.report(PriceFault::malformed, name, scan_.skip(), here);
                        } else if (name == "start_date") {
                            set_instant(band.from, name);
                        } else if (name == "end_date") {
                            set_instant(band.until, name);
                        } else if (name == "start_time") {
                            from = scan_.string().text().substr(0, 5);
                        } else if (name == "end_time") {
                            until = scan_.string().text().substr(0, 5);
                        } else if (name == "type") {
                            scan_.skip();
                        } else {  // an unknown condition
                            model.report(PriceFault::malformed, name, scan_.string().text(), here);
                        }
                    }));
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
        read_object(
            scan_, otherwise([&](std::string_view name) {
                std::string const key{name};
                std::size_t const at = scan_.offset();
                auto const unit = find_genai_unit(key);
                if (!unit) {
                    model.report(PriceFault::unknown_key, key, scan_.skip(), at);
                } else if (auto rate = read_rate(model, {unit->first, unit->second, key, at, {}, {}})) {
                    rates.push_back(std::move(*rate));
                }
            }));
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
        read_object(scan_, on("base", [&] { base = number(); }),
                    on("tiers", [&] { read_array(scan_, [&] { read_tier(model, rate); }); }),
                    otherwise([&](std::string_view name) {
                        std::size_t const at = scan_.offset();
                        model.report(PriceFault::malformed, name, scan_.skip(), at);
                    }));
        rate.base = base.value_or(Decimal{});
        return base ? std::optional{std::move(rate)} : std::nullopt;
    }

    void read_tier(ModelImport& model, TieredRate& rate) {
        std::optional<std::int64_t> start;
        std::optional<Decimal> price;
        std::size_t const at = scan_.offset();
        read_object(scan_, on_number("start", [&](std::string_view digits) { start = json_integer(digits); }),
                    on_number("price",
                              [&](std::string_view digits) { price = model.decimal(rate.key, digits, at); }));
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
