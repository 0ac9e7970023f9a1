// SPDX-License-Identifier: MIT
#include <centavo/metered.hpp>

#include <centavo/builtin/counters.hpp>
#include <centavo/builtin/prices.hpp>

#include <catch2/catch_test_macros.hpp>

#include <coroutine>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace centavo;

namespace {

constexpr std::string_view body =
    R"({"id":"c1","model":"gpt-4o","choices":[{"index":0,"message":{"role":"assistant","content":"Paris."},)"
    R"("finish_reason":"stop"}],"usage":{"prompt_tokens":14,"completion_tokens":2}})";

/// Runs functions in the order in which they are posted, on the thread that runs it.
class Loop {
public:
    void post(std::function<void()> work) { work_.push_back(std::move(work)); }

    void run() {
        while (!work_.empty()) {
            auto const work = std::move(work_.front());
            work_.pop_front();
            work();
        }
    }

private:
    std::deque<std::function<void()>> work_;
};

/// A client that responds from the loop, in pieces.
struct Http {
    Loop* loop;
    int calls = 0;

    void post(std::string const&, std::function<Flow(std::string_view)> on_bytes,
              std::function<void(int)> on_end) {
        ++calls;
        loop->post([=, this] {
            on_bytes(body.substr(0, 40));
            loop->post([=] {
                on_bytes(body.substr(40));
                on_end(200);
            });
        });
    }

    struct Exchange {
        Http& http;
        std::string request;
        std::function<Flow(std::string_view)> on_bytes;
        int status = 0;

        [[nodiscard]] bool await_ready() const noexcept { return false; }
        void await_suspend(std::coroutine_handle<> coroutine) {
            http.post(request, on_bytes, [this, coroutine](int ended) {
                status = ended;
                coroutine.resume();
            });
        }
        [[nodiscard]] Reply await_resume() const { return {.http_status = status}; }
    };

    [[nodiscard]] Exchange exchange(std::string request, std::function<Flow(std::string_view)> on_bytes) {
        return {*this, std::move(request), std::move(on_bytes)};
    }
};

// [callbacks]
using Done = std::function<void(std::function<Result()> const& result)>;  // result() returns it or throws

void ask(Metered<> const& metered, Request const& request, Http& http, Done done) {
    auto const call = std::make_shared<Call>(metered.begin(request));
    call->on_ready([call, &http, done = std::move(done)] {
        if (call->state() == CallState::done) {
            return done([call] { return std::move(*call).result(); });  // cached, joined or refused
        }
        auto const take = [call](std::string_view bytes) { return call->feed(bytes); };
        http.post(call->outgoing().body(), take, [call, done](int status) {
            done([&] { return std::move(*call).finish({.http_status = status}); });
        });
    });
}
// [callbacks]

// [awaiter]
/// Suspends a coroutine while its call waits for another caller, and resumes it on the loop.
template <typename Loop>
class Ready {
public:
    Ready(Call& call, Loop& loop) : call_{call}, loop_{loop} {}

    [[nodiscard]] bool await_ready() const noexcept { return call_.state() != CallState::waiting; }

    void await_suspend(std::coroutine_handle<> coroutine) {
        call_.on_ready([coroutine, &loop = loop_] { loop.post([coroutine] { coroutine.resume(); }); });
    }

    void await_resume() const noexcept {}

private:
    Call& call_;
    Loop& loop_;
};
// [awaiter]

/// A coroutine that starts at once and owns itself.
struct Started {
    struct promise_type {
        Started get_return_object() { return {}; }
        std::suspend_never initial_suspend() noexcept { return {}; }
        std::suspend_never final_suspend() noexcept { return {}; }
        void return_void() {}
        void unhandled_exception() { std::terminate(); }
    };
};

// [coroutine]
Started ask(Metered<> const& metered, Request request, Loop& loop, Http& http, std::vector<Result>& results) {
    Call call = metered.begin(request);
    co_await Ready{call, loop};
    if (call.state() == CallState::done) {
        results.push_back(std::move(call).result());
        co_return;
    }
    auto const take = [&](std::string_view bytes) { return call.feed(bytes); };
    Reply const reply = co_await http.exchange(call.outgoing().body(), take);
    results.push_back(std::move(call).finish(reply));
}
// [coroutine]

struct Setup {
    CostCalculator<> calculator{builtin_prices()};
    CostMonitor<> monitor{{.daily_budget = 20_usd}};
    PromptCache<> cache;
    Metered<> metered = with(calculator, cache, monitor);
    Request request = Request::chat("gpt-4o", "What is the capital of France?").with_temperature(0);
    Loop loop;
    Http http{&loop};

    [[nodiscard]] static Metered<> with(CostCalculator<> const& calculator, PromptCache<>& cache,
                                        CostMonitor<>& monitor) {
        return Metered<>{
            {.calculator = calculator, .counters = builtin_counters(), .cache = cache, .monitor = monitor}};
    }
};

void check_one_call(Setup const& setup, std::vector<Result> const& results) {
    REQUIRE(results.size() == 3);
    CHECK(setup.http.calls == 1);
    CHECK(setup.monitor.held() == Usd{});
    Usd charged;
    int called = 0;
    for (Result const& result : results) {
        CHECK(result.response.text == "Paris.");
        charged += result.charged.value_or(Usd{});
        called += result.outcome == Outcome::called ? 1 : 0;
    }
    CHECK(called == 1);
    CHECK(setup.monitor.spent() == charged);
}

}  // namespace

TEST_CASE("calls with callbacks wait for one another without a thread") {
    Setup setup;
    std::vector<Result> results;
    for (int i = 0; i < 3; ++i) {
        ask(setup.metered, setup.request, setup.http,
            [&](std::function<Result()> const& result) { results.push_back(result()); });
    }
    CHECK(results.empty());
    setup.loop.run();
    check_one_call(setup, results);
}

TEST_CASE("a callback is posted to the loop") {
    Setup setup;
    auto& loop = setup.loop;
    auto const call = std::make_shared<Call>(setup.metered.begin(setup.request));
    bool sent = false;
    auto const go_on = [&](Call& ready) { sent = ready.state() == CallState::send; };
    // [event loop]
    call->on_ready([&loop, call, go_on] { loop.post([call, go_on] { go_on(*call); }); });
    // [event loop]
    CHECK_FALSE(sent);
    loop.run();
    CHECK(sent);
}

TEST_CASE("coroutines wait for one another without a thread") {
    Setup setup;
    std::vector<Result> results;
    for (int i = 0; i < 3; ++i) {
        ask(setup.metered, setup.request, setup.loop, setup.http, results);
    }
    CHECK(results.empty());
    setup.loop.run();
    check_one_call(setup, results);
}
