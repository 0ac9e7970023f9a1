// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>

#include <string_view>

/// The version of this library, for the preprocessor. The only definition: CMake reads it from these lines.
#define CENTAVO_VERSION_MAJOR 0
#define CENTAVO_VERSION_MINOR 1
#define CENTAVO_VERSION_PATCH 0

namespace centavo {
inline namespace CENTAVO_ABI {

/// The version of this library, as "major.minor.patch".
inline constexpr std::string_view version = "0.1.0";

}  // namespace CENTAVO_ABI
}  // namespace centavo
