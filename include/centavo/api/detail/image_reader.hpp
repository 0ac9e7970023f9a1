// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/json_scan.hpp>
#include <centavo/base/detail/json_string.hpp>
#include <centavo/chat/image.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// Gathers the members of a part of a message that may be an image, in the shape of any of four formats:
/// OpenAI's chat (`image_url`) and responses (`input_image`), Anthropic's messages (`image`, `source`), Gemini's
/// (`inline_data`, `file_data`). Holds views of the scanned text.
class ImageReader {
public:
    /// Takes the member `key`, whose value comes next, if it tells of an image; false leaves the value where it is.
    [[nodiscard]] bool take(JsonString const& key, JsonScan& scan);

    /// The image, once all members have been offered; nullopt for a part that is none.
    [[nodiscard]] std::optional<ImagePart> part() const;

private:
    enum class Kind : std::uint8_t { url, base64 };

    /// Reads an object that says where the image's bytes are.
    void take_source(JsonScan& scan);
    void take_text(JsonString const& text, Kind kind);
    void take_detail(JsonScan& scan);

    std::optional<JsonString> type_;
    std::optional<JsonString> media_type_;
    std::optional<JsonString> data_;
    Kind kind_ = Kind::url;
    ImageDetail detail_ = ImageDetail::automatic;
    bool pictured_ = false;  // by OpenAI's member
    bool inlined_ = false;   // by Gemini's members, which stand for files of every kind
};

inline void ImageReader::take_text(JsonString const& text, Kind kind) {
    data_ = text;
    kind_ = kind;
}

inline void ImageReader::take_detail(JsonScan& scan) {
    if (scan.peek() != JsonKind::string) {
        scan.skip();
        return;
    }
    JsonString const detail = scan.string();
    detail_ = detail.equals("low")        ? ImageDetail::low
              : detail.equals("high")     ? ImageDetail::high
              : detail.equals("original") ? ImageDetail::original
                                          : ImageDetail::automatic;
}

inline void ImageReader::take_source(JsonScan& scan) {
    if (scan.peek() != JsonKind::object) {
        scan.skip();
        return;
    }
    scan.enter_object();
    while (auto const key = scan.next_member()) {
        bool const text = scan.peek() == JsonKind::string;
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

inline bool ImageReader::take(JsonString const& key, JsonScan& scan) {
    if (key.equals("type") && scan.peek() == JsonKind::string) {
        type_ = scan.string();
    } else if (key.equals("detail")) {
        take_detail(scan);
    } else if (key.equals("image_url")) {
        pictured_ = true;
        if (scan.peek() == JsonKind::string) {
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

inline std::optional<ImagePart> ImageReader::part() const {
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
}  // namespace centavo::detail
