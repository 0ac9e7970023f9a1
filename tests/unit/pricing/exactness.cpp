// SPDX-License-Identifier: MIT
// Compares costs with sums of rational numbers over random usages, tables, orders and threads.
#include <centavo/pricing/cost.hpp>

#include <catch2/catch_test_macros.hpp>

#include <centavo/base/detail/int128.hpp>
#include <centavo/base/money.hpp>
#include <centavo/pricing/quote.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <numeric>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using namespace centavo;
using namespace centavo::detail;

namespace {

/// A fraction in lowest terms. The values in these tests fit into 128 bits.
struct Rational {
    Int128 over = 0;
    Int128 under = 1;

    friend Rational operator*(Rational a, Rational b) {
        Rational product{checked_multiply(a.over, b.over), checked_multiply(a.under, b.under)};
        Int128 x = product.over;
        Int128 y = product.under;
        while (y != 0) {
            x = std::exchange(y, x % y);
        }
        return {product.over / x, product.under / x};
    }
};

Int128 half_even(Rational number) {
    Int128 const floor = number.over / number.under;
    Int128 const twice = 2 * (number.over % number.under);
    return floor + (twice > number.under || (twice == number.under && floor % 2 != 0) ? 1 : 0);
}

/// A part of the usage that overlaps no other part, with the units that contain it, the smallest first.
struct Part {
    std::vector<Unit> within;
    std::int64_t count = 0;
};

struct Case {
    std::vector<Part> parts;
    ModelPrice price;
    Usage usage;
    Instant at;
    Service service;
};

class Cases {
public:
    explicit Cases(std::uint64_t seed) : random_{seed} {}

    Case next() {
        using namespace units;
        Case made;
        made.parts = {{{input}},
                      {{cache_read, input}},
                      {{cache_write, input}},
                      {{cache_write_1h, cache_write, input}},
                      {{input_audio, input}},
                      {{input_image, input}},
                      {{output}},
                      {{reasoning, output}},
                      {{output_audio, output}},
                      {{web_searches}},
                      {{input_audio_seconds}}};
        for (Part& part : made.parts) {
            part.count = below(3) == 0 ? 0 : below(1'000'000);
        }
        made.at = Instant{std::chrono::hours{below(48)}};
        made.service.tier = service_tiers[static_cast<std::size_t>(below(3))];
        made.service.region = below(2) == 0 ? "" : "eu";
        auto const bands = 1 + below(6);
        for (std::int64_t i = 0; i < bands; ++i) {
            made.price.bands.push_back(band(i == 0));
            made.price.bands.back().priority = static_cast<int>(i);
        }
        for (std::int64_t i = below(3); i > 0; --i) {
            Adjustment one{.name = "factor", .factor = Decimal{1 + below(300), -2}};
            one.scope = static_cast<AdjustmentScope>(below(4));
            if (below(2) == 0) {
                one.regions = {"eu"};
            }
            made.price.adjustments.push_back(one);
        }
        report(made);
        return made;
    }

    std::int64_t below(std::int64_t bound) {
        return std::uniform_int_distribution<std::int64_t>{0, bound - 1}(random_);
    }

    std::mt19937_64& random() { return random_; }

private:
    PriceBand band(bool standard) {
        using namespace units;
        PriceBand made;
        for (Unit const unit : {input, output, web_searches, input_audio_seconds, cache_read, cache_write,
                                cache_write_1h, input_audio, input_image, reasoning, output_audio}) {
            bool const needed = made.rates.size() < 4;
            if (needed || below(2) == 0) {
                constexpr std::array<std::int64_t, 6> pers{1, 60, 1'000, 3'600, 1'000'000, 7};
                made.rates.emplace_back(unit, Decimal{below(100'000), -4},
                                        pers[static_cast<std::size_t>(below(6))]);
            }
        }
        if (!standard) {
            made.tier = service_tiers[static_cast<std::size_t>(below(3))];
            made.from = below(2) == 0 ? Instant::min() : Instant{std::chrono::hours{below(48)}};
            made.above = below(2) == 0 ? 0 : below(3'000'000);
            made.inclusive = below(2) == 0;
            made.region = below(3) == 0 ? "eu" : "";
        }
        return made;
    }

    /// Reports the parts as inclusive counts of their units, in random order.
    void report(Case& made) {
        std::vector<std::pair<Unit, std::int64_t>> counts;
        for (Part const& part : made.parts) {
            for (Unit const unit : part.within) {
                auto const known = std::ranges::find(counts, unit, [](auto const& one) { return one.first; });
                if (known == counts.end()) {
                    counts.emplace_back(unit, part.count);
                } else {
                    known->second += part.count;
                }
            }
        }
        std::ranges::shuffle(counts, random_);
        for (auto const& [unit, count] : counts) {
            made.usage.set(unit, count);
        }
    }

    std::mt19937_64 random_;
};

PriceBand const* band_by_hand(Case const& made, ServiceTier tier) {
    PriceBand const* best = nullptr;
    for (PriceBand const& band : made.price.bands) {
        std::int64_t const input = made.usage.input.value();
        bool const deep = band.above == Tokens{0} || input > band.above.value() ||
                          (band.inclusive && input == band.above.value());
        bool const here = band.region.empty() || band.region == made.service.region;
        if (band.tier == tier && deep && here && band.from <= made.at &&
            (best == nullptr || band.priority > best->priority)) {
            best = &band;
        }
    }
    return best;
}

/// The total by definition: each part at the rate of its smallest unit with a rate, rounded once per rate.
Int128 by_hand(Case const& made) {
    PriceBand const* band = band_by_hand(made, made.service.tier);
    band = band != nullptr ? band : band_by_hand(made, ServiceTier::standard);
    std::vector<std::int64_t> billed(band->rates.size());
    for (Part const& part : made.parts) {
        for (Unit const unit : part.within) {
            auto const rate = std::ranges::find(band->rates, unit, &Rate::unit);
            if (rate != band->rates.end()) {
                billed[static_cast<std::size_t>(rate - band->rates.begin())] += part.count;
                break;
            }
        }
    }
    auto const power = [](int exponent) {
        Int128 value = 1;
        for (int i = 0; i < exponent; ++i) {
            value *= 10;
        }
        return value;
    };
    auto const exact = [&](Decimal number) {
        return number.exponent() < 0 ? Rational{number.coefficient(), power(-number.exponent())}
                                     : Rational{number.coefficient() * power(number.exponent()), 1};
    };
    Int128 total = 0;
    for (std::size_t i = 0; i < billed.size(); ++i) {
        Rate const& rate = band->rates[i];
        Rational cost = exact(rate.usd()) * Rational{billed[i], 1} * Rational{1, rate.per()};
        for (Adjustment const& one : made.price.adjustments) {
            bool const tokens = rate.unit().measure == Measure::tokens;
            bool const covered =
                one.scope == AdjustmentScope::everything ||
                (one.scope == AdjustmentScope::tokens && tokens) ||
                (one.scope == AdjustmentScope::input && rate.unit().direction == Direction::input) ||
                (one.scope == AdjustmentScope::output && rate.unit().direction == Direction::output);
            if (covered && (one.regions.empty() || made.service.region == "eu")) {
                cost = cost * exact(one.factor);
            }
        }
        total += half_even(cost * Rational{power(Usd::places), 1});
    }
    return total;
}

Cost priced(Case const& made) {
    return cost_of(Price{std::make_shared<ModelPrice const>(made.price), MatchKind::exact}, made.usage,
                   made.at, made.service);
}

std::int64_t rounds() {
    char const* const requested = std::getenv("CENTAVO_ROUNDS");
    return requested == nullptr ? 3'000 : std::atoll(requested);
}

}  // namespace

TEST_CASE("a cost equals the rational sum of its parts for any table, and its lines add up to it") {
    Cases cases{20261124};
    for (std::int64_t round = 0; round < rounds(); ++round) {
        Case made = cases.next();
        Cost const cost = priced(made);
        INFO("round " << round);
        REQUIRE(cost.total().atto() == by_hand(made));
        Usd sum;
        for (CostLine const& line : cost.lines()) {
            sum += line.cost;
        }
        REQUIRE(sum == cost.total());
        std::ranges::shuffle(made.price.bands, cases.random());
        for (PriceBand& band : made.price.bands) {
            std::ranges::shuffle(band.rates, cases.random());
        }
        REQUIRE(priced(made).total() == cost.total());
    }
}

TEST_CASE("the sum of costs does not depend on threads or order", "[threads]") {
    Cases cases{7};
    std::vector<Case> all;
    Usd expected;
    for (int i = 0; i < 400; ++i) {
        all.push_back(cases.next());
        expected += priced(all.back()).total();
    }
    for (std::size_t const workers : {2U, 5U}) {
        std::ranges::shuffle(all, cases.random());
        std::vector<Usd> sums(workers);
        std::vector<std::thread> threads;
        for (std::size_t w = 0; w < workers; ++w) {
            threads.emplace_back([&, w] {
                for (std::size_t i = w; i < all.size(); i += workers) {
                    sums[w] += priced(all[i]).total();
                }
            });
        }
        for (std::thread& thread : threads) {
            thread.join();
        }
        CHECK(std::accumulate(sums.begin(), sums.end(), Usd{}) == expected);
    }
}

TEST_CASE("no text call costs more than its quote, for any table and any shorter usage") {
    Cases cases{20261125};
    for (std::int64_t round = 0; round < rounds() / 3; ++round) {
        Case const made = cases.next();
        Usage const& usage = made.usage;
        CallShape const shape{.input = usage.input, .max_output = usage.output, .writes_cache = true};
        Price const price{std::make_shared<ModelPrice const>(made.price), MatchKind::exact};
        std::optional<Quote> quote;
        try {
            quote.emplace(price, shape, made.at, made.service);
        } catch (UnpricedUsage const&) {
            continue;
        }
        std::int64_t left = usage.input.value();
        auto const some = [&] {
            std::int64_t const part = cases.below(left + 1);
            left -= part;
            return Tokens{part};
        };
        Usage used{.input = 0, .output = Tokens{cases.below(usage.output.value() + 1)}};
        used.cache_read = some();
        used.cache_write = some();
        used.cache_write_1h = Tokens{cases.below(used.cache_write->value() + 1)};
        used.input = *used.cache_read + *used.cache_write + some();
        used.reasoning = Tokens{cases.below(used.output.value() + 1)};
        INFO("round " << round);
        REQUIRE(cost_of(price, used, made.at, made.service).total() <= quote->worst_case());
        if (auto const fits = quote->affordable_output(quote->worst_case())) {
            REQUIRE(quote->with_max_output(*fits).worst_case() <= quote->worst_case());
        }
    }
}
