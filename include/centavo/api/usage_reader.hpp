// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/detail/usage_counts.hpp>
#include <centavo/api/detail/usage_map.hpp>
#include <centavo/base/detail/json_number.hpp>
#include <centavo/base/detail/json_scan.hpp>
#include <centavo/pricing/unit.hpp>
#include <centavo/pricing/usage.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace centavo {
inline namespace CENTAVO_ABI {

/// Where in a body a count stands (a JSON pointer, RFC 6901), and what it counts.
///
/// Where the provider leaves it out of a larger count, `added_to` names the larger.
struct PointedCount {
    std::string pointer;
    Unit unit;
    Unit added_to = detail::UsageField::no_unit;
};

/// A reader of the usage of an API that this library does not know, from pointers to its counts:
///
///     PointerUsage const titan{{{"/inputTextTokenCount", units::input}}};
///     std::optional<Usage> usage = titan.read(body);
///
/// Two pointers to one unit add up. Constant after construction, so safe to share.
class PointerUsage {
public:
    /// Throws std::invalid_argument for a pointer that is none, or for more than UsageCounts::most_fields of them.
    explicit PointerUsage(std::vector<PointedCount> counts);

    /// The counts in a body, in the inclusive normal form; nullopt where none of the pointers leads to one.
    ///
    /// Throws MalformedJson, MalformedUsage for a value that is not a count, and ContradictoryUsage.
    [[nodiscard]] std::optional<Usage> read(std::string_view body) const;

private:
    void walk(detail::JsonScan& scan, std::string& path, detail::UsageCounts& counts) const;

    void take(std::string_view value, std::string_view path, detail::UsageCounts& counts) const;

    std::vector<PointedCount> counts_;
    std::vector<detail::UsageField> rows_;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/api/detail/usage_reader.ipp>
#endif
