// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace centavo::inline v0 {

/// How a name led to a model: by its id, by a declared alias, or by its id with a known date or version suffix.
enum class MatchKind : std::uint8_t { exact, alias, dated };

/// "exact", "alias" or "dated".
[[nodiscard]] constexpr std::string_view to_string(MatchKind kind) noexcept {
    switch (kind) {
    case MatchKind::exact: return "exact";
    case MatchKind::alias: return "alias";
    case MatchKind::dated: return "dated";
    }
    return "";
}

/// The length of a date or version suffix at the end of `name`, 0 where there is none.
///
/// Known suffixes: -2024-08-06, -20241022, @20241022, -1106 (month and day), -001, -latest. A size or a word
/// ("-mini", "-32k", "-405") is never a suffix: it is another model.
[[nodiscard]] constexpr std::size_t version_suffix(std::string_view name) noexcept {
    auto const ends_in = [&](std::string_view pattern) {  // '#' is a digit
        if (name.size() <= pattern.size()) {
            return false;
        }
        return std::ranges::equal(name.substr(name.size() - pattern.size()), pattern, [](char c, char p) {
            return p == '#' ? c >= '0' && c <= '9' : c == p;
        });
    };
    for (std::string_view const pattern : {"-####-##-##", "-########", "@########", "-latest", "@latest", "-####", "-0##"}) {
        if (ends_in(pattern)) {
            return pattern.size();
        }
    }
    return 0;
}

/// Finds the model that `name` means among those for which `holds(id)` says true; how it was found, or nullopt.
///
/// Tried in this order: the name itself, the name without a path before it ("openai/gpt-4o",
/// "models/gemini-2.5-pro"), and each of the two without its version suffix. Never by substring: "gpt-4omega" and
/// "my-gpt-4o" are nobody's. The last id that `holds` accepted is the match.
template <std::predicate<std::string_view> Holds>
[[nodiscard]] constexpr std::optional<MatchKind> match_model(std::string_view name, Holds&& holds) {
    if (name.empty()) {
        return std::nullopt;
    }
    if (holds(name)) {
        return MatchKind::exact;
    }
    std::string_view bare = name;
    if (auto const slash = name.rfind('/'); slash != std::string_view::npos) {
        bare = name.substr(slash + 1);
        if (!bare.empty() && holds(bare)) {
            return MatchKind::alias;
        }
    }
    auto const suffix = version_suffix(bare);
    if (suffix > 0 && (holds(name.substr(0, name.size() - suffix)) || holds(bare.substr(0, bare.size() - suffix)))) {
        return MatchKind::dated;
    }
    return std::nullopt;
}

}  // namespace centavo::inline v0
