// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/pricing/usage.hpp>

#include <string>

namespace centavo::cli {

/// Appends `"usage":{…}`: every count that was said, by the unit's name.
void append_usage(std::string& out, Usage const& usage);

/// The instant that --at names, now without it. Throws WrongCommandLine.
[[nodiscard]] Instant instant_of(std::string const& at);

}  // namespace centavo::cli
