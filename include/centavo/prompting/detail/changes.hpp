// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/view.hpp>
#include <centavo/prompting/detail/pass.hpp>
#include <centavo/prompting/optimized.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// The changes from the original to `text` with `edits` applied, given those up to `text`.
///
/// Both lists are in order and disjoint. Changes that touch an edit become one with it.
[[nodiscard]] inline std::vector<Change> compose(std::string_view text, std::vector<Change> earlier,
                                                 View<Edit> edits) {
    std::vector<Change> out;
    out.reserve(earlier.size() + edits.size());
    auto change = earlier.begin();
    auto edit = edits.begin();
    std::size_t grown = 0;  // bytes that the edits so far added, and removed
    std::size_t removed = 0;
    while (change != earlier.end() || edit != edits.end()) {
        bool const next_is_edit =
            change == earlier.end() || (edit != edits.end() && edit->begin < change->begin);
        std::size_t const begin = next_is_edit ? edit->begin : change->begin;
        std::size_t end = begin;
        std::size_t copied = begin;
        Change made{begin + grown - removed, 0, {}};
        while (true) {
            if (change != earlier.end() && change->begin <= end) {
                made.original.append(text, copied, change->begin - copied);
                made.original += change->original;
                copied = change->end;
                end = std::max(end, change->end);
                ++change;
            } else if (edit != edits.end() && edit->begin <= end) {
                grown += edit->replacement.size();
                removed += edit->end - edit->begin;
                end = std::max(end, edit->end);
                ++edit;
            } else {
                break;
            }
        }
        made.original.append(text, copied, end - copied);
        made.end = end + grown - removed;
        out.push_back(std::move(made));
    }
    return out;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
