// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace centavo {
inline namespace CENTAVO_ABI {

/// The size of an image in pixels. A value.
struct ImageSize {
    std::int64_t width;
    std::int64_t height;

    friend bool operator==(ImageSize const&, ImageSize const&) = default;
};

/// The size in the header of a PNG, JPEG, GIF or WebP file; for an animation, that of its canvas.
///
/// nullopt for any other format, for a file that is truncated or inconsistent, and for a JPEG that states its height
/// after its pixels. Reads only the header, in bounded time.
[[nodiscard]] std::optional<ImageSize> find_image_size(std::string_view file) noexcept;

/// The same for a file in base64, in the standard or the URL-safe alphabet; decodes only the characters needed.
///
/// nullopt if the text contains line breaks or spaces, which JSON does not need.
[[nodiscard]] std::optional<ImageSize> find_image_size_base64(std::string_view base64) noexcept;

/// The same for a `data:` URL in base64, whatever its media type; nullopt for any other URL.
[[nodiscard]] std::optional<ImageSize> find_image_size_url(std::string_view url) noexcept;

/// The level of detail at which the model reads an image; `automatic` leaves it to the model.
enum class ImageDetail : std::uint8_t { automatic, low, high, original };

/// An image part of a message, as far as it affects the cost of a request. A value.
struct ImagePart {
    /// nullopt for an image given by URL or file id, and for a format that is not supported.
    std::optional<ImageSize> size = {};
    ImageDetail detail = ImageDetail::automatic;
    std::size_t source_bytes =
        0;  ///< size of its URL or data in the request's text, none of which becomes tokens

    friend bool operator==(ImagePart const&, ImagePart const&) = default;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/chat/detail/image.ipp>
#endif
