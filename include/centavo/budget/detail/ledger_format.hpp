// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/crc32.hpp>
#include <centavo/base/error.hpp>
#include <centavo/budget/detail/record_codec.hpp>
#include <centavo/budget/detail/record_frame.hpp>
#include <centavo/budget/record.hpp>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// An open file, closed with its last owner. Move-only.
class FileHandle {
public:
    FileHandle() = default;

    /// Throws FileError, which names the path.
    FileHandle(std::string const& path, int flags) : number_{::open(path.c_str(), flags | O_CLOEXEC, 0644)} {
        if (number_ < 0) {
            throw FileError(path, errno);
        }
    }
    FileHandle(FileHandle&& other) noexcept : number_{std::exchange(other.number_, -1)} {}
    FileHandle& operator=(FileHandle&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }
    ~FileHandle() {
        if (number_ >= 0) {
            ::close(number_);
        }
    }

    [[nodiscard]] int number() const noexcept { return number_; }

    /// Locks the file, the ledger at `path`, until it is closed. Throws LedgerLocked, FileError.
    void lock(std::string const& path) const {
        if (::flock(number_, LOCK_EX | LOCK_NB) != 0) {
            if (errno == EWOULDBLOCK) {
                throw LedgerLocked(path + ": the ledger is open in another process");
            }
            throw FileError(path, errno);
        }
    }

    /// Writes all of it at the end of the file; an errno, or 0.
    [[nodiscard]] int append(std::string_view bytes) const noexcept {
        while (!bytes.empty()) {
            ssize_t const written = ::write(number_, bytes.data(), bytes.size());
            if (written > 0) {
                bytes.remove_prefix(static_cast<std::size_t>(written));
            } else if (written == 0 || errno != EINTR) {
                return written == 0 ? ENOSPC : errno;
            }
        }
        return 0;
    }

    /// Reads up to `size` bytes at `offset` into `into`, fewer only at the file's end. Throws FileError.
    void read(std::uint64_t offset, std::size_t size, std::string& into) const {
        into.resize(size);
        std::size_t have = 0;
        while (have < size) {
            ssize_t const got =
                ::pread(number_, into.data() + have, size - have, static_cast<off_t>(offset + have));
            if (got < 0 && errno != EINTR) {
                throw FileError("reading a ledger", errno);
            }
            if (got == 0) {
                break;
            }
            have += got > 0 ? static_cast<std::size_t>(got) : 0;
        }
        into.resize(have);
    }

    [[nodiscard]] std::uint64_t size() const { return static_cast<std::uint64_t>(facts().st_size); }
    [[nodiscard]] ino_t inode() const { return facts().st_ino; }

private:
    [[nodiscard]] struct stat facts() const {
        struct stat facts {};
        if (::fstat(number_, &facts) != 0) {
            throw FileError("a ledger's size", errno);
        }
        return facts;
    }

    int number_ = -1;
};

/// The format of a ledger file: a header, then frames.
///
/// The header has 24 bytes: "centavo\n", the schema version (4, little-endian), the currency ("USD" and a zero), four zeros,
/// the CRC-32 of those 20.
namespace ledger_file {

inline constexpr std::size_t head_size = 24;
[[nodiscard]] inline std::string head() {
    std::string bytes = "centavo\n";
    put32(bytes, record_schema);
    bytes += std::string_view{"USD\0\0\0\0\0", 8};
    put32(bytes, crc32(bytes));
    return bytes;
}

/// Whether this is the intact header of a ledger, of any version.
[[nodiscard]] inline bool is_head(std::string_view bytes) {
    return bytes.size() >= head_size && bytes.substr(0, 8) == "centavo\n" &&
           get32(bytes.substr(20)) == crc32(bytes.substr(0, 20));
}

/// Throws MalformedLedger unless this is the head of a ledger that this version reads.
inline void require_head(std::string_view bytes, std::string const& path) {
    if (!bytes.empty() && bytes.size() < head_size && head().starts_with(bytes)) {
        throw MalformedLedger(path + ": truncated within its header, after " + std::to_string(bytes.size()) +
                              " bytes");
    }
    if (!is_head(bytes)) {
        throw MalformedLedger(path + ": not a centavo ledger");
    }
    if (get32(bytes.substr(8)) != record_schema) {
        throw MalformedLedger(path + ": a ledger of schema " + std::to_string(get32(bytes.substr(8))) +
                              "; this version reads " + std::to_string(record_schema));
    }
    if (bytes.substr(12, 4) != std::string_view{"USD\0", 4}) {
        throw MalformedLedger(path + ": the currency of the ledger is not USD");
    }
}

}  // namespace ledger_file

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
