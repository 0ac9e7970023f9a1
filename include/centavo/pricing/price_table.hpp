// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/error.hpp>
#include <centavo/models/model_id.hpp>
#include <centavo/pricing/detail/price_index.hpp>
#include <centavo/pricing/price.hpp>

#include <algorithm>
#include <concepts>
#include <iterator>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

namespace centavo {
inline namespace CENTAVO_ABI {

/// A model without a price here. Never priced at zero: free is a price that says 0.
class CENTAVO_VISIBLE UnknownModel : public Error {
public:
    explicit UnknownModel(ModelId model)
        : Error{ErrorCode::unknown, "no price for model \"" + model.text() + "\""}, model_{std::move(model)} {
    }

    [[nodiscard]] ModelId const& model() const noexcept { return model_; }

private:
    ModelId model_;
};

/// A model's price as found in a table, which it keeps alive. A value.
class Price {
public:
    Price(std::shared_ptr<ModelPrice const> row, MatchKind match, std::string_view region = {})
        : row_{std::move(row)}, match_{match}, region_{region} {}

    [[nodiscard]] ModelPrice const& operator*() const noexcept { return *row_; }
    [[nodiscard]] ModelPrice const* operator->() const noexcept { return row_.get(); }

    /// How the name that was asked for led here.
    [[nodiscard]] MatchKind match() const noexcept { return match_; }

    /// The region that the name spells out: "aws-regional" for a Bedrock id outside the global profile; else empty.
    /// Priced where nothing else is said of the region, and only where the price knows it.
    [[nodiscard]] std::string_view region() const noexcept { return region_; }

private:
    std::shared_ptr<ModelPrice const> row_;
    MatchKind match_;
    std::string_view region_;  // of static storage
};

/// Prices by model: a handle to shared constant rows, cheap to copy, safe to read from any thread.
///
/// Ids match in upper and lower case alike. One id may have a row for each of several providers; without a provider it
/// means a row without one, else the maker's own, else the first. A table never changes; `with` gives another one. A
/// Price and all that is made of it outlive the table.
class PriceTable {
public:
    PriceTable() : PriceTable(std::vector<ModelPrice>{}) {}

    /// Of two rows for one id and provider the later one counts. Throws AmbiguousPrice.
    explicit PriceTable(std::vector<ModelPrice> rows)
        : rows_{std::make_shared<detail::PriceIndex const>(std::move(rows))} {}

    /// The price of the model that `name` means (match_model()'s rules); nullopt for an unknown one.
    ///
    /// A provider's own row goes first; a host without one (Azure, Bedrock, Vertex) has the maker's.
    [[nodiscard]] std::optional<Price> find(ModelId const& name, std::string_view provider = {}) const;

    /// As find(); throws UnknownModel.
    [[nodiscard]] Price at(ModelId const& name, std::string_view provider = {}) const;

    /// This table with `rows` added, each in the place of a row with the same id and provider; a row that names no
    /// provider takes the place of every provider's.
    [[nodiscard]] PriceTable with(std::vector<ModelPrice> rows) const;
    [[nodiscard]] PriceTable with(ModelPrice row) const;

    /// This table with a factor on every row of a provider, on all rows where none is named: a negotiated discount.
    [[nodiscard]] PriceTable with(Adjustment const& adjustment, std::string_view provider = {}) const;

    [[nodiscard]] std::span<ModelPrice const> rows() const noexcept { return rows_->all(); }

    /// Itself: a PriceTable is the simplest PriceSource.
    [[nodiscard]] PriceTable const& table() const noexcept { return *this; }

private:
    std::shared_ptr<detail::PriceIndex const> rows_;
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

    [[nodiscard]] PriceTable table() const;
    void replace(PriceTable table);

private:
    struct State {
        explicit State(PriceTable first) : table{std::move(first)} {}
        std::mutex mutex;
        PriceTable table;
    };

    std::shared_ptr<State> state_;
};
static_assert(PriceSource<CurrentPrices>);

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/pricing/detail/price_table.ipp>
#endif
