// SPDX-License-Identifier: MIT
#include <centavo/base/detail/sha256.hpp>

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <string_view>
#include <utility>

using centavo::detail::Digest;
using centavo::detail::Sha256;
using centavo::detail::sha256;

TEST_CASE("digests equal the published NIST examples") {
    // FIPS 180-4 examples and the NIST CAVP short messages SHA256ShortMsg.rsp (Len = 0, 8).
    CHECK(sha256("").hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(sha256("abc").hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(sha256("\xd3").hex() == "28969cdfa74a12c82f3bad960b0b000aca2ac329deea5c2328ebc6f2ba9802c1");
    CHECK(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq").hex() ==
          "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    CHECK(sha256(std::string(1'000'000, 'a')).hex() ==
          "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("a digest computed in pieces equals that of the whole") {
    std::string text;
    for (int i = 0; i < 500; ++i) {
        text += std::to_string(i * i);
    }
    for (std::size_t const step : {std::size_t{1}, std::size_t{7}, std::size_t{64}, std::size_t{1000}}) {
        Sha256 hash;
        for (std::size_t at = 0; at < text.size(); at += step) {
            hash.update(std::string_view{text}.substr(at, step));
        }
        CHECK(hash.finish() == sha256(text));
    }
}

TEST_CASE("a copy continues from the same state, independently of the original") {
    Sha256 first;
    first.update("conversation, ");
    Sha256 second{first};
    second.update("turn two");
    first.update("turn one");
    CHECK(first.finish() == sha256("conversation, turn one"));
    CHECK(second.finish() == sha256("conversation, turn two"));
}

TEST_CASE("finish() resets the hash") {
    Sha256 hash;
    hash.update("abc");
    static_cast<void>(hash.finish());
    CHECK(hash.finish() == sha256(""));
}

TEST_CASE("digests are ordered by their bytes") {
    Digest low;
    Digest high;
    high.bytes[0] = 1;
    CHECK(low < high);
    CHECK(high.view().size() == 32);
}
