// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/detail/usage_map.hpp>
#include <centavo/base/detail/int128.hpp>
#include <centavo/base/error.hpp>
#include <centavo/chat/response.hpp>
#include <centavo/pricing/unit.hpp>
#include <centavo/pricing/usage.hpp>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// A set of rows of a usage map. A value.
class UsageFieldSet {
public:
    static constexpr std::size_t capacity = 128;

    [[nodiscard]] constexpr bool contains(std::size_t row) const noexcept {
        return (words_[row / 64] >> (row % 64) & 1) != 0;
    }
    constexpr void insert(std::size_t row) noexcept { words_[row / 64] |= std::uint64_t{1} << (row % 64); }
    constexpr void erase(std::size_t row) noexcept { words_[row / 64] &= ~(std::uint64_t{1} << (row % 64)); }
    [[nodiscard]] constexpr bool empty() const noexcept { return (words_[0] | words_[1]) == 0; }

    /// Calls `visit(row)` for every row, in ascending order.
    template <typename Visit>
    constexpr void for_each(Visit const& visit) const {
        for (std::size_t word = 0; word < words_.size(); ++word) {
            for (std::uint64_t left = words_[word]; left != 0; left &= left - 1) {
                visit(word * 64 + static_cast<std::size_t>(std::countr_zero(left)));
            }
        }
    }

private:
    std::array<std::uint64_t, capacity / 64> words_{};
};

/// The counts of a usage block by the rows of its map, as the provider sent them. A value.
struct UsageCounts {
    static constexpr std::size_t most_fields = UsageFieldSet::capacity;

    UsageMap map;
    std::array<std::int64_t, most_fields> counts{};
    UsageFieldSet given = {};

    /// The counts in the inclusive normal form; what is odd but bearable goes to `warnings`, where there is a place.
    ///
    /// Throws ContradictoryUsage, with the counts, where more was read from the cache or written to it than there was
    /// input, or written for 5 minutes and an hour than at all; MalformedUsage beyond 63 bits. The same tokens may be
    /// read and written.
    [[nodiscard]] Usage normal(std::vector<UsageWarning>* warnings = nullptr) const;

    /// Whether output is counted and no input of any kind.
    [[nodiscard]] bool output_only() const noexcept;
};

inline bool UsageCounts::output_only() const noexcept {
    bool input = false;
    bool output = false;
    given.for_each([&](std::size_t row) {
        UsageField const& field = map.fields[row];
        bool const is_count = field.role == FieldRole::count || field.role == FieldRole::alias ||
                              field.role == FieldRole::addition;
        input = input ||
                (is_count && (field.unit.direction == Direction::input || field.added_to == units::input));
        output = output || (is_count && field.unit == units::output && counts[row] > 0);
    });
    return output && !input;
}

inline Usage UsageCounts::normal(std::vector<UsageWarning>* warnings) const {
    struct Sum {
        Unit unit;
        std::int64_t count;
    };
    std::array<Sum, 48> sums;
    std::size_t size = 0;
    auto const find = [&](Unit unit) -> std::int64_t* {
        for (std::size_t i = 0; i < size; ++i) {
            if (sums[i].unit == unit) {
                return &sums[i].count;
            }
        }
        return nullptr;
    };
    auto const said = [&](Unit unit) { return find(unit) != nullptr ? *find(unit) : 0; };
    auto const add = [&](Unit unit, std::int64_t count) {
        std::int64_t* sum = find(unit);
        if (sum == nullptr) {
            if (size == sums.size()) {
                throw MalformedUsage("a usage block counts more than 48 units");
            }
            sums[size] = {unit, 0};
            sum = &sums[size++].count;
        }
        if (__builtin_add_overflow(*sum, count, sum)) {
            throw MalformedUsage("counts beyond 63 bits");
        }
    };
    std::optional<std::int64_t> total;
    given.for_each([&](std::size_t row) {
        UsageField const& field = map.fields[row];
        if (field.role == FieldRole::total) {
            total = counts[row];
        } else if (field.role != FieldRole::alias || said(field.unit) == 0) {
            add(field.unit, counts[row]);
            if (field.added_to != UsageField::no_unit) {
                add(field.added_to, counts[row]);
            }
        }
    });
    if (total && find(units::input) == nullptr && find(units::output) == nullptr) {
        add(units::input, *total);  // a total alone is that of embeddings or of a ranking
    }
    if (find(units::cache_write) == nullptr &&
        (said(units::cache_write_5m) > 0 || said(units::cache_write_1h) > 0)) {
        add(units::cache_write, said(units::cache_write_5m));
        add(units::cache_write, said(units::cache_write_1h));
        std::int64_t const written = said(units::cache_write);
        for (UsageField const& field : map.fields) {
            if (field.unit == units::cache_write && field.added_to != UsageField::no_unit &&
                field.role == FieldRole::count) {
                add(field.added_to, written);
            }
        }
    }
    std::int64_t const reasoning = said(units::reasoning);
    auto const gap = [&] {
        return total ? static_cast<Int128>(*total) - said(units::input) - said(units::output) : Int128{0};
    };
    bool const by_total =
        map.reasoning == ReasoningPlace::by_total || map.reasoning == ReasoningPlace::by_total_or_outside;
    if (reasoning > 0 && (map.reasoning == ReasoningPlace::outside || (by_total && gap() == reasoning) ||
                          (map.reasoning == ReasoningPlace::by_total_or_outside && !total))) {
        add(units::output, reasoning);
    } else if (map.reasoning == ReasoningPlace::hidden && gap() > 0) {
        auto const outside = static_cast<std::int64_t>(gap());
        if (warnings != nullptr) {
            warnings->push_back({UsageWarningKind::total_differs, "total", std::to_string(outside)});
        }
        add(units::output, outside);
    }
    Usage usage;
    for (std::size_t i = 0; i < size; ++i) {
        auto const& [unit, count] = sums[i];
        usage.set(unit, count);
        Unit const whole = unit.direction == Direction::input ? units::input : units::output;
        if (warnings != nullptr && unit.measure == Measure::tokens && count > said(whole)) {
            warnings->push_back(
                {UsageWarningKind::part_exceeds_whole, std::string{name_of(unit)}, std::to_string(count)});
        }
    }
    if (said(units::cache_read) > said(units::input) || said(units::cache_write) > said(units::input)) {
        throw ContradictoryUsage(
            "more of the input was read from the cache or written to it than there was input", usage);
    }
    if (static_cast<Int128>(said(units::cache_write_5m)) + said(units::cache_write_1h) >
        said(units::cache_write)) {
        throw ContradictoryUsage(
            "more was written to the cache for 5 minutes and an hour than was written at all", usage);
    }
    if (warnings != nullptr && gap() != 0 && gap() > INT64_MIN) {
        warnings->push_back(
            {UsageWarningKind::total_differs, "total", std::to_string(static_cast<std::int64_t>(gap()))});
    }
    return usage;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
