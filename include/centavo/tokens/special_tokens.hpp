// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/tokens/vocabulary.hpp>

#include <algorithm>
#include <bitset>
#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace centavo::inline v0 {

/// A token that stands for a place in a dialogue, not for text: `<|endoftext|>` say.
struct SpecialToken {
    std::string text;
    Rank rank;

    friend bool operator==(SpecialToken const&, SpecialToken const&) = default;
};

/// The special tokens of an encoding. A value.
class SpecialTokens {
public:
    SpecialTokens() = default;

    /// Those without a text are left out.
    explicit SpecialTokens(std::vector<SpecialToken> tokens) : tokens_{std::move(tokens)} {
        std::erase_if(tokens_, [](SpecialToken const& each) { return each.text.empty(); });
        std::ranges::sort(tokens_, {}, &SpecialToken::text);
        for (SpecialToken const& token : tokens_) {
            sizes_.push_back(token.text.size());
            firsts_.set(static_cast<unsigned char>(token.text[0]));
        }
        std::ranges::sort(sizes_, std::greater<>{});
        sizes_.erase(std::ranges::unique(sizes_).begin(), sizes_.end());
    }

    /// Sorted by their texts.
    [[nodiscard]] std::span<SpecialToken const> all() const noexcept { return tokens_; }

    /// The longest that `text`, which is not empty, begins with; null for none.
    [[nodiscard]] SpecialToken const* at_front(std::string_view text) const noexcept {
        if (!firsts_.test(static_cast<unsigned char>(text[0]))) {
            return nullptr;
        }
        for (std::size_t const size : sizes_) {
            auto const at = std::ranges::lower_bound(tokens_, text.substr(0, size), {}, view);
            if (at != tokens_.end() && text.starts_with(at->text)) {
                return &*at;
            }
        }
        return nullptr;
    }

    /// The text of a rank; empty where there is none.
    [[nodiscard]] std::string_view text(Rank rank) const noexcept {
        auto const at = std::ranges::find(tokens_, rank, &SpecialToken::rank);
        return at != tokens_.end() ? std::string_view{at->text} : std::string_view{};
    }

private:
    static std::string_view view(SpecialToken const& token) noexcept { return token.text; }

    std::vector<SpecialToken> tokens_;
    std::vector<std::size_t> sizes_;  // the longest first
    std::bitset<256> firsts_;
};

}  // namespace centavo::inline v0
