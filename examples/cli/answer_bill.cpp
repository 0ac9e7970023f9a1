// SPDX-License-Identifier: MIT
#include "answer_bill.hpp"

#include "bill.hpp"
#include "jsonl.hpp"
#include "prices.hpp"

#include <centavo/pricing/cost.hpp>
#include <centavo/pricing/price_list.hpp>
#include <centavo/pricing/service_tier.hpp>

#include <exception>
#include <optional>
#include <string_view>

namespace centavo::cli {

namespace {

/// A string member of an object that may be missing or of another kind.
std::string text_member(Row const& object, std::string_view name) {
    auto const json = object.find(name);
    return json && json->starts_with('"') ? text_of(*json) : std::string{};
}

std::optional<Row> object_member(Row const& object, std::string_view name) {
    auto const json = object.find(name);
    return json && json->starts_with('{') ? std::optional{Row{*json}} : std::nullopt;
}

/// Sets the tier of that name. Names that leave the choice to the provider set none.
void request_tier(RequestedService& asked, std::string const& name) {
    if (auto const tier = find_provider_tier(name)) {
        asked.service.tier = *tier;
    } else if (!name.empty() && name != "auto" && name != "standard_only") {
        asked.unknown_tier = name;
    }
}

}  // namespace

RequestedService requested_of(Row const& row) {
    RequestedService asked{.provider = row.find_text("provider").value_or(""),
                           .model = row.find_text("model")};
    std::string const tier = row.find_text("tier").value_or("");
    asked.service.region = row.find_text("region").value_or("");
    request_tier(asked, tier);
    auto const request = object_member(row, "request");
    if (!request) {
        return asked;
    }
    if (std::string const model = text_member(*request, "model"); !asked.model && !model.empty()) {
        asked.model = model;
    }
    if (tier.empty()) {
        request_tier(asked, text_member(*request, "service_tier"));
        if (text_member(*request, "speed") == "fast") {
            asked.service.tier = ServiceTier::fast;
        }
    }
    if (asked.service.region.empty()) {
        asked.service.region = text_member(*request, "inference_geo");
    }
    if (auto const search = object_member(*request, "web_search_options")) {
        asked.service.search_context = find_search_context(text_member(*search, "search_context_size"))
                                           .value_or(SearchContext::unspecified);
    }
    return asked;
}

Instant instant_of(Row const& row, Instant otherwise) {
    auto const at = row.find_text("at");
    try {
        return at ? centavo::instant_of(*at) : otherwise;
    } catch (MalformedInstant const& malformed) {
        throw LineFailure("bad_input", malformed.what());
    }
}

ResponseCost bill_of(Response const& answer, RequestedService const& asked, Instant at,
                     std::string const& known) {
    if (answer.model.empty() && !asked.model) {
        throw LineFailure("no_model", "neither the line nor the response names a model", known);
    }
    try {
        return cost_of_response(prices(), answer, *answer.usage, asked, at);
    } catch (std::exception const& failure) {
        throw LineFailure(code_of(failure), failure.what(), known);
    }
}

void append_known(std::string& out, Response const& answer) {
    if (answer.usage) {
        append_usage(out, *answer.usage);
    }
    if (!answer.sub_usages.empty()) {
        append_name(out, "sub_usages");
        out += '[';
        for (SubUsage const& inner : answer.sub_usages) {
            separate(out);
            out += '{';
            append_text(out, "model", inner.model);
            append_usage(out, inner.usage);
            out += '}';
        }
        out += ']';
    }
    if (answer.tier || !answer.unknown_tier.empty()) {
        append_text(out, "tier", answer.tier ? to_string(*answer.tier) : answer.unknown_tier);
    }
    if (answer.batch) {
        append_name(out, "batch");
        out += "true";
    }
    if (!answer.region.empty()) {
        append_text(out, "region", answer.region);
    }
    if (answer.reported_cost) {
        append_text(out, "reported_cost", answer.reported_cost->to_string());
    }
    if (answer.upstream_cost) {
        append_text(out, "upstream_cost", answer.upstream_cost->to_string());
    }
    if (!answer.warnings.empty()) {
        append_name(out, "remarks");
        out += '[';
        for (UsageWarning const& remark : answer.warnings) {
            separate(out);
            out += '{';
            append_text(out, "kind", to_string(remark.kind));
            append_text(out, "field", remark.field);
            append_text(out, "value", remark.value);
            out += '}';
        }
        out += ']';
    }
}

void append_warnings(std::string& out, bool complete, std::vector<CostWarning> const& warnings) {
    append_name(out, "complete");
    out += complete ? "true" : "false";
    if (warnings.empty()) {
        return;
    }
    append_name(out, "warnings");
    out += '[';
    for (CostWarning const& warning : warnings) {
        separate(out);
        out += '{';
        append_text(out, "code", to_string(warning.kind));
        append_text(out, "detail", warning.to_string());
        out += '}';
    }
    out += ']';
}

void append_bill(std::string& out, ResponseCost const& bill, RequestedService const& asked) {
    append_text(out, "model", bill.own.model().text());
    append_text(out, "match", to_string(bill.own.match()));
    append_text(out, "provider",
                bill.own.provider().empty() ? std::string_view{asked.provider} : bill.own.provider());
    append_text(out, "input_cost", bill.input_cost().to_string());
    append_text(out, "output_cost", bill.output_cost().to_string());
    append_text(out, "total_cost", bill.total().to_string());
    append_name(out, "lines");
    out += '[';
    auto const append_lines = [&](Cost const& cost) {
        for (CostLine const& one : cost.lines()) {
            separate(out);
            out += '{';
            if (!bill.others.empty()) {
                append_text(out, "model", cost.model().text());
            }
            append_text(out, "unit", name_of(one.rate.unit()));
            append_count(out, "count", one.count);
            append_text(out, "price", one.rate.usd().to_string());
            append_count(out, "per", one.rate.per());
            if (one.factor != Rate::unadjusted) {
                append_text(out, "factor", one.factor.to_string());
            }
            append_text(out, "cost", one.cost.to_string());
            out += '}';
        }
    };
    append_lines(bill.own);
    for (Cost const& other : bill.others) {
        append_lines(other);
    }
    out += ']';
    append_warnings(out, bill.complete(), bill.warnings());
}

}  // namespace centavo::cli
