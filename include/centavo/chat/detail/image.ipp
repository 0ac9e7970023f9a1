// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/chat/image.hpp>

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE std::optional<ImageSize> find_image_size(std::string_view file) noexcept {
    return image::size_of(image::Plain{file});
}

CENTAVO_INLINE std::optional<ImageSize> find_image_size_base64(std::string_view base64) noexcept {
    // A line of base64 has at most 76 characters: where the first has no end, the byte at an index has one place.
    bool const broken = base64.substr(0, 80).find_first_of(" \t\r\n") != base64.npos;
    return broken ? std::nullopt : image::size_of(image::Base64{base64});
}

CENTAVO_INLINE std::optional<ImageSize> find_image_size_url(std::string_view url) noexcept {
    std::size_t const comma = url.substr(0, 1'024).find(',');
    if (!image::begins(url, "data:") || comma == url.npos) {
        return std::nullopt;
    }
    std::string_view const type = url.substr(0, comma);
    constexpr std::string_view mark = ";base64";
    if (type.size() < mark.size() || !image::begins(type.substr(type.size() - mark.size()), mark)) {
        return std::nullopt;
    }
    return find_image_size_base64(url.substr(comma + 1));
}

CENTAVO_INLINE void ImageReader::take_text(detail::JsonString const& text, Kind kind) {
    data_ = text;
    kind_ = kind;
}

CENTAVO_INLINE void ImageReader::take_detail(detail::JsonScan& scan) {
    if (scan.peek() != detail::JsonKind::string) {
        scan.skip();
        return;
    }
    detail::JsonString const detail = scan.string();
    detail_ = detail.equals("low")        ? ImageDetail::low
              : detail.equals("high")     ? ImageDetail::high
              : detail.equals("original") ? ImageDetail::original
                                          : ImageDetail::automatic;
}

CENTAVO_INLINE void ImageReader::take_source(detail::JsonScan& scan) {
    if (scan.peek() != detail::JsonKind::object) {
        scan.skip();
        return;
    }
    scan.enter_object();
    while (auto const key = scan.next_member()) {
        bool const text = scan.peek() == detail::JsonKind::string;
        if (key->equals("detail")) {
            take_detail(scan);
        } else if (text && (key->equals("url") || key->equals("file_uri") || key->equals("fileUri"))) {
            take_text(scan.string(), Kind::url);
        } else if (text && key->equals("data")) {
            take_text(scan.string(), Kind::base64);
        } else if (text &&
                   (key->equals("media_type") || key->equals("mime_type") || key->equals("mimeType"))) {
            media_type_ = scan.string();
        } else {
            scan.skip();
        }
    }
}

CENTAVO_INLINE bool ImageReader::take(detail::JsonString const& key, detail::JsonScan& scan) {
    if (key.equals("type") && scan.peek() == detail::JsonKind::string) {
        type_ = scan.string();
    } else if (key.equals("detail")) {
        take_detail(scan);
    } else if (key.equals("image_url")) {
        pictured_ = true;
        if (scan.peek() == detail::JsonKind::string) {
            take_text(scan.string(), Kind::url);
        } else {
            take_source(scan);
        }
    } else if (key.equals("source")) {
        take_source(scan);
    } else if (key.equals("inline_data") || key.equals("inlineData") || key.equals("file_data") ||
               key.equals("fileData")) {
        take_source(scan);
        inlined_ = true;
    } else {
        return false;
    }
    return true;
}

CENTAVO_INLINE std::optional<ImagePart> ImageReader::part() const {
    bool const named =
        type_ && (type_->equals("image_url") || type_->equals("input_image") || type_->equals("image"));
    bool const inlined = inlined_ && media_type_ && media_type_->text().starts_with("image/");
    if (!named && !pictured_ && !inlined) {
        return std::nullopt;
    }
    ImagePart image{.detail = detail_};
    if (data_) {
        image.source_bytes = data_->raw.size();
        std::string resolved;  // some writers escape every '/', of which base64 is full
        if (data_->escaped) {
            data_->append_to(resolved);
        }
        std::string_view const data = data_->escaped ? std::string_view{resolved} : data_->raw;
        image.size = kind_ == Kind::base64 ? find_image_size_base64(data) : find_image_size_url(data);
    }
    return image;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
