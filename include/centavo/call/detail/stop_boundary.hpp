// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// Where a text may be cut: behind any token, behind a line, or behind a sentence or a line.
enum class StopBoundary : std::uint8_t { token, line, sentence };

/// Finds the last place to cut in a text that arrives in pieces. Keeps no text. Not synchronised.
///
/// A line ends behind its LF. A sentence ends behind `.`, `!` or `?`, and the quotes and brackets that close after it,
/// where white space follows; behind the ideographic full stop and the full-width marks of exclamation and question
/// in any case.
class StopBoundaries {
public:
    explicit StopBoundaries(StopBoundary kind) : kind_{kind} {}

    /// Takes the next piece; ends beyond `most` bytes of the whole text are not counted.
    void take(std::string_view text, std::size_t most = SIZE_MAX) {
        if (kind_ == StopBoundary::token) {
            return;
        }
        for (char const c : text) {
            auto const byte = static_cast<unsigned char>(c);
            if (c == '\n') {
                note(at_ + 1, most);
            } else if (kind_ == StopBoundary::sentence && ended_ && (c == ' ' || c == '\t' || c == '\r')) {
                note(at_, most);
            }
            bool const closes = c == '"' || c == '\'' || c == ')' || c == ']' || c == '*';
            ended_ = c == '.' || c == '!' || c == '?' || (ended_ && closes);
            ++at_;
            before_ = (before_ << 8U | byte) & 0xFFFFFFU;
            if (kind_ == StopBoundary::sentence &&
                (before_ == 0xE38082U || before_ == 0xEFBC81U || before_ == 0xEFBC9FU)) {
                note(at_, most);
            }
        }
    }

    /// Bytes up to the last end, 0 where there is none.
    [[nodiscard]] std::size_t last() const noexcept { return last_; }

private:
    void note(std::size_t end, std::size_t most) noexcept { last_ = end <= most ? end : last_; }

    StopBoundary kind_;
    std::size_t at_ = 0;
    std::size_t last_ = 0;
    std::uint32_t before_ = 0;  // the last three bytes
    bool ended_ = false;        // behind the mark of a sentence's end
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
