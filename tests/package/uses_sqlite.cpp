// SPDX-License-Identifier: MIT
#include <centavo/sqlite/sqlite_budgets.hpp>

int used_sqlite = sqlite3_libversion_number();
