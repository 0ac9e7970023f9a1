// SPDX-License-Identifier: MIT
// PromptOptimizer on any bytes: never more tokens on either encoding, a second run changes nothing, the original can be
// recovered, and the default level keeps every byte that is not white space between JSON tokens or padding of a table.
#include <centavo/builtin/counters.hpp>
#include <centavo/prompt_optimizer.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace centavo;

namespace {

void require(bool holds) {
    if (!holds) {
        std::abort();
    }
}

std::string without_padding(std::string_view text) {
    std::string out;
    for (char const c : text) {
        if (std::string_view{" \t\r\n-"}.find(c) == std::string_view::npos) {
            out += c;
        }
    }
    return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::string_view const text{reinterpret_cast<char const*>(data), size};
    for (Bpe const* bpe : {&o200k_base(), &cl100k_base()}) {
        PromptOptimizer const optimizer{Counter{*bpe}};
        for (Level const level : {Level::lossless, Level::safe, Level::aggressive}) {
            Optimized const once = optimizer.optimize(text, level);
            require(once.before == bpe->count(text));
            require(once.after == bpe->count(once.text));
            require(once.after <= once.before);
            require(once.original() == text);
            require(optimizer.optimize(once.text, level).text == once.text);
            require(level != Level::lossless || without_padding(once.text) == without_padding(text));
        }
    }
    return 0;
}
