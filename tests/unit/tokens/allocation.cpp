// SPDX-License-Identifier: MIT
#include <centavo/builtin/counters.hpp>
#include <centavo/tokens/incremental_counter.hpp>

#include <catch2/catch_test_macros.hpp>

#include <cstddef>
#include <cstdlib>
#include <new>
#include <string>
#include <string_view>
#include <vector>

namespace {

thread_local std::size_t allocations = 0;

}  // namespace

[[gnu::noinline]] void* operator new(std::size_t size) {
    ++allocations;
    if (void* const memory = std::malloc(size != 0 ? size : 1)) {
        return memory;
    }
    throw std::bad_alloc{};
}
[[gnu::noinline]] void* operator new(std::size_t size, std::nothrow_t const&) noexcept {
    ++allocations;
    return std::malloc(size != 0 ? size : 1);
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

using namespace centavo;
using namespace centavo::detail;

TEST_CASE("counting does not allocate after the first text of its kind", "[tokens][allocation]") {
    std::string text = "Prose, code(x) { return 1'234; } and 中文, 日本語のテキスト, русский язык, ไทย. It's "
                       "\xE4\xB8 broken.\n\n";
    text += std::string(3'000, '=') + std::string(3'000, 'a') + " internationalisationally";
    Bpe const& bpe = o200k_base();
    static_cast<void>(bpe.count(text));
    std::vector<Rank> ranks = bpe.encode(text);
    std::size_t const encoded = ranks.size();
    std::size_t visited = 0;
    auto const visit = [&](Rank) {
        ++visited;
        return true;
    };
    bpe.each_token(text, visit);
    CHECK(visited == encoded);
    std::size_t const before = allocations;
    for (int i = 0; i < 10; ++i) {
        bpe.each_token(text, visit);
        ranks.clear();
        bpe.append_encoded(ranks, text);
        static_cast<void>(bpe.count(text));
        static_cast<void>(bpe.count_up_to(text, 20));
        static_cast<void>(bpe.truncate(text, 50));
    }
    CHECK(allocations == before);
}

TEST_CASE("an incremental count does not allocate after the first text of its kind", "[tokens][allocation]") {
    std::string const text = "The quick brown fox jumps over the lazy dog, and 中文 follows. ";
    IncrementalCounter counter{o200k_base()};
    for (int i = 0; i < 3; ++i) {
        counter.append(text);
    }
    std::size_t const before = allocations;
    for (int i = 0; i < 100; ++i) {
        counter.append(text);
    }
    CHECK(allocations == before);
}

TEST_CASE("a growing run uses memory for its own text only", "[tokens][allocation]") {
    IncrementalCounter counter{o200k_base()};
    std::string const part(20, '=');
    auto const grow = [&] {
        for (int i = 0; i < 1'000; ++i) {
            counter.append(part);
        }
        counter.reset();
    };
    grow();
    std::size_t const before = allocations;
    grow();
    CHECK(allocations == before);
}
