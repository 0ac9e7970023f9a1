// SPDX-License-Identifier: MIT
#include <centavo/tokens/bpe.hpp>

#include <centavo/base/detail/sha256.hpp>
#include <centavo/builtin/counters.hpp>

#include <catch2/catch_test_macros.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

using namespace centavo;
using namespace centavo::detail;

namespace {

using Ranks = std::vector<Rank>;

std::string utf8(char32_t point) {
    auto const byte = [](char32_t value) { return static_cast<char>(static_cast<unsigned char>(value)); };
    if (point < 0x80) {
        return {byte(point)};
    }
    if (point < 0x800) {
        return {byte(0xC0 | point >> 6), byte(0x80 | (point & 63))};
    }
    if (point < 0x10000) {
        return {byte(0xE0 | point >> 12), byte(0x80 | (point >> 6 & 63)), byte(0x80 | (point & 63))};
    }
    return {byte(0xF0 | point >> 18), byte(0x80 | (point >> 12 & 63)), byte(0x80 | (point >> 6 & 63)),
            byte(0x80 | (point & 63))};
}

/// The ranks of every code point alone, before and after a letter, between two letters, after a space, and doubled.
std::string every_point(Bpe const& bpe) {
    Sha256 hash;
    Ranks ranks;
    std::string text;
    std::string lines;
    for (char32_t point = 0; point <= 0x10FFFF; ++point) {
        if (point >= 0xD800 && point <= 0xDFFF) {
            continue;
        }
        std::string const one = utf8(point);
        for (std::string const& context :
             {one, one + "b", "a" + one, "a" + one + "b", " " + one, one + one}) {
            ranks.clear();
            bpe.append_encoded(ranks, context);
            char separator = 0;
            for (Rank const rank : ranks) {
                if (separator != 0) {
                    lines += separator;
                }
                lines += std::to_string(rank);
                separator = ' ';
            }
            lines += '\n';
        }
        if (lines.size() > 60'000) {
            hash.update(lines);
            lines.clear();
        }
    }
    hash.update(lines);
    return hash.finish().hex();
}

std::string any_text(std::mt19937& random, std::size_t parts) {
    static constexpr std::string_view alphabet[] = {"the",    "Hello",
                                                    "'s",     "'",
                                                    " ",      "  ",
                                                    "\n",     "\r\n",
                                                    "\t",     "12",
                                                    "7",      "/",
                                                    "===",    "!",
                                                    "\u0301", "中文",
                                                    "日",     "ß",
                                                    "ǅ",      "😀",
                                                    "\u200D", "½",
                                                    "\u00A0", "क्ष",
                                                    "ไทย",    "<|endoftext|>",
                                                    "\x80",   "\xE4\xB8",
                                                    "\xFF",   "ABC",
                                                    "xyz"};
    std::string text;
    for (std::size_t i = 0; i < parts; ++i) {
        text += alphabet[random() % std::size(alphabet)];
    }
    return text;
}

}  // namespace

TEST_CASE("ranks equal those of tiktoken", "[tokens][bpe]") {
    CHECK(o200k_base().encode("hello world") == Ranks{24912, 2375});
    CHECK(cl100k_base().encode("hello world") == Ranks{15339, 1917});
    // OpenAI's cookbook, how to count tokens.
    CHECK(cl100k_base().encode("tiktoken is great!") == Ranks{83, 1609, 5963, 374, 2294, 0});
    CHECK(cl100k_base().count("antidisestablishmentarianism") == 6);
    CHECK(o200k_base().count("antidisestablishmentarianism") == 6);
    CHECK(cl100k_base().count("お誕生日おめでとう") == 9);
    CHECK(o200k_base().count("お誕生日おめでとう") == 8);
    CHECK(cl100k_base().count("2 + 2 = 4") == 7);
}

TEST_CASE("every code point in six contexts is encoded as by npm tiktoken 1.0.22", "[tokens][bpe][points]") {
    CHECK(every_point(o200k_base()) == "53cb2c85bb12f92bc7c55750b8e43b70c973df87a9dffe4359cd8b3b2cf75b24");
    CHECK(every_point(cl100k_base()) == "64af37c57024d1e22042eedac0707c8e7adac03a37c0496854a02aeecadac025");
}

TEST_CASE("an empty text has no tokens", "[tokens][bpe]") {
    CHECK(o200k_base().count("") == 0);
    CHECK(o200k_base().encode("").empty());
    CHECK(o200k_base().decode({}).empty());
    CHECK(o200k_base().truncate("", 5).empty());
}

TEST_CASE("names of special tokens are ordinary text", "[tokens][bpe]") {
    CHECK(o200k_base().encode("<|endoftext|>") == Ranks{27, 91, 419, 1440, 919, 91, 29});
    CHECK(cl100k_base().encode("<|endoftext|>") == Ranks{27, 91, 8862, 728, 428, 91, 29});
}

TEST_CASE("count, encode and decode agree on any text", "[tokens][bpe]") {
    std::mt19937 random{20261124};
    for (int round = 0; round < 2'000; ++round) {
        std::string const text = any_text(random, random() % 40);
        for (Bpe const* bpe : {&o200k_base(), &cl100k_base()}) {
            Ranks const ranks = bpe->encode(text);
            std::string repaired;
            append_well_formed(repaired, text);
            REQUIRE(bpe->decode(ranks) == repaired);
            REQUIRE(bpe->count(text) == ranks.size());
            REQUIRE(bpe->encode(repaired) == ranks);
        }
    }
}

TEST_CASE("long pieces have the same encoding as in one-by-one merging", "[tokens][bpe]") {
    // A slow reference implementation: one merge at a time, the lowest rank first.
    auto const by_hand = [](Vocabulary const& vocabulary, std::string_view piece) {
        Ranks parts;
        for (char const c : piece) {
            parts.push_back(vocabulary.of_byte(static_cast<unsigned char>(c)));
        }
        for (;;) {
            Rank least = Vocabulary::none;
            std::size_t at = 0;
            for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
                if (Rank const merged = vocabulary.merge(parts[i], parts[i + 1]); merged < least) {
                    least = merged;
                    at = i;
                }
            }
            if (least == Vocabulary::none) {
                return parts;
            }
            parts[at] = least;
            parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(at) + 1);
        }
    };
    std::mt19937 random{7};
    Vocabulary const& vocabulary = o200k_base().vocabulary();
    auto const encoded = [&](std::string_view piece) {
        PieceMerge merge;
        Ranks ranks;
        merge.append(vocabulary, piece, ranks);
        return ranks;
    };
    std::vector<std::vector<std::string>> const kinds = {
        {"a"},
        {"a", "b"},
        {"="},
        {"=", "-"},
        {" "},
        {"\n", " "},
        {"😀", "🏽"},
        {"中", "文", "日", "本", "語"},
        {"ไ", "ท", "ย"},
        {"a", "b", "c", "d", "e", "i", "n", "o", "r", "s", "t"},
        {"the", "and", "ing", "tion"},
        {"\xEF\xBF\xBD"},
        {"ab", "abc", "bca"}};
    for (auto const& kind : kinds) {
        for (int round = 0; round < 25; ++round) {
            std::string piece;
            std::size_t const longest = random() % 8 == 0 ? 1'500 : 400;
            for (std::size_t size = 1 + random() % longest; piece.size() < size;) {
                std::string const& part = kind[random() % kind.size()];
                // Runs in which tokens repeat and then do not.
                for (std::size_t times = random() % 4 == 0 ? random() % 150 : 1; times > 0; --times) {
                    piece += part;
                }
            }
            REQUIRE(encoded(piece) == by_hand(vocabulary, piece));
            REQUIRE(o200k_base().decode(encoded(piece)) == piece);
        }
    }
    for (int round = 0; round < 60; ++round) {
        std::string piece;
        for (int i = 0; i < 60; ++i) {
            piece += vocabulary.text(static_cast<Rank>(random() % vocabulary.size()));
        }
        REQUIRE(encoded(piece) == by_hand(vocabulary, piece));
    }
}

TEST_CASE("a megabyte of one character is counted", "[tokens][bpe]") {
    // Expected counts from tiktoken.
    for (char const c : {'a', ' ', '\n', '='}) {
        std::string const run(1'000'000, c);
        CHECK(o200k_base().count(run) == o200k_base().encode(run).size());
    }
    CHECK(o200k_base().count(std::string(1'000'000, 'a')) == 125'000);
    CHECK(o200k_base().count(std::string(999'999, '7')) == 333'333);
}

TEST_CASE("counting up to a limit stops above it and is exact below", "[tokens][bpe]") {
    std::string const text = "One two three four five six seven eight nine ten.";
    Tokens const all = o200k_base().count(text);
    CHECK(all == 11);
    CHECK(o200k_base().count_up_to(text, all) == all);
    CHECK(o200k_base().count_up_to(text, 1'000) == all);
    CHECK(o200k_base().count_up_to(text, 3) > Tokens{3});
    CHECK(o200k_base().count_up_to(text, 3) < all);
}

TEST_CASE("truncated text keeps to its limit and to whole characters", "[tokens][bpe]") {
    std::mt19937 random{11};
    for (int round = 0; round < 500; ++round) {
        std::string const text = any_text(random, 30);
        for (Bpe const* bpe : {&o200k_base(), &cl100k_base()}) {
            auto const limit = static_cast<std::int64_t>(random() % 40);
            std::string_view const kept = bpe->truncate(text, limit);
            REQUIRE(text.starts_with(kept));
            REQUIRE(bpe->count(kept) <= Tokens{limit});
            if (bpe->count(text) <= Tokens{limit}) {
                REQUIRE(kept == text);
            }
            if (!find_ill_formed_utf8(text)) {
                REQUIRE_FALSE(find_ill_formed_utf8(kept));
            }
        }
    }
    CHECK(o200k_base().truncate("hello world again", 2) == "hello world");
    CHECK(o200k_base().truncate("hello world", 0).empty());
}

TEST_CASE("decoding an unknown rank throws and names it", "[tokens][bpe]") {
    CHECK_THROWS_AS(o200k_base().decode(std::array<Rank, 2>{1, 199'998}), UnknownRank);
}

TEST_CASE("a strict tokenizer counts UTF-8 and reports the first ill-formed byte", "[tokens][bpe]") {
    Bpe const strict = o200k_base().strict();
    std::string_view const well = "h\u00E9llo \u4E2D\u6587 <|endoftext|> \U0001F600";
    CHECK(strict.encode(well) == o200k_base().encode(well));
    CHECK(strict.count_with_specials(well) == o200k_base().count_with_specials(well));

    auto const fault = [](auto act) -> std::optional<std::size_t> {
        try {
            act();
        } catch (IllFormedUtf8 const& error) {
            return error.position().value();
        }
        return std::nullopt;
    };
    std::mt19937 random{20261125};
    std::size_t ill_formed = 0;
    for (int round = 0; round < 2'000; ++round) {
        std::string const text = any_text(random, random() % 20);
        auto const first = find_ill_formed_utf8(text);
        ill_formed += first ? 1U : 0U;
        REQUIRE(fault([&] { static_cast<void>(strict.count(text)); }) == first);
        REQUIRE(fault([&] { static_cast<void>(strict.encode(text)); }) == first);
        REQUIRE(fault([&] { static_cast<void>(strict.encode_with_specials(text)); }) == first);
        REQUIRE(fault([&] { strict.each_token(text, [](Rank) { return true; }); }) == first);
    }
    CHECK(ill_formed > 500);
    CHECK(strict.count_up_to("one two three\xFF", 1) > Tokens{1});  // it stops reading there
    CHECK_THROWS_WITH(strict.count("ab \xFF"), "ill-formed UTF-8 at byte 3");
}

TEST_CASE("threads share a tokenizer", "[tokens][bpe][threads]") {
    std::string const text = "Threads share one vocabulary; 中文 and internationalisation too. ";
    Tokens const expected = o200k_base().count(text);
    std::vector<std::thread> threads;
    std::array<Tokens, 4> counts{};
    for (Tokens& count : counts) {
        threads.emplace_back([&count, &text] {
            for (int i = 0; i < 200; ++i) {
                count = o200k_base().count(text);
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    for (Tokens const count : counts) {
        CHECK(count == expected);
    }
}
