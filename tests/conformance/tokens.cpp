// SPDX-License-Identifier: MIT
// Random texts, half of them made of difficult characters and half of words, compared with npm tiktoken 1.0.22. Runs
// if CENTAVO_NPM names a folder with node_modules/tiktoken. CENTAVO_ROUNDS is the number of texts per encoding: 5,000
// by default; 150,000 take a minute.
#include <centavo/base/detail/json_string.hpp>
#include <centavo/base/detail/sha256.hpp>
#include <centavo/builtin/counters.hpp>
#include <centavo/tokens/rank_file.hpp>

#include <catch2/catch_test_macros.hpp>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace centavo;
using namespace centavo::detail;

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
        put(0xF0 | point >> 18), put(0x80 | (point >> 12 & 63)), put(0x80 | (point >> 6 & 63)),
            put(0x80 | (point & 63));
    }
}

std::string hard_text(std::mt19937& random) {
    static constexpr std::string_view hard[] = {"'",       "'s",     "'LL",
                                                "'\u017F", " ",      "  ",
                                                "\t",      "\n",     "\r\n",
                                                "\u0085",  "\u00A0", "\u2028",
                                                "\u3000",  "\u180E", "\uFEFF",
                                                "a",       "B",      "ǅ",
                                                "ʰ",       "ß",      "İ",
                                                "中",      "文",     "あ",
                                                "ก",       "ำ",      "\u0301",
                                                "\u200D",  "😀",      "🏽",
                                                "½",       "Ⅳ",      "٣",
                                                "7",       "42",     "/",
                                                "=",       "!?",     "<|endoftext|>",
                                                "ABC",     "xyz",    "the",
                                                " of",     "//",     "\n\n",
                                                "क्",       "한국",   "привет",
                                                "ًا"};
    std::string text;
    for (std::size_t parts = 1 + random() % 60; parts > 0; --parts) {
        if (random() % 12 == 0) {
            std::uint32_t const point =
                static_cast<std::uint32_t>(random() % (random() % 2 == 0 ? 0x3000 : 0x110000));
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

/// Words made of tokens: the texts of a vocabulary are the hardest for its merges.
std::string token_text(std::mt19937& random, Vocabulary const& vocabulary) {
    std::string text;
    for (std::size_t parts = 1 + random() % 30; parts > 0; --parts) {
        text += vocabulary.text(static_cast<Rank>(random() % vocabulary.size()));
    }
    std::string repaired;
    append_well_formed(repaired, text);
    return repaired;
}

/// The output of a script in this folder.
FILE* run(std::string const& script, std::string const& folder, std::string const& encoding,
          std::string const& rest) {
    auto const path = std::filesystem::path{__FILE__}.parent_path() / "tokens" / script;
    FILE* const pipe =
        popen(("node '" + path.string() + "' '" + folder + "' " + encoding + rest).c_str(), "r");
    REQUIRE(pipe != nullptr);
    return pipe;
}

std::string rank_file(std::string const& folder, std::string const& encoding) {
    FILE* const pipe = run("npm_ranks.cjs", folder, encoding, "");
    std::string text;
    for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) {
        text += static_cast<char>(c);
    }
    REQUIRE(pclose(pipe) == 0);
    return text;
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
    FILE* const pipe = run("npm_ids.cjs", folder, encoding, " < '" + input.string() + "'");
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

TEST_CASE("random texts are encoded as by npm tiktoken", "[tokens][conformance]") {
    char const* const folder = std::getenv("CENTAVO_NPM");
    if (folder == nullptr) {
        WARN("skipped: CENTAVO_NPM is not set");
        return;
    }
    char const* const asked = std::getenv("CENTAVO_ROUNDS");
    std::size_t const rounds = asked != nullptr ? std::strtoul(asked, nullptr, 10) : 5'000;
    compare(o200k_base(), "o200k_base", folder, rounds);
    compare(cl100k_base(), "cl100k_base", folder, rounds);
    // The published SHA-256 digests of the rank files, from tiktoken's openai_public; p50k_edit has that of p50k_base.
    constexpr std::string_view p50k = "94b5ca7dff4d00767bc256fdd1b27e5b17361d7b8a5f968547f9f23eb70d2069";
    constexpr std::string_view r50k = "306cd27f03c1a714eca7108e03d66b7dc042abe8c258b44c199a7ed9838dd930";
    for (auto const& [encoding, digest] :
         {std::pair{"p50k_base", p50k}, {"p50k_edit", p50k}, {"r50k_base", r50k}}) {
        std::string const file = rank_file(folder, encoding);
        CHECK(sha256(file).hex() == digest);
        compare(Bpe{read_ranks(file), SplitPattern::gpt2}, encoding, folder, rounds);
    }
    // The embedded vocabularies, read from their published format.
    CHECK(Bpe{read_ranks(rank_file(folder, "o200k_base")), SplitPattern::o200k}.encode("a's 中文 b") ==
          o200k_base().encode("a's 中文 b"));
    compare(Bpe{read_ranks(rank_file(folder, "cl100k_base")), SplitPattern::cl100k}, "cl100k_base", folder,
            rounds / 5);
}
