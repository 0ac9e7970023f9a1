// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/pricing/usage.hpp>

#include <string>

namespace centavo::cli {

/// Appends `"usage":{…}` with every reported count by the name of its unit.
void append_usage(std::string& out, Usage const& usage);

/// The instant of --at, by default now. Throws WrongCommandLine.
[[nodiscard]] Instant instant_of(std::string const& at);

}  // namespace centavo::cli
