// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/pricing/detail/price_index.hpp>
#include <centavo/pricing/detail/price_messages.hpp>
#include <centavo/pricing/price_table.hpp>

#include <iterator>
#include <unordered_set>

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE UnknownModel::UnknownModel(ModelId model)
    : Error{ErrorCode::unknown, detail::unknown_model_message(model)}, model_{std::move(model)} {}

CENTAVO_INLINE PriceTable::PriceTable() : PriceTable(std::vector<ModelPrice>{}) {}

CENTAVO_INLINE PriceTable::PriceTable(std::vector<ModelPrice> rows)
    : rows_{std::make_shared<detail::PriceIndex const>(std::move(rows))} {}

CENTAVO_INLINE std::span<ModelPrice const> PriceTable::rows() const noexcept { return rows_->all(); }

CENTAVO_INLINE std::optional<Price> PriceTable::find(ModelId const& name, std::string_view provider) const {
    detail::PriceIndex::Entry found;
    std::string_view const from = provider_id(provider);
    auto const matched = [&](std::string_view scope) {
        return match_model(name.text(), [&](std::string_view id) {
            auto const* entry = rows_->find(id, scope);
            found = entry != nullptr ? *entry : found;
            return entry != nullptr;
        });
    };
    auto match = from.empty() ? std::nullopt : matched(from);
    if (!match) {
        match = matched({});
    }
    if (!match) {
        return std::nullopt;
    }
    if (match == MatchKind::exact && found.alias) {
        match = MatchKind::alias;
    }
    auto const bedrock = match == MatchKind::exact ? std::nullopt : find_bedrock_id(name.text());
    return Price{std::shared_ptr<ModelPrice const>{rows_, &rows_->all()[found.row]}, *match,
                 bedrock && bedrock->regional() ? "aws-regional" : ""};
}

CENTAVO_INLINE Price PriceTable::at(ModelId const& name, std::string_view provider) const {
    auto price = find(name, provider);
    if (!price) {
        throw UnknownModel{name};
    }
    return *std::move(price);
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
    std::move(rows.begin(), rows.end(), std::back_inserter(all));
    return PriceTable{std::move(all)};
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
    return PriceTable{std::move(all)};
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
