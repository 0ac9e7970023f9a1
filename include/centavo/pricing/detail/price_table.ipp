// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/base/view.hpp>
#include <centavo/pricing/detail/price_index.hpp>
#include <centavo/pricing/detail/price_merge.hpp>
#include <centavo/pricing/detail/price_messages.hpp>
#include <centavo/pricing/price_table.hpp>

#include <unordered_set>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// Where a model without a price may be found, as the end of a message.
[[nodiscard]] inline std::string unknown_model_hint(PriceIndex const& index, std::string_view name,
                                                    std::string_view provider) {
    std::string hint;
    auto const append = [&](std::vector<std::string> const& names, std::string_view quote) {
        for (std::size_t i = 0; i < names.size(); ++i) {
            hint.append(i == 0 ? "" : ", ").append(quote).append(names[i]).append(quote);
        }
    };
    if (auto const sellers = index.sellers(name); !sellers.empty()) {
        hint = provider.empty() ? "several providers sell it, name one: " : "sold by ";
        append(sellers, "");
    } else if (auto const near = index.nearest(name, provider, 3); !near.empty()) {
        hint = near.size() == 1 ? "the nearest id is " : "the nearest ids are ";
        append(near, "\"");
    }
    return hint;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE UnknownModel::UnknownModel(ModelId model, std::string_view provider, std::string const& hint)
    : Error{ErrorCode::unknown, detail::unknown_model_message(model, provider, hint)}, model_{std::move(
                                                                                           model)} {}

CENTAVO_INLINE PriceTable::PriceTable() : PriceTable(std::vector<ModelPrice>{}) {}

CENTAVO_INLINE PriceTable::PriceTable(std::vector<ModelPrice> rows, std::vector<ProviderFallback> fallbacks)
    : rows_{std::make_shared<detail::PriceIndex const>(std::move(rows), std::move(fallbacks))} {}

CENTAVO_INLINE View<ModelPrice> PriceTable::rows() const noexcept { return rows_->all(); }

CENTAVO_INLINE std::vector<ProviderFallback> const& PriceTable::fallbacks() const noexcept {
    return rows_->fallbacks();
}

CENTAVO_INLINE std::optional<Price> PriceTable::find(ModelId const& name, std::string_view provider) const {
    auto const found = rows_->find(name.text(), provider);
    if (!found) {
        return std::nullopt;
    }
    return Price{std::shared_ptr<ModelPrice const>{rows_, &rows_->all()[found->row]}, found->match,
                 found->region, found->fallback};
}

CENTAVO_INLINE Price PriceTable::at(ModelId const& name, std::string_view provider) const {
    auto price = find(name, provider);
    if (!price) {
        throw UnknownModel{name, provider, detail::unknown_model_hint(*rows_, name.text(), provider)};
    }
    return *std::move(price);
}

CENTAVO_INLINE std::vector<std::string> PriceTable::nearest(ModelId const& name, std::string_view provider,
                                                            std::size_t count) const {
    return rows_->nearest(name.text(), provider, count);
}

CENTAVO_INLINE PriceTable PriceTable::with(std::vector<ModelPrice> rows) const {
    std::unordered_set<std::string> replaced;
    for (ModelPrice const& row : rows) {
        replaced.insert(row.provider + '\n' + row.model.text());
    }
    std::vector<ModelPrice> all;
    for (ModelPrice const& known : rows_->all()) {
        if (!replaced.contains(known.provider + '\n' + known.model.text()) &&
            !replaced.contains('\n' + known.model.text())) {
            all.push_back(known);
        }
    }
    for (ModelPrice& row : rows) {
        all.push_back(std::move(row));
    }
    return PriceTable{std::move(all), rows_->fallbacks()};
}

CENTAVO_INLINE MergedPrices PriceTable::merge(std::vector<ModelPrice> const& rows,
                                              std::vector<ProviderFallback> const& fallbacks) const {
    detail::PriceMerge merge{*rows_};
    for (ModelPrice const& row : rows) {
        merge.add(row);
    }
    std::vector<ProviderFallback> all = rows_->fallbacks();
    for (ProviderFallback const& one : fallbacks) {
        std::erase_if(all, [&](ProviderFallback const& known) { return known.provider == one.provider; });
        all.push_back(one);
    }
    PriceTable table{merge.take_rows(), std::move(all)};
    return {std::move(table), merge.take_replaced()};
}

CENTAVO_INLINE std::string ReplacedRate::to_string() const {
    std::string text = provider.empty() ? model.text() : provider + " " + model.text();
    if (tier != ServiceTier::standard) {
        text.append(" ").append(centavo::to_string(tier));
    }
    if (!region.empty()) {
        text += " in " + region;
    }
    if (above > Tokens{0}) {
        text += " from " + std::to_string(above.value()) + " tokens";
    }
    text.append(": ").append(name_of(before.unit())).append(" ") += before.usd().to_string();
    if (before.per() != after.per()) {
        text += " per " + std::to_string(before.per());
    }
    text += " becomes " + after.usd().to_string();
    return before.per() == after.per() ? text : text + " per " + std::to_string(after.per());
}

CENTAVO_INLINE PriceTable PriceTable::with(ModelPrice row) const {
    std::vector<ModelPrice> rows;
    rows.push_back(std::move(row));
    return with(std::move(rows));
}

CENTAVO_INLINE PriceTable PriceTable::with(Adjustment const& adjustment, std::string_view provider) const {
    std::vector<ModelPrice> all{rows_->all().begin(), rows_->all().end()};
    for (ModelPrice& row : all) {
        if (provider.empty() || row.provider == provider_id(provider)) {
            row.adjustments.push_back(adjustment);
        }
    }
    return PriceTable{std::move(all), rows_->fallbacks()};
}

CENTAVO_INLINE PriceTable CurrentPrices::table() const {
    std::scoped_lock const lock{state_->mutex};
    return state_->table;
}

CENTAVO_INLINE void CurrentPrices::replace(PriceTable table) {
    std::scoped_lock const lock{state_->mutex};
    std::swap(state_->table, table);
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
