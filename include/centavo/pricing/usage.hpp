// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/error.hpp>
#include <centavo/base/tokens.hpp>
#include <centavo/pricing/unit.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>

namespace centavo {
inline namespace CENTAVO_ABI {

/// Counts that contradict each other: a part larger than its whole.
class CENTAVO_VISIBLE ContradictoryUsage : public Error {
public:
    explicit ContradictoryUsage(std::string const& what) : Error{ErrorCode::inconsistent, what} {}
};

/// A usage block with a value that is not a count: a fraction, below zero, beyond 63 bits, or not a number.
class CENTAVO_VISIBLE MalformedUsage : public Error {
public:
    explicit MalformedUsage(std::string const& what) : Error{ErrorCode::malformed, what} {}
};

/// How sure a usage is: the provider's final figures, those of a call that broke off, or our own count.
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

/// So many of a unit.
struct UnitCount {
    Unit unit;
    std::int64_t count = 0;

    friend constexpr bool operator==(UnitCount const&, UnitCount const&) = default;
};

/// A short list of counts beyond the everyday ones, in place and without allocation.
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

    /// Sets the count of a unit. Throws std::out_of_range for a negative one, std::length_error beyond `capacity`.
    constexpr void set(Unit unit, std::int64_t count) {
        if (count < 0) {
            throw std::out_of_range("centavo: a negative count of " + std::string{name_of(unit)});
        }
        for (std::size_t i = 0; i < size_; ++i) {
            if (room_.counts[i].unit == unit) {
                room_.counts[i].count = count;
                return;
            }
        }
        if (size_ == capacity) {
            throw std::length_error("centavo: more kinds of units than one call can have");
        }
        if (size_ == 0) {
            std::construct_at(&room_.counts);
        }
        room_.counts[size_++] = {unit, count};
    }

    [[nodiscard]] constexpr std::optional<std::int64_t> find(Unit unit) const noexcept {
        for (UnitCount const& known : all()) {
            if (known.unit == unit) {
                return known.count;
            }
        }
        return std::nullopt;
    }

    [[nodiscard]] constexpr std::span<UnitCount const> all() const noexcept {
        return size_ == 0 ? std::span<UnitCount const>{}
                          : std::span<UnitCount const>{room_.counts.data(), size_};
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

    // Most calls have none: to clear the room for them takes as long as to price the others.
    union Room {
        constexpr Room() noexcept : none{} {}
        char none;
        Counts counts;  // where size_ > 0
    };

    constexpr void take(UnitCounts const& other) noexcept {
        if (size_ > 0) {
            std::construct_at(&room_.counts, other.room_.counts);
        }
    }

    Room room_;
    std::size_t size_ = 0;
};

/// What one call used, in the inclusive normal form.
///
///     Usage{.input = 500, .output = 300, .cache_read = 128}
///
/// `input` is the whole prompt: cache reads, writes and modalities are parts of it. `output` includes reasoning.
/// `cache_write_1h` is a part of `cache_write`. A part not said is nullopt, which is not the same as a part said
/// to be 0. Counts are named: `Usage{500, 300}` does not compile. A value; a negative count throws
/// std::out_of_range.
struct Usage {
    /// Stands first so that counts have to be named; nobody writes it.
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
    UnitCounts others = {};  ///< every other unit: images, searches, pages, 5-minute writes, …

    friend constexpr bool operator==(Usage const&, Usage const&) = default;

    /// Calls `visit(Unit, std::int64_t count)` for every count that was said; input and output always are.
    ///
    /// The units live as long as this usage.
    template <typename Visit>
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

    /// Sets the count of any unit, the everyday ones in their members. Throws std::out_of_range below zero.
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

    /// The count said of a unit; nullopt where nothing was said.
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

}  // namespace CENTAVO_ABI
}  // namespace centavo
