// SPDX-License-Identifier: MIT
#include <centavo/api/detail/image_tokens.hpp>

#include <catch2/catch_test_macros.hpp>

#include <cstdint>
#include <random>
#include <string_view>
#include <vector>

using namespace centavo;
using namespace centavo::detail;
using enum ImageDetail;

namespace {

std::int64_t tokens(std::string_view model, ImageSize size, ImageDetail detail = automatic) {
    return image_tokens(family_of(model).image, {.size = size, .detail = detail}).value();
}

std::int64_t most(std::string_view model, ImageDetail detail = automatic) {
    return image_tokens(family_of(model).image, {.detail = detail}).value();
}

struct Example {
    std::int64_t width;
    std::int64_t height;
    std::int64_t tokens;
};

constexpr std::string_view families[] = {
    "gpt-4o",  "gpt-4o-mini",       "gpt-4.1-nano",    "gpt-5",          "gpt-5-mini",   "gpt-5.4",
    "gpt-5.6", "claude-sonnet-4-5", "claude-opus-4-7", "gemini-2.5-pro", "gemini-3-pro", "llama-4-scout"};

}  // namespace

TEST_CASE("tiles are counted as in OpenAI's guide", "[tokens][image_rules]") {
    CHECK(tokens("gpt-4o", {1'024, 1'024}, high) == 765);
    CHECK(tokens("gpt-4o", {2'048, 4'096}, high) == 1'105);
    CHECK(tokens("gpt-4o", {4'096, 8'192}, low) == 85);
    CHECK(tokens("gpt-4o-mini", {1'024, 1'024}) == 2'833 + 4 * 5'667);
    CHECK(tokens("gpt-5", {1'024, 1'024}) == 70 + 4 * 140);
    CHECK(tokens("o1", {1'024, 1'024}) == 75 + 4 * 150);
    CHECK(tokens("gpt-4.1", {1'024, 1'024}) == 765);
}

TEST_CASE("sides are rounded to the nearest pixel before they are cut into tiles", "[tokens][image_rules]") {
    // 2048 x 512.75 and 2048 x 512.4995: billed as 1453 and 773 prompt tokens, of which 8 are the message around.
    CHECK(tokens("gpt-4o", {2'049, 513}) == 1'453 - 8);
    CHECK(tokens("gpt-4o", {2'050, 513}) == 773 - 8);
    CHECK(tokens("gpt-4o", {513, 2'050}) == 773 - 8);
}

TEST_CASE("a small image is not enlarged", "[tokens][image_rules]") {
    CHECK(tokens("gpt-4o", {1, 1}) == 85 + 170);
    CHECK(tokens("gpt-4o", {540, 360}) == 85 + 2 * 170);
}

TEST_CASE("patches are counted as in OpenAI's guide", "[tokens][image_rules]") {
    constexpr ImagePatchRule plain{.hundredths = 100, .high = {1'536, 2'048}, .other = {1'536, 2'048}};
    auto const patches = [&](ImageSize size) { return image_tokens(plain, {.size = size, .detail = high}); };
    CHECK(patches({1'024, 1'024}) == 1'024);
    CHECK(patches({1'800, 2'400}) == 1'452);
    CHECK(patches({2'400, 1'800}) == 1'452);
    CHECK(tokens("gpt-4.1-mini", {1'024, 1'024}) == 1'659);  // times 1.62, rounded up
    CHECK(tokens("o4-mini", {1'800, 2'400}) == 2'498);       // times 1.72
}

TEST_CASE("the factors are those that were billed", "[tokens][image_rules]") {
    CHECK(tokens("gpt-5-mini", {1'024, 1'024}) == 1'229);  // documented: 1.62 tokens a patch
    CHECK(tokens("gpt-5-nano", {1'024, 1'024}) == 1'536);  // documented: 2.46
    // Sizes and tokens as others publish them for later models: times 1.2 and rounded up.
    for (auto const& [width, height, expected] : std::vector<Example>{{256, 256, 77},
                                                                      {512, 512, 308},
                                                                      {768, 768, 692},
                                                                      {1'280, 720, 1'104},
                                                                      {1'920, 1'080, 2'448},
                                                                      {3'840, 2'160, 9'792},
                                                                      {4'032, 3'024, 11'868}}) {
        CHECK(tokens("gpt-5.5", {width, height}) == expected);
    }
    CHECK(tokens("gpt-6-astra", {4'032, 3'024}) == 14'364);
    CHECK(tokens("gpt-6-astra", {4'032, 3'024}, high) == 2'942);
    CHECK(tokens("gpt-6-astra", {3'840, 2'160}, high) == 2'931);
}

TEST_CASE("Claude's grid is that of Anthropic's guide, in both tiers", "[tokens][image_rules]") {
    for (auto const& [width, height, expected] : std::vector<Example>{{200, 200, 64},
                                                                      {1'000, 1'000, 1'296},
                                                                      {1'092, 1'092, 1'521},
                                                                      {1'920, 1'080, 1'560},
                                                                      {4'032, 3'024, 1'564}}) {
        CHECK(tokens("claude-haiku-4-5-20251001", {width, height}) == expected);
    }
    for (auto const& [width, height, expected] : std::vector<Example>{{1'092, 1'092, 1'521},
                                                                      {1'920, 1'080, 2'691},
                                                                      {2'000, 1'125, 2'952},
                                                                      {2'000, 1'500, 3'888},
                                                                      {3'024, 1'964, 4'760},
                                                                      {3'840, 2'160, 4'784},
                                                                      {4'032, 3'024, 4'740}}) {
        CHECK(tokens("claude-opus-4-7", {width, height}) == expected);
        CHECK(tokens("claude-sonnet-5", {height, width}) == expected);
    }
}

TEST_CASE("Gemini counts crops, from the third version on at most a fixed number", "[tokens][image_rules]") {
    CHECK(tokens("gemini-2.5-flash", {384, 384}) == 258);
    CHECK(tokens("gemini-2.5-flash", {400, 301}) == 258);
    CHECK(tokens("gemini-2.0-flash", {3'072, 2'304}) == 13 * 258);  // 4 x 3 and the whole
    CHECK(tokens("gemini-3-flash-preview", {4'032, 3'024}) == 1'120);
}

TEST_CASE("a model's family is found in any spelling, a later version has the latest rule",
          "[tokens][image_rules]") {
    ImageSize const size{1'024, 1'024};
    auto const as = [&](std::string_view model, std::string_view other) {
        return tokens(model, size) == tokens(other, size) && most(model) == most(other);
    };
    CHECK(as("openai/gpt-4o-2024-08-06", "gpt-4o"));
    CHECK(as("ft:gpt-4o-mini-2024-07-18:acme::id", "gpt-4o-mini"));
    CHECK(as("gpt-5-2025-08-07", "gpt-5"));
    CHECK(as("gpt-5-2-2025-12-11", "gpt-5.2"));
    CHECK(as("gpt-5.4-mini-2026-03-17", "gpt-4.1-mini"));
    CHECK(as("gpt-5.9", "gpt-5.6"));
    CHECK(as("us.anthropic.claude-sonnet-4-5-20250929-v1:0", "claude-sonnet-4-6"));
    CHECK(as("claude-opus-4-20250514", "claude-sonnet-4-6"));
    CHECK(as("claude-4-5-haiku", "claude-sonnet-4-6"));
    CHECK(as("anthropic/claude-opus-4.8", "claude-fable-5"));
    CHECK(as("claude-opus-4-9", "claude-opus-4-7"));
    CHECK(as("models/gemini-2.5-flash-lite", "gemini-2.5-pro"));
    CHECK(as("gemini-4-pro", "gemini-3-pro"));
    CHECK(as("no-such-model", "qwen3-vl"));
    CHECK(as("notgpt-4o", "no-such-model"));
}

TEST_CASE("an image of unknown size counts the most it can", "[tokens][image_rules]") {
    CHECK(most("gpt-4o") == 85 + 8 * 170);
    CHECK(most("gpt-4o", low) == 85);
    CHECK(most("gpt-4.1-mini") == 2'489);  // 1536 patches times 1.62
    CHECK(most("gpt-5.4") == 12'000);
    CHECK(most("gpt-5.4", high) == 3'000);
    CHECK(most("claude-sonnet-4-5") == 1'568);
    CHECK(most("claude-opus-4-7") == 4'784);
    CHECK(most("gemini-3-pro") == 1'120);
    CHECK(most("llama-4-scout") == 16'384);
}

TEST_CASE("no size costs less than a token or more than an unknown one", "[tokens][image_rules]") {
    std::mt19937_64 random{1124};
    std::vector<ImageSize> sizes{{0, 0},
                                 {-5, 3},
                                 {1, 1'000'000'000},
                                 {1'000'000'000, 1},
                                 {1, 1},
                                 {INT64_MAX, INT64_MAX},
                                 {INT64_MIN, 1},
                                 {1'000'000'000, 1'000'000'000}};
    for (int i = 0; i < 20'000; ++i) {
        auto const side = [&] { return static_cast<std::int64_t>(random() >> (33 + random() % 31)); };
        sizes.push_back({side(), side()});
    }
    for (std::string_view const model : families) {
        for (ImageDetail const detail : {automatic, low, high, original}) {
            std::int64_t const limit = most(model, detail);
            for (ImageSize const& size : sizes) {
                std::int64_t const counted = tokens(model, size, detail);
                if (counted < 1 || counted > limit ||
                    counted != tokens(model, {size.height, size.width}, detail)) {
                    FAIL(model << ": " << size.width << " x " << size.height << " counts " << counted);
                }
            }
        }
    }
}

TEST_CASE("the limits are reached: an unknown size is not set aside in vain", "[tokens][image_rules]") {
    CHECK(tokens("gpt-4o", {2'048, 768}) == most("gpt-4o"));
    CHECK(tokens("gpt-4.1-nano", {2'048, 768}) == most("gpt-4.1-nano"));
    CHECK(tokens("gpt-5.4", {3'200, 3'200}) == most("gpt-5.4"));
    CHECK(tokens("gpt-6-astra", {6'400, 4'800}) == most("gpt-6-astra"));
    CHECK(tokens("claude-opus-4-7", {3'840, 2'160}) == most("claude-opus-4-7"));
    CHECK(tokens("claude-sonnet-4-5", {1'568, 784}) == most("claude-sonnet-4-5"));
    CHECK(tokens("gemini-2.5-flash", {3'072, 3'072}) == most("gemini-2.5-flash"));
}
