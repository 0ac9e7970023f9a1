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
    explicit PointerUsage(std::vector<PointedCount> counts) : counts_{std::move(counts)} {
        if (counts_.size() > detail::UsageCounts::most_fields) {
            throw std::invalid_argument("centavo: more pointers than a usage block may have counts");
        }
        for (PointedCount const& count : counts_) {
            if (!count.pointer.starts_with('/')) {
                throw std::invalid_argument("centavo: no JSON pointer: \"" + count.pointer + '"');
            }
            rows_.push_back({{}, detail::FieldRole::count, count.unit, count.added_to});
        }
    }

    /// The counts in a body, in the inclusive normal form; nullopt where none of the pointers leads to one.
    ///
    /// Throws MalformedJson, MalformedUsage for what is no count, ContradictoryUsage.
    [[nodiscard]] std::optional<Usage> read(std::string_view body) const {
        detail::UsageCounts counts{.map = {.fields = rows_}};
        std::string path;
        detail::JsonScan scan{body};
        walk(scan, path, counts);
        scan.finish();
        bool const any = std::ranges::any_of(counts.given, [](bool given) { return given; });
        return any ? std::optional{counts.normal()} : std::nullopt;
    }

private:
    void walk(detail::JsonScan& scan, std::string& path, detail::UsageCounts& counts) const {
        std::size_t const before = path.size();
        switch (scan.peek()) {
        case detail::JsonKind::object:
            scan.enter_object();
            while (auto const name = scan.next_member()) {
                path += '/';
                for (char const c : name->text()) {
                    path += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
                }
                walk(scan, path, counts);
                path.resize(before);
            }
            return;
        case detail::JsonKind::array:
            scan.enter_array();
            for (std::size_t at = 0; scan.next_element(); ++at) {
                path += '/' + std::to_string(at);
                walk(scan, path, counts);
                path.resize(before);
            }
            return;
        default: take(scan.skip(), path, counts); return;
        }
    }

    void take(std::string_view value, std::string_view path, detail::UsageCounts& counts) const {
        for (std::size_t i = 0; i < counts_.size(); ++i) {
            if (counts_[i].pointer != path || value == "null") {
                continue;
            }
            bool const number = value.front() == '-' || (value.front() >= '0' && value.front() <= '9');
            auto const count = number ? detail::json_integer(value) : std::nullopt;
            if (!count || *count < 0) {
                throw detail::MalformedUsage(counts_[i].pointer +
                                     " is no count: " + std::string{value.substr(0, 40)});
            }
            counts.counts[i] = *count;
            counts.given[i] = true;
        }
    }

    std::vector<PointedCount> counts_;
    std::vector<detail::UsageField> rows_;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo
