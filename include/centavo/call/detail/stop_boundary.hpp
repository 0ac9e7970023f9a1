// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/call/client.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// Finds the last boundary in a text that arrives in pieces. Keeps no text. Externally synchronized.
///
/// A line ends after its LF. A sentence ends after `.`, `!` or `?` and closing quotes and brackets if white space
/// follows; after the ideographic full stop and the full-width exclamation and question marks in any case.
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
