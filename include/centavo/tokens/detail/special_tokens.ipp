// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/tokens/special_tokens.hpp>

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE SpecialTokens::SpecialTokens(std::vector<SpecialToken> const& tokens) {
    for (SpecialToken const& token : tokens) {
        if (!token.text.empty()) {
            insert(token);
        }
    }
}

CENTAVO_INLINE SpecialToken const* SpecialTokens::at_front(std::string_view text) const noexcept {
    if (!firsts_[static_cast<unsigned char>(text[0])]) {
        return nullptr;
    }
    for (std::size_t const size : sizes_) {
        auto const at =
            std::lower_bound(tokens_.begin(), tokens_.end(), text.substr(0, size),
                             [](auto const& token, std::string_view key) { return token.text < key; });
        if (at != tokens_.end() && text.starts_with(at->text)) {
            return &*at;
        }
    }
    return nullptr;
}

CENTAVO_INLINE std::string_view SpecialTokens::text(Rank rank) const noexcept {
    for (SpecialToken const& token : tokens_) {
        if (token.rank == rank) {
            return token.text;
        }
    }
    return {};
}

CENTAVO_INLINE void SpecialTokens::insert(SpecialToken const& token) {
    auto at = tokens_.end();
    while (at != tokens_.begin() && token.text < std::prev(at)->text) {
        --at;
    }
    tokens_.insert(at, token);
    firsts_[static_cast<unsigned char>(token.text[0])] = true;
    auto size = sizes_.begin();
    while (size != sizes_.end() && *size > token.text.size()) {
        ++size;
    }
    if (size == sizes_.end() || *size != token.text.size()) {
        sizes_.insert(size, token.text.size());
    }
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
