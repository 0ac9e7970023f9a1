// SPDX-License-Identifier: MIT
#include <centavo/tokens/incremental_counter.hpp>

#include <centavo/builtin/counters.hpp>

#include <catch2/catch_test_macros.hpp>

#include <array>
#include <cstdlib>
#include <map>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace centavo;
using namespace centavo::detail;

TEST_CASE("an incremental count equals the count of every prefix", "[tokens][incremental_counter]") {
    std::mt19937 random{20261124};
    std::string_view const alphabet[] = {"the", "Hello",  "it's", "'",      "s",        "'r",  "e",
                                         " ",   "  ",     "\n",   "\r\n",   "\t",       "12",  "7",
                                         "½",   "/",      "!",    "\u0301", "中",       "ABC", "D",
                                         "e",   "\u2028", "😀",    "\xE4",   "\xB8\xAD", "\xFF"};
    for (int round = 0; round < 300; ++round) {
        std::string text;
        for (int i = 0; i < 40; ++i) {
            text += alphabet[random() % std::size(alphabet)];
        }
        for (Bpe const* bpe : {&o200k_base(), &cl100k_base()}) {
            IncrementalCounter counter{*bpe};
            IncrementalCounter late{*bpe};
            for (std::size_t at = 0; at < text.size();) {
                std::size_t const step = std::min<std::size_t>(1 + random() % 6, text.size() - at);
                Tokens const counted = counter.append(std::string_view{text}.substr(at, step));
                late.add(std::string_view{text}.substr(at, step));
                if (random() % 8 == 0) {
                    REQUIRE(late.count() == counted);
                }
                at += step;
                REQUIRE(counted == bpe->count(std::string_view{text}.substr(0, at)));
            }
        }
    }
}

TEST_CASE("appended text can join the last token", "[tokens][incremental_counter]") {
    IncrementalCounter counter{o200k_base()};
    CHECK(counter.append("inter") == o200k_base().count("inter"));
    CHECK(counter.append("national") == 1);
    CHECK(counter.append("") == 1);
    counter.reset();
    CHECK(counter.count() == 0);
}

TEST_CASE("a long run grows exactly", "[tokens][incremental_counter]") {
    for (std::string_view const unit : {"a", "=", " ", "\n", "中", "\u0E01", "A中", "ab "}) {
        IncrementalCounter counter{o200k_base()};
        std::string text;
        for (int i = 0; i < 700; ++i) {
            text += unit;
            REQUIRE(counter.append(unit) == o200k_base().count(text));
        }
    }
}

namespace {

/// A vocabulary in which every two of these characters form a token, so that a count reveals the ends of pieces.
Vocabulary pairs_of(std::span<std::string_view const> characters) {
    std::string bytes;
    for (int i = 0; i < 256; ++i) {
        bytes += "0123456789abcdef"[i / 16];
        bytes += "0123456789abcdef"[i % 16];
    }
    std::string merges;
    Rank next = 256;
    auto const merge = [&](Rank left, Rank right) {
        for (Rank const part : {left, right}) {
            for (int shift : {12, 6, 0}) {
                merges +=
                    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"[part >> shift & 63];
            }
        }
        return next++;
    };
    std::vector<Rank> ranks;
    std::map<std::pair<Rank, Rank>, Rank> made;
    for (std::string_view const character : characters) {
        Rank rank = static_cast<unsigned char>(character[0]);
        for (char const c : character.substr(1)) {
            auto const pair = std::pair{rank, Rank{static_cast<unsigned char>(c)}};
            rank = made.contains(pair) ? made[pair] : made[pair] = merge(pair.first, pair.second);
        }
        ranks.push_back(rank);
    }
    for (Rank const left : ranks) {
        for (Rank const right : ranks) {
            merge(left, right);
        }
    }
    return Vocabulary::from_merges(bytes, std::array{std::string_view{merges}});
}

}  // namespace

TEST_CASE("a growing run counts as the whole text, however it is split and whatever follows",
          "[tokens][incremental_counter]") {
    std::string_view const characters[] = {"a", "A", "中", "\u0301", "😀",      "!",     "/",
                                           "'", "s", " ",  "\u3000", "\n",     "\r",    "7",
                                           "½", "ʰ", "ǅ",  "\u017F", "\u0085", "\uFFFD"};
    std::string_view const more[] = {"!\u0301", "A中", " \n", "'s", "\xFF", "\xF0\x9F", "\xE4\xB8"};
    std::vector<std::string_view> units{std::begin(characters), std::end(characters)};
    units.insert(units.end(), std::begin(more), std::end(more));
    Vocabulary const pairs = pairs_of(characters);
    char const* const asked = std::getenv("CENTAVO_ROUNDS");
    std::size_t const rounds = asked != nullptr ? std::strtoul(asked, nullptr, 10) : 1'000;
    std::mt19937 random{20261125};
    auto const any = [&] { return units[random() % units.size()]; };
    for (SplitPattern const split : {SplitPattern::o200k, SplitPattern::cl100k, SplitPattern::llama3,
                                     SplitPattern::qwen, SplitPattern::gpt2}) {
        Bpe const bpe{pairs, split};
        for (std::size_t round = 0; round < rounds; ++round) {
            std::string text{random() % 2 == 0 ? " " : ""};
            text += any();
            text += any();
            std::string_view const unit = any();
            while (text.size() < 270) {
                text += unit;
            }
            IncrementalCounter counter{bpe};
            counter.append(text);
            for (int i = 0; i < 30; ++i) {
                std::string added{random() % 3 != 0 ? unit : any()};
                added += random() % 3 != 0 ? unit : any();
                added.resize(1 + random() % added.size());
                text += added;
                INFO(unit << " of " << static_cast<int>(split) << " and " << text.substr(250));
                if (random() % 10 == 0) {
                    counter.add(added);
                    REQUIRE(counter.count() == bpe.count(text));
                } else {
                    REQUIRE(counter.append(added) == bpe.count(text));
                }
            }
        }
    }
}

TEST_CASE("the characters that end a long run end it in an incremental count",
          "[tokens][incremental_counter]") {
    std::string_view const characters[] = {"a", "A", "s", "中", "\u0301", "!", "/", "'", " ", "\n", "\uFFFD"};
    Vocabulary const pairs = pairs_of(characters);
    struct Growth {
        std::string_view begin;
        std::string_view unit;
        std::vector<std::string_view> rest;
    };
    Growth const growths[] = {
        {"", "a", {"'", "s", "a", "a"}},     // a contraction ends the word
        {"", "a", {"'s", "a"}},              //
        {"", "a", {"A", "a"}},               // a word ends before a capital
        {"中", "A", {"A", "中", "A", "a"}},  // except after letters without case
        {"!", "/", {"\n", "/", "'"}},        // after a line end, slashes continue and other symbols do not
        {" ", " ", {"\n", " ", " ", "\n", "!"}},  // spaces after a line end, up to the next one
        {" \uFFFD", "\u0301", {"\xCC", "\x81"}},  // marks after a symbol are symbols if a space precedes it
        {"\uFFFD", "\u0301", {"\xCC", "\x81"}},   // and otherwise a word, which an incomplete character ends
        {"!!", "\u0301", {"\xCC", "\x81", "a"}},  //
    };
    for (SplitPattern const split : {SplitPattern::o200k, SplitPattern::cl100k, SplitPattern::llama3,
                                     SplitPattern::qwen, SplitPattern::gpt2}) {
        Bpe const bpe{pairs, split};
        for (auto const& [begin, unit, rest] : growths) {
            for (std::size_t more = 0; more < 2; ++more) {  // an odd number of tokens and an even one
                std::string text{begin};
                while (text.size() < 270 + more * unit.size()) {
                    text += unit;
                }
                IncrementalCounter counter{bpe};
                counter.append(text);
                for (std::string_view const part : rest) {
                    text += part;
                    INFO(begin << unit << " of " << static_cast<int>(split) << " and " << text.substr(270));
                    REQUIRE(counter.append(part) == bpe.count(text));
                }
            }
        }
    }
}

TEST_CASE("added text is counted on demand", "[tokens][incremental_counter]") {
    for (std::string_view const unit : {"a", "=", "Words, and ", "中", "\n", "\xE4\xB8"}) {
        IncrementalCounter counter{o200k_base()};
        std::string text;
        for (int i = 0; i < 4'000; ++i) {
            text += unit;
            counter.add(unit);
            if (i % 999 == 0) {
                REQUIRE(counter.count() == o200k_base().count(text));
            }
        }
        CHECK(counter.count() == o200k_base().count(text));
        CHECK(counter.append("") == o200k_base().count(text));
        counter.reset();
        counter.add({});
        CHECK(counter.count() == 0);
    }
}

TEST_CASE("a strict count waits for the rest of a character and rejects ill-formed bytes",
          "[tokens][incremental_counter]") {
    Bpe const strict = o200k_base().strict();
    IncrementalCounter counter{strict};
    counter.append("caf\xC3");
    CHECK(counter.append("\xA9 and more, ") == o200k_base().count("caf\u00E9 and more, "));
    counter.append("broken \xE4\xB8");
    try {
        counter.append(" here");
        FAIL("text that is not UTF-8 was counted");
    } catch (IllFormedUtf8 const& error) {
        CHECK(error.position() == std::string_view{"caf\u00E9 and more, broken "}.size());
    }
}

TEST_CASE("estimates add up part by part and are marked as inexact", "[tokens][incremental_counter]") {
    IncrementalCounter counter{Counter::upper_bound()};
    counter.append("abc");
    CHECK(counter.append("de") == 5);
    CHECK_FALSE(counter.exact());
    CHECK(IncrementalCounter{o200k_base()}.exact());
}

TEST_CASE("an incremental estimate equals that of the whole text", "[tokens][incremental_counter]") {
    Counter const counter = counter_for(ModelId{"gemini-2.5-flash"});
    for (std::string_view const text :
         {" {\"international\": [1, 2, 3], \"words\": true}", "International words, and a growing text."}) {
        IncrementalCounter growing{counter};
        Tokens last = 0;
        for (char const& c : text) {
            last = growing.append({&c, 1});
        }
        CHECK(last == counter.count(text));
        CHECK_FALSE(growing.exact());
    }
}
