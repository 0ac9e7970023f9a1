// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>

namespace centavo::cli {

/// A progress bar on standard error for work that takes more than about a second; disabled if that is not a terminal
/// or NO_COLOR is set. Cleared when the work is done.
class StreamProgress {
public:
    StreamProgress();
    ~StreamProgress();
    StreamProgress(StreamProgress const&) = delete;
    StreamProgress& operator=(StreamProgress const&) = delete;

    /// Cheap to call often. Without a known size, shows only the amount done.
    void show(std::int64_t done, std::int64_t size) {
        if (wanted_ && (++calls_ & 0xFFU) == 0) {
            draw(done, size);
        }
    }

private:
    using Time = std::chrono::steady_clock;

    void draw(std::int64_t done, std::int64_t size);

    bool wanted_;
    bool drawn_ = false;
    std::uint32_t calls_ = 0;
    Time::time_point next_;
};

/// Whether the stream is a terminal.
[[nodiscard]] bool is_terminal(int stream);

}  // namespace centavo::cli
