// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/cache/detail/canonical_json.hpp>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE void append_field(std::string& out, std::string_view bytes) {
    char digits[20];
    auto const written = std::to_chars(digits, digits + sizeof digits, bytes.size());
    out.append(digits, written.ptr).push_back(':');
    out.append(bytes);
}

CENTAVO_INLINE void CanonicalForm::clear() {
    members_.clear();
    for (auto* const buffer : {&moved_, &text_}) {
        if (buffer->capacity() > (1U << 20)) {
            *buffer = {};
        }
    }
}

CENTAVO_INLINE void CanonicalForm::append_number(std::string& out, JsonScan& scan) {
    static_cast<void>(scan.peek());
    auto const at = scan.offset();
    auto const text = scan.number();
    DecimalText const parts{text};
    char digits[32];
    auto const put = [&](auto value) {
        out.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr).push_back(';');
    };
    out.push_back('n');
    auto const magnitude = json_magnitude(parts);
    constexpr std::uint64_t lowest = std::uint64_t{1} << 63;
    if (magnitude && (!parts.negative || *magnitude <= lowest)) {
        if (parts.negative && *magnitude != 0) {
            out.push_back('-');
        }
        return put(*magnitude);
    }
    auto const value = json_double(text);
    if (!value) {
        throw MalformedJson{"number out of the range of a double", at};
    }
    // A number too small for a double is 0, however it is spelled.
    if (*value == 0) {
        return put(0);
    }
    put(*value);
}

CENTAVO_INLINE void CanonicalForm::append_string(std::string& out, JsonScan const& scan, JsonString string,
                                                 std::string& scratch) {
    scratch.clear();
    if (!string.append_to(scratch)) {
        throw MalformedJson{"ill-formed Unicode in a string", scan.offset()};
    }
    append_field(out, scratch);
}

CENTAVO_INLINE void CanonicalForm::append(std::string& out, JsonScan& scan) {
    switch (scan.peek()) {
    case JsonKind::object:
        out.push_back('{');
        append_members(out, scan, [](JsonString const&, JsonScan&) { return false; });
        out.push_back('}');
        return;
    case JsonKind::array:
        out.push_back('[');
        scan.enter_array();
        while (scan.next_element()) {
            append(out, scan);
        }
        out.push_back(']');
        return;
    case JsonKind::string: out.push_back('s'); return append_string(out, scan, scan.string(), text_);
    case JsonKind::number: return append_number(out, scan);
    case JsonKind::boolean: return out.push_back(scan.boolean() ? 't' : 'f');
    case JsonKind::null: scan.null(); return out.push_back('0');
    case JsonKind::end: scan.fail("expected a value");
    }
}

CENTAVO_INLINE void CanonicalForm::append_value(std::string& out, JsonString const& key, JsonScan& scan) {
    auto const is_key = [&](std::string_view name) { return key.equals(name); };
    if (scan.peek() != JsonKind::object || !any_of(ordered_members, is_key)) {
        return append(out, scan);
    }
    out.push_back('{');
    append_members(
        out, scan, [](JsonString const&, JsonScan&) { return false; }, true);
    out.push_back('}');
}

CENTAVO_INLINE void CanonicalForm::sort(std::string& out, std::size_t first, bool ordered) {
    auto const begin = members_.begin() + static_cast<std::ptrdiff_t>(first);
    auto const key = [&](Member const& member) {
        return std::string_view{out}.substr(member.key, member.key_end - member.key);
    };
    auto const before = [&](Member const& a, Member const& b) {
        int const order = key(a).compare(key(b));
        return order != 0 ? order < 0 : a.offset < b.offset;
    };
    bool const in_place = std::is_sorted(begin, members_.end(), before) &&
                          std::all_of(begin, members_.end(), [](Member const& one) { return one.kept; });
    if (!in_place) {
        std::sort(begin, members_.end(), before);
    }
    auto const twice = std::adjacent_find(begin, members_.end(),
                                          [&](Member const& a, Member const& b) { return key(a) == key(b); });
    if (twice != members_.end()) {
        throw MalformedJson{"duplicate member", std::next(twice)->offset};
    }
    if (in_place || ordered) {
        return;
    }
    auto const start = std::min_element(begin, members_.end(), [](Member const& a, Member const& b) {
                           return a.begin < b.begin;
                       })->begin;
    moved_.clear();
    for (auto member = begin; member != members_.end(); ++member) {
        if (member->kept) {
            moved_.append(out, member->begin, member->end - member->begin);
        }
    }
    out.replace(start, std::string::npos, moved_);
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
