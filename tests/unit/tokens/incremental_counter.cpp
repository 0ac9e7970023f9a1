// SPDX-License-Identifier: MIT
#include <centavo/tokens/incremental_counter.hpp>

#include <centavo/data/cl100k_base.hpp>
#include <centavo/data/o200k_base.hpp>

#include <catch2/catch_test_macros.hpp>

#include <random>
#include <string>
#include <string_view>

using namespace centavo;

TEST_CASE("a growing text counts at every prefix as the prefix does", "[tokens][incremental_counter]") {
    std::mt19937 random{20261124};
    std::string_view const alphabet[] = {"the", "Hello", "it's", "'", "s", "'r", "e", " ", "  ", "\n", "\r\n", "\t", "12", "7", "½", "/",
                                         "!", "\u0301", "中", "ABC", "D", "e", "\u2028", "😀", "\xE4", "\xB8\xAD", "\xFF"};
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

TEST_CASE("what follows can join what came before", "[tokens][incremental_counter]") {
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

TEST_CASE("what is only added is counted when it is asked for", "[tokens][incremental_counter]") {
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

TEST_CASE("a strict count waits for the rest of a character and refuses what can be none", "[tokens][incremental_counter]") {
    Bpe const strict = o200k_base().strict();
    IncrementalCounter counter{strict};
    counter.append("caf\xC3");
    CHECK(counter.append("\xA9 and more, ") == o200k_base().count("caf\u00E9 and more, "));
    counter.append("broken \xE4\xB8");
    try {
        counter.append(" here");
        FAIL("text that is not UTF-8 was counted");
    } catch (IllFormedUtf8 const& error) {
        CHECK(error.offset() == std::string_view{"caf\u00E9 and more, broken "}.size());
    }
}

TEST_CASE("estimates add up part by part and say that they are none exact", "[tokens][incremental_counter]") {
    IncrementalCounter counter{Counter::upper_bound()};
    counter.append("abc");
    CHECK(counter.append("de") == 5);
    CHECK_FALSE(counter.exact());
    CHECK(IncrementalCounter{o200k_base()}.exact());
}
