// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/error.hpp>
#include <centavo/models/model_id.hpp>
#include <centavo/pricing/price.hpp>

#include <concepts>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {
class PriceIndex;
}  // namespace CENTAVO_ABI
}  // namespace centavo::detail

namespace centavo {
inline namespace CENTAVO_ABI {

/// A model without a price in the table. Unknown models are never priced at zero; a free model has a price of 0.
class CENTAVO_VISIBLE UnknownModel : public Error {
public:
    explicit UnknownModel(ModelId model);

    [[nodiscard]] ModelId const& model() const noexcept { return model_; }

private:
    ModelId model_;
};

/// The price of a model as found in a table. Keeps the table's rows alive. A value.
class Price {
public:
    Price(std::shared_ptr<ModelPrice const> row, MatchKind match, std::string_view region = {})
        : row_{std::move(row)}, match_{match}, region_{region} {}

    [[nodiscard]] ModelPrice const& operator*() const noexcept { return *row_; }
    [[nodiscard]] ModelPrice const* operator->() const noexcept { return row_.get(); }

    /// How the requested id matched the row.
    [[nodiscard]] MatchKind match() const noexcept { return match_; }

    /// The region that the requested id implies: "aws-regional" for a Bedrock id outside the global profile.
    ///
    /// Applies if the call names no region and the price has that region.
    [[nodiscard]] std::string_view region() const noexcept { return region_; }

private:
    std::shared_ptr<ModelPrice const> row_;
    MatchKind match_;
    std::string_view region_;  // static storage
};

/// Prices by model: a handle to shared, immutable rows. Cheap to copy, safe to read from any thread.
///
/// Ids are case-insensitive. An id may have one row per provider: a lookup without a provider finds the row without
/// one, else the row of the model's maker, else the first. A table never changes: with() returns another one.
class PriceTable {
public:
    PriceTable();

    /// The last of several rows for one id and provider is used. Throws AmbiguousPrice.
    explicit PriceTable(std::vector<ModelPrice> rows);

    /// The price of a model, found by the rules of match_model(); nullopt for an unknown one.
    ///
    /// The provider's own row is preferred; a host without one (Azure, Bedrock, Vertex) has the maker's.
    [[nodiscard]] std::optional<Price> find(ModelId const& name, std::string_view provider = {}) const;

    /// The same. Throws UnknownModel.
    [[nodiscard]] Price at(ModelId const& name, std::string_view provider = {}) const;

    /// This table with `rows` added. A row replaces the row with the same id and provider; a row without a provider
    /// replaces the rows of every provider.
    [[nodiscard]] PriceTable with(std::vector<ModelPrice> rows) const;
    [[nodiscard]] PriceTable with(ModelPrice row) const;

    /// This table with a factor on every row of a provider, or on all rows: a negotiated discount.
    [[nodiscard]] PriceTable with(Adjustment const& adjustment, std::string_view provider = {}) const;

    [[nodiscard]] std::span<ModelPrice const> rows() const noexcept;

    /// This table, so that a PriceTable is a PriceSource.
    [[nodiscard]] PriceTable const& table() const noexcept { return *this; }

private:
    std::shared_ptr<detail::PriceIndex const> rows_;
};

/// A source of prices, whose table() is the table to price with now: a PriceTable, a CurrentPrices or a type of yours.
///
/// table() may return another table on each call and must be safe to call concurrently if the source is shared.
template <typename Source>
concept PriceSource = requires(Source const& source) {
    { source.table() } -> std::convertible_to<PriceTable>;
};
static_assert(PriceSource<PriceTable>);

/// A price table that can be replaced while it is in use; a calculation in progress keeps the table it began with.
///
/// A handle: copies share the table. Internally synchronized.
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
