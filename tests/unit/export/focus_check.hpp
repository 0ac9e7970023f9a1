// SPDX-License-Identifier: MIT
#pragma once

#include "unit/export/csv_reader.hpp"

#include <centavo/base/clock.hpp>
#include <centavo/base/detail/int128.hpp>
#include <centavo/base/detail/json_scan.hpp>
#include <centavo/base/money.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace centavo::test {

using namespace centavo::detail;

/// Checks CSV against the column rules of FOCUS 1.2, independently of the code that writes it.
class FocusCheck {
public:
    explicit FocusCheck(std::string_view csv) : rows_{csv_rows(csv)} {
        columns();
        for (std::size_t i = 1; i < rows_.size(); ++i) {
            row_ = i;
            check_row();
        }
    }

    [[nodiscard]] std::vector<std::string> const& violations() const noexcept { return violations_; }
    [[nodiscard]] std::size_t rows() const noexcept { return rows_.size() - 1; }
    [[nodiscard]] Usd sum(std::string_view column) {
        Usd sum;
        for (row_ = 1; row_ < rows_.size(); ++row_) {
            sum += Usd::parse(at(column));
        }
        return sum;
    }
    [[nodiscard]] std::string const& at(std::size_t row, std::string_view column) {
        row_ = row;
        return at(column);
    }

private:
    /// A decimal number as digits x 10^-places.
    struct Number {
        Int128 digits = 0;
        int places = 0;
    };

    void expect(bool holds, std::string const& what) {
        if (!holds) {
            violations_.push_back("row " + std::to_string(row_) + ": " + what);
        }
    }

    [[nodiscard]] std::string const& at(std::string_view column) {
        auto const found = index_.find(column);
        return found == index_.end() ? missing_ : rows_[row_][found->second];
    }

    void columns() {
        bool custom = false;
        for (std::size_t i = 0; i < rows_.front().size(); ++i) {
            std::string_view const name = rows_.front()[i];
            expect(index_.emplace(name, i).second, "duplicate column: " + std::string{name});
            expect(!custom || name.starts_with("x_"), "a custom column before " + std::string{name});
            custom = custom || name.starts_with("x_");
            std::string_view const bare = name.starts_with("x_") ? name.substr(2) : name;
            expect(!bare.empty() && bare[0] >= 'A' && bare[0] <= 'Z' &&
                       bare.find_first_of(" _-") == bare.npos,
                   "not PascalCase: " + std::string{name});
        }
        for (auto const* name :
             {"BilledCost",         "BillingAccountId",  "BillingAccountName", "BillingCurrency",
              "BillingPeriodStart", "BillingPeriodEnd",  "ChargeCategory",     "ChargeClass",
              "ChargeDescription",  "ChargePeriodStart", "ChargePeriodEnd",    "ContractedCost",
              "EffectiveCost",      "InvoiceIssuerName", "ListCost",           "PricingQuantity",
              "PricingUnit",        "ProviderName",      "PublisherName",      "ServiceCategory",
              "ServiceName"}) {
            expect(index_.contains(name), "a mandatory column is missing: " + std::string{name});
        }
    }

    /// Parses a decimal as the specification defines it, without exponents: no plus sign, no thousands separators.
    [[nodiscard]] std::optional<Number> number(std::string_view column) {
        std::string const& text = at(column);
        Number number;
        std::size_t i = !text.empty() && text[0] == '-' ? 1 : 0;
        bool digit = false;
        bool point = false;
        for (; i < text.size(); ++i) {
            if (text[i] == '.' && !point && digit) {
                point = true;
                digit = false;
            } else if (text[i] >= '0' && text[i] <= '9') {
                digit = true;
                number.digits = checked_add(checked_multiply(number.digits, 10), text[i] - '0');
                number.places += point ? 1 : 0;
            } else {
                digit = false;
                break;
            }
        }
        expect(digit, std::string{column} + " is not a decimal: " + text);
        if (text.starts_with('-')) {
            number.digits = -number.digits;
        }
        return digit ? std::optional{number} : std::nullopt;
    }

    [[nodiscard]] static bool equal(Number a, Number b) {
        for (; a.places < b.places; ++a.places) {
            a.digits = checked_multiply(a.digits, 10);
        }
        for (; b.places < a.places; ++b.places) {
            b.digits = checked_multiply(b.digits, 10);
        }
        return a.digits == b.digits;
    }

    void product(std::string_view price, std::string_view cost) {
        auto const unit = number(price);
        auto const quantity = number("PricingQuantity");
        auto const total = number(cost);
        if (unit && quantity && total) {
            Number const made{checked_multiply(unit->digits, quantity->digits),
                              unit->places + quantity->places};
            expect(equal(made, *total), std::string{price} + " x PricingQuantity is not " +
                                            std::string{cost} + ": " + at(price) + " x " +
                                            at("PricingQuantity") + " = " + at(cost));
        }
    }

    [[nodiscard]] Instant instant(std::string_view column) {
        std::string const& text = at(column);
        try {
            expect(text.size() == 20 && text.back() == 'Z',
                   std::string{column} + " is not YYYY-MM-DDTHH:mm:ssZ: " + text);
            return parse_instant(text);
        } catch (MalformedInstant const&) {
            expect(false, std::string{column} + " is no instant: " + text);
            return {};
        }
    }

    void one_of(std::string_view column, std::vector<std::string_view> const& values) {
        for (auto const value : values) {
            if (at(column) == value) {
                return;
            }
        }
        expect(false, std::string{column} + " is \"" + at(column) + "\"");
    }

    void flat_json(std::string_view column) {
        if (at(column).empty()) {
            return;
        }
        try {
            JsonScan scan{at(column)};
            scan.enter_object();
            bool any = false;
            while (scan.next_member()) {
                any = true;
                static_cast<void>(scan.string());
            }
            scan.finish();
            expect(any, std::string{column} + " is an empty object, not null");
        } catch (MalformedJson const& malformed) {
            expect(false, std::string{column} + ": " + malformed.what());
        }
    }

    void check_row() {
        using namespace std::chrono;
        for (auto const& [name, i] : index_) {
            std::string const& field = rows_[row_][i];
            for (auto const* null : {"NULL", "null", "N/A", "None"}) {
                expect(field != null, std::string{name} + " spells null");
            }
        }
        for (auto const* name : {"BilledCost", "ContractedCost", "EffectiveCost", "ListCost"}) {
            static_cast<void>(number(name));
        }
        for (auto const* name : {"BillingAccountId", "InvoiceIssuerName", "ProviderName", "PublisherName",
                                 "ServiceName", "ServiceCategory"}) {
            expect(!at(name).empty(), std::string{name} + " is null");
        }
        one_of("BillingCurrency", {"USD"});
        one_of("PricingCurrency", {"USD"});
        one_of("ChargeCategory", {"Usage", "Purchase", "Tax", "Credit", "Adjustment"});
        one_of("ChargeClass", {"", "Correction"});
        one_of("ChargeFrequency", {"One-Time", "Recurring", "Usage-Based"});
        one_of("PricingCategory", {"", "Standard", "Dynamic", "Committed", "Other"});
        one_of("ServiceCategory", {"AI and Machine Learning"});
        one_of("ServiceSubcategory", {"Generative AI", "Other (AI and Machine Learning)"});
        auto const month = instant("BillingPeriodStart");
        auto const next = instant("BillingPeriodEnd");
        auto const begin = instant("ChargePeriodStart");
        auto const end = instant("ChargePeriodEnd");
        year_month_day const first{floor<days>(month)};
        expect(first.day() == day{1} && floor<days>(month) == month,
               "BillingPeriodStart is not a month's begin");
        expect(sys_days{(first.year() / first.month() + months{1}) / 1} == next,
               "BillingPeriodEnd is not the next month");
        expect(month <= begin && begin < end && end <= next,
               "the charge period is not inside the billing period");
        bool const usage = at("ChargeCategory") == "Usage" && at("ChargeClass").empty();
        for (auto const* name :
             {"PricingQuantity", "PricingUnit", "ListUnitPrice", "ContractedUnitPrice", "SkuId", "SkuPriceId",
              "PricingCategory", "ConsumedQuantity", "ConsumedUnit"}) {
            expect(!usage || !at(name).empty(), std::string{name} + " of usage is null");
        }
        expect(at("ConsumedQuantity").empty() || at("ChargeCategory") == "Usage",
               "ConsumedQuantity of no usage");
        for (auto const& [value, unit] :
             {std::pair{"PricingQuantity", "PricingUnit"}, std::pair{"ConsumedQuantity", "ConsumedUnit"},
              std::pair{"ListUnitPrice", "PricingQuantity"}, std::pair{"SkuPriceId", "SkuId"},
              std::pair{"SubAccountId", "SubAccountType"}}) {
            expect(at(value).empty() == at(unit).empty(), std::string{value} + " without " + unit);
        }
        expect(at("SkuPriceDetails").empty() || !at("SkuPriceId").empty(),
               "SkuPriceDetails without SkuPriceId");
        if (!at("PricingQuantity").empty()) {
            product("ListUnitPrice", "ListCost");
            product("ContractedUnitPrice", "ContractedCost");
        }
        expect(at("ChargeCategory") != "Credit" || at("BilledCost").starts_with('-'),
               "a credit that charges");
        flat_json("Tags");
        flat_json("SkuPriceDetails");
    }

    std::vector<std::vector<std::string>> rows_;
    std::map<std::string_view, std::size_t> index_;
    std::vector<std::string> violations_;
    std::string missing_;
    std::size_t row_ = 0;
};

}  // namespace centavo::test
