// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/algorithms.hpp>
#include <centavo/base/detail/ascii.hpp>
#include <centavo/base/detail/config.hpp>
#include <centavo/base/view.hpp>
#include <centavo/models/detail/model_tables.hpp>
#include <centavo/models/model_catalog.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// Whether `rest`, the text after a pattern that ends in `last`, continues its last word.
[[nodiscard]] constexpr bool continues_word(char last, std::string_view rest) noexcept {
    return !rest.empty() && last != '-' && (is_letter(rest[0]) || (is_digit(last) && is_digit(rest[0])));
}

/// Whether `rest` continues the word or the version: ".1" and "-1" do, "-1106" and "-mini" do not.
[[nodiscard]] constexpr bool continues_version(std::string_view rest) noexcept {
    auto const digit = [&](std::size_t at) { return at < rest.size() && is_digit(rest[at]); };
    return !rest.empty() &&
           (is_letter(rest[0]) || digit(0) || ((rest[0] == '.' || rest[0] == '-') && digit(1) && !digit(2)));
}

/// Whether `pattern` of family_of() matches at the beginning of `text`.
[[nodiscard]] constexpr bool matches_pattern(std::string_view text, std::string_view pattern) noexcept {
    bool const any_version = pattern.ends_with('*');
    pattern.remove_suffix(any_version ? 1 : 0);
    if (text.size() < pattern.size()) {
        return false;
    }
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (text[i] != pattern[i] && !(text[i] == '-' && pattern[i] == '.')) {
            return false;
        }
    }
    std::string_view const rest = text.substr(pattern.size());
    return any_version ? !continues_word(pattern.back(), rest) : !continues_version(rest);
}

/// Where a pattern of family_of() matches in `name`; npos if it does not.
[[nodiscard]] constexpr std::size_t find_pattern(std::string_view name, std::string_view pattern) noexcept {
    for (std::size_t at = 0; at < name.size(); ++at) {
        if (name[at] == pattern[0] && (at == 0 || !is_letter(name[at - 1])) &&
            matches_pattern(name.substr(at), pattern)) {
            return at;
        }
    }
    return name.npos;
}

[[nodiscard]] constexpr std::size_t find_family(std::string_view name, std::string_view ids) noexcept {
    while (!ids.empty()) {
        std::string_view const pattern = ids.substr(0, ids.find(' '));
        if (std::size_t const at = find_pattern(name, pattern); at != name.npos) {
            return at;
        }
        ids.remove_prefix(std::min(pattern.size() + 1, ids.size()));
    }
    return name.npos;
}

/// Whether a model's own name begins at `at`: at the beginning, after a path, a vendor or "ft:".
[[nodiscard]] constexpr bool begins_model(std::string_view name, std::size_t at) noexcept {
    return at == 0 || name[at - 1] == '/' || name[at - 1] == '.' || (at == 3 && name.starts_with("ft:"));
}

inline constexpr auto provider_rows = provider_table();

/// The table's row of a provider; null for one that is not in it.
[[nodiscard]] constexpr ProviderEntry const* find_provider(std::string_view name) noexcept {
    for (ProviderEntry const& each : provider_rows) {
        if (each.id == name || (!name.empty() && contains(each.aliases, name))) {
            return &each;
        }
    }
    return nullptr;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE ModelFamily family_of(ModelId const& model) noexcept {
    static constexpr auto families = detail::family_table();
    std::string_view const name = model.text();
    for (ModelFamily const& each : families) {
        std::size_t const at = detail::find_family(name, each.ids);
        if (at != name.npos) {
            ModelFamily found = each;
            found.chat.measured = found.chat.measured && detail::begins_model(name, at);
            return found;
        }
    }
    return {};
}

CENTAVO_INLINE View<ModelFacts> known_models() {
    static constexpr auto entries = detail::model_table();
    static_assert(std::is_sorted(entries.begin(), entries.end(),
                                 [](auto const& a, auto const& b) { return a.id < b.id; }));
    static auto const models = [] {
        std::array<ModelFacts, entries.size()> facts;
        std::transform(entries.begin(), entries.end(), facts.begin(), [](detail::ModelEntry const& entry) {
            ModelFamily const family = family_of(entry.id);
            return ModelFacts{entry.id,         entry.provider,  entry.window,
                              entry.output_cap, family.encoding, family.api};
        });
        return facts;
    }();
    return models;
}

CENTAVO_INLINE std::optional<ModelFacts> find_facts(ModelId const& model) {
    ModelFacts const* found = nullptr;
    auto const matched = match_model(model.text(), [&](std::string_view id) {
        auto const models = known_models();
        auto const at =
            std::lower_bound(models.begin(), models.end(), id,
                             [](ModelFacts const& each, std::string_view key) { return each.id < key; });
        found = at != models.end() && at->id == id ? &*at : nullptr;
        return found != nullptr;
    });
    return matched ? std::optional{*found} : std::nullopt;
}

CENTAVO_INLINE Encoding find_encoding(ModelId const& model) noexcept {
    static constexpr auto families = detail::family_table();
    std::string_view const name = model.text();
    for (ModelFamily const& each : families) {
        if (std::size_t const at = detail::find_family(name, each.ids); at != name.npos) {
            return detail::begins_model(name, at) ? each.encoding : Encoding::unknown;
        }
    }
    return Encoding::unknown;
}

CENTAVO_INLINE std::string_view provider_id(std::string_view name) noexcept {
    auto const* const provider = detail::find_provider(name);
    return provider ? provider->id : name;
}

CENTAVO_INLINE bool is_first_party(std::string_view provider) noexcept {
    auto const* const found = detail::find_provider(provider);
    return found && found->first_party;
}

CENTAVO_INLINE bool is_maker(std::string_view provider, std::string_view id) noexcept {
    auto const* const row = detail::find_provider(provider);
    if (row == nullptr || !row->first_party) {
        return false;
    }
    bool makes = row->own.empty();
    for (std::string_view rest = row->own; !makes && !rest.empty();) {
        std::string_view const prefix = rest.substr(0, rest.find(' '));
        makes = id.starts_with(prefix);
        rest.remove_prefix(std::min(prefix.size() + 1, rest.size()));
    }
    return makes;
}

CENTAVO_INLINE DisconnectBilling disconnect_billing(std::string_view provider) noexcept {
    auto const* const found = detail::find_provider(provider);
    return found ? found->disconnect : DisconnectBilling::continues;
}

CENTAVO_INLINE bool writes_cache_on_request(std::string_view provider) noexcept {
    auto const* const found = detail::find_provider(provider);
    return found && found->cache_write_on_request;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
