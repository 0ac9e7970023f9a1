// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/budget/detail/charge_record.hpp>
#include <centavo/budget/detail/crc32_shift.hpp>
#include <centavo/budget/detail/ledger_format.hpp>
#include <centavo/budget/detail/record_codec.hpp>
#include <centavo/budget/detail/record_frame.hpp>
#include <centavo/budget/ledger.hpp>
#include <centavo/budget/record.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// Whether bytes can be the beginning of a payload; as many of its members are checked as there are.
[[nodiscard]] inline bool may_begin_payload(std::string_view bytes) noexcept {
    auto const within = [&](std::size_t at, std::uint8_t last) {
        return bytes.size() <= at || static_cast<unsigned char>(bytes[at]) <= last;
    };
    auto const instant = [&](std::size_t at) {
        if (bytes.size() < at + 8) {
            return true;
        }
        std::uint64_t const bits = get32(bytes.substr(at)) | std::uint64_t{get32(bytes.substr(at + 4))}
                                                                 << 32U;
        return is_representable(Instant{std::chrono::nanoseconds{static_cast<std::int64_t>(bits)}});
    };
    return within(0, static_cast<std::uint8_t>(RecordKind::config)) &&
           within(1, static_cast<std::uint8_t>(CostCategory::other)) &&
           within(2, static_cast<std::uint8_t>(UsageQuality::estimated)) && within(3, 1) && instant(20) &&
           instant(28);
}

/// Reads the frames of a file and finds the next sound one after damage. Linear in the file, whatever its bytes: the
/// checksum of each candidate comes from running checksums, so that overlapping candidates cost no more than others.
class LedgerScanner {
public:
    LedgerScanner(FileHandle const& file, std::uint64_t from, std::uint64_t until)
        : file_{&file}, until_{until}, at_{from}, window_begin_{from} {}

    [[nodiscard]] std::uint64_t at() const noexcept { return at_; }
    [[nodiscard]] std::uint64_t rest() const noexcept { return until_ - at_; }

    /// The payload of the frame at at(); empty if there is no sound one. Valid until the next call.
    [[nodiscard]] std::string_view payload() {
        auto const bytes = window(at_, frame_head_size);
        if (bytes.size() < frame_head_size || get32(bytes) > max_payload) {
            return {};
        }
        return payload_of(window(at_, frame_head_size + get32(bytes)));
    }

    void skip(std::uint64_t bytes) noexcept { at_ += bytes; }

    /// The offset of the first sound frame after at(); the end if there is none.
    [[nodiscard]] std::uint64_t find_next() {
        if (!shift_) {
            shift_ = std::make_unique<Crc32Shift>();
        }
        constexpr std::size_t needed = frame_head_size + min_payload;
        for (std::uint64_t i = at_ + 1; i + needed <= until_; ++i) {
            auto const bytes = window(i, needed);
            std::uint32_t const size = get32(bytes);
            if (size < min_payload || size > max_payload || size > until_ - i - frame_head_size ||
                !may_begin_payload(bytes.substr(frame_head_size))) {
                continue;
            }
            std::uint32_t const sum = get32(bytes.substr(4));
            std::uint32_t const head = frame_checksum(bytes, {});
            static_cast<void>(window(i, frame_head_size + size));
            std::uint64_t const begin = i + frame_head_size;
            if (begin < sums_begin_ || begin >= sums_begin_ + sums_.size()) {
                sums_begin_ = begin;
                sums_.assign(1, 0);
            }
            auto const before = running_sum(begin);
            if (((*shift_)(head ^ before, size) ^ running_sum(begin + size)) == sum) {
                return i;
            }
        }
        return until_;
    }

    /// Whether the rest can be an append that was not finished: less than the frame it begins.
    [[nodiscard]] bool is_torn() {
        auto const bytes = window(at_, std::min<std::uint64_t>(rest(), max_frame));
        if (bytes.size() < frame_head_size) {
            return true;
        }
        std::uint32_t const size = get32(bytes);
        if (size < min_payload || size > max_payload || rest() >= frame_head_size + size ||
            !may_begin_payload(bytes.substr(frame_head_size))) {
            return false;
        }
        try {  // a whole record with a damaged size is not torn
            RecordReader reader;
            static_cast<void>(reader.read(bytes.substr(frame_head_size)));
            return false;
        } catch (MalformedLedger const&) {
            return true;
        }
    }

private:
    static constexpr std::size_t min_payload = 76;  // of a record without text, tags and lines
    static constexpr std::size_t max_frame = frame_head_size + max_payload;
    static constexpr std::size_t read_size = 1U << 18U;
    static constexpr std::size_t max_behind = 1U << 22U;  // bytes kept before the offset in use

    /// The bytes at an offset; fewer only at the end.
    [[nodiscard]] std::string_view window(std::uint64_t from, std::size_t size) {
        if (from - window_begin_ > max_behind) {
            window_.erase(0, std::min<std::uint64_t>(from - window_begin_, window_.size()));
            window_begin_ = from;
        }
        std::size_t const offset = from - window_begin_;
        size = std::min<std::uint64_t>(size, until_ - from);
        if (window_.size() < offset + size) {
            std::uint64_t const end = window_begin_ + window_.size();
            std::size_t const missing = std::max(read_size, offset + size - window_.size());
            file_->read(end, std::min<std::uint64_t>(missing, until_ - end), piece_);
            window_ += piece_;
        }
        return std::string_view{window_}.substr(std::min(offset, window_.size()), size);
    }

    /// The CRC-32 of the bytes from an arbitrary origin before `offset` up to it.
    [[nodiscard]] std::uint32_t running_sum(std::uint64_t offset) {
        if (offset - sums_begin_ > max_behind + max_frame) {
            std::size_t const behind = offset - sums_begin_ - max_frame;
            if (behind < sums_.size()) {
                sums_.erase(sums_.begin(), sums_.begin() + static_cast<std::ptrdiff_t>(behind));
                sums_begin_ += behind;
            }
        }
        while (sums_begin_ + sums_.size() <= offset) {
            std::uint64_t const next = sums_begin_ + sums_.size() - 1;
            sums_.push_back(shift_->append(sums_.back(), window_[next - window_begin_]));
        }
        return sums_[offset - sums_begin_];
    }

    FileHandle const* file_;
    std::uint64_t until_;
    std::uint64_t at_;
    std::uint64_t window_begin_;
    std::string window_ = {};
    std::string piece_ = {};
    std::uint64_t sums_begin_ = 0;
    std::vector<std::uint32_t> sums_ = {};  // the running sum at sums_begin_, and after each byte from there
    std::unique_ptr<Crc32Shift> shift_ = {};
};

/// Reads a ledger file from `from` to `until`, calls `visit(record, payload)` for each sound record, and reports the
/// rest. A record whose number does not increase is damage too.
template <typename Visit>
[[nodiscard]] LedgerCheck scan_ledger(FileHandle const& file, std::uint64_t from, std::uint64_t until,
                                      Visit&& visit) {
    LedgerCheck check{.bytes = until};
    LedgerScanner scanner{file, from, until};
    RecordReader reader;
    std::uint64_t last = 0;
    auto const damaged = [&](std::uint64_t bytes) {
        if (!check.damage.empty() && check.damage.back().offset + check.damage.back().bytes == scanner.at()) {
            check.damage.back().bytes += bytes;
        } else {
            check.damage.push_back({scanner.at(), bytes});
        }
        scanner.skip(bytes);
    };
    auto const read = [&](std::string_view payload) -> std::optional<LedgerRecord> {
        try {
            LedgerRecord const record = reader.read(payload);
            return record.seq > last ? std::optional{record} : std::nullopt;
        } catch (MalformedLedger const&) {
            return std::nullopt;
        }
    };
    while (scanner.rest() > 0) {
        if (auto const payload = scanner.payload(); !payload.empty()) {
            if (auto const record = read(payload)) {
                last = record->seq;
                ++check.records;
                check.sound_after += check.damage.empty() ? 0U : 1U;
                visit(*record, payload);
                scanner.skip(frame_head_size + payload.size());
            } else {
                damaged(frame_head_size + payload.size());
            }
            continue;
        }
        std::uint64_t const next = scanner.find_next();
        if (next == until && scanner.is_torn()) {
            check.torn_bytes = scanner.rest();
            break;
        }
        damaged(next - scanner.at());
    }
    return check;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
