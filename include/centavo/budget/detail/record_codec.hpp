// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/int128.hpp>
#include <centavo/base/error.hpp>
#include <centavo/budget/detail/charge_record.hpp>
#include <centavo/budget/record.hpp>

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// The version of the bytes that encode_record() writes.
inline constexpr std::uint32_t record_schema = 1;

/// Appends a record's bytes to `out`: little-endian, texts with their lengths before them; nothing of it is lost.
///
/// More than 65,535 tags or lines, or a text of 4 GiB, throw std::length_error, a time beyond all calendars
/// std::invalid_argument: what RecordReader would not read is not written.
inline void encode_record(LedgerRecord const& record, std::string& out) {
    auto const number = [&](auto value) {
        using Bits = std::make_unsigned_t<decltype(value)>;
        auto const bits = static_cast<Bits>(value);
        std::array<char, sizeof(Bits)> bytes{};
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            bytes[i] = static_cast<char>((bits >> (8 * i)) & 0xFFU);
        }
        out.append(bytes.data(), bytes.size());
    };
    auto const byte = [&](auto value) { out += static_cast<char>(value); };
    auto const money = [&](Usd amount) {
        number(static_cast<std::uint64_t>(static_cast<Uint128>(amount.atto())));
        number(static_cast<std::uint64_t>(static_cast<Uint128>(amount.atto()) >> 64U));
    };
    auto const text = [&](std::string_view value) {
        if (value.size() > UINT32_MAX) {
            throw std::length_error("a text in a ledger record must be shorter than 4 GiB");
        }
        number(static_cast<std::uint32_t>(value.size()));
        out += value;
    };
    auto const size = [&](std::size_t count) {
        if (count > UINT16_MAX) {
            throw std::length_error("a ledger record must not have more than 65,535 tags or lines");
        }
        number(static_cast<std::uint16_t>(count));
    };
    if (!is_representable(record.time) || !is_representable(record.at)) {
        throw std::invalid_argument("the time of a ledger record must be between 1690 and 2249");
    }
    byte(record.kind);
    byte(record.category);
    byte(record.quality);
    byte((record.reported_cost ? 1 : 0) | (record.complete ? 0 : 2));
    number(record.seq);
    number(record.hold);
    number(std::int64_t{record.time.time_since_epoch().count()});
    number(std::int64_t{record.at.time_since_epoch().count()});
    number(static_cast<std::int32_t>(record.attempt));
    money(record.amount);
    if (record.reported_cost) {
        money(*record.reported_cost);
    }
    text(record.operation);
    text(record.model);
    text(record.provider);
    text(record.note);
    size(record.tags.size());
    for (Tag const& tag : record.tags) {
        text(tag.key);
        text(tag.value);
    }
    size(record.lines.size());
    for (CostLine const& line : record.lines) {
        Unit const unit = line.rate.unit();
        byte(unit.measure);
        byte(unit.direction);
        byte(unit.modality);
        byte(unit.category);
        byte(unit.ttl);
        byte(line.rate.usd().exponent());
        number(line.rate.usd().coefficient());
        number(line.rate.per());
        number(line.count);
        money(line.cost);
        byte(line.factor.exponent());
        number(line.factor.coefficient());
        byte((line.rounded ? 1 : 0) | (line.inherited ? 2 : 0) | (line.raised_to_minimum ? 4 : 0));
    }
}

/// Reads what encode_record() wrote, into its own room: what it returns lives until the next read.
class RecordReader {
public:
    /// Throws MalformedLedger for bytes that are no record, however hostile.
    [[nodiscard]] LedgerRecord read(std::string_view bytes) {
        rest_ = bytes;
        LedgerRecord record;
        record.kind = choice<RecordKind>(RecordKind::config);
        record.category = choice<CostCategory>(CostCategory::other);
        record.quality = choice<UsageQuality>(UsageQuality::estimated);
        auto const flags = number<std::uint8_t>();
        if (flags > 3) {
            throw MalformedLedger("ledger record: a value that this version does not support");
        }
        bool const reported = (flags & 1U) != 0;
        record.complete = (flags & 2U) == 0;
        record.seq = number<std::uint64_t>();
        record.hold = number<std::uint64_t>();
        record.time = instant();
        record.at = instant();
        record.attempt = number<std::int32_t>();
        record.amount = money();
        if (reported) {
            record.reported_cost = money();
        }
        record.operation = text();
        record.model = text();
        record.provider = text();
        record.note = text();
        tags_.resize(number<std::uint16_t>());
        for (Tag& tag : tags_) {
            tag.key.assign(text());
            tag.value.assign(text());
        }
        lines_.clear();
        for (auto left = number<std::uint16_t>(); left > 0; --left) {
            lines_.push_back(line());
        }
        if (!rest_.empty()) {
            throw MalformedLedger("ledger record: unexpected bytes after its end");
        }
        record.tags = tags_;
        record.lines = lines_;
        return record;
    }

private:
    [[nodiscard]] std::string_view take(std::size_t size) {
        if (size > rest_.size()) {
            throw MalformedLedger("ledger record: truncated");
        }
        auto const taken = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return taken;
    }

    template <std::integral Number>
    [[nodiscard]] Number number() {
        using Bits = std::make_unsigned_t<Number>;
        auto const bytes = take(sizeof(Number));
        std::uint64_t bits = 0;
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            bits |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
        }
        return static_cast<Number>(static_cast<Bits>(bits));
    }

    template <typename Enum>
    [[nodiscard]] Enum choice(Enum last) {
        auto const value = number<std::uint8_t>();
        if (value > static_cast<std::uint8_t>(last)) {
            throw MalformedLedger("ledger record: a value that this version does not support");
        }
        return static_cast<Enum>(value);
    }

    [[nodiscard]] Usd money() {
        auto const low = number<std::uint64_t>();
        auto const high = number<std::uint64_t>();
        return Usd::from_atto(static_cast<Int128>(static_cast<Uint128>(high) << 64U | low));
    }

    [[nodiscard]] Instant instant() {
        Instant const at{std::chrono::nanoseconds{number<std::int64_t>()}};
        if (!is_representable(at)) {
            throw MalformedLedger("ledger record: the time is not between 1690 and 2249");
        }
        return at;
    }

    [[nodiscard]] std::string_view text() { return take(number<std::uint32_t>()); }

    [[nodiscard]] CostLine line() {
        Unit unit;
        unit.measure = choice(last_measure);
        unit.direction = choice(Direction::output);
        unit.modality = choice(Modality::video);
        unit.category = choice(last_token_category);
        unit.ttl = choice(CacheTtl::one_hour);
        auto const exponent = number<std::int8_t>();
        auto const coefficient = number<std::int64_t>();
        auto const per = number<std::int64_t>();
        auto const count = number<std::int64_t>();
        try {
            CostLine line{Rate{unit, Decimal{coefficient, exponent}, per}, count, money()};
            auto const power = number<std::int8_t>();
            line.factor = Decimal{number<std::int64_t>(), power};
            auto const flags = number<std::uint8_t>();
            line.rounded = (flags & 1U) != 0;
            line.inherited = (flags & 2U) != 0;
            line.raised_to_minimum = (flags & 4U) != 0;
            return line;
        } catch (MalformedPrice const& malformed) {
            throw MalformedLedger(malformed.what());
        } catch (std::overflow_error const&) {
            throw MalformedLedger("ledger record: a rate exceeds 128 bits");
        }
    }

    std::string_view rest_;
    std::vector<Tag> tags_;
    std::vector<CostLine> lines_;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
