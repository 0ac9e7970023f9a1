// SPDX-License-Identifier: MIT
#include <centavo/api/usage_reader.hpp>

#include <catch2/catch_test_macros.hpp>

#include <stdexcept>

using namespace centavo;
using namespace centavo::detail;

TEST_CASE("the usage of any API is read by pointers to its counts") {
    // Amazon Titan's embeddings count beside the response.
    PointerUsage const titan{{{"/inputTextTokenCount", units::input}}};
    CHECK(titan.read(R"({"embedding":[0.1,0.2],"inputTextTokenCount":5})") == Usage{.input = 5});
    PointerUsage const listed{
        {{"/a~1b/1/n", units::input}, {"/out", units::output}, {"/cached", units::cache_read, units::input}}};
    CHECK(listed.read(R"({"a/b":[{"n":1},{"n":20}],"out":3,"cached":4})") ==
          Usage{.input = 24, .output = 3, .cache_read = 4});
}

TEST_CASE("a body without the counts is no usage, and what is no count is refused") {
    PointerUsage const reader{{{"/in", units::input}}};
    CHECK_FALSE(reader.read(R"({"in":null,"out":3})"));
    CHECK_THROWS_AS(reader.read(R"({"in":"3"})"), MalformedUsage);
    CHECK_THROWS_AS(reader.read(R"({"in":-3})"), MalformedUsage);
    CHECK_THROWS_AS(reader.read(R"({"in":)"), MalformedJson);
    CHECK_THROWS_AS((PointerUsage{{{"in", units::input}}}), std::invalid_argument);
}
