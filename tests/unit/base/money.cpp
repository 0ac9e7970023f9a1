// SPDX-License-Identifier: MIT
#include <centavo/base/money.hpp>
#include <centavo/base/tokens.hpp>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <random>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <type_traits>
#include <unordered_set>
#include <vector>

using namespace centavo;
using namespace centavo::detail;
using namespace centavo::literals;
using Catch::Matchers::ContainsSubstring;

template <typename A, typename B>
concept addable = requires(A a, B b) {
    a + b;
};
template <typename A, typename B>
concept subtractable = requires(A a, B b) {
    a - b;
};
template <typename A, typename B>
concept multipliable = requires(A a, B b) {
    a* b;
};
template <typename A, typename B>
concept divisible = requires(A a, B b) {
    a / b;
};
template <typename A, typename B>
concept comparable = requires(A a, B b) {
    a < b;
};

static_assert(addable<Usd, Usd> && subtractable<Usd, Usd> && comparable<Usd, Usd>);
static_assert(multipliable<Usd, int> && multipliable<std::int64_t, Usd>);
static_assert(!addable<Usd, Tokens> && !addable<Tokens, Usd> && !comparable<Usd, Tokens>);
static_assert(!addable<Usd, int> && !comparable<Usd, int>);
static_assert(!multipliable<Usd, Usd> && !multipliable<Usd, double> && !multipliable<Usd, bool>);
static_assert(!divisible<Usd, Usd> && !divisible<Usd, int>);
static_assert(!std::is_convertible_v<double, Usd> && !std::is_constructible_v<Usd, double>);
static_assert(!std::is_convertible_v<int, Usd> && !std::is_constructible_v<Usd, int>);
static_assert(!std::is_convertible_v<Tokens, Usd> && !std::is_convertible_v<Usd, Tokens>);
static_assert(std::is_trivially_copyable_v<Usd> && std::is_nothrow_default_constructible_v<Usd>);

static_assert(50_usd + 1_cent == Usd::parse("50.01"));
static_assert(0.01_usd == 1_cent && 1'000_usd == Usd::parse("1000") && 2.5_cent == Usd::parse("0.025"));
static_assert(Usd{} == 0_usd && -(3_usd) < 0_usd);

namespace {

constexpr std::string_view largest = "170141183460469231731.687303715884105727";
constexpr std::string_view smallest = "-170141183460469231731.687303715884105728";

/// An amount as a decimal string of units of 10^-18, added digit by digit: a sum that shares no code with Usd.
class DigitSum {
public:
    void add(std::string_view digits) {
        std::size_t const length = std::max(digits_.size(), digits.size()) + 1;
        digits_.resize(length, 0);
        int carry = 0;
        for (std::size_t i = 0; i < length; ++i) {
            int const digit = i < digits.size() ? digits[digits.size() - 1 - i] - '0' : 0;
            int const sum = digits_[i] + digit + carry;
            digits_[i] = sum % 10;
            carry = sum / 10;
        }
    }

    [[nodiscard]] std::string dollars() const {
        std::string text;
        for (std::size_t i = std::max<std::size_t>(digits_.size(), 19); i-- > 0;) {
            text += static_cast<char>('0' + (i < digits_.size() ? digits_[i] : 0));
            if (i == 18) {
                text += '.';
            }
        }
        text.erase(0, std::min(text.find_first_not_of('0'), text.find('.') - 1));
        text.erase(text.find_last_not_of('0') + 1);
        if (text.back() == '.') {
            text.pop_back();
        }
        return text;
    }

private:
    std::vector<int> digits_;
};

std::vector<std::string> random_digits(std::size_t count) {
    std::mt19937_64 random{20'261'124};
    std::vector<std::string> all;
    for (std::size_t i = 0; i < count; ++i) {
        std::string digits;
        auto const length = 1 + random() % 30;
        for (std::uint64_t d = 0; d < length; ++d) {
            digits += static_cast<char>('0' + random() % 10);
        }
        all.push_back(digits);
    }
    return all;
}

Usd amount_of(std::string const& digits) {
    std::string padded = digits.size() < 19 ? std::string(19 - digits.size(), '0') + digits : digits;
    padded.insert(padded.size() - 18, ".");
    return Usd::parse(padded);
}

}  // namespace

TEST_CASE("an amount keeps every digit down to 10^-18 USD") {
    for (std::string_view const text : std::initializer_list<std::string_view>{
             "0", "1", "-3", "0.00425", "1275", "15300.5", "0.000000075", "-0.01", "0.000000000000000001",
             "-0.000000000000000001", largest, smallest}) {
        CHECK(Usd::parse(text).to_string() == text);
    }
}

TEST_CASE("parse accepts the forms that price lists use") {
    CHECK(Usd::parse("5e-06") == Usd::parse("0.000005"));
    CHECK(Usd::parse("2.5E+0") == Usd::parse("2.50"));
    CHECK(Usd::parse("1e3") == Usd::parse("1000"));
    CHECK(Usd::parse("15e-18").atto() == 15);
    CHECK(Usd::parse("007.10") == Usd::parse("7.1"));
    CHECK(Usd::parse("-0") == Usd{});
    CHECK(Usd::parse("0e30") == Usd{});
    CHECK(Usd::parse("0.1000000000000000000000000") == Usd::parse("0.1"));
}

TEST_CASE("text that is not an amount is rejected, and the error quotes it") {
    for (std::string_view const text :
         {"",     "-",  ".",  "+1",  "1.",  ".5",  "1..2", "1.2.3", " 1",  "1 ",    "1,5",   "$1",
          "1usd", "e5", "1e", "1e+", "1e-", "--1", "0x10", "NaN",   "inf", "1'000", "1_000", "\xc2\xbd"}) {
        INFO(text);
        CHECK_THROWS_AS(Usd::parse(text), MalformedMoney);
    }
    CHECK_THROWS_WITH(Usd::parse("twelve"), ContainsSubstring("twelve"));
    CHECK_THROWS_AS(Usd::parse(std::string_view{"1\0", 2}), MalformedMoney);
}

TEST_CASE("an amount finer than 10^-18 USD is rejected, not rounded") {
    CHECK_THROWS_AS(Usd::parse("0.0000000000000000001"), MalformedMoney);
    CHECK_THROWS_AS(Usd::parse("1.5e-18"), MalformedMoney);
    CHECK_THROWS_AS(Usd::parse("1e-19"), MalformedMoney);
}

TEST_CASE("overflow of 128 bits throws and never wraps") {
    Usd const most = Usd::parse(largest);
    Usd const least = Usd::parse(smallest);
    Usd const atto = Usd::from_atto(1);
    CHECK_THROWS_AS(Usd::parse("170141183460469231731.687303715884105728"), std::overflow_error);
    CHECK_THROWS_AS(Usd::parse("-170141183460469231731.687303715884105729"), std::overflow_error);
    CHECK_THROWS_AS(Usd::parse("1e21"), std::overflow_error);
    CHECK_THROWS_AS(Usd::parse("1e999"), std::overflow_error);
    CHECK_THROWS_AS(most + atto, std::overflow_error);
    CHECK_THROWS_AS(least - atto, std::overflow_error);
    CHECK_THROWS_AS(-least, std::overflow_error);
    CHECK_THROWS_AS(most * 2, std::overflow_error);
    CHECK_THROWS_AS(least * -1, std::overflow_error);
    CHECK(most - most == Usd{});
    CHECK(least + most == -atto);
}

TEST_CASE("an operation that overflows leaves the amount unchanged") {
    Usd amount = Usd::parse(largest);
    CHECK_THROWS_AS(amount += Usd::from_atto(1), std::overflow_error);
    CHECK(amount == Usd::parse(largest));
    CHECK_THROWS_AS(amount -= Usd::parse("-1"), std::overflow_error);
    CHECK(amount == Usd::parse(largest));
}

TEST_CASE("a sum is exact in any order") {
    auto digits = random_digits(2'000);
    DigitSum oracle;
    for (auto const& one : digits) {
        oracle.add(one);
    }
    std::mt19937 random{7};
    for (int round = 0; round < 5; ++round) {
        std::ranges::shuffle(digits, random);
        Usd sum;
        for (auto const& one : digits) {
            sum += amount_of(one);
        }
        CHECK(sum.to_string() == oracle.dollars());
    }
}

TEST_CASE("a sum is exact over any number of threads", "[threads]") {
    auto const digits = random_digits(4'000);
    DigitSum oracle;
    for (auto const& one : digits) {
        oracle.add(one);
    }
    for (std::size_t const workers : {1U, 2U, 3U, 8U}) {
        std::vector<Usd> partial(workers);
        std::vector<std::thread> threads;
        for (std::size_t w = 0; w < workers; ++w) {
            threads.emplace_back([&, w] {
                for (std::size_t i = w; i < digits.size(); i += workers) {
                    partial[w] += amount_of(digits[i]);
                }
            });
        }
        Usd sum;
        for (std::size_t w = 0; w < workers; ++w) {
            threads[w].join();
            sum += partial[w];
        }
        CHECK(sum.to_string() == oracle.dollars());
    }
}

TEST_CASE("0.1 + 0.2 is exactly 0.3") {
    Usd sum;
    for (int i = 0; i < 10; ++i) {
        sum += Usd::parse("0.1");
    }
    CHECK(sum == 1_usd);
    CHECK(Usd::parse("0.1") + Usd::parse("0.2") == Usd::parse("0.3"));
    CHECK(Usd::parse("0.00000002") * 1'000'000'000 == 20_usd);
}

TEST_CASE("to_string rounds half-even to the requested number of places") {
    CHECK(Usd::parse("0.00425").to_string(2) == "0.00");
    CHECK(Usd::parse("42.5").to_string(2) == "42.50");
    CHECK(Usd::parse("0.005").to_string(2) == "0.00");
    CHECK(Usd::parse("0.015").to_string(2) == "0.02");
    CHECK(Usd::parse("0.025").to_string(2) == "0.02");
    CHECK(Usd::parse("0.025000000000000001").to_string(2) == "0.03");
    CHECK(Usd::parse("-0.015").to_string(2) == "-0.02");
    CHECK(Usd::parse("-0.001").to_string(2) == "0.00");
    CHECK(Usd::parse("2.5").to_string(0) == "2");
    CHECK(Usd::parse("3.5").to_string(0) == "4");
    CHECK(Usd::parse("999.999").to_string(2) == "1000.00");
    CHECK(Usd{}.to_string(6) == "0.000000");
    CHECK(Usd::parse(smallest).to_string(18) == smallest);
    CHECK(Usd::parse(smallest).to_string(0) == "-170141183460469231732");
}

TEST_CASE("picodollars round up, so that a counter never understates") {
    CHECK(Usd::parse("0.000000000001").picodollars_rounded_up() == 1);
    CHECK(Usd::from_atto(1).picodollars_rounded_up() == 1);
    CHECK(Usd::from_atto(1'000'001).picodollars_rounded_up() == 2);
    CHECK(Usd::from_atto(-1).picodollars_rounded_up() == 0);
    CHECK(Usd::from_atto(-1'000'001).picodollars_rounded_up() == -1);
    CHECK(Usd::parse("9223372.036854775807").picodollars_rounded_up() ==
          std::numeric_limits<std::int64_t>::max());
    CHECK_THROWS_AS(Usd::parse("9223372.036854775808").picodollars_rounded_up(), std::overflow_error);
}

TEST_CASE("a ratio is exact until it is displayed") {
    CHECK(Ratio{1_usd, 3_usd}.basis_points() == 3'333);
    CHECK(Ratio{1_usd, 3_usd}.to_string() == "33.33 %");
    CHECK(Ratio{0.05_usd, 1_usd}.to_string() == "5.00 %");
    CHECK(Ratio{3_usd, 2_usd}.to_string() == "150.00 %");
    CHECK(Ratio{-(1_usd), 200_usd}.to_string() == "-0.50 %");
    CHECK(Ratio{0.00005_usd, 1_usd}.basis_points() == 0);
    CHECK(Ratio{0.00015_usd, 1_usd}.basis_points() == 2);
}

TEST_CASE("a ratio of a zero whole is zero, and no ratio wraps") {
    CHECK(Ratio{1_usd, 0_usd}.basis_points() == 0);
    CHECK(Ratio{}.to_string() == "0.00 %");
    CHECK_THROWS_AS((Ratio{Usd::parse("1e15"), Usd::from_atto(1)}.basis_points()), std::overflow_error);
    CHECK_THROWS_AS((Ratio{Usd::parse("1e19"), 1_usd}.basis_points()), std::overflow_error);
}

TEST_CASE("amounts stream exactly, hash by value and multiply in place") {
    std::ostringstream out;
    out << Usd::parse("-0.00425") << ' ' << Usd{} << ' ' << Ratio{1_usd, 3_usd};
    CHECK(out.str() == "-0.00425 0 33.33 %");
    std::unordered_set<Usd> const amounts{1_usd, 1_cent, 100 * 1_cent, -(1_usd)};
    CHECK(amounts.size() == 3);
    Usd amount = 2_cent;
    amount *= 50;
    CHECK(amount == 1_usd);
    amount *= 1'000;
    CHECK_THROWS_AS(amount *= std::int64_t{1} << 62, std::overflow_error);
#ifdef __cpp_lib_format
    CHECK(std::format("{:>6}", 1_cent) == "  0.01");
#endif
}
