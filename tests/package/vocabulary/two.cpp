// SPDX-License-Identifier: MIT
#include <centavo/data/o200k_base.hpp>

centavo::Bpe const& elsewhere();
centavo::Bpe const& elsewhere() { return centavo::o200k_base(); }
