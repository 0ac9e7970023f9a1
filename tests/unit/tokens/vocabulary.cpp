// SPDX-License-Identifier: MIT
#include <centavo/tokens/vocabulary.hpp>

#include <centavo/base/detail/sha256.hpp>
#include <centavo/base/detail/utf8.hpp>
#include <centavo/builtin/counters.hpp>

#include <support/base64.hpp>

#include <catch2/catch_test_macros.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

using namespace centavo;
using namespace centavo::detail;
using testing::base64;

namespace {

/// The vocabulary in its published format: a line per token, base64 and rank.
std::string rank_file_digest(Vocabulary const& vocabulary) {
    Sha256 hash;
    for (Rank rank = 0; rank < vocabulary.size(); ++rank) {
        hash.update(base64(vocabulary.text(rank)) + " " + std::to_string(rank) + "\n");
    }
    return hash.finish().hex();
}

}  // namespace

TEST_CASE("the embedded ranks equal the published ranks", "[tokens][vocabulary]") {
    CHECK(rank_file_digest(o200k_base().vocabulary()) ==
          "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d");
    CHECK(rank_file_digest(cl100k_base().vocabulary()) ==
          "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7");
}

TEST_CASE("every token is found by its bytes", "[tokens][vocabulary]") {
    Vocabulary const& vocabulary = o200k_base().vocabulary();
    std::size_t found = 0;
    std::size_t ill_formed = 0;
    std::array<std::size_t, 129> lengths{};
    for (Rank rank = 0; rank < vocabulary.size(); ++rank) {
        std::string_view const text = vocabulary.text(rank);
        found += vocabulary.find(text) == rank ? 1U : 0U;
        ill_formed += find_ill_formed_utf8(text) ? 1U : 0U;
        ++lengths[text.size()];
    }
    CHECK(vocabulary.size() == 199'998);
    CHECK(found == vocabulary.size());
    CHECK(ill_formed == 1'562);
    CHECK(vocabulary.longest() == 128);
    CHECK(lengths[1] == 256);
    CHECK(lengths[2] == 4'653);
    CHECK(lengths[8] == 15'950);
    CHECK(cl100k_base().vocabulary().size() == 100'256);
}

TEST_CASE("bytes and pairs that are not tokens are not found", "[tokens][vocabulary]") {
    Vocabulary const& vocabulary = o200k_base().vocabulary();
    CHECK(vocabulary.find("") == Vocabulary::none);
    CHECK(vocabulary.find("qzxqzx") == Vocabulary::none);
    CHECK(vocabulary.find(std::string(129, 'a')) == Vocabulary::none);
    CHECK(vocabulary.merge(vocabulary.of_byte('q'), vocabulary.of_byte(0xFF)) == Vocabulary::none);
}

TEST_CASE("an inconsistent vocabulary is rejected", "[tokens][vocabulary]") {
    std::string bytes;
    for (int i = 0; i < 256; ++i) {
        bytes += "0123456789abcdef"[i / 16];
        bytes += "0123456789abcdef"[i % 16];
    }
    auto const made = [&](std::string_view merges) {
        return Vocabulary::from_merges(bytes, std::array{merges});
    };
    CHECK(made("ABhABi").text(256) == "ab");
    CHECK_THROWS_AS(made("AEAAEA"), MalformedVocabulary);        // the token itself
    CHECK_THROWS_AS(made("AB"), MalformedVocabulary);            // half a merge
    CHECK_THROWS_AS(made("AB?ABi"), MalformedVocabulary);        // not a digit
    CHECK_THROWS_AS(made("ABhABiABhABi"), MalformedVocabulary);  // twice
    CHECK_THROWS_AS(Vocabulary::from_merges("00", {}), MalformedVocabulary);
    bytes[1] = '1';
    CHECK_THROWS_AS(made(""), MalformedVocabulary);  // byte 01 twice
}
