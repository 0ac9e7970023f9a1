// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/algorithms.hpp>
#include <centavo/base/detail/json_scan.hpp>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// Appends `bytes` after their length, which makes a sequence of fields unambiguous.
inline void append_field(std::string& out, std::string_view bytes) {
    char digits[20];
    auto const written = std::to_chars(digits, digits + sizeof digits, bytes.size());
    out.append(digits, written.ptr).push_back(':');
    out.append(bytes);
}

/// Writes JSON values so that equal values have equal bytes: the form that a request key hashes.
///
/// Members are sorted by their bytes, arrays keep their order. The members of a schema's `properties`, `$defs` and the
/// like keep theirs too: it reaches the model, which writes a structured response in that order. Integers of 64 bits are exact, other numbers are the
/// shortest spelling of their double, -0 is 0. Escapes are resolved; text is not normalized otherwise. The form is
/// prefix-free. Throws MalformedJson for invalid or ambiguous text: duplicate members, numbers out of the range of a
/// double, ill-formed UTF-8, lone surrogates.
///
/// Keeps its memory from one value to the next. Externally synchronized.
class CanonicalForm {
public:
    /// Incremented with every change of the form, so that keys of different forms never compare equal.
    static constexpr int version = 2;

    /// Discards an unfinished value, and releases buffers larger than a megabyte.
    void clear() {
        members_.clear();
        for (auto* const buffer : {&moved_, &text_}) {
            if (buffer->capacity() > (1U << 20)) {
                *buffer = {};
            }
        }
    }

    /// Appends the value at the position of the scanner.
    void append(std::string& out, JsonScan& scan);

    /// Appends the members of the object at the position of the scanner, sorted, except those for which
    /// `aside(key, scan)` returns true: it has consumed the value then.
    template <typename Aside>
    void append_members(std::string& out, JsonScan& scan, Aside&& aside) {
        append_members(out, scan, aside, false);
    }

private:
    /// The members of JSON schemas whose own members have an order that a model is shown.
    static constexpr std::string_view ordered_members[] = {"$defs", "definitions", "dependentSchemas",
                                                           "patternProperties", "properties"};

    struct Member {
        std::size_t begin;  // of the key's field in the output
        std::size_t key;    // of the key itself
        std::size_t key_end;
        std::size_t end;
        std::size_t offset;  // in the JSON text
        bool kept;
    };

    template <typename Aside>
    void append_members(std::string& out, JsonScan& scan, Aside&& aside, bool ordered);

    /// Appends the value of the member `key` at the position of the scanner.
    void append_value(std::string& out, JsonString const& key, JsonScan& scan);

    static void append_number(std::string& out, JsonScan& scan);
    static void append_string(std::string& out, JsonScan const& scan, JsonString string,
                              std::string& scratch);
    void sort(std::string& out, std::size_t first, bool ordered);

    std::vector<Member> members_;  // of all open objects
    std::string moved_;
    std::string text_;
};

inline void CanonicalForm::append_number(std::string& out, JsonScan& scan) {
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

inline void CanonicalForm::append_string(std::string& out, JsonScan const& scan, JsonString string,
                                         std::string& scratch) {
    scratch.clear();
    if (!string.append_to(scratch)) {
        throw MalformedJson{"ill-formed Unicode in a string", scan.offset()};
    }
    append_field(out, scratch);
}

inline void CanonicalForm::append(std::string& out, JsonScan& scan) {
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

inline void CanonicalForm::append_value(std::string& out, JsonString const& key, JsonScan& scan) {
    auto const is_key = [&](std::string_view name) { return key.equals(name); };
    if (scan.peek() != JsonKind::object || !any_of(ordered_members, is_key)) {
        return append(out, scan);
    }
    out.push_back('{');
    append_members(
        out, scan, [](JsonString const&, JsonScan&) { return false; }, true);
    out.push_back('}');
}

template <typename Aside>
void CanonicalForm::append_members(std::string& out, JsonScan& scan, Aside&& aside, bool ordered) {
    auto const first = members_.size();
    scan.enter_object();
    while (auto const key = scan.next_member()) {
        auto const offset = scan.offset();
        auto const begin = out.size();
        append_string(out, scan, *key, text_);
        auto const key_begin = out.size() - text_.size();
        auto const key_end = out.size();
        // A member consumed by `aside` has no bytes; it stays in the list so that a duplicate of it is detected.
        bool const kept = !aside(*key, scan);
        if (kept) {
            append_value(out, *key, scan);
        }
        members_.push_back({begin, key_begin, key_end, out.size(), offset, kept});
    }
    sort(out, first, ordered);
    members_.resize(first);
}

inline void CanonicalForm::sort(std::string& out, std::size_t first, bool ordered) {
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
