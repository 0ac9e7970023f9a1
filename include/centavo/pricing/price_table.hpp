// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/error.hpp>
#include <centavo/base/tokens.hpp>
#include <centavo/base/view.hpp>
#include <centavo/models/model_id.hpp>
#include <centavo/pricing/price.hpp>
#include <centavo/pricing/rate.hpp>
#include <centavo/pricing/service_tier.hpp>

#include <concepts>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
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
    /// `provider` and `hint` ("the nearest ids are ...") complete the message.
    explicit UnknownModel(ModelId model, std::string_view provider = {}, std::string const& hint = {});

    [[nodiscard]] ModelId const& model() const noexcept { return model_; }

private:
    ModelId model_;
};

/// A rate that PriceTable::merge() replaced.
struct ReplacedRate {
    ModelId model;
    std::string provider;
    ServiceTier tier;
    std::string region;
    Tokens above;
    Rate before;
    Rate after;

    /// "openai gpt-4o batch: input_tokens 1.25 becomes 1".
    [[nodiscard]] std::string to_string() const;
};

struct MergedPrices;

/// Prices by provider and model: a handle to shared, immutable rows. Cheap to copy, safe to read from any thread.
///
/// An id is resolved in the list of one provider: the one that is given, or else the maker of the model. Ids are
/// case-insensitive. A table never changes: with() and merge() return another one.
class PriceTable {
public:
    PriceTable();

    /// The last of several rows for one id and provider is used. A row without a provider holds for every provider.
    /// Throws AmbiguousPrice.
    explicit PriceTable(std::vector<ModelPrice> rows, std::vector<ProviderFallback> fallbacks = {});

    /// The price of a model at a provider; nullopt for an unknown one.
    ///
    /// Tried in this order: the id; a declared alias; the id in another spelling (after a slash, without Bedrock's zone,
    /// vendor and revision, without a fine-tuned id's organization and run); an id with a full date removed from its end
    /// ("-2024-08-06", "-20241022"; never from an alias); a declared pattern. Other suffixes ("-latest", "-001",
    /// "-2405") name other models unless they are declared. Then the same in the lists that the provider falls back to.
    ///
    /// Without a provider, the list is that of the provider that the id names ("azure/gpt-4o", a Bedrock id), of the
    /// model's maker, or of the only provider that sells it.
    [[nodiscard]] std::optional<Price> find(ModelId const& name, std::string_view provider = {}) const;

    /// The same. Throws UnknownModel, which suggests the nearest ids.
    [[nodiscard]] Price at(ModelId const& name, std::string_view provider = {}) const;

    /// At most `count` ids that differ least from `name`, the nearest first: those of the provider, or of every one.
    [[nodiscard]] std::vector<std::string> nearest(ModelId const& name, std::string_view provider = {},
                                                   std::size_t count = 3) const;

    /// This table with `rows` added. A row replaces the row with the same id and provider; a row without a provider
    /// replaces the rows of every provider.
    [[nodiscard]] PriceTable with(std::vector<ModelPrice> rows) const;
    [[nodiscard]] PriceTable with(ModelPrice row) const;

    /// This table with `rows` laid over it, rate by rate: what a row does not list is kept.
    ///
    /// A row applies to the known row of its id and provider, or without a provider to those of every provider. Its bands
    /// apply to the known bands of the same tier, region and threshold: at that period, or at any if they have none. A
    /// zone in its id is a region of the known row, and an alias becomes a row of its own.
    [[nodiscard]] MergedPrices merge(std::vector<ModelPrice> const& rows,
                                     std::vector<ProviderFallback> const& fallbacks = {}) const;

    /// This table with a factor on every row of a provider, or on all rows: a negotiated discount.
    [[nodiscard]] PriceTable with(Adjustment const& adjustment, std::string_view provider = {}) const;

    [[nodiscard]] std::vector<ProviderFallback> const& fallbacks() const noexcept;

    [[nodiscard]] View<ModelPrice> rows() const noexcept;

    /// This table, so that a PriceTable is a PriceSource.
    [[nodiscard]] PriceTable const& table() const noexcept { return *this; }

private:
    std::shared_ptr<detail::PriceIndex const> rows_;
};

/// A merged table, and the rates of the former one that it does not have.
struct MergedPrices {
    PriceTable table;
    std::vector<ReplacedRate> replaced;
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
