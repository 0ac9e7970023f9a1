// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace centavo::inline v0 {

/// A stream whose line or event is larger than the parser was allowed to hold.
class OversizedEvent : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// One server-sent event. The views hold until the next piece is fed.
struct SseEvent {
    std::string_view type;  ///< "message" where the stream names none
    std::string_view data;  ///< the data lines joined by LF
    std::string_view id;    ///< the last id that the stream named
};

/// Reads server-sent events by the WHATWG specification ("9.2 Server-sent events"): bytes in at any split, events out.
///
/// Lines end in LF, CR or CRLF; a leading BOM, comments and unknown fields are passed over; an event goes out at a
/// blank line where it has data. Holds at most `limit` bytes of one line or event and throws OversizedEvent beyond.
/// Bytes are handed on as they are. No allocation per event once its buffers have grown. Not synchronised.
class SseParser {
public:
    explicit SseParser(std::size_t limit = std::size_t{16} << 20) : limit_{limit} {}

    /// Takes the next bytes and calls `on_event(SseEvent const&)` for every event they complete.
    template <typename OnEvent>
    void feed(std::string_view bytes, OnEvent&& on_event) {
        for (std::size_t at = 0; at < bytes.size();) {
            if (after_cr_) {
                after_cr_ = false;
                at += bytes[at] == '\n' ? 1U : 0U;
                continue;
            }
            std::size_t const end = bytes.find_first_of("\r\n", at);
            bool const whole = end != std::string_view::npos;
            std::string_view const part = bytes.substr(at, whole ? end - at : std::string_view::npos);
            if (!whole || !line_.empty()) {
                line_.append(part);
                if (line_.size() + data_.size() > limit_) {
                    throw OversizedEvent("centavo: an event of more than " + std::to_string(limit_) +
                                         " bytes");
                }
            }
            if (!whole) {
                return;
            }
            after_cr_ = bytes[end] == '\r';
            at = end + 1;
            take_line(line_.empty() ? part : std::string_view{line_}, on_event);
            line_.clear();
        }
    }

    /// The data of an event that the end of the stream cut off before its blank line; the specification drops it,
    /// clients of LLM providers take it. nullopt where there is none.
    [[nodiscard]] std::optional<std::string_view> unfinished() {
        auto const ignore = [](SseEvent const&) {};
        if (!line_.empty()) {
            take_line(std::string{line_}, ignore);
            line_.clear();
        }
        return has_data_ ? std::optional{std::string_view{data_}.substr(0, data_.size() - 1)} : std::nullopt;
    }

    /// The reconnection time in milliseconds, where the stream named one.
    [[nodiscard]] std::optional<std::int64_t> retry() const noexcept { return retry_; }

private:
    template <typename OnEvent>
    void take_line(std::string_view line, OnEvent&& on_event) {
        if (first_) {
            first_ = false;
            line.remove_prefix(line.starts_with("\xEF\xBB\xBF") ? 3 : 0);
        }
        if (line.empty()) {
            if (has_data_) {
                data_.pop_back();
                on_event(SseEvent{type_.empty() ? std::string_view{"message"} : type_, data_, id_});
            }
            data_.clear();
            type_.clear();
            has_data_ = false;
            return;
        }
        auto const colon = line.find(':');
        std::string_view const field = line.substr(0, colon);
        std::string_view value =
            colon == std::string_view::npos ? std::string_view{} : line.substr(colon + 1);
        value.remove_prefix(value.starts_with(' ') ? 1 : 0);
        if (field == "data") {
            if (data_.size() + value.size() > limit_) {
                throw OversizedEvent("centavo: an event of more than " + std::to_string(limit_) + " bytes");
            }
            data_.append(value).push_back('\n');
            has_data_ = true;
        } else if (field == "event") {
            type_ = value;
        } else if (field == "id" && value.find('\0') == std::string_view::npos) {
            id_ = value;
        } else if (field == "retry" && !value.empty() && value.size() < 18 &&
                   value.find_first_not_of("0123456789") == std::string_view::npos) {
            std::int64_t time = 0;
            for (char const digit : value) {
                time = time * 10 + (digit - '0');
            }
            retry_ = time;
        }
    }

    std::size_t limit_;
    std::string line_;  // the beginning of a line that is not whole yet
    std::string data_;
    std::string type_;
    std::string id_;
    std::optional<std::int64_t> retry_;
    bool has_data_ = false;
    bool after_cr_ = false;  // an LF that follows belongs to the CR before it
    bool first_ = true;
};

}  // namespace centavo::inline v0
