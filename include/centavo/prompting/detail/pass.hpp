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

/// Replaces bytes [begin, end) of a prompt; `replacement` is never longer than they are.
struct Edit {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::string replacement;
};

/// The prompt that a pass edits: its bytes and their kinds.
struct Segmented {
    std::string_view text;
    View<Segment> segments;

    [[nodiscard]] char before(std::size_t at) const noexcept { return at == 0 ? '\n' : text[at - 1]; }
    [[nodiscard]] char after(std::size_t at) const noexcept { return at >= text.size() ? '\n' : text[at]; }
    [[nodiscard]] std::size_t line_begin(std::size_t at) const noexcept {
        std::size_t const feed = at == 0 ? std::string_view::npos : text.rfind('\n', at - 1);
        return feed == std::string_view::npos ? 0 : feed + 1;
    }
    [[nodiscard]] std::size_t line_end(std::size_t at) const noexcept {
        std::size_t const feed = text.find('\n', at);
        return feed == std::string_view::npos ? text.size() : feed;
    }
};

/// One way to shorten a prompt. Stateless.
///
/// `propose` appends edits in order, disjoint, each strictly shortening, only within segments of the kinds that the pass
/// is for. PassRunner decides which of them are applied.
struct Pass {
    std::string_view name;
    void (*propose)(Segmented const& prompt, std::vector<Edit>& edits){};
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
