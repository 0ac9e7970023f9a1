// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <string>
#include <string_view>
#include <type_traits>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

template <typename Task>
concept HasToString = requires(Task const& task) {
    { to_string(task) } -> std::convertible_to<std::string_view>;
};

/// A task with a text that identifies it: a string, an enumeration, an integer, or a type with to_string(task).
template <typename Task>
concept NamedTask = std::convertible_to<Task const&, std::string_view> || std::is_enum_v<Task> ||
    std::integral<Task> || HasToString<Task>;

/// The text that identifies a task; an enumerator's number, unless its enumeration has a to_string().
template <NamedTask Task>
[[nodiscard]] std::string task_text(Task const& task) {
    if constexpr (std::convertible_to<Task const&, std::string_view>) {
        return std::string{std::string_view{task}};
    } else if constexpr (HasToString<Task>) {
        return std::string{std::string_view{to_string(task)}};
    } else if constexpr (std::is_enum_v<Task>) {
        return std::to_string(static_cast<std::underlying_type_t<Task>>(task));
    } else {
        return std::to_string(task);
    }
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
