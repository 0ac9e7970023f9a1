// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/decimal.hpp>
#include <centavo/base/detail/enum_names.hpp>
#include <centavo/base/error.hpp>
#include <centavo/base/tokens.hpp>
#include <centavo/models/model_id.hpp>
#include <centavo/pricing/id_pattern.hpp>
#include <centavo/pricing/rate.hpp>
#include <centavo/pricing/service_tier.hpp>
#include <centavo/pricing/unit.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace centavo {
inline namespace CENTAVO_ABI {

/// Text that is not a daily window.
class CENTAVO_VISIBLE MalformedWindow : public Error {
public:
    explicit MalformedWindow(std::string const& what) : Error{ErrorCode::malformed, what} {}
};

/// Hours of the day in UTC, on some days of the week: "01:00-04:00", "16:30-00:30 Mon-Fri", "22:00-06:00 Sat,Sun".
///
/// The end is exclusive. A window past midnight belongs to the day on which it begins; a window whose end equals its
/// beginning lasts 24 hours. A value.
class DailyWindow {
public:
    /// Throws MalformedWindow.
    [[nodiscard]] static DailyWindow parse(std::string_view text);

    [[nodiscard]] bool contains(Instant at) const noexcept;

    /// Whether some minute of the week lies in both windows.
    [[nodiscard]] bool overlaps(DailyWindow const& other) const noexcept;

    /// The text that parse() reads.
    [[nodiscard]] std::string to_string() const;

    friend constexpr bool operator==(DailyWindow const&, DailyWindow const&) = default;

private:
    static constexpr std::uint8_t every_day = 0x7F;

    [[nodiscard]] constexpr bool on(unsigned day) const noexcept { return (days_ >> day & 1U) != 0; }
    [[nodiscard]] bool contains(int minute, unsigned day) const noexcept;

    std::int16_t from_ = 0;  // minutes of the day
    std::int16_t until_ = 0;
    std::uint8_t days_ = every_day;  // bit 0 is Sunday
};

/// The origin of a price: a published price list, a temporary or an announced entry of one, an estimate, or the user.
enum class PriceStatus : std::uint8_t { listed, promotional, announced, estimated, user };

/// "listed", "promotional", "announced", "estimated" or "user".
[[nodiscard]] constexpr std::string_view to_string(PriceStatus status) noexcept {
    switch (status) {
    case PriceStatus::listed: return "listed";
    case PriceStatus::promotional: return "promotional";
    case PriceStatus::announced: return "announced";
    case PriceStatus::estimated: return "estimated";
    case PriceStatus::user: return "user";
    }
    return "";
}

/// The status with that to_string(), or nullopt.
[[nodiscard]] constexpr std::optional<PriceStatus> find_price_status(std::string_view name) noexcept {
    return detail::find_enumerator<PriceStatus>(name);
}

/// Rates that apply together while all conditions of the band are met.
///
/// One band prices a whole request, so its rates are complete: none is taken from another band. Where several bands
/// apply, the one that outranks the others is used.
struct PriceBand {
    std::vector<Rate> rates;
    Instant from = Instant::min();
    Instant until = Instant::max();  ///< exclusive
    Tokens above = 0;                ///< the whole input of the request must exceed this
    bool inclusive = false;          ///< an input of exactly `above` suffices
    ServiceTier tier = ServiceTier::standard;
    std::string region = {};                           ///< empty: every region without a band of its own
    std::optional<DailyWindow> window = std::nullopt;  ///< has no rank of its own: set a priority
    int priority = 0;
    PriceStatus status = PriceStatus::user;
    std::string source = {};                 ///< if it differs from the model's
    std::chrono::year_month_day as_of = {};  ///< if it differs from the model's

    /// Whether the band applies to a request with `input` tokens, served in that tier and region.
    [[nodiscard]] bool applies(Tokens input, Instant at, ServiceTier served,
                               std::string_view served_region) const noexcept;

    /// Whether this band takes precedence over `other` where both apply: by priority, then by naming a region, then by
    /// the later start (a later price list replaces an earlier one with its thresholds), then by the higher threshold.
    [[nodiscard]] bool outranks(PriceBand const& other) const noexcept;

    /// Whether both bands can apply to one request and neither outranks the other.
    [[nodiscard]] bool ambiguous_with(PriceBand const& other) const noexcept;

    /// The band's own rate for a unit, or null.
    [[nodiscard]] Rate const* find(Unit unit) const noexcept;
};

/// The lines of a cost to which a factor applies.
enum class AdjustmentScope : std::uint8_t { tokens, input, output, everything };

/// "tokens", "input", "output" or "everything".
[[nodiscard]] constexpr std::string_view to_string(AdjustmentScope scope) noexcept {
    switch (scope) {
    case AdjustmentScope::tokens: return "tokens";
    case AdjustmentScope::input: return "input";
    case AdjustmentScope::output: return "output";
    case AdjustmentScope::everything: return "everything";
    }
    return "";
}

/// The scope with that to_string(), or nullopt.
[[nodiscard]] constexpr std::optional<AdjustmentScope> find_adjustment_scope(std::string_view name) noexcept {
    return detail::find_enumerator<AdjustmentScope>(name);
}

/// A factor on the lines in its scope while its conditions are met: a regional surcharge, a batch or contract discount.
///
/// Factors that apply together are multiplied. Without a tier or regions, the factor applies to all of them. A tier or
/// region that only an adjustment names costs the rates of the standard band times the factor.
struct Adjustment {
    std::string name;
    Decimal factor = Rate::unadjusted;  ///< not negative
    AdjustmentScope scope = AdjustmentScope::tokens;
    std::optional<ServiceTier> tier = std::nullopt;
    std::vector<std::string> regions = {};  ///< "europe-*" stands for every region that begins so
    Instant from = Instant::min();
    Instant until = Instant::max();  ///< exclusive

    [[nodiscard]] bool applies(Instant at, ServiceTier served, std::string_view region) const noexcept;

    [[nodiscard]] bool names_region(std::string_view region) const noexcept;

    [[nodiscard]] constexpr bool covers(Unit unit) const noexcept {
        switch (scope) {
        case AdjustmentScope::tokens: return unit.measure == Measure::tokens;
        case AdjustmentScope::input: return unit.direction == Direction::input;
        case AdjustmentScope::output: return unit.direction == Direction::output;
        case AdjustmentScope::everything: break;
        }
        return true;
    }
};

/// The minimum count that a call is billed once it uses a unit: 10 seconds for each transcription at Groq, for example.
struct BilledMinimum {
    Unit unit;
    std::int64_t count = 0;
};

/// The category of a model's costs in the cost structure of an application.
enum class CostCategory : std::uint8_t { tokens, embeddings, infrastructure, other };

/// "tokens", "embeddings", "infrastructure" or "other".
[[nodiscard]] constexpr std::string_view to_string(CostCategory category) noexcept {
    switch (category) {
    case CostCategory::tokens: return "tokens";
    case CostCategory::embeddings: return "embeddings";
    case CostCategory::infrastructure: return "infrastructure";
    case CostCategory::other: return "other";
    }
    return "";
}

/// The category with that to_string(), or nullopt.
[[nodiscard]] constexpr std::optional<CostCategory> find_cost_category(std::string_view name) noexcept {
    return detail::find_enumerator<CostCategory>(name);
}

/// The age above which a price is reported as stale.
inline constexpr std::chrono::days stale_after{45};

/// The age of prices read on `as_of`; zero for an unset day and for a day in the future.
[[nodiscard]] std::chrono::days price_age(std::chrono::year_month_day as_of, Instant now) noexcept;

/// The usual rates as decimal text, in USD per million tokens. Units without a rate are billed as part of their whole.
struct PerMillion {
    std::string_view input = {};
    std::string_view output = {};
    std::string_view cache_read = {};
    std::string_view cache_write = {};
    std::string_view cache_write_1h = {};
};

/// Two bands of one model that can apply to the same request and have the same rank.
class CENTAVO_VISIBLE AmbiguousPrice : public Error {
public:
    AmbiguousPrice(ModelId model, std::size_t first, std::size_t second);

    [[nodiscard]] ModelId const& model() const noexcept { return model_; }
    [[nodiscard]] std::size_t first() const noexcept { return first_; }  ///< the index in ModelPrice::bands
    [[nodiscard]] std::size_t second() const noexcept { return second_; }

private:
    ModelId model_;
    std::size_t first_;
    std::size_t second_;
};

/// The price of one model: its bands, the factors on them, and their source.
struct ModelPrice {
    ModelId model;
    std::string provider;
    std::vector<PriceBand> bands;
    std::vector<ModelId> aliases = {};
    std::vector<IdPattern> patterns = {};  ///< further ids that the price holds for
    CostCategory category = CostCategory::tokens;
    bool cache_writes_on_request =
        false;  ///< prompts are written to the cache, and billed so, only if the call asks
    std::string source = {};
    std::chrono::year_month_day as_of = {};  ///< the day on which the source was read
    std::vector<Adjustment> adjustments = {};
    std::vector<BilledMinimum> minimums = {};

    /// A price of one band: `ModelPrice::per_million("m", {.input = "2.50", .output = "10"})`.
    ///
    /// Throws MalformedDecimal or MalformedPrice.
    [[nodiscard]] static ModelPrice per_million(ModelId model, PerMillion const& usd);

    /// The band for a request: among those that apply, the one that outranks the others; null if none applies.
    ///
    /// If no band of the tier applies, the standard band is returned; has_tier() tells the difference.
    [[nodiscard]] PriceBand const* band(Tokens input, Instant at, Service const& service = {}) const noexcept;

    /// Whether a band or an adjustment sets a price for the tier at that instant.
    [[nodiscard]] bool has_tier(ServiceTier tier, Instant at) const noexcept;

    /// Whether a band, an adjustment or the id of the model names the region. Always true for the default region, whose
    /// name is empty.
    [[nodiscard]] bool has_region(std::string_view region) const noexcept;

    /// The product of the factors that apply to lines of `unit`; nullopt if its digits exceed 63 bits.
    [[nodiscard]] std::optional<Decimal> find_factor(Unit unit, Instant at, ServiceTier tier,
                                                     std::string_view region) const noexcept;

    /// Throws AmbiguousPrice if two bands can apply to the same request and neither outranks the other.
    void check_unambiguous() const;

private:
    [[nodiscard]] PriceBand const* best_band(Tokens input, Instant at, ServiceTier tier,
                                             std::string_view region) const noexcept;
};

/// A provider whose unlisted models are priced by the lists of others, in this order, as a price source declares.
struct ProviderFallback {
    std::string provider;
    std::vector<std::string> to;

    friend bool operator==(ProviderFallback const&, ProviderFallback const&) = default;
};

/// The price of a model as found in a table. Keeps the table's rows alive. A value.
class Price {
public:
    Price(std::shared_ptr<ModelPrice const> row, MatchKind match, std::string_view region = {},
          bool fallback = false)
        : row_{std::move(row)}, region_{region}, match_{match}, fallback_{fallback} {}

    [[nodiscard]] ModelPrice const& operator*() const noexcept { return *row_; }
    [[nodiscard]] ModelPrice const* operator->() const noexcept { return row_.get(); }

    /// The provider whose price this is; empty for a row that holds for every provider.
    [[nodiscard]] std::string const& provider() const noexcept { return row_->provider; }

    /// Whether the price is another provider's, by a fallback that the price source declares.
    [[nodiscard]] bool fallback() const noexcept { return fallback_; }

    /// How the requested id matched the row.
    [[nodiscard]] MatchKind match() const noexcept { return match_; }

    /// The region that the requested id names and the row's id does not: "us" for "us.anthropic.claude-sonnet-4-6" and
    /// "azure/us/gpt-4o", "global" for Bedrock's global profiles. "regional" for a Bedrock id without a zone whose
    /// price differs from the global one. Empty otherwise.
    ///
    /// Applies if neither the call nor the response names a region.
    [[nodiscard]] std::string_view region() const noexcept { return region_; }

private:
    std::shared_ptr<ModelPrice const> row_;
    std::string_view region_;  // static storage
    MatchKind match_;
    bool fallback_;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/pricing/detail/price.ipp>
#endif
