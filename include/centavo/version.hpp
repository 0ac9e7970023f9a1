// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>

#include <string_view>

/// The version of this library, for the preprocessor. CMake reads the three numbers from these lines.
#define CENTAVO_VERSION_MAJOR 0
#define CENTAVO_VERSION_MINOR 1
#define CENTAVO_VERSION_PATCH 0

/// The version as one number that orders like the version, 10203 for 1.2.3.
#define CENTAVO_VERSION (CENTAVO_VERSION_MAJOR * 10000 + CENTAVO_VERSION_MINOR * 100 + CENTAVO_VERSION_PATCH)

/// The version as a string literal, "major.minor.patch".
#define CENTAVO_VERSION_STRING                                                                               \
    CENTAVO_DETAIL_TEXT(CENTAVO_VERSION_MAJOR)                                                               \
    "." CENTAVO_DETAIL_TEXT(CENTAVO_VERSION_MINOR) "." CENTAVO_DETAIL_TEXT(CENTAVO_VERSION_PATCH)
#define CENTAVO_DETAIL_TEXT(macro) CENTAVO_DETAIL_TEXT_OF(macro)
#define CENTAVO_DETAIL_TEXT_OF(tokens) #tokens

namespace centavo {
inline namespace CENTAVO_ABI {

/// The version of this library, as "major.minor.patch".
inline constexpr std::string_view version = CENTAVO_VERSION_STRING;

}  // namespace CENTAVO_ABI
}  // namespace centavo
