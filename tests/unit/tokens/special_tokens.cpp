// SPDX-License-Identifier: MIT
#include <centavo/builtin/counters.hpp>

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <vector>

using namespace centavo;
using namespace centavo::detail;

namespace {

using Ranks = std::vector<Rank>;

}  // namespace

TEST_CASE("encode_with_specials encodes special tokens", "[tokens][special_tokens]") {
    // tiktoken: encode("hello <|endoftext|>", allowed_special="all")
    CHECK(cl100k_base().encode_with_specials("hello <|endoftext|>") == Ranks{15339, 220, 100257});
    CHECK(o200k_base().encode_with_specials("<|endofprompt|>hello world") == Ranks{200018, 24912, 2375});
    CHECK(o200k_base().count_with_specials("<|endofprompt|>hello world") == 3);
    CHECK(o200k_base().encode_with_specials("<|endofpromp") == o200k_base().encode("<|endofpromp"));
    CHECK(o200k_base().encode_with_specials("").empty());
    CHECK(o200k_base().count("<|endoftext|>") == 7);
}

TEST_CASE("o200k_harmony has the ranks of o200k_base and its own special tokens",
          "[tokens][special_tokens]") {
    Bpe const& harmony = o200k_harmony();
    std::string const text = "<|start|>user<|message|>hello world<|end|><|start|>assistant";
    Ranks const ranks = harmony.encode_with_specials(text);
    CHECK(ranks == Ranks{200006, 1428, 200008, 24912, 2375, 200007, 200006, 173781});
    CHECK(harmony.decode(ranks) == text);
    CHECK(&harmony.vocabulary() == &o200k_base().vocabulary());
    CHECK(harmony.encode_with_specials("<|reserved_201087|>") == Ranks{201087});
    CHECK(harmony.specials().size() == 10 + 6 + 1'075);
    CHECK_THROWS_AS(harmony.decode(Ranks{201'088}), UnknownRank);
}

TEST_CASE("the longest matching special token is encoded", "[tokens][special_tokens]") {
    Bpe const bpe = o200k_base().with_specials({{"<a", 300'000}, {"<a>", 300'001}, {"", 300'002}});
    CHECK(bpe.encode_with_specials("<a><a") == Ranks{300'001, 300'000});
    CHECK(bpe.decode(Ranks{300'001}) == "<a>");
}
