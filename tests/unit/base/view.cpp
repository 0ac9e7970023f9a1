// SPDX-License-Identifier: MIT
#include <centavo/base/view.hpp>

#include <array>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include <catch2/catch_test_macros.hpp>

using centavo::View;

namespace {

int sum(View<int> numbers) {
    int total = 0;
    for (int const number : numbers) {
        total += number;
    }
    return total;
}

}  // namespace

TEST_CASE("a view shows the elements of any contiguous container") {
    CHECK(sum({}) == 0);
    CHECK(sum(std::vector{1, 2, 3}) == 6);
    CHECK(sum(std::array{4, 5}) == 9);
    int const plain[] = {6, 7};
    CHECK(sum(plain) == 13);
    std::vector<int> changing{8};
    CHECK(sum(std::span{changing}) == 8);
}

TEST_CASE("a view converts to a span of the same elements") {
    std::vector<std::string> const texts{"a", "b", "c"};
    std::span<std::string const> const span = View<std::string>{texts};
    CHECK(span.data() == texts.data());
    CHECK(span.size() == 3);
}

TEST_CASE("a part of a view shows the elements from a position") {
    std::vector<int> const numbers{1, 2, 3, 4};
    View<int> const view = numbers;
    CHECK(view.front() == 1);
    CHECK(view.back() == 4);
    CHECK(view[1] == 2);
    CHECK(sum(view.first(2)) == 3);
    CHECK(sum(view.subspan(1, 2)) == 5);
    CHECK(view.first(0).empty());
}

TEST_CASE("a view refuses containers of another type") {
    CHECK_FALSE(std::is_convertible_v<std::vector<long>, View<int>>);
    CHECK_FALSE(std::is_convertible_v<std::string, View<int>>);
}
