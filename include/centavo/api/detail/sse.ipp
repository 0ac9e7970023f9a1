// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/sse.hpp>
#include <centavo/base/detail/config.hpp>

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE std::optional<std::string_view> SseParser::unfinished() {
    if (!line_.empty()) {
        take_line(
            line_, LineStorage::in_line, [](SseEvent const&) {}, 0);
        line_.clear();
    }
    return has_data_ ? std::optional{well_formed(data_)} : std::nullopt;
}

CENTAVO_INLINE void SseParser::take_data(std::string_view value, LineStorage held, std::size_t at) {
    if (!has_data_) {
        has_data_ = true;
        in_place_ = held == LineStorage::here;
        if (in_place_) {
            view_ = value;
        } else {
            data_ = value;
        }
        return;
    }
    keep_data();
    require_room(data_.size() + 1 + value.size(), at);
    data_ += '\n';
    data_ += value;
}

CENTAVO_INLINE void SseParser::keep_data() {
    if (std::exchange(in_place_, false)) {
        data_ = std::exchange(view_, {});
    }
}

CENTAVO_INLINE std::string_view SseParser::well_formed(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size()) {
        std::uint64_t words[4];
        if (text.size() - at >= sizeof words) {
            std::memcpy(words, text.data() + at, sizeof words);
            if (((words[0] | words[1] | words[2] | words[3]) & 0x8080808080808080) == 0) {
                at += sizeof words;
                continue;
            }
        }
        for (std::size_t const stop = at + sizeof words; at < stop && at < text.size();) {
            detail::Utf8Step const step = detail::decode_utf8(text.data() + at, text.data() + text.size());
            if (!step.well_formed) {
                repaired_.clear();
                detail::append_well_formed(repaired_, text);
                return repaired_;
            }
            at += step.length;
        }
    }
    return text;
}

CENTAVO_INLINE void SseParser::require_room(std::size_t size, std::size_t at) {
    if (size > limit_ || oversized_) {
        oversized_ = true;
        line_ = {};
        throw OversizedEvent("an event of more than " + std::to_string(limit_) + " bytes, before byte " +
                             std::to_string(offset_ + at) + " of the stream");
    }
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
