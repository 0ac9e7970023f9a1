// SPDX-License-Identifier: MIT
//
// Random texts, half of them cut from hard characters and half from words, against npm tiktoken 1.0.22. Runs where
// CENTAVO_NPM names a folder with node_modules/tiktoken; CENTAVO_ROUNDS texts, a minute's worth by default.
#include <centavo/base/json_string.hpp>
#include <centavo/data/cl100k_base.hpp>
#include <centavo/data/o200k_base.hpp>

#include <catch2/catch_test_macros.hpp>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <string_view>
#include <vector>

using namespace centavo;

namespace {

void append_point(std::string& text, std::uint32_t point) {
    auto const put = [&](std::uint32_t byte) { text += static_cast<char>(static_cast<unsigned char>(byte)); };
    if (point < 0x80) {
        put(point);
    } else if (point < 0x800) {
        put(0xC0 | point >> 6), put(0x80 | (point & 63));
    } else if (point < 0x10000) {
        put(0xE0 | point >> 12), put(0x80 | (point >> 6 & 63)), put(0x80 | (point & 63));
    } else {
        put(0xF0 | point >> 18), put(0x80 | (point >> 12 & 63)), put(0x80 | (point >> 6 & 63)), put(0x80 | (point & 63));
    }
}

std::string hard_text(std::mt19937& random) {
    static constexpr std::string_view hard[] = {
        "'", "'s", "'LL", "'\u017F", " ", "  ", "\t", "\n", "\r\n", "\u0085", "\u00A0", "\u2028", "\u3000", "\u180E", "\uFEFF",
        "a", "B", "ǅ", "ʰ", "ß", "İ", "中", "文", "あ", "ก", "ำ", "\u0301", "\u200D", "😀", "🏽", "½", "Ⅳ", "٣", "7", "42", "/", "=", "!?",
        "<|endoftext|>", "ABC", "xyz", "the", " of", "//", "\n\n", "क्", "한국", "привет", "ًا"};
    std::string text;
    for (std::size_t parts = 1 + random() % 60; parts > 0; --parts) {
        if (random() % 12 == 0) {
            std::uint32_t const point = static_cast<std::uint32_t>(random() % (random() % 2 == 0 ? 0x3000 : 0x110000));
            append_point(text, point >= 0xD800 && point <= 0xDFFF ? 0x4E2D : point);
        } else {
            std::string_view const part = hard[random() % std::size(hard)];
            for (std::size_t times = random() % 9 == 0 ? 1 + random() % 40 : 1; times > 0; --times) {
                text += part;
            }
        }
    }
    return text;
}

/// Words of tokens: what the vocabulary holds is what its merges are hardest for.
std::string token_text(std::mt19937& random, Vocabulary const& vocabulary) {
    std::string text;
    for (std::size_t parts = 1 + random() % 30; parts > 0; --parts) {
        text += vocabulary.text(static_cast<Rank>(random() % vocabulary.size()));
    }
    std::string repaired;
    append_repaired_utf8(repaired, text);
    return repaired;
}

void compare(Bpe const& bpe, std::string const& encoding, std::string const& folder, std::size_t rounds) {
    std::mt19937 random{20261124};
    std::vector<std::string> texts;
    auto const input = std::filesystem::temp_directory_path() / ("centavo_" + encoding + ".jsonl");
    {
        std::ofstream lines{input, std::ios::binary};
        for (std::size_t i = 0; i < rounds; ++i) {
            texts.push_back(i % 2 == 0 ? hard_text(random) : token_text(random, bpe.vocabulary()));
            std::string line;
            append_json_string(line, texts.back());
            lines << line << '\n';
        }
    }
    auto const script = std::filesystem::path{__FILE__}.parent_path() / "tokens/npm_ids.cjs";
    std::string const command = "node '" + script.string() + "' '" + folder + "' " + encoding + " < '" +
                                input.string() + "'";
    FILE* const pipe = popen(command.c_str(), "r");
    REQUIRE(pipe != nullptr);
    std::size_t compared = 0;
    std::string line;
    for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) {
        if (c != '\n') {
            line += static_cast<char>(c);
            continue;
        }
        std::string ours;
        for (Rank const rank : bpe.encode(texts.at(compared))) {
            ours += (ours.empty() ? "" : " ") + std::to_string(rank);
        }
        INFO(encoding << " text " << compared << ": " << texts[compared]);
        REQUIRE(ours == line);
        ++compared;
        line.clear();
    }
    CHECK(pclose(pipe) == 0);
    CHECK(compared == rounds);
    std::filesystem::remove(input);
}

}  // namespace

TEST_CASE("random texts are encoded as npm tiktoken does", "[tokens][conformance]") {
    char const* const folder = std::getenv("CENTAVO_NPM");
    if (folder == nullptr) {
        WARN("skipped: CENTAVO_NPM is not set");
        return;
    }
    char const* const asked = std::getenv("CENTAVO_ROUNDS");
    std::size_t const rounds = asked != nullptr ? std::strtoul(asked, nullptr, 10) : 100'000;
    compare(o200k_base(), "o200k_base", folder, rounds);
    compare(cl100k_base(), "cl100k_base", folder, rounds);
}
