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
    explicit SpecialTokens(std::vector<SpecialToken> const& tokens) {
        for (SpecialToken const& token : tokens) {
            if (!token.text.empty()) {
                insert(token);
            }
        }
    }

    /// Sorted by their texts.
    [[nodiscard]] std::span<SpecialToken const> all() const noexcept { return tokens_; }

    /// The longest that `text`, which is not empty, begins with; null for none.
    [[nodiscard]] SpecialToken const* at_front(std::string_view text) const noexcept {
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

    /// The text of a rank; empty where there is none.
    [[nodiscard]] std::string_view text(Rank rank) const noexcept {
        for (SpecialToken const& token : tokens_) {
            if (token.rank == rank) {
                return token.text;
            }
        }
        return {};
    }

private:
    void insert(SpecialToken const& token) {
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

    std::vector<SpecialToken> tokens_;
    std::vector<std::size_t> sizes_;  // the longest first
    std::array<bool, 256> firsts_{};
};

}  // namespace CENTAVO_ABI
}  // namespace centavo
