// SPDX-License-Identifier: MIT
#include <centavo/api/request_tokens.hpp>

#include <centavo/builtin/counters.hpp>

#include <catch2/catch_test_macros.hpp>

#include <string>

using namespace centavo;
using namespace centavo::detail;

namespace {

CallShape shape(std::string const& model, std::string const& content, Counter const& counter) {
    return shape_of(Request::parse(R"({"model":")" + model + R"(","messages":[{"role":"user","content":)" +
                                   content + R"(}],"n":2})"),
                    counter, 700);
}

}  // namespace

TEST_CASE("a request of text is quoted at its exact tokens, or at its bytes", "[pricing][request_shape]") {
    Counter const exact = counter_for(Encoding::o200k_base);
    CHECK(shape("gpt-4o", R"("hello world")", exact).input == 9);
    std::string const body =
        R"({"model":"gpt-4o","messages":[{"role":"user","content":"hello world"}],"n":2})";
    CHECK(shape("gpt-4o", R"("hello world")", Counter::upper_bound()).input == body.size());
    CHECK(shape("gpt-4o", R"("hello world")", exact).choices == 2);
    CHECK(shape("gpt-4o", R"("hello world")", exact).max_output == 16'384);
    CHECK(shape("of-nobody", R"("hello world")", exact).max_output == 700);
}

TEST_CASE("an image is quoted at its tokens, not at the bytes of its data", "[pricing][request_shape]") {
    Counter const counter = counter_for(Encoding::o200k_base);
    auto const image = [](std::string const& url) {
        return R"([{"type":"image_url","image_url":{"url":")" + url + R"("}}])";
    };
    // The header of a PNG of 1024 x 1536, 1105 tokens of gpt-4o, and a megabyte of pixels.
    std::string const url =
        "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAABAAAAAYACAYA" + std::string(1'000'000, 'A');
    std::size_t const around =
        (R"({"model":"gpt-4o","messages":[{"role":"user","content":)" + image("") + R"(}],"n":2})").size();
    CHECK(shape("gpt-4o", image(url), counter).input == around + 1'105);
    CHECK(shape("gpt-4o", image("https://example.com/a.png"), counter).input == around + 1'445);
    // What cannot be read as an image stays bounded by its bytes.
    std::string const file = R"([{"type":"file","file":{"file_data":")" + url + R"("}}])";
    CHECK(shape("gpt-4o", file, counter).input > Tokens{url.size()});
}
