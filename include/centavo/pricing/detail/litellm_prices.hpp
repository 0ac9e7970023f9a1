// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/decimal.hpp>
#include <centavo/base/detail/algorithms.hpp>
#include <centavo/base/detail/json_object.hpp>
#include <centavo/base/detail/json_scan.hpp>
#include <centavo/models/model_catalog.hpp>
#include <centavo/pricing/detail/price_lint.hpp>
#include <centavo/pricing/price_file.hpp>
#include <centavo/pricing/service_tier.hpp>
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

/// A price key of LiteLLM's file: the unit, and the tier, threshold and cache lifetime in its suffixes.
struct LitellmKey {
    Unit unit;
    ServiceTier tier = ServiceTier::standard;
    std::int64_t above = 0;

    /// nullopt for a key that is not a known price.
    [[nodiscard]] static std::optional<LitellmKey> parse(std::string_view key) {
        LitellmKey parsed;
        auto const take = [&](std::string_view suffix) {
            bool const found = key.ends_with(suffix);
            key.remove_suffix(found ? suffix.size() : 0);
            return found;
        };
        parsed.tier = take("_batches")    ? ServiceTier::batch
                      : take("_flex")     ? ServiceTier::flex
                      : take("_priority") ? ServiceTier::priority
                                          : ServiceTier::standard;
        constexpr std::string_view before = "_above_";
        if (key.ends_with("k_tokens")) {
            auto const at = key.rfind(before);
            std::string_view const digits =
                at == std::string_view::npos
                    ? ""
                    : key.substr(at + before.size(), key.size() - 8 - at - before.size());
            if (digits.empty() || digits.size() > 6 ||
                digits.find_first_not_of("0123456789") != std::string_view::npos) {
                return std::nullopt;
            }
            for (char const c : digits) {
                parsed.above = parsed.above * 10 + (c - '0');
            }
            parsed.above *= 1'000;
            key = key.substr(0, at);
        }
        bool const hour = take("_above_1hr");
        constexpr auto in = Direction::input;
        constexpr auto out = Direction::output;
        static constexpr auto known = std::to_array<UnitName>({
            {"input_cost_per_token", units::input},
            {"output_cost_per_token", units::output},
            {"cache_read_input_token_cost", units::cache_read},
            {"input_cost_per_token_cache_hit", units::cache_read},
            {"cache_creation_input_token_cost", units::cache_write},
            {"output_cost_per_reasoning_token", units::reasoning},
            {"citation_cost_per_token", units::output_citation},
            {"input_cost_per_audio_token", units::input_audio},
            {"output_cost_per_audio_token", units::output_audio},
            {"cache_read_input_audio_token_cost", units::cache_audio_read},
            {"cache_creation_input_audio_token_cost",
             {Measure::tokens, in, Modality::audio, TokenCategory::cache_write}},
            {"input_cost_per_image_token", units::input_image},
            {"output_cost_per_image_token", units::output_image},
            {"output_cost_per_video_token", units::output_video},
            {"input_cost_per_character", {Measure::characters, in}},
            {"output_cost_per_character", {Measure::characters, out}},
            {"input_cost_per_second", {Measure::seconds, in}},
            {"output_cost_per_second", units::output_seconds},
            {"input_cost_per_audio_per_second", units::input_audio_seconds},
            {"input_cost_per_video_per_second", {Measure::seconds, in, Modality::video}},
            {"output_cost_per_video_per_second", {Measure::seconds, out, Modality::video}},
            {"input_cost_per_image", {Measure::images, in}},
            {"output_cost_per_image", units::output_images},
            {"input_cost_per_pixel", {Measure::pixels, in}},
            {"output_cost_per_pixel", {Measure::pixels, out}},
            {"input_cost_per_query", units::search_units},
            {"input_cost_per_request", units::requests},
            {"ocr_cost_per_page", units::pages},
            {"annotation_cost_per_page", units::annotated_pages},
            {"code_interpreter_cost_per_session", units::code_sessions},
        });
        auto const at = detail::find(known, key, &UnitName::name);
        if (at == known.end() || (hour && at->unit != units::cache_write)) {
            return std::nullopt;
        }
        parsed.unit = hour ? units::cache_write_1h : at->unit;
        return parsed;
    }
};

/// Reads LiteLLM's model_prices_and_context_window.json: a flat object of models with prices per single unit.
///
/// The bands of thresholds and tiers have the rates that the file lists for them. A threshold's band takes the other
/// rates from the standard band; a tier's band takes only those that are not text tokens. Regional multipliers and modes
/// become factors. `litellm_provider` is the provider; its path prefix is removed from the id, and the whole key becomes
/// an alias.
class LitellmPricesReader {
public:
    LitellmPricesReader(std::string_view text, PriceFileInfo const& info) : scan_{text}, info_{info} {}

    /// Throws MalformedJson.
    [[nodiscard]] ImportedPrices read() {
        imported_.format = PriceFormat::litellm;
        read_object(scan_, on("sample_spec", [&] { scan_.skip(); }),
                    otherwise([&](std::string_view name, JsonKind kind) {
                        if (kind == JsonKind::object) {
                            read_model(std::string{name}, scan_.offset());
                        } else {
                            scan_.skip();
                        }
                    }));
        scan_.finish();
        return std::move(imported_);
    }

private:
    void read_model(std::string const& key, std::size_t offset) {
        ModelImport model{imported_, key, offset};
        std::string provider;
        std::string mode;
        read_object(scan_,
                    on_string("litellm_provider", [&](JsonString const& value) { provider = value.text(); }),
                    on_string("mode", [&](JsonString const& value) { mode = value.text(); }),
                    on_array("tiered_pricing", [&] { read_tiers(model); }),
                    on_object("search_context_cost_per_query", [&] { read_searches(model); }),
                    on_object("provider_specific_entry", [&] { read_factors(model); }),
                    otherwise([&](std::string_view member, JsonKind kind) {
                        constexpr std::string_view uplift = "regional_processing_uplift_multiplier_";
                        std::size_t const at = scan_.offset();
                        std::string_view const value = scan_.skip();
                        bool const number = kind == JsonKind::number;
                        if (number && member.starts_with(uplift)) {
                            add_factor(model, "regional processing", value, std::nullopt,
                                       std::string{member.substr(uplift.size())}, at);
                        } else if (auto const parsed = LitellmKey::parse(member); parsed && number) {
                            add(model, *parsed, member, value, at);
                        } else if (!known(member) && kind != JsonKind::null) {
                            model.report(PriceFault::unknown_key, member, value, at);
                        }
                    }));
        finish(model, key, provider, mode);
    }

    void finish(ModelImport& model, std::string const& key, std::string const& provider,
                std::string const& mode) {
        bool const vertex = provider.starts_with("vertex_ai");
        std::string_view const host = vertex                                 ? "google"
                                      : provider.starts_with("bedrock")      ? "aws"
                                      : provider == "text-completion-openai" ? "openai"
                                                                             : provider_id(provider);
        std::string const path = (vertex ? "vertex_ai" : provider) + "/";
        if (key.starts_with(path) && key.size() > path.size()) {
            model.price.model = key.substr(path.size());
            model.price.aliases.emplace_back(key);
        }
        model.price.provider = host;
        model.price.source = info_.name;
        model.price.as_of = info_.as_of;
        model.price.cache_writes_on_request = writes_cache_on_request(host);
        model.price.category = mode == "embedding" ? CostCategory::embeddings : CostCategory::tokens;
        model.free = key.ends_with(":free");
        adapt(model.price.bands, mode);
        complete(model.price.bands);
        for (PriceBand& band : model.price.bands) {
            band.status = PriceStatus::listed;
            // LiteLLM lists 0.0 for units that are not billed.
            std::erase_if(band.rates, [](Rate const& rate) {
                return rate.usd() == Decimal{} && rate.unit() != units::input && rate.unit() != units::output;
            });
        }
        model.finish(mode == "chat");
    }

    /// Replaces units that LiteLLM lists under other names in some modes.
    static void adapt(std::vector<PriceBand>& bands, std::string_view mode) {
        constexpr Unit seconds{Measure::seconds, Direction::input};
        bool const transcribes = mode == "audio_transcription";
        bool const draws = mode == "image_generation" || mode == "image_edit";
        for (PriceBand& band : bands) {
            std::erase_if(
                band.rates, [&](Rate const& rate) {  // the price of the input or of the tokens once more
                    return (transcribes || mode == "audio_speech") && rate.unit() == units::output_seconds;
                });
            for (Rate& rate : band.rates) {
                Unit unit = rate.unit();
                if (transcribes && unit == seconds) {
                    unit = units::input_audio_seconds;
                } else if (draws && unit.direction == Direction::input &&
                           (unit.measure == Measure::images || unit.measure == Measure::pixels)) {
                    unit.direction = Direction::output;
                }
                if (unit != rate.unit() && band.find(unit) == nullptr) {
                    rate = {unit, rate.usd(), rate.per()};
                }
            }
        }
    }

    /// Completes the bands, each of which prices a whole request, with the rates that the file lists once.
    static void complete(std::vector<PriceBand>& bands) {
        auto const base = detail::find_if(bands, [](PriceBand const& b) {
            return b.tier == ServiceTier::standard && b.above == Tokens{0};
        });
        if (base == bands.end()) {
            return;
        }
        std::vector<Rate> const standard = base->rates;
        for (PriceBand& band : bands) {
            for (Rate const& rate : standard) {
                Unit const unit = rate.unit();
                bool const text = unit.measure == Measure::tokens && unit.modality == Modality::any;
                if (band.find(unit) == nullptr && (band.tier == ServiceTier::standard || !text)) {
                    band.rates.push_back(rate);
                }
            }
        }
    }

    static PriceBand& band_of(ModelImport& model, ServiceTier tier, std::int64_t above) {
        for (PriceBand& band : model.price.bands) {
            if (band.tier == tier && band.above == Tokens{above}) {
                return band;
            }
        }
        PriceBand band;
        band.tier = tier;
        band.above = above;
        model.price.bands.push_back(std::move(band));
        return model.price.bands.back();
    }

    static void add(ModelImport& model, LitellmKey const& key, std::string_view name, std::string_view number,
                    std::size_t offset) {
        auto const usd = model.decimal(name, number, offset);
        auto const rate = usd ? model.rate(key.unit, *usd, 1, name, offset) : std::nullopt;
        if (!rate) {
            return;
        }
        PriceBand& band = band_of(model, key.tier, key.above);
        auto const same =
            detail::find_if(band.rates, [&](Rate const& one) { return one.unit() == key.unit; });
        if (same != band.rates.end()) {
            *same = *rate;
        } else {
            band.rates.push_back(*rate);
        }
    }

    /// Reads `[{"range": [0, 256000.0], "input_cost_per_token": ...}, ...]`: a band above the lower end of each range.
    void read_tiers(ModelImport& model) {
        read_array(scan_, [&] {
            std::size_t const at = scan_.offset();
            std::vector<std::pair<LitellmKey, std::string_view>> rates;
            std::optional<std::int64_t> above;
            read_object(scan_,
                        on_array("range",
                                 [&] {
                                     read_array(scan_, [&](std::size_t index) {
                                         bool const number = scan_.peek() == JsonKind::number;
                                         std::string_view const text = scan_.skip();
                                         above = index == 0 && number ? json_integer(text) : above;
                                     });
                                 }),
                        otherwise([&](std::string_view member, JsonKind kind) {
                            auto const key = LitellmKey::parse(member);
                            std::string_view const value = scan_.skip();
                            if (key && kind == JsonKind::number) {
                                rates.emplace_back(*key, value);
                            } else {
                                model.report(PriceFault::unknown_key, "tiered_pricing/" + std::string{member},
                                             value, at);
                            }
                        }));
            if (!above || *above < 0) {
                model.report(PriceFault::malformed, "tiered_pricing", "a tier without a range", at);
                return;
            }
            for (auto [key, number] : rates) {
                key.above = *above;
                add(model, key, "tiered_pricing", number, at);
            }
        });
    }

    /// Reads the price of a search by the size of its context; the medium one prices searches of no stated size.
    ///
    /// Perplexity's sizes price requests instead, and a request of no stated size is priced as a high one.
    void read_searches(ModelImport& model) {
        std::array<std::optional<Decimal>, 3> sizes;
        std::size_t const at = scan_.offset();
        read_object(scan_, otherwise([&](std::string_view name, JsonKind kind) {
                        std::string_view const text = scan_.skip();
                        auto const usd = kind == JsonKind::number
                                             ? model.decimal("search_context_cost_per_query", text, at)
                                             : std::nullopt;
                        for (std::size_t i = 0; i < sizes.size(); ++i) {
                            constexpr std::array<std::string_view, 3> names{"low", "medium", "high"};
                            sizes[i] = name.ends_with(names[i]) ? usd : sizes[i];
                        }
                    }));
        auto const add = [&](Unit unit, std::optional<Decimal> usd) {
            auto const rate = usd && *usd != Decimal{}
                                  ? model.rate(unit, *usd, 1, "search_context_cost_per_query", at)
                                  : std::nullopt;
            if (rate) {
                band_of(model, ServiceTier::standard, 0).rates.push_back(*rate);
            }
        };
        if (model.price.model.text().starts_with("perplexity/") && sizes[0] != sizes[2]) {
            add(units::requests, sizes[2]);
            add(units::requests_low_context, sizes[0]);
            add(units::requests_medium_context, sizes[1]);
            add(units::requests_high_context, sizes[2]);
            return;
        }
        add(units::web_searches, sizes[1] ? sizes[1] : sizes[2] ? sizes[2] : sizes[0]);
    }

    /// Reads `{"us": 1.1, "fast": 6.0}`: factors by tier or region.
    void read_factors(ModelImport& model) {
        read_object(scan_, otherwise([&](std::string_view name, JsonKind kind) {
                        std::string const member{name};
                        std::size_t const at = scan_.offset();
                        std::string_view const value = scan_.skip();
                        if (kind == JsonKind::number) {
                            auto const tier = find_service_tier(member);
                            add_factor(model, member, value, tier, tier ? "" : member, at);
                        } else {
                            model.report(PriceFault::unknown_key, "provider_specific_entry/" + member, value,
                                         at);
                        }
                    }));
    }

    static void add_factor(ModelImport& model, std::string name, std::string_view number,
                           std::optional<ServiceTier> tier, std::string const& region, std::size_t offset) {
        auto const factor = model.decimal(name, number, offset);
        if (!factor) {
            return;
        }
        Adjustment one{.name = std::move(name), .factor = *factor, .tier = tier};
        if (!region.empty()) {
            one.regions.push_back(region);
        }
        model.price.adjustments.push_back(std::move(one));
    }

    /// Whether a member is known not to be a price.
    [[nodiscard]] static bool known(std::string_view member) noexcept {
        constexpr std::array<std::string_view, 16> plain{"source",
                                                         "metadata",
                                                         "deprecation_date",
                                                         "comment",
                                                         "rpm",
                                                         "tpm",
                                                         "output_vector_size",
                                                         "prompt_cache_min_tokens",
                                                         "mode",
                                                         "supported_regions",
                                                         "supported_endpoints",
                                                         "supported_modalities",
                                                         "litellm_provider",
                                                         "rules",
                                                         "supported_output_modalities",
                                                         "uses_embed_content"};
        return member.starts_with("supports_") || member.starts_with("max_") ||
               detail::contains(plain, member);
    }

    JsonScan scan_;
    PriceFileInfo info_;
    ImportedPrices imported_;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
