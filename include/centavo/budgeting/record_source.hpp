// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/budgeting/record.hpp>

namespace centavo::inline v0 {

/// What ledger records can be read from: a ledger, a book, or anything else that visits them in their order.
template <typename Source>
concept RecordSource = requires(Source const& source) {
    source.replay([](LedgerRecord const&) {});
};

}  // namespace centavo::inline v0
