// SPDX-License-Identifier: MIT
#include <centavo/base/detail/enum_names.hpp>
#include <centavo/centavo.hpp>

#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

using namespace centavo;
using namespace centavo::detail;

namespace {

enum class Signal : std::uint8_t { none, stop, go };

constexpr std::string_view to_string(Signal signal) noexcept {
    switch (signal) {
    case Signal::none: return "";
    case Signal::stop: return "stop";
    case Signal::go: return "go";
    }
    return "";
}

static_assert(enumerator_count<Signal>() == 3);
static_assert(find_enumerator<Signal>("go") == Signal::go);
static_assert(!find_enumerator<Signal>(""));
static_assert(!find_enumerator<Signal>("gone"));

}  // namespace

TEMPLATE_TEST_CASE("every enumerator is found by its name", "", AdjustmentScope, AlertKind, CacheStatus,
                   Complexity, CostCategory, DenialReason, Evidence, FinishReason, MatchKind, MissReason,
                   Outcome, Period, PriceFault, PriceFormat, PriceStatus, PutResult, RecordKind, RejectReason,
                   ServiceTier, UsageQuality, UsageWarningKind) {
    std::size_t const count = enumerator_count<TestType>();
    CHECK(count >= 2);
    for (std::size_t i = 0; i < count; ++i) {
        auto const value = static_cast<TestType>(i);
        if (std::string_view const name = to_string(value); !name.empty()) {
            CHECK(find_enumerator<TestType>(name) == value);
        }
    }
    CHECK_FALSE(find_enumerator<TestType>("no such name"));
}
