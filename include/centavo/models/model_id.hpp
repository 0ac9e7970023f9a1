// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/algorithms.hpp>
#include <centavo/base/detail/config.hpp>

#include <algorithm>
#include <array>
#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <version>
#ifdef __cpp_lib_format
#include <format>
#endif

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// The zone names in ids: those of Bedrock's inference profiles, and the data zones of Azure and OpenAI.
inline constexpr std::array<std::string_view, 11> id_zones{
    "us", "eu", "apac", "jp", "au", "ca", "sa", "in", "us-gov", "global", "global-standard"};

/// The zone with this name; empty for any other text. The result has static storage duration.
[[nodiscard]] constexpr std::string_view find_zone(std::string_view name) noexcept {
    auto const at = std::find(id_zones.begin(), id_zones.end(), name);
    return at == id_zones.end() ? std::string_view{} : *at == "global-standard" ? "global" : *at;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail

namespace centavo {
inline namespace CENTAVO_ABI {

/// How a name led to a model: by its id, by a declared alias or another host's spelling of it, by its id with a known
/// date or version suffix, or by a declared pattern.
enum class MatchKind : std::uint8_t { exact, alias, dated, pattern };

/// "exact", "alias", "dated" or "pattern".
[[nodiscard]] constexpr std::string_view to_string(MatchKind kind) noexcept {
    switch (kind) {
    case MatchKind::exact: return "exact";
    case MatchKind::alias: return "alias";
    case MatchKind::dated: return "dated";
    case MatchKind::pattern: return "pattern";
    }
    return "";
}

/// The length of a date or version suffix at the end of `name`; 0 without one.
///
/// Known suffixes: `-2024-08-06`, `-20241022`, `@20241022`, `-1106` (month and day), `-001`, `-latest`, `@default`. A
/// size or a word ("-mini", "-32k", "-405") is never a suffix, as it denotes another model.
[[nodiscard]] constexpr std::size_t version_suffix(std::string_view name) noexcept {
    auto const ends_in = [&](std::string_view pattern) {  // '#' is a digit
        if (name.size() <= pattern.size()) {
            return false;
        }
        std::string_view const end = name.substr(name.size() - pattern.size());
        return std::equal(end.begin(), end.end(), pattern.begin(),
                          [](char c, char p) { return p == '#' ? c >= '0' && c <= '9' : c == p; });
    };
    for (std::string_view const pattern : {"-####-##-##", "-########", "@########", "-latest", "@latest",
                                           "@default", "@0##", "-####", "-0##"}) {
        if (ends_in(pattern)) {
            return pattern.size();
        }
    }
    return 0;
}

/// The length of a full date at the end of an id, including its separator: `-2024-08-06`, `-20241022`, `@20241022`; 0
/// without one.
[[nodiscard]] constexpr std::size_t date_suffix(std::string_view id) noexcept {
    auto const number = [&](std::size_t from_end, std::size_t digits) {
        int value = 0;
        for (std::size_t i = id.size() - from_end; i < id.size() - from_end + digits; ++i) {
            value = id[i] >= '0' && id[i] <= '9' ? value * 10 + (id[i] - '0') : 1'000'000;
        }
        return value;
    };
    auto const between = [](int value, int low, int high) { return low <= value && value <= high; };
    auto const month_and_day = [&](std::size_t month) {
        return between(number(month, 2), 1, 12) && between(number(2, 2), 1, 31);
    };
    auto const at = [&](std::size_t from_end) { return id[id.size() - from_end]; };
    if (id.size() > 11 && at(11) == '-' && at(6) == '-' && at(3) == '-' &&
        between(number(10, 4), 2000, 2099) && month_and_day(5)) {
        return 11;
    }
    bool const separated = id.size() > 9 && (at(9) == '-' || at(9) == '@');
    return separated && between(number(8, 4), 2000, 2099) && month_and_day(4) ? 9 : 0;
}

/// The parts of an id of Amazon Bedrock, such as "us.anthropic.claude-sonnet-4-5-20250929-v1:0".
struct BedrockId {
    std::string_view zone;    ///< "us", "eu", "global", …; empty for an id without an inference profile
    std::string_view vendor;  ///< "anthropic"
    std::string_view model;   ///< "claude-sonnet-4-5-20250929"

    /// Whether calls are served inside one region or zone, which since Claude 4.5 costs more than the global profile.
    [[nodiscard]] constexpr bool regional() const noexcept { return zone != "global"; }
};

/// The parts of `name` if it is a Bedrock id, optionally after a path or an ARN; nullopt otherwise.
///
/// The zones and vendors are those of Amazon's lists of inference profiles and model ids.
[[nodiscard]] constexpr std::optional<BedrockId> find_bedrock_id(std::string_view name) noexcept {
    constexpr std::array<std::string_view, 19> vendors{
        "anthropic.",  "amazon.",  "openai.",     "meta.",      "mistral.", "cohere.", "ai21.",
        "deepseek.",   "qwen.",    "moonshot.",   "zai.",       "google.",  "writer.", "nvidia.",
        "moonshotai.", "minimax.", "twelvelabs.", "stability.", "luma."};
    BedrockId id;
    name = name.substr(name.rfind('/') + 1);
    if (auto const zone = detail::find_zone(name.substr(0, name.find('.'))); !zone.empty()) {
        id.zone = zone;
        name.remove_prefix(name.find('.') + 1);
    }
    auto const vendor = detail::find_if(vendors, [&](std::string_view one) { return name.starts_with(one); });
    if (vendor == vendors.end()) {
        return std::nullopt;
    }
    id.vendor = vendor->substr(0, vendor->size() - 1);
    name.remove_prefix(vendor->size());
    auto const digits_from = [&](std::size_t at, std::size_t after = 0) {
        return at + after < name.size() && detail::all_of(name.substr(at, name.size() - after - at),
                                                          [](char c) { return c >= '0' && c <= '9'; });
    };
    if (auto const colon = name.rfind(':');
        colon != std::string_view::npos && name.ends_with('k') && digits_from(colon + 1, 1)) {
        name = name.substr(0, colon);  // a context length: "-v1:0:51k"
    }
    if (auto const colon = name.rfind(':'); colon != std::string_view::npos && digits_from(colon + 1)) {
        name = name.substr(0, colon);
    }
    if (auto const v = name.rfind("-v"); v != std::string_view::npos && digits_from(v + 2)) {
        name = name.substr(0, v);
    }
    id.model = name;
    return name.empty() ? std::nullopt : std::optional{id};
}

/// The zone in an id: "us" in "us.anthropic.claude-sonnet-4-6" and "azure/us/gpt-4o"; empty without one.
///
/// The result has static storage duration.
[[nodiscard]] constexpr std::string_view zone_of(std::string_view id) noexcept {
    for (auto slash = id.find('/'); slash != std::string_view::npos; slash = id.find('/')) {
        if (auto const zone = detail::find_zone(id.substr(0, slash)); !zone.empty()) {
            return zone;
        }
        id.remove_prefix(slash + 1);
    }
    auto const bedrock = find_bedrock_id(id);
    return bedrock ? bedrock->zone : std::string_view{};
}

/// Finds the model that `name` refers to among those for which `holds(id)` is true, and returns how it matched;
/// nullopt without a match.
///
/// Tried in this order: the name itself; the text after each slash ("openai/gpt-4o", "models/gemini-2.5-pro",
/// "publishers/anthropic/models/claude-sonnet-4-5@20250929"); a Bedrock id without zone, vendor and revision; a
/// fine-tuned id without organization and run ("ft:gpt-4o-2024-08-06:org::id", which is priced as a fine-tuned model
/// or not at all); each of these without its version suffix. Never a substring: "gpt-4omega" and "my-gpt-4o" match
/// nothing. The match is the last id that `holds` accepted.
template <std::predicate<std::string_view> Holds>
[[nodiscard]] constexpr std::optional<MatchKind> match_model(std::string_view name, Holds&& holds) {
    if (name.empty()) {
        return std::nullopt;
    }
    if (holds(name)) {
        return MatchKind::exact;
    }
    bool dated = false;
    auto const try_name = [&](std::string_view id) {
        auto const suffix = dated ? version_suffix(id) : 0;
        id.remove_suffix(suffix);
        return !id.empty() && (!dated || suffix > 0) && holds(id);
    };
    auto const try_all = [&] {
        if (dated && try_name(name)) {
            return true;
        }
        for (auto slash = name.find('/'); slash != std::string_view::npos;
             slash = name.find('/', slash + 1)) {
            if (try_name(name.substr(slash + 1))) {
                return true;
            }
        }
        if (auto const bedrock = find_bedrock_id(name); bedrock && try_name(bedrock->model)) {
            return true;
        }
        if (name.starts_with("ft:")) {
            return try_name(name.substr(0, name.find(':', 3)));
        }
        return false;
    };
    if (try_all()) {
        return MatchKind::alias;
    }
    dated = true;
    if (try_all()) {
        return MatchKind::dated;
    }
    return std::nullopt;
}

/// The name of a model as a program or a provider writes it: "gpt-4o", "claude-3-5-sonnet-20241022".
///
/// Plain text; match_model() finds the model that it refers to. A value.
class ModelId {
public:
    ModelId() = default;
    ModelId(std::string text) : text_{std::move(text)} {}
    ModelId(std::string_view text) : text_{text} {}
    ModelId(char const* text) : text_{text} {}

    [[nodiscard]] std::string const& text() const noexcept { return text_; }
    [[nodiscard]] bool empty() const noexcept { return text_.empty(); }

    friend bool operator==(ModelId const&, ModelId const&) = default;
    friend auto operator<=>(ModelId const&, ModelId const&) = default;

private:
    std::string text_;
};

/// Writes the text.
template <typename Traits>
std::basic_ostream<char, Traits>& operator<<(std::basic_ostream<char, Traits>& out, ModelId const& model) {
    return out << model.text();
}

/// What a provider does when the client disconnects from a stream: generate and bill the rest, or stop both.
enum class DisconnectBilling : std::uint8_t { continues, stops };

}  // namespace CENTAVO_ABI
}  // namespace centavo

/// @cond
template <>
struct std::hash<centavo::ModelId> {
    [[nodiscard]] std::size_t operator()(centavo::ModelId const& model) const noexcept {
        return std::hash<std::string>{}(model.text());
    }
};
/// @endcond

#ifdef __cpp_lib_format
/// Formats the text, with the options of a std::string.
template <>
struct std::formatter<centavo::ModelId> : std::formatter<std::string> {
    template <typename Context>
    auto format(centavo::ModelId const& model, Context& context) const {
        return std::formatter<std::string>::format(model.text(), context);
    }
};
#endif
