// SPDX-License-Identifier: MIT
// Whatever a provider sends: an answer or one of the named errors, and the same at every split.
#include <centavo/base/json_scan.hpp>
#include <centavo/wire/openai_chat.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

namespace {

using namespace centavo;

std::optional<Answer> read(std::string_view bytes, std::size_t piece) {
    try {
        ChatReader reader;
        for (std::size_t at = 0; at < bytes.size(); at += piece) {
            reader.feed(bytes.substr(at, piece), [](Delta const&) {});
        }
        return reader.finish();
    } catch (MalformedJson const&) {
    } catch (MalformedUsage const&) {
    } catch (MalformedMoney const&) {
    } catch (ContradictoryUsage const&) {
    } catch (std::overflow_error const&) {
    }
    return std::nullopt;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::string_view const bytes{reinterpret_cast<char const*>(data), size};
    auto const whole = read(bytes, size + 1);
    auto const split = read(bytes, 3);
    if (whole.has_value() != split.has_value() || (whole && whole->text != split->text)) {
        std::abort();
    }
    return 0;
}
