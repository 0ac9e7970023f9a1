// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/error.hpp>
#include <centavo/budget/detail/ledger_format.hpp>
#include <centavo/budget/detail/ledger_scan.hpp>
#include <centavo/budget/detail/record_frame.hpp>
#include <centavo/budget/record.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>

namespace centavo::detail {
inline namespace CENTAVO_ABI {
namespace ledger_file {

/// Appends frames to a new ledger file, a few hundred KiB at a time.
class LedgerWriter {
public:
    explicit LedgerWriter(FileHandle const& file) : file_{&file} {}

    void append(LedgerRecord const& record) {
        frame_record(record, bytes_);
        if (bytes_.size() > (1U << 18U)) {
            flush();
        }
    }

    /// Writes what is left, and returns how many bytes the file has. Throws FileError.
    [[nodiscard]] std::uint64_t finish() {
        flush();
        return total_;
    }

private:
    void flush() {
        if (int const error = file_->append(bytes_); error != 0) {
            throw FileError("the new file of a ledger", error);
        }
        total_ += bytes_.size();
        bytes_.clear();
    }

    FileHandle const* file_;
    std::string bytes_ = head();
    std::uint64_t total_ = 0;
};

/// Writes into `made` what totals need of a ledger's first `size` bytes: all but closed holds, records about them, and
/// releases; charges then stand alone. A last record keeps the number of the last one removed, so that numbers are not
/// used again. Returns how many bytes it wrote.
///
/// Throws FileError, and MalformedLedger for a damaged file.
inline std::uint64_t compact(FileHandle const& file, std::uint64_t size, std::uint64_t last_number,
                             FileHandle const& made) {
    std::unordered_set<std::uint64_t> closed;
    auto const each = [&](auto visit) {
        auto const check = scan_ledger(file, head_size, size,
                                       [&](LedgerRecord const& record, std::string_view) { visit(record); });
        if (!check.sound() || check.torn_bytes > 0) {
            throw MalformedLedger("the ledger was damaged since it was opened: " + to_string(check));
        }
    };
    each([&](LedgerRecord const& record) {
        if (record.kind == RecordKind::settle || record.kind == RecordKind::release) {
            closed.insert(record.hold);
        }
    });
    LedgerWriter writer{made};
    std::uint64_t kept = 0;
    Instant latest{};
    each([&](LedgerRecord record) {
        latest = std::max(latest, record.time);
        bool const about_closed = (record.kind == RecordKind::hold && closed.contains(record.seq)) ||
                                  (record.kind == RecordKind::dispatch && closed.contains(record.hold));
        if (about_closed || record.kind == RecordKind::release || record.kind == RecordKind::config) {
            return;
        }
        record.hold = record.kind == RecordKind::settle ? 0 : record.hold;
        kept = record.seq;
        writer.append(record);
    });
    if (kept < last_number) {
        writer.append({.kind = RecordKind::config,
                       .seq = last_number,
                       .time = latest,
                       .at = latest,
                       .note = "compacted"});
    }
    return writer.finish();
}

/// Writes the sound records of a damaged file into `made`. Returns how many bytes it wrote. Throws FileError.
inline std::uint64_t copy_sound(FileHandle const& file, std::uint64_t size, FileHandle const& made) {
    LedgerWriter writer{made};
    static_cast<void>(scan_ledger(
        file, head_size, size, [&](LedgerRecord const& record, std::string_view) { writer.append(record); }));
    return writer.finish();
}

}  // namespace ledger_file
}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
