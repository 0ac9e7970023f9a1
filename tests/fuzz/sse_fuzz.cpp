// SPDX-License-Identifier: MIT
// Arbitrary event streams give the same events at every split, in well-formed UTF-8 with lines joined by LF, or
// OversizedEvent at every split.
#include <centavo/api/sse.hpp>
#include <centavo/base/detail/utf8.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace centavo;
using namespace centavo::detail;

std::string read(std::string_view bytes, std::size_t piece, std::size_t limit) {
    SseParser parser{limit};
    std::string out;
    auto const take = [&](SseEvent const& event) {
        if (find_ill_formed_utf8(event.data) || event.data.find('\r') != std::string_view::npos) {
            std::abort();
        }
        for (std::string_view const part : {event.type, event.data, event.id}) {
            out.append(part).push_back('\xFF');  // never part of well-formed text
        }
    };
    try {
        for (std::size_t at = 0; at < bytes.size(); at += piece) {
            std::string_view const here = bytes.substr(at, piece);
            std::vector<char> const gone(here.begin(), here.end());
            parser.feed({gone.data(), gone.size()}, take);
        }
        if (auto const last = parser.unfinished()) {
            out.append(*last);
        }
    } catch (OversizedEvent const&) {
        return out + "oversized";
    }
    return out + std::to_string(parser.retry().value_or(-1));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::string_view const bytes{reinterpret_cast<char const*>(data), size};
    for (std::size_t const limit : {std::size_t{20}, std::size_t{1} << 20}) {
        std::string const whole = read(bytes, size + 1, limit);
        if (read(bytes, 1, limit) != whole || read(bytes, 3, limit) != whole ||
            read(bytes, 17, limit) != whole) {
            std::abort();
        }
    }
    return 0;
}
