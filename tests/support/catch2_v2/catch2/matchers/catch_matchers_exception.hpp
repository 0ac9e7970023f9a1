// SPDX-License-Identifier: MIT
// Catch2 v2 under the name it has in v3.
#pragma once

#include <catch2/catch.hpp>
