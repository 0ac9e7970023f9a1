// SPDX-License-Identifier: MIT
#include "progress.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <unistd.h>

namespace centavo::cli {

bool is_terminal(int stream) { return ::isatty(stream) == 1; }

StreamProgress::StreamProgress()
    : wanted_{is_terminal(STDERR_FILENO) && std::getenv("NO_COLOR") == nullptr}, next_{Time::now() +
                                                                                       std::chrono::seconds{
                                                                                           1}} {}

StreamProgress::~StreamProgress() {
    if (drawn_) {
        std::fputs("\r\x1b[K", stderr);
    }
}

void StreamProgress::draw(std::int64_t done, std::int64_t size) {
    auto const now = Time::now();
    if (now < next_) {
        return;
    }
    next_ = now + std::chrono::milliseconds{100};
    drawn_ = true;
    if (size <= 0) {
        std::fprintf(stderr, "\r%lld MB", static_cast<long long>(done / 1'000'000));
        return;
    }
    constexpr std::int64_t width = 40;
    std::int64_t const share = std::clamp<std::int64_t>(done * 100 / size, 0, 100);
    std::string const bar(static_cast<std::size_t>(share * width / 100), '#');
    std::fprintf(stderr, "\r[%-40s] %3lld %%", bar.c_str(), static_cast<long long>(share));
}

}  // namespace centavo::cli
