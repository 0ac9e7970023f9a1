// SPDX-License-Identifier: MIT
#pragma once

/// The version, in the one place that says it; the build reads it here.
#define CENTAVO_VERSION_MAJOR 0
#define CENTAVO_VERSION_MINOR 1
#define CENTAVO_VERSION_PATCH 0
