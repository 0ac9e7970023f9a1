// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/models/model_id.hpp>
#include <centavo/pricing/detail/imported_decimal.hpp>
#include <centavo/pricing/price.hpp>
#include <centavo/pricing/price_file.hpp>
#include <centavo/pricing/rate.hpp>
#include <centavo/pricing/unit.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// One model during an import: collects its findings, then adds its price to the result or rejects it.
class ModelImport {
public:
    /// `offset` is the position of the model in the file; `imported` must outlive this object.
    ModelImport(ImportedPrices& imported, std::string id, std::size_t offset)
        : imported_{imported}, offset_{offset} {
        price.model = std::move(id);
    }

    void report(PriceFault fault, std::string_view key, std::string_view text, std::size_t offset) {
        imported_.findings.push_back({fault, offset, price.model.text(), excerpt_of(key), excerpt_of(text)});
        rejected_ = rejected_ || rejects(fault);
    }

    /// The number as a price; nullopt, with a finding, for a number that is not a price.
    [[nodiscard]] std::optional<Decimal> decimal(std::string_view key, std::string_view number,
                                                 std::size_t offset) {
        auto const read = imported_decimal(number);
        if (!read) {
            report(PriceFault::malformed, key, number, offset);
            return std::nullopt;
        }
        if (read->value.negative()) {
            report(PriceFault::negative, key, number, offset);
            return std::nullopt;
        }
        if (read->rounded) {
            report(PriceFault::rounded, key, number, offset);
        }
        return read->value;
    }

    /// The rate of a price that decimal() returned; nullopt, with a finding, if it is too fine or too large.
    [[nodiscard]] std::optional<Rate> rate(Unit unit, Decimal usd, std::int64_t per, std::string_view key,
                                           std::size_t offset) {
        // No price exceeds these bounds, within which sums and comparisons fit into 128 bits.
        constexpr Decimal max_usd{1, 6};
        constexpr std::int64_t max_per = 1'000'000'000'000;
        // Finer than 10^-18 USD per unit: the same price per 10^9 units.
        bool const fine = usd.exponent() < -Usd::places && per <= 1'000;
        Decimal const shifted{usd.coefficient(), usd.exponent() + 9};
        try {
            if (usd < max_usd && per >= 1 && per <= max_per) {
                Rate const rate = fine ? Rate{unit, shifted, per * 1'000'000'000} : Rate{unit, usd, per};
                if (unit.measure != Measure::tokens || rate.cost(1'000'000) < Usd::parse("1000")) {
                    return rate;
                }
                report(PriceFault::implausible, key, usd.to_string(), offset);
                return std::nullopt;
            }
        } catch (MalformedPrice const&) {
        } catch (std::overflow_error const&) {
        }
        report(PriceFault::malformed, key, usd.to_string(), offset);
        return std::nullopt;
    }

    /// Compares the rates with one another and adds the model to the import, unless a finding rejects it.
    void finish(bool chat) {
        std::erase_if(price.bands, [](PriceBand const& band) { return band.rates.empty(); });
        if (price.bands.empty() && !rejected_) {
            report(PriceFault::no_price, "", "", offset_);
        }
        bool charged = price.bands.empty();
        for (PriceBand const& band : price.bands) {
            for (Rate const& rate : band.rates) {
                charged = charged || rate.usd() != Decimal{};
            }
            compare(band, units::cache_read, units::input, PriceFault::read_above_input);
            compare(band, units::input, units::cache_write, PriceFault::write_below_input);
            if (chat) {
                compare(band, units::input, units::output, PriceFault::output_below_input);
            }
            if (band.tier == ServiceTier::batch) {
                compare_batch(band);
            }
        }
        if (!charged && !free) {
            report(PriceFault::zero_without_free, "", "0", offset_);
        }
        try {
            price.check_unambiguous();
        } catch (AmbiguousPrice const& ambiguous) {
            report(PriceFault::ambiguous, "", ambiguous.what(), offset_);
        }
        if (!rejected_) {
            imported_.rows.push_back(std::move(price));
        }
    }

    ModelPrice price = {.model = {}, .provider = {}, .bands = {}};
    bool free = false;  ///< the file states that the model is free

private:
    /// Reports a rate that should not exceed another and does.
    void compare(PriceBand const& band, Unit lower, Unit higher, PriceFault fault) {
        Rate const* const low = band.find(lower);
        Rate const* const high = band.find(higher);
        if (low != nullptr && high != nullptr && high->usd() != Decimal{} && more_expensive(*low, *high)) {
            report(fault, name_of(fault == PriceFault::read_above_input ? lower : higher),
                   low->usd().to_string() + " and " + high->usd().to_string(), offset_);
        }
    }

    void compare_batch(PriceBand const& batch) {
        for (PriceBand const& band : price.bands) {
            if (band.tier != ServiceTier::standard || band.from != batch.from || band.above != batch.above ||
                band.window != batch.window) {
                continue;
            }
            for (Rate const& rate : batch.rates) {
                Rate const* const standard = band.find(rate.unit());
                if (standard != nullptr && more_expensive(rate, *standard)) {
                    report(PriceFault::batch_above_standard, name_of(rate.unit()),
                           rate.usd().to_string() + " and " + standard->usd().to_string(), offset_);
                }
            }
        }
    }

    ImportedPrices& imported_;
    std::size_t offset_;
    bool rejected_ = false;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
