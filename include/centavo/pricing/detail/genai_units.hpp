// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/algorithms.hpp>
#include <centavo/pricing/unit.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// The unit of a price key of genai-prices and the number of units per price: "input_mtok" is per million input tokens.
///
/// nullopt for an unknown key.
[[nodiscard]] inline std::optional<std::pair<Unit, std::int64_t>> find_genai_unit(std::string_view key) {
    static constexpr auto known = std::to_array<UnitName>({
        {"input_mtok", units::input},
        {"output_mtok", units::output},
        {"cache_read_mtok", units::cache_read},
        {"cache_write_mtok", units::cache_write},
        {"cache_write_1h_mtok", units::cache_write_1h},
        {"output_reasoning_mtok", units::reasoning},
        {"output_citation_mtok", units::output_citation},
        {"input_text_mtok", units::input_text},
        {"input_audio_mtok", units::input_audio},
        {"output_text_mtok", units::output_text},
        {"output_audio_mtok", units::output_audio},
        {"input_image_mtok", units::input_image},
        {"output_image_mtok", units::output_image},
        {"input_video_mtok", units::input_video},
        {"output_video_mtok", units::output_video},
        {"cache_audio_read_mtok", units::cache_audio_read},
        {"cache_image_read_mtok", units::cache_image_read},
        {"web_searches_kcount", units::web_searches},
        {"storage_searches_kcount", units::file_searches},
        {"requests_kcount", units::requests},
        {"input_text_messages_kcount", units::input_text_messages},
        {"input_audio_hours", units::input_audio_seconds},
        {"audio_hours", units::audio_seconds},
        {"input_document_kpages", units::pages},
        {"input_annotated_document_kpages", units::annotated_pages},
    });
    auto const at = detail::find(known, key, &UnitName::name);
    if (at == known.end()) {
        return std::nullopt;
    }
    std::int64_t const per = key.ends_with("_mtok") ? 1'000'000 : key.ends_with("_hours") ? 3'600 : 1'000;
    return std::pair{at->unit, per};
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
