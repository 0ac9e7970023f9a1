// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace centavo {
inline namespace CENTAVO_ABI {

/// The pixels of an image. A value.
struct ImageSize {
    std::int64_t width;
    std::int64_t height;

    friend bool operator==(ImageSize const&, ImageSize const&) = default;
};

/// The size that the header of a PNG, JPEG, GIF or WebP file states; of an animation that of its canvas.
///
/// nullopt for any other format, for a file that ends too early or contradicts itself, and for a JPEG that states its
/// height behind its pixels. Reads the header alone, in bounded time; throws nothing.
[[nodiscard]] std::optional<ImageSize> find_image_size(std::string_view file) noexcept;

/// The same for a file in base64, the URL's alphabet included, of which only the characters needed are decoded.
///
/// nullopt where lines or spaces break it: JSON has no need of them.
[[nodiscard]] std::optional<ImageSize> find_image_size_base64(std::string_view base64) noexcept;

/// The same for a `data:` URL in base64, whatever media type it claims; nullopt for any other URL.
[[nodiscard]] std::optional<ImageSize> find_image_size_url(std::string_view url) noexcept;

/// How closely the model is to look at an image; what is not said is left to the model.
enum class ImageDetail : std::uint8_t { automatic, low, high, original };

/// An image among a message's parts, as far as it changes what a request costs. A value.
struct ImagePart {
    /// nullopt for an image that is only named, by URL or file id, and for one in a format that is not read.
    std::optional<ImageSize> size = {};
    ImageDetail detail = ImageDetail::automatic;
    std::size_t source_bytes = 0;  ///< of the request's text: its URL or its data, of which no token is made

    friend bool operator==(ImagePart const&, ImagePart const&) = default;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/chat/detail/image.ipp>
#endif
