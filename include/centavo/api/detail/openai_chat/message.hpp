// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/chat/message.hpp>

#include <string>

namespace centavo::detail {
inline namespace CENTAVO_ABI {
namespace openai_chat {

/// Appends `message` as compact JSON, without the parts that are not text.
void append_message(std::string& out, Message const& message);

}  // namespace openai_chat
}  // namespace CENTAVO_ABI
}  // namespace centavo::detail

#ifndef CENTAVO_COMPILED
#include <centavo/api/detail/openai_chat/message.ipp>
#endif
