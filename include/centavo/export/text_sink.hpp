// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace centavo {
inline namespace CENTAVO_ABI {

/// A callable that receives an export's text piece by piece, in order. An exception it throws ends the export.
///
///     write_csv(ledger, append_to(text));
///     write_csv(ledger, [&](std::string_view piece) { file << piece; });
template <typename Candidate>
concept TextSink = std::invocable<Candidate&, std::string_view>;

/// A TextSink that appends to a string, which must outlive it.
[[nodiscard]] inline auto append_to(std::string& text) {
    return [&text](std::string_view piece) { text += piece; };
}

/// How text that a spreadsheet would evaluate as a formula is written to CSV.
enum class CsvFormulas : std::uint8_t {
    escape,  ///< with an apostrophe before text that begins with = + - @, a tab or a carriage return
    keep     ///< unchanged, for programs that read every byte back
};

}  // namespace CENTAVO_ABI
}  // namespace centavo
