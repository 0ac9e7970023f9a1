// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/prompting/detail/lines.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// The kind of a segment, which determines how it may be edited.
enum class SegmentKind : std::uint8_t {
    text,   ///< whole lines, or the rest of one; judged line by line
    table,  ///< the rows of a pipe table with a header, whole lines
    json,   ///< an object or array that stands alone in its lines or in a fence
    log,    ///< the body of a fence that is a log
    fence,  ///< the marks around JSON or a log
    code,  ///< protected: fences, patches, edit blocks, preformatted markup, here-documents, what is not certain
    form,  ///< protected: the compact form that an optimizer wrote
};

/// A segment of one kind: bytes [begin, end) of the prompt.
struct Segment {
    SegmentKind kind{};
    std::size_t begin = 0;
    std::size_t end = 0;

    friend bool operator==(Segment const&, Segment const&) = default;
};

/// The marks between which a user protects text; the lines that contain them are protected, too.
struct ProtectedMarks {
    std::string_view begin = "<protect>";
    std::string_view end = "</protect>";
};

/// A line that opens or closes a fence.
struct FenceMark {
    char mark{};
    std::size_t length = 0;
    std::string_view info;  // the text after an opening mark

    /// The fence mark on `line`, if there is one.
    [[nodiscard]] static std::optional<FenceMark> on(std::string_view line);

    [[nodiscard]] bool closes(FenceMark const& opening) const noexcept {
        return mark == opening.mark && length >= opening.length && info.empty();
    }
};

inline std::optional<FenceMark> FenceMark::on(std::string_view line) {
    std::size_t const indent = std::min(line.find_first_not_of(" \t"), line.size());
    if (indent > 12 || indent == line.size() || (line[indent] != '`' && line[indent] != '~')) {
        return std::nullopt;
    }
    char const mark = line[indent];
    std::size_t const last = std::min(line.find_first_not_of(mark, indent), line.size());
    std::string_view const info = trimmed(line.substr(last, line.find('\n', last) - last));
    if (last - indent < 3 || info.find('`') != std::string_view::npos) {
        return std::nullopt;
    }
    return FenceMark{mark, last - indent, info};
}

/// How a heading in brackets begins, up to its number: "[chunk " of "[chunk 3 source=a.md]"; empty for other lines.
[[nodiscard]] constexpr std::string_view chunk_heading(std::string_view line) noexcept {
    std::string_view const text = trimmed(line);
    std::size_t const number = text.find_first_of("0123456789");
    return text.size() < 160 && text.starts_with('[') && text.ends_with(']') && number >= 3 &&
                   number != std::string_view::npos && letter_byte(text[1])
               ? text.substr(0, number)
               : std::string_view{};
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
