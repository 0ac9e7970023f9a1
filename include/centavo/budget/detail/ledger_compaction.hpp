// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/error.hpp>
#include <centavo/budget/detail/ledger_format.hpp>
#include <centavo/budget/detail/record_codec.hpp>
#include <centavo/budget/record.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>

namespace centavo::detail {
inline namespace CENTAVO_ABI {
namespace ledger_file {

/// Writes into `made` what a ledger's first `size` bytes keep for good: all but holds that were settled or released,
/// what was noted about those, and releases. Charges then stand alone. Returns how many bytes it wrote.
///
/// Throws FileError.
inline std::uint64_t compact(FileHandle const& file, std::uint64_t size, FileHandle const& made) {
    RecordReader reader;
    std::unordered_set<std::uint64_t> closed;
    auto const each = [&](auto visit) {
        scan(file, head_size, size,
             [&](std::string_view payload, std::uint64_t) { visit(reader.read(payload)); });
    };
    each([&](LedgerRecord const& record) {
        if (record.kind == RecordKind::settle || record.kind == RecordKind::release) {
            closed.insert(record.hold);
        }
    });
    std::string bytes = head();
    std::uint64_t total = 0;
    auto const flush = [&] {
        if (int const error = made.append(bytes); error != 0) {
            throw FileError("compacting a ledger", error);
        }
        total += bytes.size();
        bytes.clear();
    };
    each([&](LedgerRecord record) {
        bool const about_closed = (record.kind == RecordKind::hold && closed.contains(record.seq)) ||
                                  (record.kind == RecordKind::dispatch && closed.contains(record.hold));
        if (about_closed || record.kind == RecordKind::release) {
            return;
        }
        record.hold = record.kind == RecordKind::settle ? 0 : record.hold;
        frame_record(record, bytes);
        if (bytes.size() > (1U << 18U)) {
            flush();
        }
    });
    flush();
    return total;
}

}  // namespace ledger_file
}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
