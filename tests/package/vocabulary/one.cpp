// SPDX-License-Identifier: MIT
#include <centavo/builtin/counters.hpp>

#ifdef CENTAVO_TWO
centavo::Bpe const& elsewhere();
#else
static centavo::Bpe const& elsewhere() { return centavo::o200k_base(); }
#endif

int main() { return &elsewhere() == &centavo::o200k_base() ? 0 : 1; }
