// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/decimal.hpp>
#include <centavo/base/detail/algorithms.hpp>
#include <centavo/models/model_id.hpp>
#include <centavo/pricing/detail/price_index.hpp>
#include <centavo/pricing/price.hpp>
#include <centavo/pricing/price_table.hpp>
#include <centavo/pricing/rate.hpp>
#include <centavo/pricing/unit.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// Lays rows over those of a table, rate by rate.
class PriceMerge {
public:
    explicit PriceMerge(PriceIndex const& index)
        : index_{index}, rows_{index.all().begin(), index.all().end()} {}

    void add(ModelPrice const& row) {
        if (row.provider.empty()) {
            bool known = false;
            for (std::size_t i = 0; i < rows_.size(); ++i) {
                if (rows_[i].model == row.model) {
                    lay(rows_[i], row);
                    known = true;
                }
            }
            if (!known) {
                rows_.push_back(row);
            }
            return;
        }
        if (auto const added = added_at(row)) {
            lay(rows_[*added], row);
            return;
        }
        auto const found = index_.find_listed(row.model.text(), row.provider);
        if (!found) {
            added_.push_back(rows_.size());
            rows_.push_back(row);
        } else if (found->match == MatchKind::exact) {
            lay(rows_[found->row], row);
        } else if (!found->region.empty() && found->region != "regional") {
            lay(rows_[found->row], row, std::string{found->region});
        } else {
            // An alias gets a price of its own, and the row that it meant keeps its price.
            ModelPrice own = rows_[found->row];
            std::erase(rows_[found->row].aliases, row.model);
            own.model = row.model;
            own.aliases.clear();
            own.patterns.clear();
            lay(own, row);
            added_.push_back(rows_.size());
            rows_.push_back(std::move(own));
        }
    }

    [[nodiscard]] std::vector<ModelPrice> take_rows() { return std::move(rows_); }
    [[nodiscard]] std::vector<ReplacedRate> take_replaced() { return std::move(replaced_); }

private:
    [[nodiscard]] std::optional<std::size_t> added_at(ModelPrice const& row) const {
        for (std::size_t const i : added_) {
            if (rows_[i].model == row.model && rows_[i].provider == row.provider) {
                return i;
            }
        }
        return std::nullopt;
    }

    [[nodiscard]] static bool always(PriceBand const& band) {
        return band.from == Instant::min() && band.until == Instant::max() && !band.window;
    }
    [[nodiscard]] static bool same_place(PriceBand const& a, PriceBand const& b) {
        return a.tier == b.tier && a.region == b.region && a.above == b.above &&
               (a.inclusive == b.inclusive || a.above == Tokens{0});
    }
    [[nodiscard]] static bool same_time(PriceBand const& a, PriceBand const& b) {
        return a.from == b.from && a.until == b.until && a.window == b.window;
    }

    /// Lays a row over a known one; in `zone` alone if the row's id names it.
    void lay(ModelPrice& known, ModelPrice const& row, std::string const& zone = {}) {
        std::vector<PriceBand> bands = row.bands;
        for (PriceBand& band : bands) {
            band.region = band.region.empty() ? zone : band.region;
            if (!band.region.empty()) {
                separate(known, band.region);
            }
            if (band.source.empty()) {
                band.source = row.source;
                band.as_of = row.as_of;
            }
            std::erase_if(known.adjustments, [&](Adjustment const& one) {
                return band.tier != ServiceTier::standard && one.tier == band.tier && one.regions.empty();
            });
        }
        std::sort(bands.begin(), bands.end(),
                  [](PriceBand const& a, PriceBand const& b) { return b.outranks(a); });
        std::size_t const listed = known.bands.size();
        for (PriceBand const& band : bands) {
            bool merged = false;
            for (std::size_t i = 0; i < listed; ++i) {
                PriceBand& one = known.bands[i];
                if (!same_place(one, band)) {
                    continue;
                }
                // A band without a period holds whatever the period, unless the row has a band for that one.
                bool const other = any_of(bands, [&](PriceBand const& each) {
                    return &each != &band && same_place(each, one) && same_time(each, one);
                });
                if (same_time(one, band) || (always(band) && !other)) {
                    lay(known, one, band);
                    merged = true;
                }
            }
            if (!merged) {
                known.bands.push_back(completed(known, band));
            }
        }
        if (zone.empty()) {
            lay_rest(known, row);
        }
    }

    void lay(ModelPrice const& known, PriceBand& one, PriceBand const& band) {
        bool changed = false;
        for (Rate const& rate : band.rates) {
            auto const same =
                find_if(one.rates, [&](Rate const& each) { return each.unit() == rate.unit(); });
            if (same == one.rates.end()) {
                one.rates.push_back(rate);
            } else if (more_expensive(*same, rate) || more_expensive(rate, *same)) {
                replaced_.push_back(
                    {known.model, known.provider, one.tier, one.region, one.above, *same, rate});
                *same = rate;
            } else {
                continue;
            }
            changed = true;
        }
        if (changed) {
            one.status = band.status;
            one.source = band.source;
            one.as_of = band.as_of;
        }
    }

    /// A band of the row that the known price does not have, with the rates of the band that applied so far.
    [[nodiscard]] static PriceBand completed(ModelPrice const& known, PriceBand band) {
        auto const best = [&](auto&& test) {
            PriceBand const* found = nullptr;
            for (PriceBand const& one : known.bands) {
                if (test(one) && (found == nullptr || one.outranks(*found))) {
                    found = &one;
                }
            }
            return found;
        };
        Instant const at = std::max(band.from, Instant::min());
        auto const in_time = [&](PriceBand const& one) { return one.from <= at && at < one.until; };
        PriceBand const* base =
            best([&](PriceBand const& one) { return same_place(one, band) && in_time(one); });
        bool const timed = base != nullptr;
        for (bool const with_region : {true, false}) {
            base = base != nullptr ? base : best([&](PriceBand const& one) {
                return one.tier == band.tier && one.above == Tokens{0} &&
                       one.region == (with_region ? band.region : std::string{});
            });
        }
        bool const same_tier = base != nullptr;
        base = base != nullptr ? base : best([](PriceBand const& one) {
            return one.tier == ServiceTier::standard && one.above == Tokens{0} && one.region.empty();
        });
        if (base == nullptr) {
            return band;
        }
        for (Rate const& rate : base->rates) {
            if (band.find(rate.unit()) == nullptr && (same_tier || rate.unit().measure != Measure::tokens)) {
                band.rates.push_back(rate);
            }
        }
        if (timed && !band.outranks(*base)) {
            band.priority = base->priority + 1;
        }
        return band;
    }

    /// Gives a region bands of its own instead of factors.
    static void separate(ModelPrice& known, std::string const& region) {
        bool const by_factor =
            any_of(known.adjustments, [&](Adjustment const& one) { return contains(one.regions, region); });
        if (!by_factor) {
            return;
        }
        std::vector<PriceBand> own;
        for (PriceBand const& band : known.bands) {
            if (!band.region.empty()) {
                continue;
            }
            PriceBand& copy = own.emplace_back(band);
            copy.region = region;
            for (Rate& rate : copy.rates) {
                for (Adjustment const& one : known.adjustments) {
                    if (one.covers(rate.unit()) && !one.tier && contains(one.regions, region)) {
                        std::int64_t coefficient = 0;
                        if (!__builtin_mul_overflow(rate.usd().coefficient(), one.factor.coefficient(),
                                                    &coefficient)) {
                            rate = {rate.unit(),
                                    {coefficient, rate.usd().exponent() + one.factor.exponent()},
                                    rate.per()};
                        }
                    }
                }
            }
        }
        known.bands.insert(known.bands.end(), own.begin(), own.end());
        remove_region(known.adjustments, std::nullopt, region);
    }

    static void remove_region(std::vector<Adjustment>& adjustments, std::optional<ServiceTier> tier,
                              std::string const& region) {
        std::erase_if(adjustments, [&](Adjustment& one) {
            bool const named = one.tier == tier && std::erase(one.regions, region) > 0;
            return named && one.regions.empty();
        });
    }

    static void lay_rest(ModelPrice& known, ModelPrice const& row) {
        for (Adjustment const& one : row.adjustments) {
            for (std::string const& region : one.regions) {
                remove_region(known.adjustments, one.tier, region);
            }
            std::erase_if(known.adjustments, [&](Adjustment const& each) {
                return one.regions.empty() && each.regions.empty() && each.tier == one.tier &&
                       (one.tier || each.name == one.name);
            });
        }
        known.adjustments.insert(known.adjustments.end(), row.adjustments.begin(), row.adjustments.end());
        for (BilledMinimum const& one : row.minimums) {
            std::erase_if(known.minimums, [&](BilledMinimum const& each) { return each.unit == one.unit; });
            known.minimums.push_back(one);
        }
        for (ModelId const& alias : row.aliases) {
            if (alias != known.model && !contains(known.aliases, alias)) {
                known.aliases.push_back(alias);
            }
        }
        for (IdPattern const& pattern : row.patterns) {
            if (!contains(known.patterns, pattern)) {
                known.patterns.push_back(pattern);
            }
        }
        known.category = row.category == CostCategory::tokens ? known.category : row.category;
        known.cache_writes_on_request = known.cache_writes_on_request || row.cache_writes_on_request;
    }

    PriceIndex const& index_;
    std::vector<ModelPrice> rows_;
    std::vector<std::size_t> added_;
    std::vector<ReplacedRate> replaced_;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
