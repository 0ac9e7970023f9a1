// SPDX-License-Identifier: MIT
// Arbitrary price files give rows that form a table, with findings inside the file, or an error with a position inside
// it.
#include <centavo/base/clock.hpp>
#include <centavo/pricing/price_file.hpp>
#include <centavo/pricing/price_table.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string_view>

namespace {

using namespace centavo;
using namespace centavo::detail;

void check(bool holds) {
    if (!holds) {
        std::abort();
    }
}

void check(ImportedPrices const& imported, std::size_t size) {
    for (PriceFinding const& finding : imported.findings) {
        check(finding.offset <= size && finding.text.size() <= 80);
    }
    PriceTable const table{imported.rows};
    for (ModelPrice const& row : imported.rows) {
        check(row.model.empty() || table.find(row.model, row.provider).has_value());
        auto const factor = row.find_factor(units::input, Instant{}, ServiceTier::batch, "eu");
        check(row.model.empty() || !factor || *factor >= Decimal{});
    }
}

template <typename Reader>
void read(std::string_view text) {
    try {
        check(Reader{text, PriceFileInfo{}}.read(), text.size());
    } catch (MalformedJson const& malformed) {
        check(malformed.position() <= text.size());
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::string_view const text{reinterpret_cast<char const*>(data), size};
    try {
        check(read_prices(text), size);
    } catch (MalformedPriceFile const& malformed) {
        check(malformed.position() <= size);
    }
    read<GenaiPricesReader>(text);
    read<LitellmPricesReader>(text);
    read<CentavoPricesReader>(text);
    return 0;
}
