// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/utf8.hpp>
#include <centavo/base/error.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace centavo {
inline namespace CENTAVO_ABI {

/// A stream whose line, event or body is larger than its reader was allowed to hold.
class CENTAVO_VISIBLE OversizedEvent : public Error {
public:
    explicit OversizedEvent(std::string const& what) : Error{ErrorCode::too_large, what} {}
};

/// One server-sent event. The views hold until the function that was given it returns.
struct SseEvent {
    std::string_view type;  ///< "message" where the stream names none
    std::string_view data;  ///< the data lines joined by LF
    std::string_view id;    ///< the last id that the stream named
};

/// Reads server-sent events by the WHATWG specification ("9.2 Server-sent events"): bytes in at any split, events out.
///
/// Lines end in LF, CR or CRLF; a leading BOM, comments and unknown fields are passed over; an event goes out at a
/// blank line where it has data. Each maximal ill-formed UTF-8 sequence of a type, data or id becomes U+FFFD.
///
/// A line or an event's data of more than `limit` bytes throws OversizedEvent, at every split alike, and so does every
/// feed after that; it never holds more than a few times `limit`, however long the stream. An event that lies whole
/// within the bytes fed is not copied; no allocation once the buffers have grown. Not synchronised.
class SseParser {
public:
    explicit SseParser(std::size_t limit = std::size_t{16} << 20) : limit_{limit} {}

    /// Takes the next bytes and calls `on_event(SseEvent const&)` for every event they complete.
    ///
    /// What `on_event` throws passes through; what was fed behind that event is then lost.
    template <typename OnEvent>
    void feed(std::string_view bytes, OnEvent&& on_event) {
        std::size_t at = 0;
        if (after_cr_ && !bytes.empty()) {
            after_cr_ = false;
            at = bytes.front() == '\n' ? 1 : 0;
        }
        // Each kind of line end is looked for once a line of its own, so that a stream of only one costs no rescans.
        std::size_t lf = bytes.find('\n', at);
        std::size_t cr = bytes.find('\r', at);
        for (std::size_t end = std::min(lf, cr); end != std::string_view::npos; end = std::min(lf, cr)) {
            std::string_view const part = bytes.substr(at, end - at);
            require_room(line_.size() + part.size(), at);
            at = end + 1;
            if (bytes[end] == '\r' && at == bytes.size()) {
                after_cr_ = true;
            } else if (bytes[end] == '\r' && bytes[at] == '\n') {
                ++at;
            }
            if (line_.empty()) {
                take_line(part, LineStorage::here, on_event, at);
            } else {
                line_.append(part);
                take_line(line_, LineStorage::in_line, on_event, at);
                line_.clear();
            }
            lf = lf < at ? bytes.find('\n', at) : lf;
            cr = cr < at ? bytes.find('\r', at) : cr;
        }
        keep_data();
        require_room(line_.size() + bytes.size() - at, at);
        line_.append(bytes, at);
        offset_ += bytes.size();
    }

    /// The data of an event that the end of the stream cut off before its blank line; the specification drops it,
    /// clients of LLM providers take it. nullopt where there is none. Throws OversizedEvent as feed() does.
    [[nodiscard]] std::optional<std::string_view> unfinished();

    /// The reconnection time in milliseconds, where the stream named one; digits beyond 18 are no time.
    [[nodiscard]] std::optional<std::int64_t> retry() const noexcept { return retry_; }

private:
    enum class LineStorage : std::uint8_t {
        here,    // in the bytes that were fed
        in_line  // in line_
    };

    template <typename OnEvent>
    void take_line(std::string_view line, LineStorage held, OnEvent&& on_event, std::size_t at) {
        if (first_) {
            first_ = false;
            line.remove_prefix(line.starts_with("\xEF\xBB\xBF") ? 3 : 0);
        }
        if (line.empty()) {
            if (std::exchange(has_data_, false)) {
                std::string_view const data = in_place_ ? std::exchange(view_, {}) : std::string_view{data_};
                in_place_ = false;
                on_event(
                    SseEvent{type_.empty() ? std::string_view{"message"} : type_, well_formed(data), id_});
            }
            type_.clear();
            return;
        }
        std::size_t const colon = line.find(':');
        std::string_view const field = line.substr(0, colon);
        std::string_view value;
        if (colon != std::string_view::npos) {
            value = line.substr(colon + 1);
            value.remove_prefix(value.starts_with(' ') ? 1 : 0);
        }
        if (field == "data") {
            take_data(value, held, at);
        } else if (field == "event") {
            type_ = well_formed(value);
        } else if (field == "id" && value.find('\0') == std::string_view::npos) {
            id_ = well_formed(value);
        } else if (field == "retry" && !value.empty() && value.size() <= 18 &&
                   value.find_first_not_of("0123456789") == std::string_view::npos) {
            std::int64_t time = 0;
            for (char const digit : value) {
                time = time * 10 + (digit - '0');
            }
            retry_ = time;
        }
    }

    void take_data(std::string_view value, LineStorage held, std::size_t at);

    /// Copies data that is still in the bytes fed.
    void keep_data();

    /// `text`, or a copy in which ill-formed sequences are replaced. Line ends are never inside a sequence, so that
    /// this is the same as decoding the stream first.
    [[nodiscard]] std::string_view well_formed(std::string_view text);

    void require_room(std::size_t size, std::size_t at);

    std::size_t limit_;
    std::uint64_t offset_ = 0;  // bytes fed before those at hand
    std::string line_;          // the beginning of a line that is not whole yet
    std::string_view view_;     // an event's only data line so far, in the bytes fed
    std::string data_;          // or a copy of it, and of what follows
    std::string type_;
    std::string id_;
    std::string repaired_;
    std::optional<std::int64_t> retry_;
    bool has_data_ = false;
    bool in_place_ = false;  // the data is in view_
    bool after_cr_ = false;  // an LF that follows belongs to the CR before it
    bool first_ = true;
    bool oversized_ = false;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/api/detail/sse.ipp>
#endif
