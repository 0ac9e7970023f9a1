// SPDX-License-Identifier: MIT
#include <centavo/redis/redis_budgets.hpp>

void use_redis() { redisFree(nullptr); }
