// SPDX-License-Identifier: MIT
#include "answer_bill.hpp"

#include "bill.hpp"
#include "jsonl.hpp"
#include "prices.hpp"

#include <centavo/pricing/cost.hpp>

#include <exception>

namespace centavo::cli {

ResponseCost bill_of(Response const& answer, RequestedService const& asked, Instant at,
                     std::string const& known) {
    if (answer.model.empty() && !asked.model) {
        throw LineFailure("no_model", "neither the line nor the answer names a model", known);
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
    if (answer.tier) {
        append_text(out, "tier", to_string(*answer.tier));
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

void append_bill(std::string& out, ResponseCost const& bill) {
    append_text(out, "model", bill.own.model().text());
    append_text(out, "match", to_string(bill.own.match()));
    append_text(out, "input_cost", bill.input_cost().to_string());
    append_text(out, "output_cost", bill.output_cost().to_string());
    append_text(out, "total_cost", bill.total().to_string());
    append_name(out, "lines");
    out += '[';
    auto const append_lines = [&](Cost const& cost) {
        for (CostLine const& one : cost.lines()) {
            separate(out);
            out += '{';
            if (&cost != &bill.own) {
                append_text(out, "model", cost.model().text());
            }
            append_text(out, "unit", name_of(one.rate.unit()));
            append_count(out, "count", one.count);
            append_text(out, "price", one.rate.usd().to_string());
            append_count(out, "per", one.rate.per());
            append_text(out, "cost", one.cost.to_string());
            out += '}';
        }
    };
    append_lines(bill.own);
    for (Cost const& other : bill.others) {
        append_lines(other);
    }
    out += ']';
}

}  // namespace centavo::cli
