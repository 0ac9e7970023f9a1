// SPDX-License-Identifier: MIT
#include <centavo/nlohmann/json.hpp>

void use_json() {}
