// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/error.hpp>
#include <centavo/base/tokens.hpp>
#include <centavo/base/view.hpp>
#include <centavo/pricing/unit.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

namespace centavo {
inline namespace CENTAVO_ABI {

/// A usage object with a value that is not a count: negative, fractional, beyond 63 bits or not a number.
class CENTAVO_VISIBLE MalformedUsage : public Error {
public:
    explicit MalformedUsage(std::string const& what) : Error{ErrorCode::malformed, what} {}
};

/// The origin of a usage: the provider's final figures, the figures of an interrupted call, or a local count.
enum class UsageQuality : std::uint8_t { reported, partial, estimated };

/// "reported", "partial" or "estimated".
[[nodiscard]] constexpr std::string_view to_string(UsageQuality quality) noexcept {
    switch (quality) {
    case UsageQuality::reported: return "reported";
    case UsageQuality::partial: return "partial";
    case UsageQuality::estimated: return "estimated";
    }
    return "";
}

/// A unit and its count.
struct UnitCount {
    Unit unit;
    std::int64_t count = 0;

    friend constexpr bool operator==(UnitCount const&, UnitCount const&) = default;
};

/// Counts of the units that have no member in Usage: up to `capacity` units, stored in place.
class UnitCounts {
public:
    static constexpr std::size_t capacity = 16;

    constexpr UnitCounts() noexcept {}
    constexpr UnitCounts(UnitCounts const& other) noexcept : size_{other.size_} { take(other); }
    constexpr UnitCounts& operator=(UnitCounts const& other) noexcept {
        size_ = other.size_;
        take(other);
        return *this;
    }

    /// Sets the count of a unit. Throws std::out_of_range for a negative count, std::length_error beyond `capacity`.
    constexpr void set(Unit unit, std::int64_t count) {
        if (count < 0) {
            throw std::out_of_range("the count of " + std::string{name_of(unit)} +
                                    " must not be negative: " + std::to_string(count));
        }
        for (std::size_t i = 0; i < size_; ++i) {
            if (storage_.counts[i].unit == unit) {
                storage_.counts[i].count = count;
                return;
            }
        }
        if (size_ == capacity) {
            throw std::length_error("a usage has at most " + std::to_string(capacity) +
                                    " units without a member");
        }
        if (size_ == 0) {
            std::construct_at(&storage_.counts);
        }
        storage_.counts[size_++] = {unit, count};
    }

    [[nodiscard]] constexpr std::optional<std::int64_t> find(Unit unit) const noexcept {
        for (UnitCount const& known : all()) {
            if (known.unit == unit) {
                return known.count;
            }
        }
        return std::nullopt;
    }

    [[nodiscard]] constexpr View<UnitCount> all() const noexcept {
        return size_ == 0 ? View<UnitCount>{} : View<UnitCount>{storage_.counts.data(), size_};
    }

    friend constexpr bool operator==(UnitCounts const& a, UnitCounts const& b) noexcept {
        if (a.size_ != b.size_) {
            return false;
        }
        for (UnitCount const& one : a.all()) {
            if (b.find(one.unit) != one.count) {
                return false;
            }
        }
        return true;
    }

private:
    using Counts = std::array<UnitCount, capacity>;

    // Most calls have none, and clearing the storage would take as long as pricing the other counts.
    union Storage {
        constexpr Storage() noexcept : none{} {}
        char none;
        Counts counts;  // where size_ > 0
    };

    constexpr void take(UnitCounts const& other) noexcept {
        if (size_ > 0) {
            std::construct_at(&storage_.counts, other.storage_.counts);
        }
    }

    Storage storage_;
    std::size_t size_ = 0;
};

/// A callable that takes a unit and its count.
template <typename Visit>
concept UnitCountVisitor = std::invocable<Visit&, Unit const&, std::int64_t>;

/// The billable counts of one call.
///
///     Usage{.input = 500, .output = 300, .cache_read = 128}
///
/// Counts are inclusive: `input` is the whole prompt, and cache reads, cache writes and modalities are parts of it;
/// `output` includes reasoning; `cache_write` includes `cache_write_1h`. A part that is nullopt was not reported,
/// which differs from a part of 0. A negative count throws std::out_of_range. A value.
struct Usage {
    /// Forces designated initializers: `Usage{500, 300}` does not compile.
    class Named {
        friend struct Usage;
        explicit constexpr Named() = default;

    public:
        friend constexpr bool operator==(Named const&, Named const&) = default;
    };

    [[no_unique_address]] Named named = Named{};
    Tokens input = 0;
    Tokens output = 0;
    std::optional<Tokens> cache_read = std::nullopt;
    std::optional<Tokens> cache_write = std::nullopt;
    std::optional<Tokens> cache_write_1h = std::nullopt;
    std::optional<Tokens> reasoning = std::nullopt;
    std::optional<Tokens> input_audio = std::nullopt;
    std::optional<Tokens> output_audio = std::nullopt;
    UnitCounts others = {};  ///< every other unit: images, searches, pages, 5-minute cache writes, ...

    friend constexpr bool operator==(Usage const&, Usage const&) = default;

    /// Calls `visit(Unit const&, std::int64_t)` for input, output and every other count that is present.
    template <UnitCountVisitor Visit>
    constexpr void for_each(Visit&& visit) const {
        visit(units::input, input.value());
        visit(units::output, output.value());
        auto const part = [&](Unit const& unit, std::optional<Tokens> const& count) {
            if (count) {
                visit(unit, count->value());
            }
        };
        part(units::cache_read, cache_read);
        part(units::cache_write, cache_write);
        part(units::cache_write_1h, cache_write_1h);
        part(units::reasoning, reasoning);
        part(units::input_audio, input_audio);
        part(units::output_audio, output_audio);
        for (UnitCount const& other : others.all()) {
            visit(other.unit, other.count);
        }
    }

    /// Sets the count of a unit, in its member if it has one. Throws as UnitCounts::set() does.
    constexpr void set(Unit unit, std::int64_t count) {
        if (unit == units::input) {
            input = count;
        } else if (unit == units::output) {
            output = count;
        } else if (auto* part = member(unit)) {
            *part = Tokens{count};
        } else {
            others.set(unit, count);
        }
    }

    /// The count of a unit, or nullopt if it was not reported.
    [[nodiscard]] constexpr std::optional<std::int64_t> find(Unit unit) const noexcept {
        std::optional<std::int64_t> found;
        for_each([&](Unit known, std::int64_t count) {
            if (known == unit) {
                found = count;
            }
        });
        return found;
    }

private:
    [[nodiscard]] constexpr std::optional<Tokens>* member(Unit unit) noexcept {
        return unit == units::cache_read       ? &cache_read
               : unit == units::cache_write    ? &cache_write
               : unit == units::cache_write_1h ? &cache_write_1h
               : unit == units::reasoning      ? &reasoning
               : unit == units::input_audio    ? &input_audio
               : unit == units::output_audio   ? &output_audio
                                               : nullptr;
    }
};

/// Counts that contradict each other: a part that is larger than its whole.
class CENTAVO_VISIBLE ContradictoryUsage : public Error {
public:
    explicit ContradictoryUsage(std::string const& what) : Error{ErrorCode::inconsistent, what} {}
    ContradictoryUsage(std::string const& what, Usage const& usage)
        : Error{ErrorCode::inconsistent, what}, usage_{usage} {}

    /// The counts as the provider reported them, where they are known.
    [[nodiscard]] std::optional<Usage> const& usage() const noexcept { return usage_; }

private:
    std::optional<Usage> usage_;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo
