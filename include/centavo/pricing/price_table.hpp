// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/models/model_id.hpp>
#include <centavo/models/model_match.hpp>
#include <centavo/pricing/price.hpp>

#include <algorithm>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace centavo::inline v0 {

/// A model without a price here. Never priced at zero: free is a price that says 0.
class UnknownModel : public std::runtime_error {
public:
    explicit UnknownModel(ModelId model)
        : std::runtime_error("no price for model \"" + model.text() + "\""), model_{std::move(model)} {}

    [[nodiscard]] ModelId const& model() const noexcept { return model_; }

private:
    ModelId model_;
};

/// A model's price as found in a table, which it keeps alive. A value.
class Price {
public:
    Price(std::shared_ptr<ModelPrice const> row, MatchKind match) : row_{std::move(row)}, match_{match} {}

    [[nodiscard]] ModelPrice const& operator*() const noexcept { return *row_; }
    [[nodiscard]] ModelPrice const* operator->() const noexcept { return row_.get(); }

    /// How the name that was asked for led here.
    [[nodiscard]] MatchKind match() const noexcept { return match_; }

private:
    std::shared_ptr<ModelPrice const> row_;
    MatchKind match_;
};

/// Prices by model: a handle to shared constant rows, cheap to copy, safe to read from any thread.
///
/// A table never changes; `with` gives another one. A Price and all that is made of it outlive the table.
class PriceTable {
public:
    PriceTable() : PriceTable(std::vector<ModelPrice>{}) {}

    /// Of two rows for one id the later one counts.
    explicit PriceTable(std::vector<ModelPrice> rows) : rows_{std::make_shared<Rows const>(std::move(rows))} {}

    /// The price of the model that `name` means (match_model()'s rules); nullopt for an unknown one.
    [[nodiscard]] std::optional<Price> find(ModelId const& name) const {
        std::size_t found = 0;
        auto const holds = [&](std::string_view id) {
            auto const at = rows_->index.find(id);
            if (at == rows_->index.end()) {
                return false;
            }
            found = at->second;
            return true;
        };
        auto match = match_model(name.text(), holds);
        if (!match) {
            return std::nullopt;
        }
        ModelPrice const& row = rows_->prices[found];
        if (match == MatchKind::exact && row.model != name) {
            match = MatchKind::alias;
        }
        return Price{std::shared_ptr<ModelPrice const>{rows_, &row}, *match};
    }

    /// As find(); throws UnknownModel.
    [[nodiscard]] Price at(ModelId const& name) const {
        auto price = find(name);
        if (!price) {
            throw UnknownModel{name};
        }
        return *std::move(price);
    }

    /// This table with `rows` added, each in the place of a row with the same id.
    [[nodiscard]] PriceTable with(std::vector<ModelPrice> rows) const {
        std::vector<ModelPrice> all;
        for (ModelPrice const& known : rows_->prices) {
            if (std::ranges::find(rows, known.model, &ModelPrice::model) == rows.end()) {
                all.push_back(known);
            }
        }
        std::ranges::move(rows, std::back_inserter(all));
        return PriceTable{std::move(all)};
    }
    [[nodiscard]] PriceTable with(ModelPrice row) const {
        std::vector<ModelPrice> rows;
        rows.push_back(std::move(row));
        return with(std::move(rows));
    }

    [[nodiscard]] std::span<ModelPrice const> rows() const noexcept { return rows_->prices; }

    /// Itself: a PriceTable is the simplest PriceSource.
    [[nodiscard]] PriceTable const& table() const noexcept { return *this; }

private:
    struct Rows {
        explicit Rows(std::vector<ModelPrice> rows) : prices{std::move(rows)} {
            for (std::size_t i = 0; i < prices.size(); ++i) {
                for (ModelId const& alias : prices[i].aliases) {
                    index.emplace(alias.text(), i);
                }
            }
            for (std::size_t i = 0; i < prices.size(); ++i) {
                index.insert_or_assign(prices[i].model.text(), i);
            }
        }
        Rows(Rows const&) = delete;
        Rows& operator=(Rows const&) = delete;

        std::vector<ModelPrice> prices;
        std::unordered_map<std::string_view, std::size_t> index;
    };

    std::shared_ptr<Rows const> rows_;
};

/// Where prices come from: `source.table()` gives the table to price with now.
///
/// Law: a table once given stays as it was; a later call may give another one.
template <typename Source>
concept PriceSource = requires(Source const& source) {
    { source.table() } -> std::convertible_to<PriceTable>;
};
static_assert(PriceSource<PriceTable>);

/// The table in force, replaceable at any moment from any thread; calls under way keep the one they began with.
///
/// A handle: copies share the table. Internally synchronised.
class CurrentPrices {
public:
    explicit CurrentPrices(PriceTable table) : state_{std::make_shared<State>(std::move(table))} {}

    [[nodiscard]] PriceTable table() const {
        std::scoped_lock const lock{state_->mutex};
        return state_->table;
    }
    void replace(PriceTable table) {
        std::scoped_lock const lock{state_->mutex};
        std::swap(state_->table, table);
    }

private:
    struct State {
        explicit State(PriceTable first) : table{std::move(first)} {}
        std::mutex mutex;
        PriceTable table;
    };

    std::shared_ptr<State> state_;
};
static_assert(PriceSource<CurrentPrices>);

}  // namespace centavo::inline v0
