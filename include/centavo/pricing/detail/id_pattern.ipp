// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/pricing/id_pattern.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE IdPattern IdPattern::parse(std::string_view text) {
    IdPattern pattern;
    pattern.text_ = text;
    std::string_view rest = text;
    pattern.check(rest, 0);
    if (!rest.empty()) {
        throw MalformedPattern{"the pattern \"" + std::string{text.substr(0, 80)} +
                               "\" has more conditions than it combines; combine them with & or |"};
    }
    // The text of a condition is compared with ids in lower case.
    for (rest = text; !rest.empty();) {
        std::string_view const condition = take(rest);
        if (condition[0] != '/') {
            auto const begin = pattern.text_.begin() + (condition.data() - text.data());
            std::transform(begin, begin + static_cast<std::ptrdiff_t>(condition.size()), begin,
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
        }
    }
    return pattern;
}

CENTAVO_INLINE std::string_view IdPattern::take(std::string_view& rest) noexcept {
    std::string_view const condition = rest.substr(0, rest.find(' '));
    rest.remove_prefix(std::min(condition.size() + 1, rest.size()));
    return condition;
}

CENTAVO_INLINE void IdPattern::check(std::string_view& rest, int depth) {
    constexpr int max_depth = 16;
    std::string_view const condition = take(rest);
    auto const fail = [&](std::string const& expected) {
        return MalformedPattern{"\"" + std::string{condition.substr(0, 80)} +
                                "\" is not a condition on model ids; " + expected};
    };
    if (condition.size() < 2 || std::string_view{"=^$*/&|"}.find(condition[0]) == std::string_view::npos) {
        throw fail("expected a text after one of = ^ $ * / & |");
    }
    if (condition[0] == '/') {
        auto regex = detail::IdRegex::compile(condition.substr(1));
        if (!regex) {
            throw fail("its regular expression is malformed or not supported");
        }
        regexes_.push_back(*std::move(regex));
    } else if (condition[0] == '&' || condition[0] == '|') {
        std::size_t count = 0;
        for (char const c : condition.substr(1)) {
            count = c >= '0' && c <= '9' && count < 1'000 ? count * 10 + static_cast<std::size_t>(c - '0')
                                                          : 10'000;
        }
        if (count == 0 || count >= 1'000 || depth == max_depth) {
            throw fail("expected the number of combined conditions, at most 999 and nested at most 16 deep");
        }
        while (count-- > 0) {
            check(rest, depth + 1);
        }
    }
}

CENTAVO_INLINE bool IdPattern::matches(std::string_view id) const noexcept {
    std::string_view rest = text_;
    std::size_t regex = 0;
    if (rest.empty() || id.size() > max_id) {
        return false;
    }
    // The common case before the general one.
    return rest[0] == '^' ? id.starts_with(rest.substr(1)) : matches(id, rest, regex);
}

CENTAVO_INLINE bool IdPattern::matches(std::string_view id, std::string_view& rest,
                                       std::size_t& regex) const noexcept {
    std::string_view const condition = take(rest);
    std::string_view const text = condition.substr(1);
    switch (condition[0]) {
    case '=': return id == text;
    case '^': return id.starts_with(text);
    case '$': return id.ends_with(text);
    case '*': return id.find(text) != std::string_view::npos;
    case '/': return regexes_[regex++].search(id);
    default: break;
    }
    bool const all = condition[0] == '&';
    bool result = all;
    std::size_t count = 0;
    for (char const c : text) {
        count = count * 10 + static_cast<std::size_t>(c - '0');
    }
    while (count-- > 0) {  // to the end: the conditions after these begin there
        bool const one = matches(id, rest, regex);
        result = all ? result && one : result || one;
    }
    return result;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
