// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>

namespace centavo {
inline namespace CENTAVO_ABI {

/// The kinds of failure that an Error reports.
enum class ErrorCode : std::uint8_t {
    malformed,     ///< input that does not follow its format
    inconsistent,  ///< well-formed input whose parts contradict each other
    too_large,     ///< input beyond a configured or documented bound
    unknown,       ///< a model, unit or token that the table in use does not contain
    locked,        ///< a resource that another process or object holds
    io,            ///< a file that the operating system cannot open, read or write
    unavailable  ///< a database, server or system library that failed, refused a command or did not respond in time
};

/// The base of every exception thrown for input or systems outside the program's control.
///
/// Misuse of the library throws std::invalid_argument or std::logic_error instead, and money arithmetic that
/// overflows throws std::overflow_error. Subclasses exist where they carry data or are worth catching apart.
/// Requires exceptions and RTTI. No exception passes through a client's callback.
class CENTAVO_VISIBLE Error : public std::runtime_error {
public:
    explicit Error(ErrorCode code, std::string const& what,
                   std::optional<std::size_t> position = std::nullopt)
        : std::runtime_error{what}, position_{position}, code_{code} {}

    [[nodiscard]] ErrorCode code() const noexcept { return code_; }

    /// The offset of the first offending byte in the input, where the reader knows it.
    [[nodiscard]] std::optional<std::size_t> position() const noexcept { return position_; }

private:
    std::optional<std::size_t> position_;
    ErrorCode code_;
};

/// Text that is not JSON, or JSON of another shape than its reader expects; always has a position().
class CENTAVO_VISIBLE MalformedJson : public Error {
public:
    MalformedJson(std::string const& what, std::size_t position)
        : Error{ErrorCode::malformed, "malformed JSON at byte " + std::to_string(position) + ": " + what,
                position} {}
};

/// Text that is not UTF-8, where a reader requires UTF-8; always has a position().
class CENTAVO_VISIBLE IllFormedUtf8 : public Error {
public:
    explicit IllFormedUtf8(std::size_t position)
        : Error{ErrorCode::malformed, "ill-formed UTF-8 at byte " + std::to_string(position), position} {}
};

/// A file that cannot be opened, read or written.
class CENTAVO_VISIBLE FileError : public Error {
public:
    /// `what` names the file or the operation; `error_number` is the value of errno.
    FileError(std::string const& what, int error_number)
        : Error{ErrorCode::io, what + ": " + std::generic_category().message(error_number)},
          error_number_{error_number} {}

    /// The operating system's reason, in std::generic_category().
    [[nodiscard]] std::error_code reason() const noexcept { return {error_number_, std::generic_category()}; }

private:
    int error_number_;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo
