// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/request.hpp>
#include <centavo/base/clock.hpp>
#include <centavo/base/error.hpp>
#include <centavo/base/money.hpp>
#include <centavo/base/tokens.hpp>
#include <centavo/budget/budget.hpp>
#include <centavo/pricing/cost.hpp>
#include <centavo/pricing/unit.hpp>
#include <centavo/pricing/usage.hpp>

#include <nlohmann/json.hpp>

#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>

// nlohmann_json's values to and from centavo's: `nlohmann::json j = cost;`, `j.get<Usage>()`, `j.get<Request>()`.
//
// Money is a decimal string ("0.00425"), never a number, which would have been rounded before anyone could look at it.
// Counts are integers. Link centavo::json.

namespace centavo {
inline namespace CENTAVO_ABI {

/// A JSON value that is none of ours; says which, and which member of it.
class CENTAVO_VISIBLE MalformedValue : public Error {
public:
    explicit MalformedValue(std::string const& what) : Error{ErrorCode::malformed, what} {}
};

/// An exact decimal string.
template <typename Json>
void to_json(Json& json, Usd const& amount) {
    json = amount.to_string();
}

/// Of a decimal string. Throws MalformedValue for a number, MalformedMoney for other text.
template <typename Json>
void from_json(Json const& json, Usd& amount) {
    if (!json.is_string()) {
        throw MalformedValue("money is a decimal string, not " + std::string{json.type_name()});
    }
    amount = Usd::parse(json.template get_ref<std::string const&>());
}

/// An object of every count that was said, by the units' names.
template <typename Json>
void to_json(Json& json, Usage const& usage) {
    json = Json::object();
    usage.for_each([&](Unit const& unit, std::int64_t count) { json[std::string{name_of(unit)}] = count; });
}

/// Reads an object of counts by unit name. Throws MalformedValue for an unknown name or a value that is not a count.
template <typename Json>
void from_json(Json const& json, Usage& usage) {
    if (!json.is_object()) {
        throw MalformedValue("usage is an object, not " + std::string{json.type_name()});
    }
    usage = {};
    for (auto const& [name, value] : json.items()) {
        auto const unit = find_unit(name);
        if (!unit) {
            throw MalformedValue("usage: no unit is called \"" + name + "\"");
        }
        bool const fits =
            value.is_number_unsigned()
                ? value.template get<std::uint64_t>() <= std::numeric_limits<std::int64_t>::max()
                : value.is_number_integer() && value.template get<std::int64_t>() >= 0;
        if (!fits) {
            throw MalformedValue("usage: " + name + " is not a count: " + value.dump());
        }
        usage.set(*unit, value.template get<std::int64_t>());
    }
}

/// What `centavo price` prints of a cost: model, usage, sums, lines, how sure, and the date of the prices.
template <typename Json>
void to_json(Json& json, Cost const& cost) {
    json = {{"model", cost.model().text()},
            {"match", to_string(cost.match())},
            {"usage", cost.usage()},
            {"input_cost", cost.input_cost()},
            {"output_cost", cost.output_cost()},
            {"total_cost", cost.total()},
            {"lines", Json::array()},
            {"quality", to_string(cost.quality)},
            {"as_of", day_text(cost.as_of())}};
    for (CostLine const& line : cost.lines()) {
        json["lines"].push_back({{"unit", name_of(line.rate.unit())},
                                 {"count", line.count},
                                 {"price", line.rate.usd().to_string()},
                                 {"per", line.rate.per()},
                                 {"cost", line.cost}});
    }
    if (cost.reported_cost) {
        json["reported_cost"] = *cost.reported_cost;
    }
}

/// Why a budget refused, in figures.
template <typename Json>
void to_json(Json& json, BudgetDenial const& denial) {
    json = {{"budget", denial.budget}, {"limit", denial.limit},   {"spent", denial.spent},
            {"held", denial.held},     {"needed", denial.needed}, {"left", denial.remaining()}};
}

}  // namespace CENTAVO_ABI
}  // namespace centavo

/// @cond
/// A request has no empty state, so that it is made rather than filled in.
template <>
struct nlohmann::adl_serializer<centavo::Request> {
    /// Throws MalformedRequest as Request::parse() does.
    template <typename Json>
    static centavo::Request from_json(Json const& json) {
        return centavo::Request::parse(json.dump());
    }
    template <typename Json>
    static void to_json(Json& json, centavo::Request const& request) {
        json = Json::parse(request.body());
    }
};
/// @endcond
