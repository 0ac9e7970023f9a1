// SPDX-License-Identifier: MIT
#include <centavo/call/detail/requested_service.hpp>

#include <catch2/catch_test_macros.hpp>

#include <string>

using namespace centavo;
using namespace centavo::detail;

namespace {

Service asked(std::string const& members) {
    return service_of(
        Request::parse(R"({"model":"m","messages":[{"role":"user","content":"Hi"}])" + members + "}"));
}

}  // namespace

TEST_CASE("a requested tier or region enters the quote if it costs more", "[call][request_service]") {
    CHECK(asked("") == Service{});
    CHECK(asked(R"(,"service_tier":"priority")") == Service{.tier = ServiceTier::priority});
    CHECK(asked(R"(,"service_tier":"ON_DEMAND_PRIORITY")") == Service{.tier = ServiceTier::priority});
    CHECK(asked(R"(,"speed":"fast","inference_geo":"us")") ==
          Service{.tier = ServiceTier::fast, .region = "us"});
    CHECK(asked(R"(,"service_tier":"flex")") == Service{});
    CHECK(asked(R"(,"service_tier":"auto")") == Service{});
    CHECK(asked(R"(,"inference_geo":"global")") == Service{});  // has no price of its own
}

TEST_CASE("an unknown tier or region selects no tier", "[call][request_service]") {
    CHECK(asked(R"(,"service_tier":null,"speed":7,"inference_geo":{})") == Service{});
    CHECK(asked(R"(,"service_tier":"gold")") == Service{});
}
