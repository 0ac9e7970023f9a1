// SPDX-License-Identifier: MIT
// Arbitrary requests are rejected with a documented exception, or keep their bytes, have a key, and stay valid when
// edited.
#include <centavo/api/request.hpp>
#include <centavo/base/detail/json_scan.hpp>
#include <centavo/cache/request_key.hpp>
#include <centavo/chat/message.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace centavo;
using namespace centavo::detail;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::string const text{reinterpret_cast<char const*>(data), size};
    try {
        auto const request = Request::parse(text);
        if (request.body() != text) {
            std::abort();
        }
        auto const edited = Request::parse(request.with_model("gpt-4o").with_max_tokens(7).body());
        if (edited.model().text() != "gpt-4o" || edited.max_tokens() != Tokens{7}) {
            std::abort();
        }
        if (request_key(Scope::shared(), {}, request) != request_key(Scope::shared(), {}, " " + text)) {
            std::abort();
        }
    } catch (MalformedJson const&) {
    } catch (MalformedRequest const&) {
    }
    return 0;
}
