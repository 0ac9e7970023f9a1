// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/tokens/vocabulary.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace centavo {
inline namespace CENTAVO_ABI {

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
    explicit SpecialTokens(std::vector<SpecialToken> const& tokens);

    /// Sorted by their texts.
    [[nodiscard]] std::span<SpecialToken const> all() const noexcept { return tokens_; }

    /// The longest that `text`, which is not empty, begins with; null for none.
    [[nodiscard]] SpecialToken const* at_front(std::string_view text) const noexcept;

    /// The text of a rank; empty where there is none.
    [[nodiscard]] std::string_view text(Rank rank) const noexcept;

private:
    void insert(SpecialToken const& token);

    std::vector<SpecialToken> tokens_;
    std::vector<std::size_t> sizes_;  // the longest first
    std::array<bool, 256> firsts_{};
};

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/tokens/detail/special_tokens.ipp>
#endif
