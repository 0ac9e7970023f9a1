// SPDX-License-Identifier: MIT
#include <centavo/models/model_match.hpp>

#include <catch2/catch_test_macros.hpp>

#include <optional>
#include <set>
#include <string>
#include <string_view>

using namespace centavo;

namespace {

std::string meant(std::string_view name, std::set<std::string, std::less<>> const& known) {
    std::string found;
    auto const match = match_model(name, [&](std::string_view id) {
        found = known.contains(id) ? std::string{id} : found;
        return known.contains(id);
    });
    return match ? found + " " + std::string{to_string(*match)} : "nobody";
}

std::set<std::string, std::less<>> const known{"gpt-4o",          "gpt-4o-mini",       "gpt-4",
                                               "gpt-3.5-turbo",   "claude-3-5-sonnet", "gemini-2.5-pro",
                                               "claude-sonnet-4", "llama-3",           "moonshotai/kimi-k2"};

}  // namespace

TEST_CASE("a model is found by its own name, behind a path, and without a date or a version") {
    CHECK(meant("gpt-4o", known) == "gpt-4o exact");
    CHECK(meant("openai/gpt-4o", known) == "gpt-4o alias");
    CHECK(meant("models/gemini-2.5-pro", known) == "gemini-2.5-pro alias");
    CHECK(meant("gpt-4o-2024-08-06", known) == "gpt-4o dated");
    CHECK(meant("gpt-4o-mini-2024-07-18", known) == "gpt-4o-mini dated");
    CHECK(meant("claude-3-5-sonnet-20241022", known) == "claude-3-5-sonnet dated");
    CHECK(meant("claude-3-5-sonnet@20241022", known) == "claude-3-5-sonnet dated");
    CHECK(meant("claude-3-5-sonnet-latest", known) == "claude-3-5-sonnet dated");
    CHECK(meant("gpt-3.5-turbo-1106", known) == "gpt-3.5-turbo dated");
    CHECK(meant("gemini-2.5-pro-001", known) == "gemini-2.5-pro dated");
    CHECK(meant("openai/gpt-4o-2024-08-06", known) == "gpt-4o dated");
    CHECK(meant("moonshotai/kimi-k2-0905", known) == "moonshotai/kimi-k2 dated");
}

TEST_CASE("a name that only contains a model's name is nobody's") {
    for (std::string_view const name : {"my-gpt-4o-clone",
                                        "gpt-4ominous",
                                        "gpt-4o-",
                                        "gpt-4o-minimal",
                                        "xgpt-4o",
                                        "gpt-4o-audio-preview",
                                        "gpt-4-32k",
                                        "gpt-4-turbo",
                                        "claude-sonnet-99",
                                        "claude-3-5-sonnet-v2",
                                        "llama-3-405",
                                        "gpt-4o-20240806x",
                                        "gpt-4o-2024-8-6",
                                        "gpt",
                                        "-2024-08-06",
                                        "latest",
                                        "GPT-4o",
                                        " gpt-4o",
                                        "openai/",
                                        "/",
                                        ""}) {
        INFO(name);
        CHECK(meant(name, known) == "nobody");
    }
}

TEST_CASE("a smaller model's name never leads to the larger one") {
    CHECK(meant("gpt-4o-mini", {"gpt-4o", "gpt-4"}) == "nobody");
    CHECK(meant("gpt-4o", {"gpt-4o-mini", "gpt-4"}) == "nobody");
}

TEST_CASE("a dated name of its own comes before the name without the date") {
    CHECK(meant("gpt-4o-2024-05-13", {"gpt-4o", "gpt-4o-2024-05-13"}) == "gpt-4o-2024-05-13 exact");
    CHECK(meant("openai/gpt-4o-2024-05-13", {"gpt-4o", "gpt-4o-2024-05-13"}) == "gpt-4o-2024-05-13 alias");
}
