// SPDX-License-Identifier: MIT
#include <centavo/stream_budget.hpp>

#include <catch2/catch_test_macros.hpp>

#include <centavo/builtin/counters.hpp>
#include <centavo/builtin/prices.hpp>
#include <centavo/cost_calculator.hpp>

#include <string>
#include <string_view>
#include <vector>

using namespace centavo;

TEST_CASE("the stream of the documentation stops at its cost") {
    CostCalculator const calculator{builtin_prices()};
    std::vector<std::string_view> const pieces(400, " lighthouse keeper");
    std::string shown;
    bool open = true;
    auto const close = [&] { open = false; };
    // [stream]
    Quote const quote = calculator.quote("gpt-4o", {.input = 200, .max_output = 1'000});
    StreamBudget stream{quote, builtin_counters().of("gpt-4o"), {.max_cost = 0.0025_usd}};
    Tokens const cap = stream.max_tokens().value_or(0);  // send it: 200 tokens
    for (std::string_view const piece : pieces) {
        shown += piece;
        if (stream.feed(piece) == Flow::stop) {
            close();
            break;
        }
    }
    shown.resize(stream.paid_bytes().value_or(shown.size()));
    // [stream]
    CHECK(cap == Tokens{200});
    CHECK_FALSE(open);
    CHECK(shown.size() == 100 * pieces[0].size());
    auto const delta = pieces[0];
    // [one line]
    Flow const flow = stream.feed(delta);
    // [one line]
    CHECK(flow == Flow::stop);
    // [due]
    StreamCharge const charge = stream.due(StreamEnd::cut, disconnect_billing("openai"));
    // [due]
    CHECK(charge.amount > Usd{});
}
