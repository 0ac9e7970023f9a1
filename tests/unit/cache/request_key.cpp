// SPDX-License-Identifier: MIT
#include <centavo/cache/request_key.hpp>

#include <catch2/catch_test_macros.hpp>

#include <set>
#include <string>
#include <string_view>
#include <vector>

using namespace centavo;
using namespace centavo::detail;

namespace {

RequestKey key_of(std::string_view json, Scope const& scope = Scope::shared(),
                  Origin const& origin = {"openai"}) {
    return request_key(scope, origin, json);
}

bool same(std::string_view a, std::string_view b) { return key_of(a) == key_of(b); }

}  // namespace

TEST_CASE("members are ignored at the top level only") {
    auto const plain = R"({"model":"m","messages":[{"role":"user","content":"a"}]})";
    for (auto const name : ignored_members) {
        INFO(name);
        std::string const member = "\"" + std::string{name} + "\":[1,{\"x\":2}]";
        CHECK(same(plain, "{" + member + R"(,"model":"m","messages":[{"role":"user","content":"a"}]})"));
        CHECK_FALSE(
            same(plain, R"({"model":"m","messages":[{"role":"user","content":"a",)" + member + "}]}"));
    }
}

TEST_CASE("any other change of a value changes the key") {
    std::set<RequestKey> keys;
    std::vector<std::string> const requests{
        R"({"model":"m","messages":[{"role":"user","content":"a"}]})",
        R"({"model":"M","messages":[{"role":"user","content":"a"}]})",
        R"({"model":"m","messages":[{"role":"user","content":"A"}]})",
        R"({"model":"m","messages":[{"role":"user","content":"a "}]})",
        R"({"model":"m","messages":[{"role":"user","content":null}]})",
        R"({"model":"m","messages":[{"role":"user"}]})",
        R"({"model":"m","messages":[{"role":"user","content":"a"},{"role":"user","content":"a"}]})",
        R"({"model":"m","messages":[[{"role":"user","content":"a"}]]})",
        R"({"model":"m","messages":[]})",
        R"({"model":"m"})",
        R"({"model":"m","input":[{"role":"user","content":"a"}]})",
        R"({"model":"m","contents":[{"role":"user","content":"a"}]})",
        R"({"model":"m","input":"a"})",
        R"({"model":"m","field_of_2031":null})",
        R"({"model":"m","field_of_2031":false})",
        R"({"model":"m","field_of_2031":0})",
        R"({"model":"m","field_of_2031":"0"})",
        R"({"model":"m","field_of_2031":""})",
        R"({"model":"m","field_of_2031":[]})",
        R"({"model":"m","field_of_2031":{}})",
        R"({"model":"m","field_of_2031":[[],[]]})",
        R"({"model":"m","field_of_2031":[[[]]]})",
        R"({})"};
    for (auto const& request : requests) {
        INFO(request);
        CHECK(keys.insert(key_of(request)).second);
    }
}

TEST_CASE("moving bytes between fields changes the key") {
    CHECK_FALSE(same(R"({"a":"b","c":"d"})", R"({"a":"bs1:c","d":""})"));
    CHECK_FALSE(same(R"({"ab":"c"})", R"({"a":"bc"})"));
    auto const text = "{}";
    CHECK_FALSE(key_of(text, Scope::of("ab"), {"c"}) == key_of(text, Scope::of("a"), {"bc"}));
    CHECK_FALSE(key_of(text, Scope::shared(), {"a", "b"}) == key_of(text, Scope::shared(), {"ab"}));
    CHECK_FALSE(key_of(text, Scope::shared(), {"a", "", {"b"}}) ==
                key_of(text, Scope::shared(), {"a", "", {}, "b"}));
}

TEST_CASE("keys differ between scopes and between origins") {
    auto const text = R"({"model":"m"})";
    auto const shared = key_of(text);
    CHECK(shared == key_of(text));
    CHECK_FALSE(shared == key_of(text, Scope::of("tenant-a")));
    CHECK_FALSE(key_of(text, Scope::of("tenant-a")) == key_of(text, Scope::of("tenant-b")));
    CHECK_FALSE(shared == key_of(text, Scope::shared(), {"anthropic"}));
    CHECK_FALSE(shared == key_of(text, Scope::of("shared")));
    CHECK_THROWS_AS(Scope::of(""), std::invalid_argument);
}

TEST_CASE("the order of members does not matter") {
    CHECK(same(R"({"messages":[1],"input":[2],"model":"m"})", R"({"model":"m","input":[2],"messages":[1]})"));
    CHECK(same(R"({"b":{"y":1,"x":[{"q":1,"p":2}]},"a":0})", R"({"a":0,"b":{"x":[{"p":2,"q":1}],"y":1}})"));
}

TEST_CASE("the order of a schema's properties changes the key") {
    auto const asking = [](std::string const& schema) {
        return R"({"model":"m","tools":[{"type":"function","function":{"name":"f","parameters":)" + schema +
               "}}]}";
    };
    auto const plain = asking(
        R"({"type":"object","properties":{"x":{"type":"string","title":"X"},"y":{"type":"number"}},"required":["x"]})");
    CHECK(same(
        plain,
        asking(
            R"({"required":["x"],"properties":{"x":{"title":"X","type":"string"},"y":{"type":"number"}},"type":"object"})")));
    CHECK_FALSE(same(
        plain,
        asking(
            R"({"type":"object","properties":{"y":{"type":"number"},"x":{"type":"string","title":"X"}},"required":["x"]})")));
    CHECK_FALSE(same(asking(R"({"$defs":{"a":{},"b":{}}})"), asking(R"({"$defs":{"b":{},"a":{}}})")));
    CHECK_FALSE(same(asking(R"({"items":[{"properties":{"a":1,"b":2}}]})"),
                     asking(R"({"items":[{"properties":{"b":2,"a":1}}]})")));
    CHECK(same(R"({"properties":["a"],"model":"m"})", R"({"model":"m","properties":["a"]})"));
    CHECK_THROWS_AS(key_of(asking(R"({"properties":{"a":1,"a":2}})")), MalformedJson);
}

TEST_CASE("a request that stores its response has another key") {
    CHECK_FALSE(same(R"({"model":"m","store":true})", R"({"model":"m"})"));
    CHECK_FALSE(same(R"({"model":"m","background":true})", R"({"model":"m"})"));
}

TEST_CASE("a request and its text have one key") {
    auto const request = Request::chat("m", {{"user", "a"}});
    CHECK(request_key(Scope::shared(), {"openai"}, request) == key_of(request.body()));
    CHECK(key_of(request.body()).hex().size() == 64);
}

TEST_CASE("the model in the endpoint is part of the key, and whether it streams is not") {
    std::string const body = R"({"contents":[{"role":"user","parts":[{"text":"a"}]}]})";
    auto const at = [&](std::string const& endpoint) {
        return request_key(Scope::shared(), {"google"}, Request::parse(body, endpoint));
    };
    RequestKey const flash = at("/v1beta/models/gemini-2.5-flash:generateContent");
    CHECK(flash == at("/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse"));
    CHECK(flash == at("/v1beta/models/gemini-2.5-flash:generateContent?key=secret"));
    CHECK_FALSE(flash == at("/v1beta/models/gemini-2.5-pro:generateContent"));
    CHECK_FALSE(flash == at("/v1/models/gemini-2.5-flash:generateContent"));
    std::string const converse = R"({"messages":[{"role":"user","content":[{"text":"a"}]}]})";
    auto const bedrock = [&](std::string const& endpoint) {
        return request_key(Scope::shared(), {"aws"}, Request::parse(converse, endpoint));
    };
    CHECK(bedrock("/model/us.amazon.nova-lite-v1%3A0/converse") ==
          bedrock("/model/us.amazon.nova-lite-v1%3A0/converse-stream"));
    CHECK_FALSE(bedrock("/model/us.amazon.nova-lite-v1%3A0/converse") ==
                bedrock("/model/us.amazon.nova-pro-v1%3A0/converse"));
}

TEST_CASE("a request's key is the same when made again, and differs by scope, user and edit") {
    Request const request =
        Request::parse(R"({"user":"u","model":"m","messages":[{"role":"user","content":"a"}]})");
    RequestKey const first = request_key(Scope::shared(), {"openai"}, request);
    CHECK(request_key(Scope::shared(), {"openai"}, request) == first);
    CHECK_FALSE(request_key(Scope::of("b"), {"openai"}, request) == first);
    Request const other_user = request.with_member("user", R"("v")");
    CHECK_FALSE(request_key(Scope::per_user(), {"openai"}, request) ==
                request_key(Scope::per_user(), {"openai"}, other_user));
    CHECK(request_key(Scope::shared(), {"openai"}, other_user) == first);
    CHECK_FALSE(request_key(Scope::shared(), {"openai"}, request.with_temperature(0)) == first);
}

TEST_CASE("invalid and ambiguous text is rejected, and the key maker stays usable") {
    for (std::string const text :
         {"", "{", R"({"x":01})", R"({"x":NaN})", R"({"x":1e400})", R"({"a":1,"a":1})",
          R"({"a":1,"\u0061":1})", R"({"x":[{"b":{"a":1,"a":2}}]})", R"({"user":1,"user":2})",
          R"({"x":"\ud800"})", "{\"x\":\"\xff\"}", "{\"x\":\"a\xc3\"}", R"({} {})"}) {
        INFO(text);
        CHECK_THROWS_AS(key_of(text), MalformedJson);
    }
    CHECK_THROWS_AS(key_of("[]"), MalformedRequest);
    CHECK_THROWS_AS(key_of(std::string(100'000, '[')), MalformedJson);
    CHECK(same(R"({"b":1,"a":2})", R"({"a":2,"b":1})"));
}
