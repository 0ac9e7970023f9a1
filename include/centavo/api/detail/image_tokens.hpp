// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/tokens.hpp>
#include <centavo/chat/image.hpp>
#include <centavo/models/model_catalog.hpp>

#include <algorithm>
#include <cstdint>
#include <variant>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// The tokens of an image by a rule: an estimate, never exact.
///
/// An image of unknown size (a URL, a file id, an unreadable format) counts as the maximum of the rule, so that a
/// budget that reserves this count cannot be exceeded. Sides are clamped to 1 to 2^31 - 1 pixels.
[[nodiscard]] constexpr Tokens image_tokens(ImageRule const& rule, ImagePart const& image);

[[nodiscard]] constexpr std::int64_t grid_cells(std::int64_t pixels, std::int64_t side) noexcept {
    return std::max<std::int64_t>(1, (pixels + side - 1) / side);
}

[[nodiscard]] constexpr std::int64_t grid_cells(ImageSize size, std::int64_t side) noexcept {
    return grid_cells(size.width, side) * grid_cells(size.height, side);
}

/// The image with a side of `from` pixels scaled to `to`, the other in proportion, to the nearest pixel.
[[nodiscard]] constexpr ImageSize scaled(ImageSize size, std::int64_t from, std::int64_t to) noexcept {
    auto const side = [&](std::int64_t pixels) {
        return std::max<std::int64_t>(1, (2 * pixels * to + from) / (2 * from));
    };
    return {.width = side(size.width), .height = side(size.height)};
}

/// The image scaled down to a longer side of at most `limit`.
[[nodiscard]] constexpr ImageSize fitted(ImageSize size, std::int64_t limit) noexcept {
    std::int64_t const longer = std::max(size.width, size.height);
    return longer > limit ? scaled(size, longer, limit) : size;
}

/// The integer square root, rounded down.
[[nodiscard]] constexpr std::int64_t square_root(std::int64_t square) noexcept {
    std::int64_t found = 0;
    for (std::int64_t bit = std::int64_t{1} << 30; bit > 0; bit >>= 1) {
        if ((found + bit) * (found + bit) <= square) {
            found += bit;
        }
    }
    return found;
}

/// The number of OpenAI's patches after its two resizing steps.
///
/// The second step scales by sqrt(32^2 * limit / (width * height)), which uses up the limit, and further down until
/// one side is a whole number of patches. In integers: a whole number of patches across or down, whichever gives the
/// smaller image.
[[nodiscard]] constexpr std::int64_t patch_count(ImageSize size, ImageLimit limit) noexcept {
    constexpr std::int64_t side = 32;
    size = fitted(size, limit.side);
    if (grid_cells(size, side) <= limit.patches) {
        return grid_cells(size, side);
    }
    std::int64_t const across =
        std::max<std::int64_t>(1, square_root(size.width * limit.patches / size.height));
    std::int64_t const down =
        std::max<std::int64_t>(1, square_root(size.height * limit.patches / size.width));
    bool const by_width = across * size.height <= down * size.width;
    std::int64_t const count = by_width ? across * grid_cells(size.height * side * across / size.width, side)
                                        : grid_cells(size.width * side * down / size.height, side) * down;
    return std::min(count, limit.patches);
}

[[nodiscard]] constexpr ImageLimit limit_at(ImagePatchRule const& rule, ImageDetail detail) noexcept {
    return detail == ImageDetail::low || detail == ImageDetail::high ? rule.high : rule.other;
}

[[nodiscard]] constexpr Tokens patch_tokens(ImagePatchRule const& rule, std::int64_t patches) {
    return (patches * rule.hundredths + 99) / 100;
}

/// The tokens of an image by each kind of rule; sides are at least 1.
[[nodiscard]] constexpr Tokens sized_tokens(ImageTileRule const& rule, ImageSize size, ImageDetail detail) {
    if (detail == ImageDetail::low) {
        return rule.base;
    }
    size = fitted(size, 2'048);
    if (std::int64_t const shorter = std::min(size.width, size.height); shorter > 768) {
        size = scaled(size, shorter, 768);
    }
    return rule.base + rule.tile * grid_cells(size, 512);
}

[[nodiscard]] constexpr Tokens sized_tokens(ImagePatchRule const& rule, ImageSize size, ImageDetail detail) {
    return patch_tokens(rule, patch_count(size, limit_at(rule, detail)));
}

[[nodiscard]] constexpr Tokens sized_tokens(ImageGridRule const& rule, ImageSize size, ImageDetail) {
    std::int64_t const longer = std::max(size.width, size.height);
    std::int64_t fits = 1;
    std::int64_t beyond = std::min(longer, rule.limit.side) + 1;
    while (beyond - fits > 1) {
        std::int64_t const middle = fits + (beyond - fits) / 2;
        bool const within = grid_cells(scaled(size, longer, middle), rule.side) <= rule.limit.patches;
        (within ? fits : beyond) = middle;
    }
    return grid_cells(scaled(size, longer, fits), rule.side);
}

[[nodiscard]] constexpr Tokens sized_tokens(ImageCropRule const& rule, ImageSize size, ImageDetail) {
    if (size.width <= 384 && size.height <= 384) {
        return rule.crop;
    }
    std::int64_t const crops = grid_cells(fitted(size, 3'072), 768);
    return rule.crop * (crops + (crops > 1 ? 1 : 0));
}

[[nodiscard]] constexpr Tokens sized_tokens(ImageFlatRule const& rule, ImageSize, ImageDetail) {
    return rule.tokens;
}

/// The maximum for an image of any size by each kind of rule.
[[nodiscard]] constexpr Tokens max_tokens(ImageTileRule const& rule, ImageDetail detail) {
    return detail == ImageDetail::low ? rule.base : rule.base + 8 * rule.tile;
}

[[nodiscard]] constexpr Tokens max_tokens(ImagePatchRule const& rule, ImageDetail detail) {
    return patch_tokens(rule, limit_at(rule, detail).patches);
}

[[nodiscard]] constexpr Tokens max_tokens(ImageGridRule const& rule, ImageDetail) {
    return rule.limit.patches;
}

[[nodiscard]] constexpr Tokens max_tokens(ImageCropRule const& rule, ImageDetail) { return 17 * rule.crop; }

[[nodiscard]] constexpr Tokens max_tokens(ImageFlatRule const& rule, ImageDetail) { return rule.tokens; }

constexpr Tokens image_tokens(ImageRule const& rule, ImagePart const& image) {
    return std::visit(
        [&](auto const& each) {
            if (!image.size) {
                return max_tokens(each, image.detail);
            }
            constexpr std::int64_t longest = INT32_MAX;
            return sized_tokens(each,
                                {.width = std::clamp<std::int64_t>(image.size->width, 1, longest),
                                 .height = std::clamp<std::int64_t>(image.size->height, 1, longest)},
                                image.detail);
        },
        rule);
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
