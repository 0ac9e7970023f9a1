// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/view.hpp>
#include <centavo/prompting/detail/segmenter.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

class EarlierLines;

/// Replaces bytes [begin, end) of a prompt.
struct Edit {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::string replacement;
};

/// The prompt that a pass edits: its bytes, their kinds, and the text of the conversation before it.
struct Segmented {
    std::string_view text;
    View<Segment> segments;
    EarlierLines const* earlier = nullptr;  ///< of the messages before; null without any

    [[nodiscard]] char before(std::size_t at) const noexcept { return at == 0 ? '\n' : text[at - 1]; }
    [[nodiscard]] char after(std::size_t at) const noexcept { return at >= text.size() ? '\n' : text[at]; }
    [[nodiscard]] std::string_view bytes(std::size_t begin, std::size_t end) const noexcept {
        return text.substr(begin, end - begin);
    }
    [[nodiscard]] std::size_t line_begin(std::size_t at) const noexcept {
        std::size_t const feed = at == 0 ? std::string_view::npos : text.rfind('\n', at - 1);
        return feed == std::string_view::npos ? 0 : feed + 1;
    }
    /// The line feed that ends the line of `at`, or `limit`; does not read past it.
    [[nodiscard]] std::size_t line_end(std::size_t at, std::size_t limit) const noexcept {
        std::size_t const feed = at < limit ? text.substr(at, limit - at).find('\n') : std::string_view::npos;
        return feed == std::string_view::npos ? limit : at + feed;
    }
    /// The line feed that ends the line of `at`, or the end of the text.
    [[nodiscard]] std::size_t line_end(std::size_t at) const noexcept {
        std::size_t const feed = text.find('\n', at);
        return feed == std::string_view::npos ? text.size() : feed;
    }
};

/// One way to shorten a prompt. Stateless.
///
/// `propose` appends edits in order, disjoint, only within segments of the kinds that the pass is for. PassRunner decides
/// which of them are applied.
struct Pass {
    std::string_view name;
    void (*propose)(Segmented const& prompt, std::vector<Edit>& edits){};
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
