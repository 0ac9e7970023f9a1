// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/detail/formats.hpp>
#include <centavo/api/response_writer.hpp>
#include <centavo/base/detail/config.hpp>

#include <stdexcept>

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE bool can_write(ApiFormat format) noexcept {
    return detail::format_entry(format).write_body != nullptr;
}

CENTAVO_INLINE std::string write_body(ApiFormat format, Response const& response) {
    if (auto const write = detail::format_entry(format).write_body) {
        return write(response);
    }
    throw std::invalid_argument(
        "responses of this API are only read; write OpenAI's chat or responses, Anthropic's "
        "messages or Gemini");
}

CENTAVO_INLINE std::string write_stream(ApiFormat format, Response const& response) {
    if (auto const write = detail::format_entry(format).write_stream) {
        return write(response);
    }
    throw std::invalid_argument(
        "responses of this API are only read; write OpenAI's chat or responses, Anthropic's "
        "messages or Gemini");
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
