// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace centavo::cli {

/// A file that cannot be read.
class UnreadableFile : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// All bytes of a file or of standard input ("-"), memory-mapped if possible, otherwise read.
class FileBytes {
public:
    explicit FileBytes(std::string const& path);
    ~FileBytes();
    FileBytes(FileBytes const&) = delete;
    FileBytes& operator=(FileBytes const&) = delete;

    [[nodiscard]] std::string_view text() const noexcept { return text_; }

private:
    std::string_view text_;
    std::string read_;
    void* mapped_ = nullptr;
};

/// The lines of files in sequence, or of standard input if there are none.
class Lines {
public:
    /// Calls `on_dry` before waiting for more input.
    Lines(std::vector<std::string> files, std::function<void()> on_dry);
    ~Lines();
    Lines(Lines const&) = delete;
    Lines& operator=(Lines const&) = delete;

    /// The next line without its LF, valid until the next call. Throws UnreadableFile.
    [[nodiscard]] std::optional<std::string_view> next();

    [[nodiscard]] std::int64_t number() const noexcept {
        return number_;
    }                                                                   ///< of the last line returned, from 1
    [[nodiscard]] std::int64_t done() const noexcept { return done_; }  ///< bytes given
    [[nodiscard]] std::int64_t size() const noexcept { return size_; }  ///< size of all files, 0 if unknown

private:
    [[nodiscard]] bool fill();

    std::vector<std::string> files_;
    std::function<void()> on_dry_;
    std::string buffer_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::size_t opened_ = 0;
    int file_ = -1;
    std::int64_t number_ = 0;
    std::int64_t done_ = 0;
    std::int64_t size_ = 0;
};

/// Writes `text` to standard output and clears it. Throws std::runtime_error if that fails.
void write_out(std::string& text);

}  // namespace centavo::cli
