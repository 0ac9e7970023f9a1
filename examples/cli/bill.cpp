// SPDX-License-Identifier: MIT
#include "bill.hpp"

#include "jsonl.hpp"
#include "wrong_command_line.hpp"

#include <centavo/base/clock.hpp>
#include <centavo/pricing/unit.hpp>

namespace centavo::cli {

void append_usage(std::string& out, Usage const& usage) {
    append_name(out, "usage");
    out += '{';
    usage.for_each([&](Unit unit, std::int64_t count) {
        if (auto const name = name_of(unit); !name.empty()) {
            append_count(out, name, count);
        }
    });
    out += '}';
}

Instant instant_of(std::string const& at) {
    try {
        return at.empty() ? Clock{}.now() : parse_instant(at);
    } catch (MalformedInstant const& malformed) {
        throw WrongCommandLine(std::string{"--at: "} + malformed.what());
    }
}

}  // namespace centavo::cli
