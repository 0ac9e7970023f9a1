// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/ascii.hpp>
#include <centavo/base/detail/config.hpp>
#include <centavo/chat/detail/image_header.hpp>
#include <centavo/chat/image.hpp>

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE std::optional<ImageSize> find_image_size(std::string_view file) noexcept {
    return detail::image_header::size_of(detail::image_header::Plain{file});
}

CENTAVO_INLINE std::optional<ImageSize> find_image_size_base64(std::string_view base64) noexcept {
    // Lines of base64 have at most 76 characters, so white space at the front shows that the text is broken into lines.
    bool const broken = base64.substr(0, 80).find_first_of(" \t\r\n") != base64.npos;
    return broken ? std::nullopt : detail::image_header::size_of(detail::image_header::Base64{base64});
}

CENTAVO_INLINE std::optional<ImageSize> find_image_size_url(std::string_view url) noexcept {
    std::size_t const comma = url.substr(0, 1'024).find(',');
    if (!detail::starts_with_ignoring_case(url, "data:") || comma == url.npos) {
        return std::nullopt;
    }
    std::string_view const type = url.substr(0, comma);
    constexpr std::string_view mark = ";base64";
    if (type.size() < mark.size() ||
        !detail::starts_with_ignoring_case(type.substr(type.size() - mark.size()), mark)) {
        return std::nullopt;
    }
    return find_image_size_base64(url.substr(comma + 1));
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
