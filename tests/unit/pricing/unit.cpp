// SPDX-License-Identifier: MIT
#include <centavo/pricing/unit.hpp>

#include <catch2/catch_test_macros.hpp>

#include <set>
#include <string>
#include <string_view>

using namespace centavo;
using namespace centavo::detail;

namespace {
constexpr Unit cached_audio = units::cache_audio_read;
}

static_assert(units::input.contains(units::cache_write_1h) &&
              units::cache_write.contains(units::cache_write_1h));
static_assert(units::cache_read.contains(cached_audio) && units::input_audio.contains(cached_audio));
static_assert(!units::cache_read.contains(units::input_audio) &&
              !units::input_audio.contains(units::cache_read));
static_assert(!units::input.contains(units::output) && !units::output.contains(units::input_audio));
static_assert(!units::cache_write_5m.contains(units::cache_write_1h));
static_assert(!units::input.contains(units::requests) && !units::requests.contains(units::input));

TEST_CASE("containment is a partial order over the named units") {
    for (UnitName const& a : unit_names()) {
        CHECK(a.unit.contains(a.unit));
        for (UnitName const& b : unit_names()) {
            INFO(a.name << " " << b.name);
            CHECK((a.unit.contains(b.unit) && b.unit.contains(a.unit)) == (a.unit == b.unit));
            for (UnitName const& c : unit_names()) {
                if (a.unit.contains(b.unit) && b.unit.contains(c.unit) && !a.unit.contains(c.unit)) {
                    FAIL("not transitive over " << c.name);
                }
            }
        }
    }
}

TEST_CASE("every named unit has one name, which finds it again") {
    std::set<std::string_view> names;
    std::set<Unit> units;
    for (UnitName const& known : unit_names()) {
        INFO(known.name);
        CHECK(names.insert(known.name).second);
        CHECK(units.insert(known.unit).second);
        CHECK(find_unit(known.name) == known.unit);
        CHECK(name_of(known.unit) == known.name);
    }
}

TEST_CASE("an unknown unit name finds nothing") {
    CHECK(!find_unit(""));
    CHECK(!find_unit("input"));
    CHECK(!find_unit("INPUT_TOKENS"));
    CHECK(!find_unit("input_tokens "));
    CHECK(name_of(Unit{.measure = Measure::pages, .direction = Direction::output}).empty());
}
