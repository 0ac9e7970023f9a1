// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/chat/response.hpp>

#include <string_view>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// An API's name of a finish reason.
struct FinishName {
    std::string_view name;
    FinishReason reason;
};

/// The finish reason of this name in any of the APIs: compatible servers pass on the names of the models' makers.
///
/// `none` for an empty name, `other` for an unknown one. Defined in formats.ipp, over the table of APIs.
[[nodiscard]] FinishReason finish_reason_of(std::string_view name) noexcept;

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
