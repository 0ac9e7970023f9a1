// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/call/response_cost.hpp>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// `served` with the path, zone and vendor of the requested id: "us.anthropic.claude-sonnet-4-6" for a served
/// "claude-sonnet-4-6". Empty if the requested id has none of these, or if the served one has its own.
[[nodiscard]] inline std::string spelled_like(std::string_view requested, std::string_view served) {
    auto const prefix = [](std::string_view id) {
        auto const bedrock = find_bedrock_id(id);
        return bedrock ? static_cast<std::size_t>(bedrock->model.data() - id.data()) : id.rfind('/') + 1;
    };
    auto const size = prefix(requested);
    return size == 0 || prefix(served) != 0 ? std::string{}
                                            : std::string{requested.substr(0, size)}.append(served);
}

/// Bills one response.
class ResponseBiller {
public:
    ResponseBiller(PriceTable const& prices, Response const& response, RequestedService const& requested,
                   Instant at)
        : prices_{prices}, response_{response}, requested_{requested}, at_{at},
          service_{
              .tier = response.batch            ? ServiceTier::batch
                      : !unknown_tier().empty() ? ServiceTier::standard
                                                : response.tier.value_or(requested.service.tier),
              .region = response.region.empty() ? requested.service.region : response.region,
              .search_context =
                  find_search_context(response.search_context).value_or(requested.service.search_context)} {}

    [[nodiscard]] ResponseCost run(Usage const& usage) {
        ResponseCost cost = response_.billed_by_parts ? by_parts(usage) : whole(usage);
        cost.own.reported_cost = response_.reported_cost;
        if (!response_.batch && !unknown_tier().empty()) {
            warnings_.push_back({.kind = CostWarningKind::unpriced_tier, .name = unknown_tier()});
        }
        for (UsageWarning const& one : response_.warnings) {
            if (one.kind == UsageWarningKind::unknown_field && is_count(one.value)) {
                warnings_.push_back({.kind = CostWarningKind::unknown_usage_field, .name = one.field});
            }
        }
        for (CostWarning& warning : warnings_) {
            cost.own.warn(std::move(warning));
        }
        return cost;
    }

private:
    /// The served tier, or else the requested one, if its name is unknown.
    [[nodiscard]] std::string const& unknown_tier() const noexcept {
        static std::string const none;
        return !response_.unknown_tier.empty() ? response_.unknown_tier
               : response_.tier                ? none
                                               : requested_.unknown_tier;
    }

    /// Whether the JSON text is a number other than zero.
    [[nodiscard]] static bool is_count(std::string_view json) noexcept {
        bool const number = !json.empty() && (json[0] == '-' || (json[0] >= '0' && json[0] <= '9'));
        return number && json.substr(0, json.find_first_of("eE")).find_first_of("123456789") != json.npos;
    }

    [[nodiscard]] std::optional<Price> find(std::string const& served) const {
        if (requested_.model) {
            std::string spelled = spelled_like(requested_.model->text(), served);
            if (auto price = spelled.empty()
                                 ? std::nullopt
                                 : prices_.find(ModelId{std::move(spelled)}, requested_.provider)) {
                return price;
            }
        }
        return prices_.find(ModelId{served}, requested_.provider);
    }

    [[nodiscard]] ResponseCost whole(Usage const& usage) {
        auto price = response_.model.empty() ? std::nullopt : find(response_.model);
        if (!price) {
            price = prices_.at(requested_.model ? *requested_.model : ModelId{response_.model},
                               requested_.provider);
        }
        ResponseCost cost{.own = cost_of(*price, usage, at_, service_)};
        cost.others = others(&*price);
        return cost;
    }

    [[nodiscard]] ResponseCost by_parts(Usage const& usage) {
        std::vector<Cost> parts = others(nullptr);
        if (parts.empty()) {
            warnings_.clear();
            return whole(usage);
        }
        usage.for_each([&](Unit unit, std::int64_t count) {
            bool const counted = std::any_of(parts.begin(), parts.end(), [&](Cost const& part) {
                return part.usage().find(unit).value_or(0) > 0;
            });
            if (count > 0 && unit.measure != Measure::tokens && !counted) {
                warnings_.push_back({.kind = CostWarningKind::unpriced_unit,
                                     .unit = unit,
                                     .count = count,
                                     .name = response_.model});
            }
        });
        ResponseCost cost{.own = std::move(parts.front())};
        parts.erase(parts.begin());
        cost.others = std::move(parts);
        return cost;
    }

    /// The costs of the sub-usages. What has no price is noted.
    [[nodiscard]] std::vector<Cost> others(Price const* own) {
        std::vector<Cost> costs;
        for (SubUsage const& inner : response_.sub_usages) {
            std::optional<Price> price;
            if (!inner.model.empty()) {
                price = find(inner.model);
            } else if (inner.model_known && own != nullptr) {
                price = *own;
            }
            auto found = price ? find_cost_of(*price, inner.usage, at_, service_)
                               : NoCost{CostProblem::unknown_model, {}};
            if (auto* const cost = std::get_if<Cost>(&found)) {
                costs.push_back(std::move(*cost));
            } else if (auto const problem = std::get<NoCost>(found).problem;
                       problem == CostProblem::unknown_model || problem == CostProblem::unpriced_usage) {
                leave_out(inner);
            } else {
                costs.push_back(cost_of(*price, inner.usage, at_, service_));  // throws
            }
        }
        return costs;
    }

    void leave_out(SubUsage const& inner) {
        inner.usage.for_each([&](Unit unit, std::int64_t count) {
            if (count > 0) {
                warnings_.push_back({.kind = CostWarningKind::unpriced_unit,
                                     .unit = unit,
                                     .count = count,
                                     .name = inner.model.empty() ? "a model without a name" : inner.model});
            }
        });
    }

    PriceTable const& prices_;
    Response const& response_;
    RequestedService const& requested_;
    Instant at_;
    Service service_;
    std::vector<CostWarning> warnings_;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE Usd ResponseCost::sum(Usd (Cost::*part)() const noexcept) const {
    Usd all = (own.*part)();
    for (Cost const& other : others) {
        all += (other.*part)();
    }
    return all;
}

CENTAVO_INLINE bool ResponseCost::complete() const noexcept {
    return own.complete() &&
           std::all_of(others.begin(), others.end(), [](Cost const& other) { return other.complete(); });
}

CENTAVO_INLINE std::vector<CostWarning> ResponseCost::warnings() const {
    std::vector<CostWarning> all = own.warnings();
    for (Cost const& other : others) {
        for (CostWarning& warning : other.warnings()) {
            if (warning.kind == CostWarningKind::unpriced_unit && warning.name.empty()) {
                warning.name = other.model().text();
            }
            if (std::find(all.begin(), all.end(), warning) == all.end()) {
                all.push_back(std::move(warning));
            }
        }
    }
    return all;
}

CENTAVO_INLINE ResponseCost cost_of_response(PriceTable const& prices, Response const& response,
                                             Usage const& usage, RequestedService const& requested,
                                             Instant at) {
    if (response.model.empty() && !requested.model) {
        throw std::invalid_argument("neither the request nor the response names a model");
    }
    return detail::ResponseBiller{prices, response, requested, at}.run(usage);
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
