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
void append_field(std::string& out, std::string_view bytes);

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
    void clear();

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

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail

#ifndef CENTAVO_COMPILED
#include <centavo/cache/detail/canonical_json.ipp>
#endif
