// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>

namespace centavo::inline v0 {

/// JSON that is not a chat request; says at which byte.
class MalformedRequest : public std::runtime_error {
public:
    MalformedRequest(std::string const& what, std::size_t offset)
        : std::runtime_error("malformed request at byte " + std::to_string(offset) + ": " + what),
          offset_{offset} {}

    /// The byte of the request's text at which it stops making sense.
    [[nodiscard]] std::size_t offset() const noexcept { return offset_; }

private:
    std::size_t offset_;
};

}  // namespace centavo::inline v0
