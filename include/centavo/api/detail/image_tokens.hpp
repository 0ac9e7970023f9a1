// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/tokens.hpp>
#include <centavo/chat/image.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <variant>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// The most patches an image is cut into and the most pixels of its longer side; a larger one is made smaller.
struct PatchLimit {
    std::int64_t patches;
    std::int64_t side;
};

/// A base, and so much for each tile of 512 x 512 of an image that is fitted into 2048 x 2048 and then to a shorter
/// side of 768; the base alone at low detail. Smaller images are not enlarged, whatever the guide says: that is how
/// they were billed.
struct TileRule {
    std::int64_t base;
    std::int64_t tile;

    [[nodiscard]] constexpr Tokens of(ImageSize size, ImageDetail detail) const;
    [[nodiscard]] constexpr Tokens most(ImageDetail detail) const {
        return detail == ImageDetail::low ? base : base + 8 * tile;
    }
};

/// A token for each patch of 32 x 32, times a factor in hundredths, rounded up. Low detail counts as high: it was
/// billed so by the models that know no other limit.
struct PatchRule {
    std::int64_t hundredths;
    PatchLimit high;
    PatchLimit otherwise;  ///< for `original` and where the request leaves it to the model

    [[nodiscard]] constexpr Tokens of(ImageSize size, ImageDetail detail) const;
    [[nodiscard]] constexpr Tokens most(ImageDetail detail) const { return times(limit(detail).patches); }

    [[nodiscard]] constexpr PatchLimit limit(ImageDetail detail) const noexcept {
        return detail == ImageDetail::low || detail == ImageDetail::high ? high : otherwise;
    }
    [[nodiscard]] constexpr Tokens times(std::int64_t patches) const {
        return (patches * hundredths + 99) / 100;
    }
};

/// A token for each patch of `side` x `side` of the largest image of that shape within the limit, at every detail.
struct GridRule {
    std::int64_t side;
    PatchLimit limit;

    [[nodiscard]] constexpr Tokens of(ImageSize size, ImageDetail detail) const;
    [[nodiscard]] constexpr Tokens most(ImageDetail) const { return limit.patches; }
};

/// The same for every crop of 768 x 768 of an image within 3072 x 3072, and once more for the whole where there are
/// several, as one image was billed as 13; one for an image of at most 384 x 384.
struct CropRule {
    std::int64_t crop;

    [[nodiscard]] constexpr Tokens of(ImageSize size, ImageDetail detail) const;
    [[nodiscard]] constexpr Tokens most(ImageDetail) const { return 17 * crop; }
};

/// At most so much for an image of any size.
struct FlatRule {
    std::int64_t tokens;

    [[nodiscard]] constexpr Tokens of(ImageSize, ImageDetail) const { return tokens; }
    [[nodiscard]] constexpr Tokens most(ImageDetail) const { return tokens; }
};

/// What an image costs in tokens.
using ImageRule = std::variant<TileRule, PatchRule, GridRule, CropRule, FlatRule>;

/// The rule of the family that `model` names anywhere between its separators.
///
/// As of 2026-11-24, from the providers' guides to images (OpenAI: calculating costs; Anthropic: vision; Google: media
/// resolution) and from bills where those differ: gpt-5-mini is documented at 1.62 tokens a patch and gpt-5-nano at
/// 2.46, and they were billed at 1.20 and 1.5. Later versions of a family have the rule of the latest that is known.
/// A model of no known family is assumed to make a token of each 14 x 14 pixels, finer than the grids that open models
/// publish, and at most 16,384, the most that Qwen2-VL does.
[[nodiscard]] constexpr ImageRule image_rule_for(std::string_view model) noexcept;

/// The tokens of an image by a rule: an estimate, never exact.
///
/// Where the size is not known (a URL, a file id, a format that is not read) the most that the rule can give: a budget
/// that is set aside for less could be passed. Sides below 1 count as 1 pixel, beyond 31 bits as 2^31 - 1.
[[nodiscard]] constexpr Tokens image_tokens(ImageRule const& rule, ImagePart const& image) {
    return std::visit(
        [&](auto const& each) {
            if (!image.size) {
                return each.most(image.detail);
            }
            constexpr std::int64_t most = INT32_MAX;
            return each.of({.width = std::clamp<std::int64_t>(image.size->width, 1, most),
                            .height = std::clamp<std::int64_t>(image.size->height, 1, most)},
                           image.detail);
        },
        rule);
}

namespace image {

[[nodiscard]] constexpr std::int64_t cells(std::int64_t pixels, std::int64_t side) noexcept {
    return std::max<std::int64_t>(1, (pixels + side - 1) / side);
}

[[nodiscard]] constexpr std::int64_t grid(ImageSize size, std::int64_t side) noexcept {
    return cells(size.width, side) * cells(size.height, side);
}

/// The image with its side of `from` pixels brought to `to`, the other in proportion, to the nearest pixel.
[[nodiscard]] constexpr ImageSize scaled(ImageSize size, std::int64_t from, std::int64_t to) noexcept {
    auto const side = [&](std::int64_t pixels) {
        return std::max<std::int64_t>(1, (2 * pixels * to + from) / (2 * from));
    };
    return {.width = side(size.width), .height = side(size.height)};
}

[[nodiscard]] constexpr ImageSize fitted(ImageSize size, std::int64_t longer) noexcept {
    std::int64_t const long_side = std::max(size.width, size.height);
    return long_side > longer ? scaled(size, long_side, longer) : size;
}

/// The largest whole number whose square is at most `square`.
[[nodiscard]] constexpr std::int64_t root(std::int64_t square) noexcept {
    std::int64_t found = 0;
    for (std::int64_t bit = std::int64_t{1} << 30; bit > 0; bit >>= 1) {
        if ((found + bit) * (found + bit) <= square) {
            found += bit;
        }
    }
    return found;
}

/// OpenAI's patches after its two steps of resizing: the factor that would use up the limit, sqrt(32^2 * limit /
/// (width * height)), made smaller until one side is a whole number of patches. In whole numbers: so many patches
/// across, or so many down, whichever is the smaller picture.
[[nodiscard]] constexpr std::int64_t patches(ImageSize size, PatchLimit limit) noexcept {
    constexpr std::int64_t side = 32;
    size = fitted(size, limit.side);
    if (grid(size, side) <= limit.patches) {
        return grid(size, side);
    }
    std::int64_t const across = std::max<std::int64_t>(1, root(size.width * limit.patches / size.height));
    std::int64_t const down = std::max<std::int64_t>(1, root(size.height * limit.patches / size.width));
    bool const by_width = across * size.height <= down * size.width;
    std::int64_t const count = by_width ? across * cells(size.height * side * across / size.width, side)
                                        : cells(size.width * side * down / size.height, side) * down;
    return std::min(count, limit.patches);
}

}  // namespace image

constexpr Tokens TileRule::of(ImageSize size, ImageDetail detail) const {
    if (detail == ImageDetail::low) {
        return base;
    }
    size = image::fitted(size, 2'048);
    if (std::int64_t const shorter = std::min(size.width, size.height); shorter > 768) {
        size = image::scaled(size, shorter, 768);
    }
    return base + tile * image::grid(size, 512);
}

constexpr Tokens PatchRule::of(ImageSize size, ImageDetail detail) const {
    return times(image::patches(size, limit(detail)));
}

constexpr Tokens GridRule::of(ImageSize size, ImageDetail) const {
    std::int64_t const longer = std::max(size.width, size.height);
    std::int64_t fits = 1;
    std::int64_t beyond = std::min(longer, limit.side) + 1;
    while (beyond - fits > 1) {
        std::int64_t const middle = fits + (beyond - fits) / 2;
        (image::grid(image::scaled(size, longer, middle), side) <= limit.patches ? fits : beyond) = middle;
    }
    return image::grid(image::scaled(size, longer, fits), side);
}

constexpr Tokens CropRule::of(ImageSize size, ImageDetail) const {
    if (size.width <= 384 && size.height <= 384) {
        return crop;
    }
    std::int64_t const crops = image::grid(image::fitted(size, 3'072), 768);
    return crop * (crops + (crops > 1 ? 1 : 0));
}

namespace image {

struct Family {
    std::string_view name;
    ImageRule rule;
};

/// Whether `rest`, what follows a family's name, makes it another name: a letter, or one more digit of its version.
[[nodiscard]] constexpr bool goes_on(std::string_view rest) noexcept {
    auto const digit = [&](std::size_t at) { return at < rest.size() && rest[at] >= '0' && rest[at] <= '9'; };
    auto const letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    return !rest.empty() &&
           (letter(rest[0]) || digit(0) || ((rest[0] == '.' || rest[0] == '-') && digit(1) && !digit(2)));
}

/// Whether `model` names the family; the '.' of a version may stand as '-'. A family that ends in '-' has any version.
[[nodiscard]] constexpr bool names(std::string_view model, std::string_view family) noexcept {
    auto const letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    for (std::size_t at = 0; at + family.size() <= model.size(); ++at) {
        bool same = at == 0 || !letter(model[at - 1]);
        for (std::size_t i = 0; same && i < family.size(); ++i) {
            char const c = model[at + i];
            same = c == family[i] || (c == '-' && family[i] == '.');
        }
        if (same && (family.ends_with('-') || !goes_on(model.substr(at + family.size())))) {
            return true;
        }
    }
    return false;
}

}  // namespace image

constexpr ImageRule image_rule_for(std::string_view model) noexcept {
    constexpr PatchLimit small{.patches = 1'536, .side = 2'048};
    constexpr PatchLimit high{.patches = 2'500, .side = 2'048};
    constexpr PatchLimit original{.patches = 10'000, .side = 6'000};
    constexpr PatchLimit high_of_any_side{.patches = 2'500, .side = 65'535};
    constexpr PatchLimit as_it_is{.patches = 30'000, .side = 65'535};  // more patches are refused
    constexpr GridRule claude{.side = 28, .limit = {.patches = 1'568, .side = 1'568}};
    constexpr GridRule claude_high{.side = 28, .limit = {.patches = 4'784, .side = 2'576}};
    constexpr CropRule gemini{.crop = 258};
    constexpr TileRule gpt_4o{.base = 85, .tile = 170};
    constexpr TileRule gpt_5{.base = 70, .tile = 140};
    constexpr TileRule o_series{.base = 75, .tile = 150};
    constexpr auto by_patch = [](std::int64_t hundredths, PatchLimit at_high, PatchLimit otherwise) {
        return PatchRule{.hundredths = hundredths, .high = at_high, .otherwise = otherwise};
    };
    constexpr auto families = std::to_array<image::Family>({
        {"gpt-4o-mini", TileRule{.base = 2'833, .tile = 5'667}},
        {"gpt-4o", gpt_4o},
        {"chatgpt-4o", gpt_4o},
        {"gpt-4.1-mini", by_patch(162, small, small)},
        {"gpt-4.1-nano", by_patch(246, small, small)},
        {"gpt-4.1", gpt_4o},
        {"gpt-4.5", gpt_4o},
        {"gpt-4", gpt_4o},
        {"gpt-5-mini", by_patch(120, small, small)},
        {"gpt-5-nano", by_patch(150, small, small)},
        {"gpt-5-codex-mini", by_patch(120, small, small)},
        {"gpt-5.1-mini", by_patch(120, small, small)},
        {"gpt-5.1-codex-mini", by_patch(120, small, small)},
        {"gpt-5", gpt_5},
        {"gpt-5.1", gpt_5},
        {"gpt-5.2", by_patch(120, small, small)},
        {"gpt-5.3", by_patch(120, small, small)},
        {"gpt-5.4-mini", by_patch(162, small, small)},
        {"gpt-5.4-nano", by_patch(246, small, small)},
        {"gpt-5.4", by_patch(120, high, original)},
        {"gpt-5.5", by_patch(120, high, original)},
        {"gpt-", by_patch(120, high_of_any_side, as_it_is)},
        {"o1", o_series},
        {"o3", o_series},
        {"o4-mini", by_patch(172, small, small)},
        {"computer-use-preview", TileRule{.base = 65, .tile = 129}},
        {"claude-opus-4.7", claude_high},
        {"claude-opus-4.8", claude_high},
        {"claude-4.7", claude_high},
        {"claude-4.8", claude_high},
        {"claude-opus-4.0", claude},
        {"claude-opus-4.1", claude},
        {"claude-opus-4.5", claude},
        {"claude-opus-4.6", claude},
        {"claude-opus-4", claude},
        {"claude-sonnet-4.0", claude},
        {"claude-sonnet-4.5", claude},
        {"claude-sonnet-4.6", claude},
        {"claude-sonnet-4", claude},
        {"claude-haiku-4.5", claude},
        {"claude-sonnet-3.7", claude},
        {"claude-4", claude},
        {"claude-4.5", claude},
        {"claude-4.6", claude},
        {"claude-3", claude},
        {"claude-3.5", claude},
        {"claude-3.7", claude},
        {"claude-", claude_high},
        {"gemini-1.0", gemini},
        {"gemini-1.5", gemini},
        {"gemini-2.0", gemini},
        {"gemini-2.5", gemini},
        {"gemini-pro", gemini},
        {"gemini-flash", gemini},
        {"gemini-", FlatRule{.tokens = 1'120}},
    });
    for (image::Family const& family : families) {
        if (image::names(model, family.name)) {
            return family.rule;
        }
    }
    return GridRule{.side = 14, .limit = {.patches = 16'384, .side = INT32_MAX}};
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
