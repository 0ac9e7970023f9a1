// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/cache/cache_store.hpp>

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE Sampling sampling_of(Request const& request) {
    auto const is_set = [&](std::string_view name) {
        auto const json = request.member(name);
        return json && *json != "false" && *json != "null";
    };
    bool const own_state = is_set("background") || is_set("store") || is_set("conversation");
    bool const embeds = request.format() == ApiFormat::embeddings;
    return (embeds || request.temperature() == 0.0) && !own_state && !request.uses_hosted_tools()
               ? Sampling::deterministic
               : Sampling::random;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
