// SPDX-License-Identifier: MIT
#include "input.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace centavo::cli {

namespace {

constexpr std::size_t chunk = std::size_t{1} << 18;

UnreadableFile unreadable(std::string const& path) {
    return UnreadableFile(path + ": " + std::strerror(errno));
}

int open_file(std::string const& path) {
    int const file = path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        throw unreadable(path);
    }
    return file;
}

void close_file(int file) {
    if (file > STDIN_FILENO) {
        ::close(file);
    }
}

/// The size of a regular file, 0 for everything else.
std::size_t size_of(int file) {
    struct stat facts {};
    return ::fstat(file, &facts) == 0 && S_ISREG(facts.st_mode) ? static_cast<std::size_t>(facts.st_size) : 0;
}

std::size_t read_some(int file, char* to, std::size_t room, std::string const& path) {
    while (true) {
        auto const got = ::read(file, to, room);
        if (got >= 0) {
            return static_cast<std::size_t>(got);
        }
        if (errno != EINTR) {
            throw unreadable(path);
        }
    }
}

}  // namespace

FileBytes::FileBytes(std::string const& path) {
    int const file = open_file(path);
    std::size_t const size = size_of(file);
    if (size > 0) {
        void* const mapped = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, file, 0);
        mapped_ = mapped == MAP_FAILED ? nullptr : mapped;
    }
    if (mapped_ != nullptr) {
        close_file(file);
        text_ = {static_cast<char const*>(mapped_), size};
        return;
    }
    for (std::size_t used = 0;;) {
        read_.resize(used + chunk + used / 2);
        std::size_t const got = read_some(file, read_.data() + used, read_.size() - used, path);
        used += got;
        if (got == 0) {
            read_.resize(used);
            break;
        }
    }
    close_file(file);
    text_ = read_;
}

FileBytes::~FileBytes() {
    if (mapped_ != nullptr) {
        ::munmap(mapped_, text_.size());
    }
}

Lines::Lines(std::vector<std::string> files, std::function<void()> on_dry)
    : files_{std::move(files)}, on_dry_{std::move(on_dry)} {
    if (files_.empty()) {
        files_.emplace_back("-");
    }
    for (std::string const& path : files_) {
        int const file =
            open_file(path);  // all of them now, so that a wrong name is reported before any output
        std::size_t const size = size_of(file);
        close_file(file);
        if (size == 0) {
            size_ = 0;
            break;
        }
        size_ += static_cast<std::int64_t>(size);
    }
}

Lines::~Lines() { close_file(file_); }

bool Lines::fill() {
    if (begin_ > 0) {
        std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
        end_ -= begin_;
        begin_ = 0;
    }
    if (buffer_.size() - end_ < chunk) {
        buffer_.resize(end_ + chunk + end_ / 2);
    }
    while (true) {
        if (file_ < 0) {
            if (opened_ == files_.size()) {
                return false;
            }
            file_ = open_file(files_[opened_++]);
        }
        pollfd waiting{file_, POLLIN, 0};
        if (::poll(&waiting, 1, 0) == 0) {
            on_dry_();
        }
        std::size_t const got =
            read_some(file_, buffer_.data() + end_, buffer_.size() - end_, files_[opened_ - 1]);
        end_ += got;
        if (got > 0) {
            return true;
        }
        close_file(file_);
        file_ = -1;
        if (end_ > begin_ && buffer_[end_ - 1] != '\n') {
            buffer_[end_++] = '\n';  // the last line of a file may have no LF
            return true;
        }
    }
}

std::optional<std::string_view> Lines::next() {
    for (std::size_t looked = begin_;;) {
        void const* const found = std::memchr(buffer_.data() + looked, '\n', end_ - looked);
        if (found != nullptr) {
            auto const at = static_cast<std::size_t>(static_cast<char const*>(found) - buffer_.data());
            std::string_view const line{buffer_.data() + begin_, at - begin_};
            done_ += static_cast<std::int64_t>(line.size()) + 1;
            begin_ = at + 1;
            ++number_;
            return line;
        }
        std::size_t const open = end_ - begin_;
        if (!fill()) {
            return std::nullopt;
        }
        looked = begin_ + open;
    }
}

void write_out(std::string& text) {
    for (std::size_t at = 0; at < text.size();) {
        auto const wrote = ::write(STDOUT_FILENO, text.data() + at, text.size() - at);
        if (wrote < 0 && errno != EINTR) {
            throw std::runtime_error(std::string{"standard output: "} + std::strerror(errno));
        }
        at += wrote < 0 ? 0U : static_cast<std::size_t>(wrote);
    }
    text.clear();
}

}  // namespace centavo::cli
