// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>
#include <type_traits>

namespace centavo {
inline namespace CENTAVO_ABI {

/// The measure of a unit.
enum class Measure : std::uint8_t {
    tokens,
    characters,
    seconds,
    pixels,
    images,
    pages,
    requests,
    searches,
    file_searches,
    fetches,
    tool_calls,
    storage_token_hours,
    gpu_seconds,
    training_tokens,
    messages,
    code_sessions,
    gigabyte_months,
    hours,
    maps_searches
};
inline constexpr Measure last_measure = Measure::maps_searches;  ///< bounds the values read from bytes

/// The direction of a unit. Request fees, searches and storage have none.
enum class Direction : std::uint8_t { any, input, output };

/// The modality of the content.
enum class Modality : std::uint8_t { any, text, audio, image, video };

/// The billing category of tokens or pages, and of requests and searches by the size of their search context.
enum class TokenCategory : std::uint8_t {
    any,
    cache_read,
    cache_write,
    reasoning,
    tool,
    citation,
    annotation,
    low_context,
    medium_context,
    high_context
};
inline constexpr TokenCategory last_token_category =
    TokenCategory::high_context;  ///< bounds the values read from bytes

/// The lifetime of an entry written to a provider's prefix cache.
enum class CacheTtl : std::uint8_t { any, five_minutes, one_hour };

/// A billed unit as a point on orthogonal axes, where `any` stands for every value of its axis. A value.
///
/// Units are partially ordered by containment: input contains audio input, which contains cached audio.
struct Unit {
    Measure measure = Measure::tokens;
    Direction direction = Direction::any;
    Modality modality = Modality::any;
    TokenCategory category = TokenCategory::any;
    CacheTtl ttl = CacheTtl::any;
    std::array<std::uint8_t, 3> unused =
        {};  ///< zero, so that eight bytes without padding compare as one number

    friend constexpr auto operator<=>(Unit const&, Unit const&) = default;
    friend constexpr bool operator==(Unit const& a, Unit const& b) noexcept {
        // ModelCost at least once for every rate of a price: eight bytes without padding, as one number.
        return std::is_constant_evaluated() ? a.key() == b.key() : std::memcmp(&a, &b, sizeof(Unit)) == 0;
    }

    /// Whether everything that `inner` counts is counted by this unit too. A unit contains itself.
    [[nodiscard]] constexpr bool contains(Unit inner) const noexcept {
        auto const covers = [](auto outer, auto value) {
            return outer == decltype(outer){} || outer == value;
        };
        return measure == inner.measure && direction == inner.direction && covers(modality, inner.modality) &&
               covers(category, inner.category) && covers(ttl, inner.ttl);
    }

private:
    /// The axes as one number.
    [[nodiscard]] constexpr std::uint64_t key() const noexcept {
        auto const at = [](auto axis, int bits) { return static_cast<std::uint64_t>(axis) << bits; };
        return at(measure, 0) | at(direction, 8) | at(modality, 16) | at(category, 24) | at(ttl, 32);
    }
};

static_assert(std::has_unique_object_representations_v<Unit>);

/// The units that users name:
///
///     input  input_text  input_audio  input_image  input_video      tokens of the prompt
///     output  output_text  output_audio  output_image  output_video  reasoning  output_citation
///     cache_read  cache_audio_read  cache_image_read  cache_write  cache_write_5m  cache_write_1h
///     requests  web_searches  maps_searches  file_searches  web_fetches  tool_calls  search_units  code_sessions
///     audio_seconds  input_audio_seconds  output_seconds  output_images  pages  annotated_pages
///     requests_low_context  requests_medium_context  requests_high_context
///     input_text_messages  gpu_seconds  service_hours  gigabyte_months
namespace units {
inline constexpr Unit input{.direction = Direction::input};
inline constexpr Unit output{.direction = Direction::output};
inline constexpr Unit cache_read{.direction = Direction::input, .category = TokenCategory::cache_read};
inline constexpr Unit cache_write{.direction = Direction::input, .category = TokenCategory::cache_write};
inline constexpr Unit cache_write_5m{
    .direction = Direction::input, .category = TokenCategory::cache_write, .ttl = CacheTtl::five_minutes};
inline constexpr Unit cache_write_1h{
    .direction = Direction::input, .category = TokenCategory::cache_write, .ttl = CacheTtl::one_hour};
inline constexpr Unit reasoning{.direction = Direction::output, .category = TokenCategory::reasoning};
inline constexpr Unit input_audio{.direction = Direction::input, .modality = Modality::audio};
inline constexpr Unit input_image{.direction = Direction::input, .modality = Modality::image};
inline constexpr Unit input_video{.direction = Direction::input, .modality = Modality::video};
inline constexpr Unit cache_audio_read{
    .direction = Direction::input, .modality = Modality::audio, .category = TokenCategory::cache_read};
inline constexpr Unit cache_image_read{
    .direction = Direction::input, .modality = Modality::image, .category = TokenCategory::cache_read};
inline constexpr Unit output_audio{.direction = Direction::output, .modality = Modality::audio};
inline constexpr Unit output_image{.direction = Direction::output, .modality = Modality::image};
inline constexpr Unit output_video{.direction = Direction::output, .modality = Modality::video};
inline constexpr Unit web_searches{.measure = Measure::searches};
inline constexpr Unit maps_searches{.measure = Measure::maps_searches};
inline constexpr Unit file_searches{.measure = Measure::file_searches};
inline constexpr Unit web_fetches{.measure = Measure::fetches};
inline constexpr Unit requests{.measure = Measure::requests};
inline constexpr Unit requests_low_context{.measure = Measure::requests,
                                           .category = TokenCategory::low_context};
inline constexpr Unit requests_medium_context{.measure = Measure::requests,
                                              .category = TokenCategory::medium_context};
inline constexpr Unit requests_high_context{.measure = Measure::requests,
                                            .category = TokenCategory::high_context};
inline constexpr Unit tool_calls{.measure = Measure::tool_calls};
inline constexpr Unit input_text{.direction = Direction::input, .modality = Modality::text};
inline constexpr Unit output_text{.direction = Direction::output, .modality = Modality::text};
inline constexpr Unit output_citation{.direction = Direction::output, .category = TokenCategory::citation};
inline constexpr Unit input_audio_seconds{
    .measure = Measure::seconds, .direction = Direction::input, .modality = Modality::audio};
inline constexpr Unit audio_seconds{.measure = Measure::seconds, .modality = Modality::audio};
inline constexpr Unit output_seconds{.measure = Measure::seconds, .direction = Direction::output};
inline constexpr Unit output_images{.measure = Measure::images, .direction = Direction::output};
inline constexpr Unit pages{.measure = Measure::pages, .direction = Direction::input};
inline constexpr Unit annotated_pages{
    .measure = Measure::pages, .direction = Direction::input, .category = TokenCategory::annotation};
inline constexpr Unit search_units{.measure = Measure::searches, .direction = Direction::input};
inline constexpr Unit input_text_messages{
    .measure = Measure::messages, .direction = Direction::input, .modality = Modality::text};
inline constexpr Unit code_sessions{.measure = Measure::code_sessions};
inline constexpr Unit gpu_seconds{.measure = Measure::gpu_seconds};
inline constexpr Unit service_hours{.measure = Measure::hours};
inline constexpr Unit gigabyte_months{.measure = Measure::gigabyte_months};
}  // namespace units

/// A unit and its name in price files and JSON.
struct UnitName {
    std::string_view name;
    Unit unit;
};

/// Every named unit, by the names that price files and exported usages have in common.
[[nodiscard]] constexpr auto unit_names() {
    using enum Measure;
    constexpr auto in = Direction::input;
    constexpr auto out = Direction::output;
    constexpr auto read = TokenCategory::cache_read;
    constexpr auto any = TokenCategory::any;
    return std::to_array<UnitName>({
        {"input_tokens", units::input},
        {"output_tokens", units::output},
        {"cache_read_tokens", units::cache_read},
        {"cache_write_tokens", units::cache_write},
        {"cache_write_5m_tokens", units::cache_write_5m},
        {"cache_write_1h_tokens", units::cache_write_1h},
        {"output_reasoning_tokens", units::reasoning},
        {"input_text_tokens", {tokens, in, Modality::text}},
        {"input_audio_tokens", units::input_audio},
        {"input_image_tokens", units::input_image},
        {"input_video_tokens", units::input_video},
        {"input_tool_tokens", {tokens, in, Modality::any, TokenCategory::tool}},
        {"input_text_tool_tokens", {tokens, in, Modality::text, TokenCategory::tool}},
        {"input_audio_tool_tokens", {tokens, in, Modality::audio, TokenCategory::tool}},
        {"input_image_tool_tokens", {tokens, in, Modality::image, TokenCategory::tool}},
        {"input_video_tool_tokens", {tokens, in, Modality::video, TokenCategory::tool}},
        {"cache_text_read_tokens", {tokens, in, Modality::text, read}},
        {"cache_audio_read_tokens", units::cache_audio_read},
        {"cache_image_read_tokens", units::cache_image_read},
        {"cache_video_read_tokens", {tokens, in, Modality::video, read}},
        {"output_text_tokens", {tokens, out, Modality::text}},
        {"output_audio_tokens", units::output_audio},
        {"output_image_tokens", units::output_image},
        {"output_video_tokens", units::output_video},
        {"web_searches", units::web_searches},
        {"maps_searches", units::maps_searches},
        {"file_searches", units::file_searches},
        {"web_fetches", units::web_fetches},
        {"requests", units::requests},
        {"requests_low_context", units::requests_low_context},
        {"requests_medium_context", units::requests_medium_context},
        {"requests_high_context", units::requests_high_context},
        {"tool_calls", {tool_calls, Direction::any, Modality::any, any}},
        {"input_characters", {characters, in, Modality::any, any}},
        {"output_characters", {characters, out, Modality::any, any}},
        {"input_seconds", {seconds, in, Modality::any, any}},
        {"output_seconds", {seconds, out, Modality::any, any}},
        {"input_audio_seconds", {seconds, in, Modality::audio, any}},
        {"output_audio_seconds", {seconds, out, Modality::audio, any}},
        {"output_pixels", {pixels, out, Modality::any, any}},
        {"output_images", {images, out, Modality::any, any}},
        {"pages", units::pages},
        {"annotated_pages", units::annotated_pages},
        {"search_units", units::search_units},
        {"input_text_messages", units::input_text_messages},
        {"output_citation_tokens", units::output_citation},
        {"audio_seconds", units::audio_seconds},
        {"input_images", {images, in, Modality::any, any}},
        {"input_pixels", {pixels, in, Modality::any, any}},
        {"input_video_seconds", {seconds, in, Modality::video, any}},
        {"output_video_seconds", {seconds, out, Modality::video, any}},
        {"cache_audio_write_tokens", {tokens, in, Modality::audio, TokenCategory::cache_write}},
        {"code_sessions", units::code_sessions},
        {"service_hours", units::service_hours},
        {"gigabyte_months", units::gigabyte_months},
        {"cache_storage_token_hours", {storage_token_hours, Direction::any, Modality::any, any}},
        {"gpu_seconds", {gpu_seconds, Direction::any, Modality::any, any}},
        {"training_tokens", {training_tokens, Direction::any, Modality::any, any}},
    });
}

}  // namespace CENTAVO_ABI
}  // namespace centavo

namespace centavo::detail {
inline namespace CENTAVO_ABI {
inline constexpr auto known_units = unit_names();
}  // namespace CENTAVO_ABI
}  // namespace centavo::detail

namespace centavo {
inline namespace CENTAVO_ABI {

/// The unit with that name in unit_names(), or nullopt.
[[nodiscard]] constexpr std::optional<Unit> find_unit(std::string_view name) noexcept {
    for (UnitName const& known : detail::known_units) {
        if (known.name == name) {
            return known.unit;
        }
    }
    return std::nullopt;
}

/// The name of `unit`, or an empty text for a combination without a name.
[[nodiscard]] constexpr std::string_view name_of(Unit unit) noexcept {
    for (UnitName const& known : detail::known_units) {
        if (known.unit == unit) {
            return known.name;
        }
    }
    return {};
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
