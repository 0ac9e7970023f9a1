// SPDX-License-Identifier: MIT
#include <centavo/tokens/rank_file.hpp>

#include <centavo/builtin/counters.hpp>
#include <centavo/tokens/bpe.hpp>

#include <support/base64.hpp>

#include <catch2/catch_test_macros.hpp>

#include <sstream>
#include <string>
#include <string_view>
#include <vector>

using namespace centavo;
using namespace centavo::detail;
using testing::base64;

namespace {

using Ranks = std::vector<Rank>;

std::string line(std::string_view token, Rank rank) {
    return base64(token) + " " + std::to_string(rank) + "\n";
}

std::string all_bytes() {
    std::string out;
    for (int byte = 0; byte < 256; ++byte) {
        out += line(std::string(1, static_cast<char>(static_cast<unsigned char>(byte))),
                    static_cast<Rank>(byte));
    }
    return out;
}

std::string complaint(std::string const& text) {
    try {
        static_cast<void>(read_ranks(text));
    } catch (MalformedRankFile const& failure) {
        return failure.what();
    }
    return "none";
}

}  // namespace

TEST_CASE("a vocabulary read from its rank file is the embedded one", "[tokens][rank_file]") {
    Vocabulary const& embedded = cl100k_base().vocabulary();
    constexpr Rank some = 20'000;  // the others are of the same form
    std::stringstream file;
    for (Rank rank = some; rank-- > 0;) {
        file << line(embedded.text(rank), rank);
    }
    Vocabulary const read = read_ranks(file);
    REQUIRE(read.size() == some);
    std::size_t same = 0;
    for (Rank rank = 0; rank < some; ++rank) {
        same += read.text(rank) == embedded.text(rank) && read.find(embedded.text(rank)) == rank ? 1U : 0U;
    }
    CHECK(same == some);
    CHECK(Bpe{read, SplitPattern::cl100k}.encode("the time") == cl100k_base().encode("the time"));
}

TEST_CASE("ranks may have a gap, which decodes to nothing", "[tokens][rank_file]") {
    Bpe const bpe{read_ranks(all_bytes() + line("ab", 300) + line("abc", 301)), SplitPattern::gpt2};
    CHECK(bpe.vocabulary().size() == 302);
    CHECK(bpe.encode("abcab") == Ranks{301, 300});
    CHECK(bpe.decode(Ranks{301}) == "abc");
    CHECK_THROWS_AS(bpe.decode(Ranks{299}), UnknownRank);
}

TEST_CASE("a token without a merge is found only as a whole piece", "[tokens][rank_file]") {
    Bpe const bpe{read_ranks(all_bytes() + line("xyz", 256)), SplitPattern::gpt2};
    CHECK(bpe.encode("xyz") == Ranks{256});
    CHECK(bpe.encode("wxyz") == Ranks{'w', 'x', 'y', 'z'});
    CHECK(bpe.count("xyz wxyz") == 6);
}

TEST_CASE("an error in a rank file names the line", "[tokens][rank_file]") {
    auto const line_257 = [](std::string const& what) { return "rank file, line 257: " + what; };
    CHECK(complaint(all_bytes() + "YWI=\n") == line_257("expected a token, a space and a rank"));
    CHECK(complaint(all_bytes() + "YWI= x\n") == line_257("the rank must be an integer below 2^18 - 1"));
    CHECK(complaint(all_bytes() + "YWI= 262143\n") == line_257("the rank must be an integer below 2^18 - 1"));
    CHECK(complaint(all_bytes() + "YW?= 256\n") == line_257("the token is not base64"));
    CHECK(complaint(all_bytes() + "YWI 256\n") == line_257("the token is not base64"));
    CHECK(complaint(all_bytes() + " 256\n") == line_257("the token is empty"));
    CHECK(complaint(all_bytes() + "YWI= 255\n") == line_257("duplicate rank"));
    CHECK(complaint(all_bytes() + "YQ== 256\n") == line_257("duplicate token"));
    CHECK(complaint("YQ== 0\n") == "rank file: every byte must be a token");
    CHECK(complaint("") != "none");
    CHECK_THROWS_AS(load_ranks("/no/such/file.tiktoken"), FileError);
}
