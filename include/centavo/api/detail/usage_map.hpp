// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/view.hpp>
#include <centavo/pricing/unit.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// What a field of a usage block means.
enum class FieldRole : std::uint8_t {
    count,      ///< a count of `unit`
    alias,      ///< another spelling of an earlier field; used where no earlier one is above zero
    addition,   ///< counts more of `unit`, on top of other fields
    total,      ///< input and output together: a check, not a count
    charge,     ///< the provider's own charge in USD
    ticks,      ///< the same in 10^-10 USD
    upstream,   ///< what the provider's own supplier charged, in USD
    own_key,    ///< whether that supplier charged the caller's own key
    tier,       ///< the name of the service tier that served the call
    speed,      ///< the same, for APIs that report a speed besides the tier
    region,     ///< the region that served the call
    context,    ///< the size of the context of a search
    not_billed  ///< known and not billed itself: a duration, or a part that is billed with its whole
};

/// An API's spelling of the usage block. Each is a bit, so that what a block shows can be joined.
enum class UsageSpelling : std::uint8_t {
    none = 0,
    openai = 1,
    anthropic = 2,
    converse = 4,
    cohere = 8,
    gemini = 16
};

/// One field of a provider's usage block.
///
/// `path` is its place in the block, names joined by '/'. An element of a list of labeled counts, such as Gemini's
/// {"modality":"TEXT","tokenCount":9}, is at list/LABEL. Where the provider excludes the count from a larger one, as
/// Anthropic does with cached input, `added_to` names the larger one; `no_unit` where it is included. `shows` is the
/// spelling that the field is evidence of, where other blocks do not have it.
struct UsageField {
    static constexpr Unit no_unit{};

    std::string_view path;
    FieldRole role = FieldRole::count;
    Unit unit = no_unit;
    Unit added_to = no_unit;
    UsageSpelling shows = UsageSpelling::none;
};

/// Units that several APIs count and that have no name of their own in `units`.
namespace usage_units {
inline constexpr Unit input_text{.direction = Direction::input, .modality = Modality::text};
inline constexpr Unit output_text{.direction = Direction::output, .modality = Modality::text};
inline constexpr Unit cache_text{
    .direction = Direction::input, .modality = Modality::text, .category = TokenCategory::cache_read};
inline constexpr Unit audio_seconds{
    .measure = Measure::seconds, .direction = Direction::input, .modality = Modality::audio};
inline constexpr Unit input_pixels{.measure = Measure::pixels, .direction = Direction::input};
inline constexpr Unit input_images{.measure = Measure::images, .direction = Direction::input};
}  // namespace usage_units

/// Where reasoning tokens are counted, relative to the output.
enum class ReasoningPlace : std::uint8_t {
    inside,
    by_total,             ///< outside if only then the parts add up to the total
    by_total_or_outside,  ///< the same, and outside where there is no total
    outside,
    hidden  ///< not reported: what the total exceeds input and output by is billed as output, with a warning
};

/// The fields of a usage block by the length of their paths, to find one without comparing it with all.
template <std::size_t size>
class UsageFieldIndex {
public:
    static constexpr std::size_t longest = 63;  ///< bytes of a path

    explicit constexpr UsageFieldIndex(UsageField const (&fields)[size]) {
        static_assert(size < 256);
        std::size_t next = 0;
        for (std::size_t length = 0; length <= longest; ++length) {
            first[length] = static_cast<std::uint8_t>(next);
            for (std::size_t i = 0; i < size; ++i) {
                if (fields[i].path.size() == length) {
                    rows[next++] = static_cast<std::uint8_t>(i);
                }
            }
        }
        first[longest + 1] = static_cast<std::uint8_t>(next);
    }

    std::array<std::uint8_t, longest + 2> first{};  ///< where the rows of a length begin in `rows`
    std::array<std::uint8_t, size> rows{};
};

/// The index of an API's rows.
template <auto const& fields>
inline constexpr UsageFieldIndex<std::size(fields)> usage_field_index{fields};

/// The known fields of an API's usage block. Refers to constant rows.
struct UsageMap {
    View<UsageField> fields;
    ReasoningPlace reasoning = ReasoningPlace::inside;
    UsageSpelling spelling = UsageSpelling::none;
    std::uint8_t const* first = nullptr;  ///< of the index; nullptr without one
    std::uint8_t const* rows = nullptr;

    /// The row of the field at a path; the number of rows where it is not known.
    [[nodiscard]] constexpr std::size_t find(std::string_view path) const noexcept {
        std::size_t const none = fields.size();
        if (first == nullptr) {
            std::size_t i = 0;
            while (i < none && fields[i].path != path) {
                ++i;
            }
            return i;
        }
        if (path.size() > UsageFieldIndex<1>::longest) {
            return none;
        }
        for (std::size_t at = first[path.size()]; at < first[path.size() + 1]; ++at) {
            if (fields[rows[at]].path == path) {
                return rows[at];
            }
        }
        return none;
    }
};

/// The map of an API's constant rows, with their index.
template <auto const& fields>
[[nodiscard]] constexpr UsageMap usage_map_of(UsageSpelling spelling,
                                              ReasoningPlace reasoning = ReasoningPlace::inside) noexcept {
    auto const& index = usage_field_index<fields>;
    return {fields, reasoning, spelling, index.first.data(), index.rows.data()};
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
