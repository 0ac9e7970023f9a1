// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/usage_reader.hpp>
#include <centavo/base/detail/config.hpp>

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE PointerUsage::PointerUsage(std::vector<PointedCount> counts) : counts_{std::move(counts)} {
    if (counts_.size() > detail::UsageCounts::most_fields) {
        throw std::invalid_argument("too many pointers for one usage block");
    }
    for (PointedCount const& count : counts_) {
        if (!count.pointer.starts_with('/')) {
            throw std::invalid_argument("not a JSON pointer: \"" + count.pointer + '"');
        }
        rows_.push_back({{}, detail::FieldRole::count, count.unit, count.added_to});
    }
}

CENTAVO_INLINE std::optional<Usage> PointerUsage::read(std::string_view body) const {
    detail::UsageCounts counts{.map = {.fields = rows_}};
    std::string path;
    detail::JsonScan scan{body};
    walk(scan, path, counts);
    scan.finish();
    return counts.given.empty() ? std::nullopt : std::optional{counts.normal()};
}

CENTAVO_INLINE void PointerUsage::walk(detail::JsonScan& scan, std::string& path,
                                       detail::UsageCounts& counts) const {
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

CENTAVO_INLINE void PointerUsage::take(std::string_view value, std::string_view path,
                                       detail::UsageCounts& counts) const {
    for (std::size_t i = 0; i < counts_.size(); ++i) {
        if (counts_[i].pointer != path || value == "null") {
            continue;
        }
        bool const number = value.front() == '-' || (value.front() >= '0' && value.front() <= '9');
        auto const count = number ? detail::json_integer(value) : std::nullopt;
        if (!count || *count < 0) {
            throw MalformedUsage(counts_[i].pointer + " is not a count: " + std::string{value.substr(0, 40)});
        }
        counts.counts[i] = *count;
        counts.given.insert(i);
    }
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
