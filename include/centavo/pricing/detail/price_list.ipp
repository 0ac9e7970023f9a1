// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/decimal.hpp>
#include <centavo/base/detail/config.hpp>
#include <centavo/models/model_catalog.hpp>
#include <centavo/pricing/price_list.hpp>
#include <centavo/pricing/rate.hpp>
#include <centavo/pricing/unit.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// A unit's code in PriceText, and the number of units that its price is usually for.
struct UnitCode {
    std::string_view code;
    Unit unit;
    std::int64_t per;
};

inline constexpr std::int64_t per_million = 1'000'000;

/// The first eight are the most frequent.
inline constexpr auto unit_codes = std::to_array<UnitCode>({
    {"i", units::input, per_million},
    {"o", units::output, per_million},
    {"c", units::cache_read, per_million},
    {"w", units::cache_write, per_million},
    {"ws", units::web_searches, 1'000},
    {"h", units::cache_write_1h, per_million},
    {"ia", units::input_audio, per_million},
    {"oa", units::output_audio, per_million},
    {"r", units::reasoning, per_million},
    {"ci", units::output_citation, per_million},
    {"it", units::input_text, per_million},
    {"ot", units::output_text, per_million},
    {"ii", units::input_image, per_million},
    {"oi", units::output_image, per_million},
    {"iv", units::input_video, per_million},
    {"ov", units::output_video, per_million},
    {"ca", units::cache_audio_read, per_million},
    {"cm", units::cache_image_read, per_million},
    {"cw", {Measure::tokens, Direction::input, Modality::audio, TokenCategory::cache_write}, per_million},
    {"wf", units::web_fetches, 1},
    {"fs", units::file_searches, 1'000},
    {"rq", units::requests, 1'000},
    {"rl", units::requests_low_context, 1'000},
    {"rm", units::requests_medium_context, 1'000},
    {"rh", units::requests_high_context, 1'000},
    {"su", units::search_units, 1'000},
    {"cs", units::code_sessions, 1},
    {"mp", units::maps_searches, 1'000},
    {"tm", units::input_text_messages, 1'000},
    {"as", units::input_audio_seconds, 3'600},
    {"us", units::audio_seconds, 3'600},
    {"sc", {Measure::seconds, Direction::input}, 1},
    {"os", units::output_seconds, 1},
    {"ax", {Measure::seconds, Direction::output, Modality::audio}, 1},
    {"vs", {Measure::seconds, Direction::input, Modality::video}, 1},
    {"vo", {Measure::seconds, Direction::output, Modality::video}, 1},
    {"ch", {Measure::characters, Direction::input}, per_million},
    {"oc", {Measure::characters, Direction::output}, per_million},
    {"im", {Measure::images, Direction::input}, 1},
    {"om", units::output_images, 1},
    {"ip", {Measure::pixels, Direction::input}, per_million},
    {"op", {Measure::pixels, Direction::output}, per_million},
    {"pg", units::pages, 1'000},
    {"ag", units::annotated_pages, 1'000},
});

/// Removes the text up to a separator, and the separator, from the front of `rest`.
[[nodiscard]] constexpr std::string_view take_until(std::string_view& rest, char separator) noexcept {
    std::string_view const text = rest.substr(0, rest.find(separator));
    rest.remove_prefix(std::min(text.size() + 1, rest.size()));
    return text;
}

/// Reads the lines of one PriceText.
class PriceTextReader {
public:
    PriceTextReader(PriceText const& text, std::span<PriceSourceName const> sources,
                    std::vector<ModelPrice>& rows)
        : text_{text}, sources_{sources}, rows_{rows}, on_request_{writes_cache_on_request(text.provider)} {}

    void read() {
        for (std::string_view rest = text_.lines; !rest.empty();) {
            std::string_view line = take_until(rest, '\n');
            char const kind = line.empty() ? '\0' : line[0];
            if (kind != ' ' && kind != '~' && kind != '*' && kind != '<') {
                add_model(line);
                rows_.back().bands.reserve(count_bands(rest));
                continue;
            }
            if (rows_.empty()) {
                throw malformed(line);
            }
            line.remove_prefix(1);
            ModelPrice& price = rows_.back();
            if (kind == ' ') {
                add_band(price, line);
            } else if (kind == '~') {
                price.patterns.push_back(IdPattern::parse(line));
            } else if (kind == '*') {
                add_adjustment(price, line);
            } else {
                UnitCode const& code = code_of(line);
                price.minimums.push_back({code.unit, integer(line)});
            }
        }
    }

private:
    /// The number of bands of the model whose lines begin `rest`.
    [[nodiscard]] static std::size_t count_bands(std::string_view rest) {
        std::size_t count = 0;
        while (!rest.empty() && (rest[0] == '~' || rest[0] == ' ')) {
            count += take_until(rest, '\n')[0] == ' ' ? 1U : 0U;
        }
        return count;
    }

    [[nodiscard]] static std::invalid_argument malformed(std::string_view text) {
        return std::invalid_argument{"not in the notation of price texts: \"" +
                                     std::string{text.substr(0, 40)} + "\""};
    }

    [[nodiscard]] static std::int64_t integer(std::string_view text) {
        std::int64_t value = 0;
        if (text.empty()) {
            throw malformed(text);
        }
        for (char const c : text) {
            if (c < '0' || c > '9' || value > 1'000'000'000'000) {
                throw malformed(text);
            }
            value = value * 10 + (c - '0');
        }
        return value;
    }

    [[nodiscard]] PriceSourceName const& source(std::string_view index) const {
        auto const at = static_cast<std::size_t>(integer(index));
        if (at >= sources_.size()) {
            throw malformed(index);
        }
        return sources_[at];
    }

    [[nodiscard]] static ServiceTier tier_of(std::string_view letter) {
        if (letter == "x") {
            return ServiceTier::fast;
        }
        for (ServiceTier const tier : {ServiceTier::batch, ServiceTier::flex, ServiceTier::priority}) {
            if (letter.size() == 1 && to_string(tier)[0] == letter[0]) {
                return tier;
            }
        }
        throw malformed(letter);
    }

    [[nodiscard]] static PriceStatus status_of(std::string_view letter) {
        for (PriceStatus const status :
             {PriceStatus::promotional, PriceStatus::announced, PriceStatus::estimated}) {
            if (letter.size() == 1 && to_string(status)[0] == letter[0]) {
                return status;
            }
        }
        throw malformed(letter);
    }

    /// Removes a unit's code from the front of `text`.
    [[nodiscard]] static UnitCode const& code_of(std::string_view& text) {
        std::size_t size = 0;
        while (size < text.size() && text[size] >= 'a' && text[size] <= 'z') {
            ++size;
        }
        std::string_view const code = text.substr(0, size);
        text.remove_prefix(size);
        for (UnitCode const& one : unit_codes) {
            if (one.code == code) {
                return one;
            }
        }
        throw malformed(code);
    }

    void add_model(std::string_view line) {
        ModelPrice& price = rows_.emplace_back(ModelPrice{.model = {}, .provider = {}, .bands = {}});
        price.model = ModelId{take_until(line, ' ')};
        price.provider = text_.provider;
        price.cache_writes_on_request = on_request_;
        price.source = sources_.front().name;
        price.as_of = sources_.front().as_of;
        price.aliases.reserve(static_cast<std::size_t>(std::count(line.begin(), line.end(), ' ')) + 1);
        while (!line.empty()) {
            std::string_view const word = take_until(line, ' ');
            if (word == "!e") {
                price.category = CostCategory::embeddings;
            } else {
                price.aliases.emplace_back(word);
            }
        }
    }

    void add_band(ModelPrice& price, std::string_view line) {
        PriceBand& band = price.bands.emplace_back();
        band.status = PriceStatus::listed;
        band.rates.reserve(static_cast<std::size_t>(std::count(line.begin(), line.end(), ' ')) + 1);
        while (!line.empty()) {
            std::string_view word = take_until(line, ' ');
            if (word[0] == '>' || word[0] == ']') {
                band.above = integer(word.substr(1));
                band.inclusive = word[0] == ']';
            } else if (word.size() > 2 && word[1] == '=') {
                set(band, word[0], word.substr(2));
            } else {
                UnitCode const& code = code_of(word);
                std::string_view const usd = take_until(word, '/');
                band.rates.emplace_back(code.unit, Decimal::parse(usd),
                                        word.empty() ? code.per : integer(word));
            }
        }
    }

    void set(PriceBand& band, char condition, std::string_view value) const {
        switch (condition) {
        case 't': band.tier = tier_of(value); return;
        case 'g': band.region = value; return;
        case 'f': band.from = instant_of(value); return;
        case 'u': band.until = instant_of(value); return;
        case 'd': {
            std::string window{value};
            std::replace(window.begin(), window.end(), ';', ' ');
            band.window = DailyWindow::parse(window);
            return;
        }
        case 'p': band.priority = static_cast<int>(integer(value)); return;
        case 's': band.status = status_of(value); return;
        case 'n':
            band.source = source(value).name;
            band.as_of = source(value).as_of;
            return;
        default: throw malformed(value);
        }
    }

    static void add_adjustment(ModelPrice& price, std::string_view line) {
        Adjustment& one = price.adjustments.emplace_back();
        one.factor = Decimal::parse(take_until(line, ' '));
        while (!line.empty()) {
            std::string_view word = take_until(line, ' ');
            if (word.starts_with("t=")) {
                one.tier = tier_of(word.substr(2));
            } else if (word.starts_with("f=")) {
                one.from = instant_of(word.substr(2));
            } else if (word.starts_with("g=")) {
                for (word.remove_prefix(2); !word.empty();) {
                    one.regions.emplace_back(take_until(word, ','));
                }
            } else {
                one.name = word;
                std::replace(one.name.begin(), one.name.end(), '_', ' ');
            }
        }
    }

    PriceText const& text_;
    std::span<PriceSourceName const> sources_;
    std::vector<ModelPrice>& rows_;
    bool on_request_;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE Instant instant_of(std::string_view text) {
    return parse_instant(text.size() == 10 ? std::string{text} + "T00:00:00Z" : std::string{text});
}

CENTAVO_INLINE std::vector<ModelPrice> prices_of(PriceList const& list) {
    std::vector<ModelPrice> rows;
    std::size_t count = 0;
    for (PriceText const& text : list.texts) {
        bool begins = true;  // a line
        for (char const c : text.lines) {
            count += begins && c != ' ' && c != '~' && c != '*' && c != '<' ? 1U : 0U;
            begins = c == '\n';
        }
    }
    rows.reserve(count);
    for (PriceText const& text : list.texts) {
        detail::PriceTextReader{text, list.sources, rows}.read();
    }
    return rows;
}

CENTAVO_INLINE std::vector<ProviderFallback> fallbacks_of(PriceList const& list) {
    std::vector<ProviderFallback> fallbacks;
    for (PriceText const& text : list.texts) {
        if (text.fallbacks.empty()) {
            continue;
        }
        ProviderFallback& one = fallbacks.emplace_back();
        one.provider = text.provider;
        for (std::string_view rest = text.fallbacks; !rest.empty();) {
            one.to.emplace_back(detail::take_until(rest, ','));
        }
    }
    return fallbacks;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
