// SPDX-License-Identifier: MIT
#include "answer_bill.hpp"

#include "bill.hpp"
#include "jsonl.hpp"
#include "prices.hpp"

#include <centavo/pricing/price_table.hpp>

namespace centavo::cli {

namespace {

/// The price of the model that served; where its name is not known, of the one that was asked for.
Price price_of(std::string const& served, Asked const& asked, std::string const& known) {
    if (served.empty() && !asked.model) {
        throw LineFailure("no_model", "neither the line nor the answer names a model", known);
    }
    auto price = served.empty() ? std::nullopt : prices().find(served, asked.provider);
    if (!price && asked.model) {
        price = prices().find(*asked.model, asked.provider);
    }
    if (!price) {
        throw LineFailure("unknown_model", "no price for model \"" + (served.empty() ? *asked.model : served) + "\"",
                          known);
    }
    return *price;
}

template <typename Part>
Usd sum_of(std::vector<Cost> const& costs, Part part) {
    Usd sum;
    for (Cost const& cost : costs) {
        sum += (cost.*part)();
    }
    return sum;
}

}  // namespace

Usd AnswerBill::input() const { return sum_of(costs, &Cost::input); }
Usd AnswerBill::output() const { return sum_of(costs, &Cost::output); }
Usd AnswerBill::total() const { return sum_of(costs, &Cost::total); }

AnswerBill bill_of(Answer const& answer, Asked const& asked, Instant at, std::string const& known) {
    AnswerBill bill;
    Service const service{.tier = answer.tier.value_or(ServiceTier::standard), .region = answer.region};
    Price const price = price_of(answer.model, asked, known);
    try {
        bill.costs.push_back(cost_of(price, *answer.usage, at, service));
        for (SubUsage const& inner : answer.sub_usages) {
            Asked const asker{.provider = asked.provider, .model = std::nullopt};
            bill.costs.push_back(cost_of(price_of(inner.model, inner.model.empty() ? asked : asker, known),
                                         inner.usage, at, service));
        }
    } catch (LineFailure const&) {
        throw;
    } catch (std::exception const& failure) {
        throw LineFailure(code_of(failure), failure.what(), known);
    }
    return bill;
}

void append_known(std::string& out, Answer const& answer) {
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
    if (!answer.remarks.empty()) {
        append_name(out, "remarks");
        out += '[';
        for (UsageRemark const& remark : answer.remarks) {
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

void append_bill(std::string& out, AnswerBill const& bill) {
    Cost const& own = bill.costs.front();
    append_text(out, "model", own.model().text());
    append_text(out, "match", to_string(own.match()));
    append_text(out, "input_cost", bill.input().to_string());
    append_text(out, "output_cost", bill.output().to_string());
    append_text(out, "total_cost", bill.total().to_string());
    append_name(out, "lines");
    out += '[';
    for (Cost const& cost : bill.costs) {
        for (CostLine const& one : cost.lines()) {
            separate(out);
            out += '{';
            if (&cost != &own) {
                append_text(out, "model", cost.model().text());
            }
            append_text(out, "unit", name_of(one.rate.unit()));
            append_count(out, "count", one.count);
            append_text(out, "price", one.rate.usd().to_string());
            append_count(out, "per", one.rate.per());
            append_text(out, "cost", one.cost.to_string());
            out += '}';
        }
    }
    out += ']';
}

}  // namespace centavo::cli
