// SPDX-License-Identifier: MIT
#include <centavo/builtin/counters.hpp>

centavo::Bpe const& elsewhere();
centavo::Bpe const& elsewhere() { return centavo::o200k_base(); }
