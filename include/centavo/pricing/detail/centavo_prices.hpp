// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/decimal.hpp>
#include <centavo/base/detail/json_object.hpp>
#include <centavo/base/detail/json_scan.hpp>
#include <centavo/pricing/detail/price_lint.hpp>
#include <centavo/pricing/price_file.hpp>
#include <centavo/pricing/price_list.hpp>
#include <centavo/pricing/unit.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// Reads centavo's own price file, which `centavo models --json` writes; docs/how-to/price-files.md describes it.
class CentavoPricesReader {
public:
    CentavoPricesReader(std::string_view text, PriceFileInfo info) : scan_{text}, info_{std::move(info)} {}

    /// Throws MalformedJson.
    [[nodiscard]] ImportedPrices read() {
        std::optional<JsonScan> models;  // read after the members that apply to all of them
        std::size_t at = scan_.offset();
        auto const unknown = [&](std::string_view key, std::string_view text) {
            imported_.findings.push_back({.fault = PriceFault::unknown_key,
                                          .offset = at,
                                          .key = excerpt_of(key),
                                          .text = excerpt_of(text)});
        };
        auto const skip = [&] { scan_.skip(); };  // relative to the day on which the file was written
        read_object(scan_,
                    on("models",
                       [&] {
                           models = scan_;
                           scan_.skip();
                       }),
                    on_string("source", [&](JsonString const& value) { info_.name = value.text(); }),
                    on({"age_days", "stale"}, skip), otherwise([&](std::string_view name, JsonKind kind) {
                        at = scan_.offset();
                        if (name != "as_of" || kind != JsonKind::string) {
                            unknown(name, scan_.skip());
                            return;
                        }
                        std::string const text = scan_.string().text();
                        auto const day = find_day(text);
                        info_.as_of = day.value_or(info_.as_of);
                        if (!day) {
                            unknown(name, text);
                        }
                    }));
        scan_.finish();
        if (models) {
            scan_ = *models;
            read_array(scan_, [&] { read_model(); });
        }
        return std::move(imported_);
    }

private:
    [[nodiscard]] static std::optional<std::chrono::year_month_day> find_day(std::string const& text) {
        try {
            return std::chrono::year_month_day{std::chrono::floor<std::chrono::days>(instant_of(text))};
        } catch (MalformedInstant const&) {
            return std::nullopt;
        }
    }

    [[nodiscard]] static std::optional<std::int64_t> find_integer(std::string_view text) {
        auto const number = Decimal::find(text);
        if (!number || number->exponent() < 0 || number->exponent() > 18) {
            return std::nullopt;
        }
        std::int64_t whole = number->coefficient();
        for (int power = number->exponent(); power > 0; --power) {
            if (__builtin_mul_overflow(whole, 10, &whole)) {
                return std::nullopt;
            }
        }
        return whole;
    }

    /// Passes the value of `name`, text or a number, to `take`, which returns false for an invalid one.
    template <typename Take>
    void read_text(ModelImport& model, std::string_view name, Take&& take) {
        std::size_t const at = scan_.offset();
        JsonKind const kind = scan_.peek();
        bool const plain = kind == JsonKind::string || kind == JsonKind::number || kind == JsonKind::boolean;
        std::string const text = kind == JsonKind::string ? scan_.string().text() : std::string{scan_.skip()};
        bool valid = false;
        try {
            valid = plain && take(text);
        } catch (MalformedInstant const&) {
        } catch (MalformedWindow const&) {
        }
        if (!valid) {
            model.report(PriceFault::malformed, name, text, at);
        }
    }

    void read_model() {
        ModelImport model{imported_, {}, scan_.offset()};
        ModelPrice& price = model.price;
        price.source = info_.name;
        price.as_of = info_.as_of;
        read_object(
            scan_,
            on_array("aliases",
                     [&] {
                         read_array(scan_, [&] {
                             read_text(model, "aliases", [&](std::string const& text) {
                                 price.aliases.emplace_back(text);
                                 return !text.empty();
                             });
                         });
                     }),
            on_array("patterns", [&] { read_array(scan_, [&] { read_pattern(model); }); }),
            on_array("prices", [&] { read_array(scan_, [&] { read_band(model); }); }),
            on_array("adjustments", [&] { read_array(scan_, [&] { read_adjustment(model); }); }),
            on_object("minimums", [&] { read_minimums(model); }), otherwise([&](std::string_view name) {
                if (name == "id" || name == "provider" || name == "source" || name == "as_of" ||
                    name == "category" || name == "cache_writes_on_request") {
                    read_text(model, name, [&](std::string const& text) { return set(price, name, text); });
                } else {
                    std::size_t const at = scan_.offset();
                    model.report(PriceFault::unknown_key, name, scan_.skip(), at);
                }
            }));
        if (price.model.empty()) {
            model.report(PriceFault::malformed, "id", "a model without an id", scan_.offset());
        }
        model.finish(false);
    }

    [[nodiscard]] static bool set(ModelPrice& price, std::string_view name, std::string const& text) {
        if (name == "id") {
            price.model = text;
            return !text.empty();
        }
        if (name == "cache_writes_on_request") {
            price.cache_writes_on_request = text == "true";
            return text == "true" || text == "false";
        }
        if (name == "as_of") {
            auto const day = find_day(text);
            price.as_of = day.value_or(price.as_of);
            return day.has_value();
        }
        if (name == "category") {
            auto const category = find_cost_category(text);
            price.category = category.value_or(price.category);
            return category.has_value();
        }
        (name == "provider" ? price.provider : price.source) = text;
        return true;
    }

    void read_pattern(ModelImport& model) {
        std::size_t const at = scan_.offset();
        bool const is_text = scan_.peek() == JsonKind::string;
        std::string const text = is_text ? scan_.string().text() : std::string{scan_.skip()};
        try {
            model.price.patterns.push_back(IdPattern::parse(is_text ? text : std::string{}));
        } catch (MalformedPattern const&) {
            model.report(PriceFault::pattern_match, "patterns", text, at);
        }
    }

    void read_band(ModelImport& model) {
        PriceBand band;
        read_object(
            scan_, on_object("rates", [&] { read_rates(model, band); }),
            on_array("rates", [&] { read_array(scan_, [&] { read_rate(model, band, std::nullopt); }); }),
            on_boolean("free", [&](bool value) { model.free = value; }),
            otherwise([&](std::string_view name) {
                if (condition(name)) {
                    read_text(model, name, [&](std::string const& text) { return set(band, name, text); });
                } else {
                    std::size_t const at = scan_.offset();
                    model.report(PriceFault::unknown_key, name, scan_.skip(), at);
                }
            }));
        model.price.bands.push_back(std::move(band));
    }

    [[nodiscard]] static bool condition(std::string_view name) noexcept {
        for (std::string_view const known :
             {"from", "until", "above_input_tokens", "from_input_tokens", "tier", "region", "window",
              "priority", "status", "source", "as_of"}) {
            if (known == name) {
                return true;
            }
        }
        return false;
    }

    [[nodiscard]] static bool set(PriceBand& band, std::string_view name, std::string const& text) {
        if (name == "from" || name == "until") {
            (name == "from" ? band.from : band.until) = instant_of(text);
        } else if (name == "tier") {
            auto const tier = find_service_tier(text);
            band.tier = tier.value_or(band.tier);
            return tier.has_value();
        } else if (name == "status") {
            auto const status = find_price_status(text);
            band.status = status.value_or(band.status);
            return status.has_value();
        } else if (name == "window") {
            band.window = DailyWindow::parse(text);
        } else if (name == "region") {
            band.region = text;
        } else if (name == "source") {
            band.source = text;
        } else if (name == "as_of") {
            auto const day = find_day(text);
            band.as_of = day.value_or(band.as_of);
            return day.has_value();
        } else {
            auto const whole = find_integer(text);
            if (name == "priority") {
                band.priority = whole && *whole >= -1'000 && *whole <= 1'000 ? static_cast<int>(*whole) : 0;
                return whole && *whole == band.priority;
            }
            if (!whole || *whole < 0) {
                return false;
            }
            band.above = *whole;
            band.inclusive = name == "from_input_tokens";
        }
        return true;
    }

    void read_rates(ModelImport& model, PriceBand& band) {
        read_object(scan_,
                    otherwise([&](std::string_view unit) { read_rate(model, band, std::string{unit}); }));
    }

    /// Reads `"input_tokens": "2.50"`, `"web_searches": {"price": "10", "per": 1000}`, or an element with a "unit".
    void read_rate(ModelImport& model, PriceBand& band, std::optional<std::string> unit_name) {
        std::size_t const at = scan_.offset();
        std::optional<std::string> price;
        std::optional<std::int64_t> per;
        auto const read_price = [&] {
            price = scan_.peek() == JsonKind::string ? scan_.string().text() : std::string{scan_.skip()};
        };
        if (scan_.peek() != JsonKind::object) {
            read_price();
        } else {
            read_object(
                scan_, on("price", read_price),
                on_number("per", [&](std::string_view digits) { per = json_integer(digits).value_or(0); }),
                on_string("unit", [&](JsonString const& value) { unit_name = value.text(); }),
                otherwise([&](std::string_view member) {
                    model.report(PriceFault::unknown_key, member, scan_.skip(), at);
                }));
        }
        std::string const name = unit_name.value_or("");
        auto const unit = find_unit(name);
        if (!unit) {
            model.report(PriceFault::unknown_key, "rates/" + name, price.value_or(""), at);
            return;
        }
        // Decimal accepts JSON's numbers and a few more forms.
        if (!price || !Decimal::find(*price)) {
            model.report(PriceFault::malformed, name, price.value_or("no price"), at);
            return;
        }
        auto const usd = model.decimal(name, *price, at);
        std::int64_t const default_per = unit->measure == Measure::tokens ? 1'000'000 : 1;
        auto const rate = usd ? model.rate(*unit, *usd, per.value_or(default_per), name, at) : std::nullopt;
        if (rate && band.find(*unit) != nullptr) {
            model.report(PriceFault::malformed, name, "two rates for one unit", at);
        } else if (rate) {
            band.rates.push_back(*rate);
        }
    }

    void read_adjustment(ModelImport& model) {
        Adjustment one;
        read_object(scan_,
                    on_array("regions",
                             [&] {
                                 read_array(scan_, [&] {
                                     read_text(model, "regions", [&](std::string const& text) {
                                         one.regions.push_back(text);
                                         return true;
                                     });
                                 });
                             }),
                    otherwise([&](std::string_view name) {
                        std::size_t const at = scan_.offset();
                        read_text(model, name, [&](std::string const& text) {
                            return set(one, name, text,
                                       [&] { model.report(PriceFault::unknown_key, name, text, at); });
                        });
                    }));
        model.price.adjustments.push_back(std::move(one));
    }

    template <typename Unknown>
    [[nodiscard]] static bool set(Adjustment& one, std::string_view name, std::string const& text,
                                  Unknown const& report_unknown) {
        if (name == "name") {
            one.name = text;
        } else if (name == "factor") {
            auto const factor = Decimal::find(text);
            one.factor = factor.value_or(one.factor);
            return factor && !factor->negative();
        } else if (name == "scope") {
            auto const scope = find_adjustment_scope(text);
            one.scope = scope.value_or(one.scope);
            return scope.has_value();
        } else if (name == "tier") {
            one.tier = find_service_tier(text);
            return one.tier.has_value();
        } else if (name == "from" || name == "until") {
            (name == "from" ? one.from : one.until) = instant_of(text);
        } else {
            report_unknown();
        }
        return true;
    }

    void read_minimums(ModelImport& model) {
        read_object(scan_, otherwise([&](std::string_view name) {
                        read_text(model, name, [&](std::string const& text) {
                            auto const unit = find_unit(name);
                            auto const count = find_integer(text);
                            if (!unit || !count || *count < 0) {
                                return false;
                            }
                            model.price.minimums.push_back({*unit, *count});
                            return true;
                        });
                    }));
    }

    JsonScan scan_;
    PriceFileInfo info_;
    ImportedPrices imported_;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
