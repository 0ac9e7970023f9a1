// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/base/detail/json_object.hpp>
#include <centavo/base/detail/json_scan.hpp>
#include <centavo/pricing/detail/centavo_prices.hpp>
#include <centavo/pricing/detail/genai_prices.hpp>
#include <centavo/pricing/detail/litellm_prices.hpp>
#include <centavo/pricing/price_file.hpp>

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE std::size_t ImportedPrices::rejected() const noexcept {
    return static_cast<std::size_t>(std::count_if(
        findings.begin(), findings.end(), [](PriceFinding const& one) { return rejects(one.fault); }));
}

CENTAVO_INLINE std::optional<PriceFormat> price_format_of(std::string_view text) {
    detail::JsonScan scan{text};
    if (scan.peek() == detail::JsonKind::array) {
        return PriceFormat::genai_prices;
    }
    if (scan.peek() != detail::JsonKind::object) {
        return std::nullopt;
    }
    std::optional<PriceFormat> format;
    auto const found = [&](PriceFormat which) {
        format = which;
        return detail::JsonFlow::stop;
    };
    detail::read_object(scan, detail::on_array("models", [&] { return found(PriceFormat::centavo); }),
                        detail::otherwise([&](std::string_view, detail::JsonKind kind) {
                            if (kind != detail::JsonKind::object) {
                                scan.skip();
                                return detail::JsonFlow::proceed;
                            }
                            return detail::read_object(scan, detail::on("litellm_provider", [&] {
                                                           return found(PriceFormat::litellm);
                                                       }));
                        }));
    return format;
}

CENTAVO_INLINE ImportedPrices read_prices(std::string_view text, PriceFileInfo const& info) {
    try {
        auto const format = price_format_of(text);
        if (!format) {
            throw MalformedPriceFile{info.name, 0,
                                     "not a price file of a known format (centavo, genai-prices, LiteLLM)"};
        }
        switch (*format) {
        case PriceFormat::centavo: return detail::CentavoPricesReader{text, info}.read();
        case PriceFormat::genai_prices: return detail::GenaiPricesReader{text, info}.read();
        case PriceFormat::litellm: break;
        }
        return detail::LitellmPricesReader{text, info}.read();
    } catch (MalformedJson const& malformed) {
        throw MalformedPriceFile{info.name, malformed.position().value_or(0), malformed.what()};
    }
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
