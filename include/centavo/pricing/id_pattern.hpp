// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/error.hpp>
#include <centavo/pricing/detail/id_regex.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace centavo {
inline namespace CENTAVO_ABI {

/// Text that is not an IdPattern.
class CENTAVO_VISIBLE MalformedPattern : public Error {
public:
    explicit MalformedPattern(std::string const& what) : Error{ErrorCode::malformed, what} {}
};

/// A condition on model ids, by which a price list declares the ids that a price holds for. A value.
///
/// Written as conditions separated by spaces. One of these characters begins each:
///
///     =gpt-4o        is this id                 *nova-lite    contains this text
///     ^gpt-4o-       begins with this text      /^gpt-5-\d    has a match of this regular expression
///     $-preview      ends with this text        &2 |3         all of the next two, any of the next three conditions
///
/// Ids are compared in lower case. Matching takes time proportional to the pattern and the id, allocates nothing, and
/// finds no id of more than `max_id` characters.
class IdPattern {
public:
    static constexpr std::size_t max_id = 256;

    /// Throws MalformedPattern, also for regular expressions that detail::IdRegex does not support.
    [[nodiscard]] static IdPattern parse(std::string_view text);

    /// Whether an id, in lower case, meets the condition.
    [[nodiscard]] bool matches(std::string_view id) const noexcept;

    /// The text that parse() reads.
    [[nodiscard]] std::string const& to_string() const noexcept { return text_; }

    friend bool operator==(IdPattern const& a, IdPattern const& b) noexcept { return a.text_ == b.text_; }

private:
    /// The next condition of `rest`, without the space after it.
    [[nodiscard]] static std::string_view take(std::string_view& rest) noexcept;

    void check(std::string_view& rest, int depth);
    [[nodiscard]] bool matches(std::string_view id, std::string_view& rest,
                               std::size_t& regex) const noexcept;

    std::string text_;
    std::vector<detail::IdRegex> regexes_;  // in the order of the text
};

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/pricing/detail/id_pattern.ipp>
#endif
