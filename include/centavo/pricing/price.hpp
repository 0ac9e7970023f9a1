// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/decimal.hpp>
#include <centavo/base/error.hpp>
#include <centavo/base/tokens.hpp>
#include <centavo/models/model_id.hpp>
#include <centavo/pricing/rate.hpp>
#include <centavo/pricing/service_tier.hpp>
#include <centavo/pricing/unit.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace centavo {
inline namespace CENTAVO_ABI {

/// Text that is no daily window.
class CENTAVO_VISIBLE MalformedWindow : public Error {
public:
    explicit MalformedWindow(std::string const& what) : Error{ErrorCode::malformed, what} {}
};

/// Hours of the day, UTC, on some days of the week: "01:00-04:00", "16:30-00:30 Mon-Fri", "22:00-06:00 Sat,Sun".
///
/// The end is exclusive. A window that passes midnight belongs to the day on which it begins; one that ends when it
/// begins lasts all day. A value.
class DailyWindow {
public:
    /// Throws MalformedWindow.
    [[nodiscard]] static constexpr DailyWindow parse(std::string_view text);

    [[nodiscard]] constexpr bool contains(Instant at) const noexcept {
        auto const day = std::chrono::floor<std::chrono::days>(at);
        auto const minute = std::chrono::floor<std::chrono::minutes>(at - day).count();
        return holds(static_cast<int>(minute), std::chrono::weekday{day}.c_encoding());
    }

    /// Whether there is a minute of the week that lies in both.
    [[nodiscard]] constexpr bool overlaps(DailyWindow const& other) const noexcept {
        // Two windows that meet do so where one of them begins.
        for (unsigned day = 0; day < 7; ++day) {
            if ((on(day) && other.holds(from_, day)) || (other.on(day) && holds(other.from_, day))) {
                return true;
            }
        }
        return false;
    }

    /// As parse() reads it.
    [[nodiscard]] std::string to_string() const;

    friend constexpr bool operator==(DailyWindow const&, DailyWindow const&) = default;

private:
    static constexpr std::array<std::string_view, 7> names{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr std::uint8_t every_day = 0x7F;

    [[nodiscard]] constexpr bool on(unsigned day) const noexcept { return (days_ >> day & 1U) != 0; }
    [[nodiscard]] constexpr bool holds(int minute, unsigned day) const noexcept {
        if (from_ < until_) {
            return on(day) && from_ <= minute && minute < until_;
        }
        return (on(day) && minute >= from_) || (on((day + 6) % 7) && minute < until_);
    }

    std::int16_t from_ = 0;  // minutes of the day
    std::int16_t until_ = 0;
    std::uint8_t days_ = every_day;  // bit 0 is Sunday
};

constexpr DailyWindow DailyWindow::parse(std::string_view text) {
    auto const fail = [&] {
        return MalformedWindow("not a daily window like 01:00-04:00 Mon-Fri: \"" +
                               std::string{text.substr(0, 40)} + "\"");
    };
    auto const minutes = [&](std::size_t at) {
        auto const digit = [&](std::size_t i) {
            if (i >= text.size() || text[i] < '0' || text[i] > '9') {
                throw fail();
            }
            return text[i] - '0';
        };
        int const hour = digit(at) * 10 + digit(at + 1);
        int const minute = digit(at + 3) * 10 + digit(at + 4);
        if (text[at + 2] != ':' || hour > 23 || minute > 59) {
            throw fail();
        }
        return static_cast<std::int16_t>(hour * 60 + minute);
    };
    DailyWindow window;
    window.from_ = minutes(0);
    if (text.size() < 11 || text[5] != '-') {
        throw fail();
    }
    window.until_ = minutes(6);
    if (text.size() == 11) {
        return window;
    }
    auto const day = [&](std::string_view name) {
        for (unsigned i = 0; i < names.size(); ++i) {
            if (names[i] == name) {
                return i;
            }
        }
        throw fail();
    };
    window.days_ = 0;
    for (std::size_t at = 11; at < text.size(); at += 4) {
        bool const range = text[at] == '-' && at > 11;
        if (text.size() - at < 4 || (text[at] != (at == 11 ? ' ' : ',') && !range)) {
            throw fail();
        }
        unsigned const last = day(text.substr(at + 1, 3));
        unsigned const first = range ? day(text.substr(at - 3, 3)) : last;
        for (unsigned i = first;; i = (i + 1) % 7) {
            window.days_ = static_cast<std::uint8_t>(window.days_ | 1U << i);
            if (i == last) {
                break;
            }
        }
    }
    return window;
}

/// Where a price comes from: a price list as it stands, one with an end, one that is only announced, somebody's
/// estimate, or the user.
enum class PriceStatus : std::uint8_t { listed, promotional, announced, estimated, user };

/// "listed", "promotional", "announced", "estimated" or "user".
[[nodiscard]] constexpr std::string_view to_string(PriceStatus status) noexcept {
    constexpr std::array<std::string_view, 5> names{"listed", "promotional", "announced", "estimated",
                                                    "user"};
    return names[static_cast<std::size_t>(status)];
}

/// The status called `name`; nullopt for any other word.
[[nodiscard]] constexpr std::optional<PriceStatus> find_price_status(std::string_view name) noexcept {
    for (auto const status : {PriceStatus::listed, PriceStatus::promotional, PriceStatus::announced,
                              PriceStatus::estimated, PriceStatus::user}) {
        if (to_string(status) == name) {
            return status;
        }
    }
    return std::nullopt;
}

/// Rates that hold together under conditions, all of which must be met.
///
/// `from` is inclusive, `until` exclusive. `above` is compared with the whole input of a request; `inclusive` makes it
/// inclusive (some providers say "from 272,000", others "over 200,000"). One band prices all of a request: its rates
/// are complete, none is taken from another band. Of several that hold the one that outranks the others counts.
struct PriceBand {
    std::vector<Rate> rates;
    Instant from = Instant::min();
    Instant until = Instant::max();
    Tokens above = 0;
    bool inclusive = false;
    ServiceTier tier = ServiceTier::standard;
    std::string region = {};  ///< empty: wherever no band names the region
    std::optional<DailyWindow> window =
        std::nullopt;  ///< UTC; does not outrank by itself: give it a priority
    int priority = 0;
    PriceStatus status = PriceStatus::user;
    std::string source = {};                 ///< where it differs from the model's
    std::chrono::year_month_day as_of = {};  ///< where it differs from the model's

    /// Whether the band holds for a request with that input at that instant, served so.
    [[nodiscard]] bool holds(Tokens input, Instant at, ServiceTier served,
                             std::string_view where) const noexcept;

    /// Whether this band goes before another that holds too: by priority, then a named region, then the later start
    /// (a later price list replaces an earlier one with its thresholds), then the higher threshold.
    [[nodiscard]] bool outranks(PriceBand const& other) const noexcept { return rank() > other.rank(); }

    /// Whether both can hold for one request and neither outranks the other.
    [[nodiscard]] bool ambiguous_with(PriceBand const& other) const noexcept;

    /// The band's own rate for a unit, or null.
    [[nodiscard]] Rate const* find(Unit unit) const noexcept;

private:
    [[nodiscard]] std::tuple<int, bool, Instant, Tokens> rank() const noexcept;
};

/// Which lines of a bill a factor multiplies.
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

/// The scope called `name`; nullopt for any other word.
[[nodiscard]] constexpr std::optional<AdjustmentScope> find_adjustment_scope(std::string_view name) noexcept {
    for (auto const scope : {AdjustmentScope::tokens, AdjustmentScope::input, AdjustmentScope::output,
                             AdjustmentScope::everything}) {
        if (to_string(scope) == name) {
            return scope;
        }
    }
    return std::nullopt;
}

/// A factor on every line in its scope while its conditions hold: x 1.1 for a region, x 0.5 for a batch, a discount.
///
/// Several that hold are multiplied with one another. Without a tier or regions it holds for all. A price whose tier
/// or region is named by an adjustment alone is its standard band times the factor. A factor is not below zero.
struct Adjustment {
    std::string name;
    Decimal factor = Decimal{1, 0};
    AdjustmentScope scope = AdjustmentScope::tokens;
    std::optional<ServiceTier> tier = std::nullopt;
    std::vector<std::string> regions = {};
    Instant from = Instant::min();
    Instant until = Instant::max();

    [[nodiscard]] bool holds(Instant at, ServiceTier served, std::string_view region) const noexcept;

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

/// The least of a unit that a call is billed for once it uses any: Groq bills transcription by the second, 10 at least.
struct BilledMinimum {
    Unit unit;
    std::int64_t count = 0;
};

/// The product of two factors. Throws std::overflow_error beyond 18 significant digits.
[[nodiscard]] constexpr Decimal product_of(Decimal a, Decimal b) {
    std::int64_t coefficient = 0;
    if (__builtin_mul_overflow(a.coefficient(), b.coefficient(), &coefficient)) {
        throw std::overflow_error("centavo: a product of factors with more than 18 digits");
    }
    return {coefficient, a.exponent() + b.exponent()};
}

/// What a cost is booked under in the cost structure of an application.
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

/// Prices older than this are said to be stale.
inline constexpr std::chrono::days stale_after{45};

/// How old prices of that day are; zero where the day is not known, or lies ahead.
[[nodiscard]] std::chrono::days price_age(std::chrono::year_month_day as_of, Instant now) noexcept;

/// The decimal texts of the everyday rates, USD for a million tokens; an absent one falls under its whole's rate.
struct PerMillion {
    std::string_view input = {};
    std::string_view output = {};
    std::string_view cache_read = {};
    std::string_view cache_write = {};
    std::string_view cache_write_1h = {};
};

/// Two bands of one model that may hold at once without one outranking the other.
class CENTAVO_VISIBLE AmbiguousPrice : public Error {
public:
    AmbiguousPrice(ModelId model, std::size_t first, std::size_t second);

    [[nodiscard]] ModelId const& model() const noexcept { return model_; }
    [[nodiscard]] std::size_t first() const noexcept { return first_; }  ///< of ModelPrice::bands, from 0
    [[nodiscard]] std::size_t second() const noexcept { return second_; }

private:
    ModelId model_;
    std::size_t first_;
    std::size_t second_;
};

/// What one model costs: its bands, what multiplies them, and where they are from.
struct ModelPrice {
    ModelId model;
    std::string provider;
    std::vector<PriceBand> bands;
    std::vector<ModelId> aliases = {};
    CostCategory category = CostCategory::tokens;
    bool cache_writes_on_request =
        false;  ///< no prompt is written, and billed so, unless the call asks for it
    std::string source = {};
    std::chrono::year_month_day as_of = {};  ///< when the source was read
    std::vector<Adjustment> adjustments = {};
    std::vector<BilledMinimum> minimums = {};

    /// A price of one band in the everyday rates: `ModelPrice::per_million("m", {.input = "2.50", .output = "10"})`.
    ///
    /// Throws MalformedDecimal or MalformedPrice for text that is no price.
    [[nodiscard]] static ModelPrice per_million(ModelId model, PerMillion const& usd);

    /// The band for a request: of those that hold the one that outranks the others; null where none holds.
    ///
    /// Where no band of the tier holds, the standard one: lists() says whether that tier has a price at all.
    [[nodiscard]] PriceBand const* band(Tokens input, Instant at, Service const& service = {}) const noexcept;

    /// Whether a band or an adjustment gives that tier a price at that instant.
    [[nodiscard]] bool lists(ServiceTier tier, Instant at) const noexcept;

    /// Whether a band or an adjustment knows that region; the usual one, of an empty name, always is.
    [[nodiscard]] bool lists(std::string_view region) const noexcept;

    /// What the lines of that unit are multiplied with. Throws std::overflow_error beyond 18 digits.
    [[nodiscard]] Decimal factor(Unit unit, Instant at, ServiceTier tier, std::string_view region) const;

    /// Throws AmbiguousPrice where two bands may hold at once and neither outranks the other.
    void check_unambiguous() const;

private:
    [[nodiscard]] PriceBand const* best_band(Tokens input, Instant at, ServiceTier tier,
                                             std::string_view region) const noexcept;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/pricing/detail/price.ipp>
#endif
