// SPDX-License-Identifier: MIT
// Windows of every length in all kinds of time zones, compared with Python's zoneinfo, which also supplies the rules of
// the zones. Skipped without python3 or its zones.
#include <centavo/budget/window.hpp>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <iterator>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <unistd.h>

using namespace centavo;
using namespace centavo::detail;

namespace {

// Prints for each zone its changes of offset, then random instants and those around the changes, with the begin and end
// of their minute, hour, day, week and month. A boundary of days is the first second whose wall clock has reached
// midnight of that date; an hour and a minute are the seconds whose wall clock shows the same hour or minute, by the
// fields that zoneinfo tells, back and on to where the offset changes. Of the last zones the past, whose offsets had
// seconds: America/St_Johns stood at -3:30:52 until 1935, Africa/Monrovia at -0:44:30 until 1972.
constexpr char const* reference = R"(
import datetime as d, random, zoneinfo, bisect
U = d.timezone.utc; E = d.datetime(1970, 1, 1, tzinfo=U)
def off(z, s): return int((E + d.timedelta(seconds=s)).astimezone(z).utcoffset().total_seconds())
def wall(z, s): return s + off(z, s)
random.seed(20261124)
def year(y): return int((d.datetime(y, 1, 1, tzinfo=U) - E).total_seconds())
zones = [(name, 1990, 2040, 10000) for name in ['America/New_York', 'Europe/Madrid', 'Europe/London', 'Australia/Lord_Howe',
    'Asia/Kolkata', 'Pacific/Apia', 'America/St_Johns', 'America/Sao_Paulo', 'Africa/Cairo', 'Asia/Kathmandu']]
zones += [(name, 1990, 2040, 2000) for name in ['Australia/Eucla', 'Pacific/Chatham', 'Pacific/Marquesas', 'Asia/Tehran']]
zones += [(name, 1880, 1975, 2000) for name in ['America/St_Johns', 'Africa/Monrovia', 'Europe/Amsterdam', 'Asia/Kolkata']]
for name, first_year, last_year, count in zones:
    z = zoneinfo.ZoneInfo(name)
    lo, hi = year(first_year), year(last_year)
    step = 6 * 3600; changes = []; last = off(z, lo - 90 * 86400)
    first = last
    for s in range(lo - 90 * 86400, hi + 90 * 86400, step):
        o = off(z, s)
        if o != last:
            a, b = s - step, s
            while b - a > 1:
                m = (a + b) // 2
                if off(z, m) == last: a = m
                else: b = m
            changes.append((b, o)); last = o
    print('zone', name, first, *[x for c in changes for x in c])
    moments = [c for c, _ in changes]
    def reached(day):  # first second at which the wall clock has shown this midnight, or what it skipped to
        L = int((day - d.datetime(1970, 1, 1)).total_seconds())
        t = int((day.replace(tzinfo=z).astimezone(U) - E).total_seconds())
        if wall(z, t) != L:  # the wall skips it: the change itself
            i = bisect.bisect_right(moments, t); t = moments[i - 1]
        return t
    days = []
    day = d.datetime(first_year - 1, 10, 20)
    while day < d.datetime(last_year, 4, 1):
        days.append((reached(day), day)); day += d.timedelta(days=1)
    weeks = [t for t, x in days if x.weekday() == 0]
    months = [t for t, x in days if x.day == 1]
    days = [t for t, _ in days]
    def span(b, s):
        i = bisect.bisect_right(b, s); return b[i - 1], b[i]
    def elapsed(s, length):
        w = (E + d.timedelta(seconds=s)).astimezone(z)
        b = s - (w.second if length == 60 else 60 * w.minute + w.second)
        i = bisect.bisect_right(moments, s)
        return max([b] + moments[max(i - 1, 0):i]), min([b + length] + moments[i:i + 1])
    near = [c + k for c, _ in changes for k in (-86401, -3601, -29, -1, 0, 1, 29, 1799, 3599, 3600, 43200, 86400)]
    near = [s for s in near if lo <= s < hi]
    random.shuffle(near)
    near = near[:count * 3 // 10]
    for s in near + [random.randrange(lo, hi) for _ in range(count - len(near))]:
        print(s, *elapsed(s, 60), *elapsed(s, 3600), *span(days, s), *span(weeks, s), *span(months, s))
)";

struct Zone {
    std::string name;
    std::int64_t first = 0;
    std::vector<std::pair<std::int64_t, std::int64_t>> changes = {};

    [[nodiscard]] static std::chrono::seconds offset(void const* self, Instant at) {
        Zone const& zone = *static_cast<Zone const*>(self);
        auto const second = std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count();
        auto const after = std::ranges::upper_bound(zone.changes, second, {},
                                                    [](auto const& change) { return change.first; });
        return std::chrono::seconds{after == zone.changes.begin() ? zone.first : std::prev(after)->second};
    }
};

}  // namespace

TEST_CASE("minutes, hours, days, weeks and months match zoneinfo in every zone") {
    std::string const path = "/tmp/centavo_windows_" + std::to_string(::getpid()) + ".py";
    {
        std::unique_ptr<std::FILE, int (*)(std::FILE*)> const file{std::fopen(path.c_str(), "w"),
                                                                   &std::fclose};
        REQUIRE(file);
        std::fputs(reference, file.get());
    }
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> const pipe{
        ::popen(("python3 " + path + " 2>/dev/null").c_str(), "r"), &::pclose};
    REQUIRE(pipe);
    Zone zone;
    std::vector<char> buffer(1U << 16U);
    int instants = 0;
    int wrong = 0;
    while (std::fgets(buffer.data(), static_cast<int>(buffer.size()), pipe.get()) != nullptr) {
        std::istringstream line{buffer.data()};
        if (buffer[0] == 'z') {
            std::string word;
            zone = {};
            line >> word >> zone.name >> zone.first;
            std::int64_t at = 0;
            std::int64_t offset = 0;
            while (line >> at >> offset) {
                zone.changes.emplace_back(at, offset);
            }
            continue;
        }
        std::int64_t second = 0;
        line >> second;
        Instant const at{std::chrono::seconds{second}};
        Calendar const calendar = Calendar::zone(&Zone::offset, &zone);
        for (Period const period : {Period::minute, Period::hour, Period::day, Period::week, Period::month}) {
            std::int64_t begin = 0;
            std::int64_t end = 0;
            line >> begin >> end;
            Window const expected{Instant{std::chrono::seconds{begin}}, Instant{std::chrono::seconds{end}}};
            if (window_of(period, at, calendar) != expected && ++wrong <= 10) {
                UNSCOPED_INFO(zone.name << " " << to_string(period) << " of " << second);
            }
        }
        ++instants;
    }
    if (instants == 0) {
        std::puts("skipped: CENTAVO_PYTHON is not set, and python3 has no zones");
        return;
    }
    std::remove(path.c_str());
    CHECK(wrong == 0);
    CHECK(instants == 116'000);
}
