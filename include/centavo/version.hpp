// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace centavo::inline v0 {

/// The version of this library, as major.minor.patch.
///
/// The only place where it is written: CMake reads it from this line.
inline constexpr std::string_view version = "0.1.0";

} // namespace centavo::inline v0
