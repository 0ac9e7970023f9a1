// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/algorithms.hpp>
#include <centavo/base/detail/config.hpp>
#include <centavo/base/view.hpp>
#include <centavo/budget/budget.hpp>
#include <centavo/budget/detail/account_state.hpp>

#include <ostream>

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE Tags Tags::from(std::vector<Tag> tags) {
    Tags made;
    if (tags.empty()) {
        return made;
    }
    for (std::size_t i = 1; i < tags.size(); ++i) {  // tags are few
        for (std::size_t at = i; at > 0 && tags[at] < tags[at - 1]; --at) {
            std::swap(tags[at], tags[at - 1]);
        }
    }
    for (std::size_t i = 0; i < tags.size(); ++i) {
        if (tags[i].key.empty() || tags[i].value.empty() || (i > 0 && tags[i - 1].key == tags[i].key)) {
            throw std::invalid_argument(
                "tags must have distinct keys and no empty key or value, but one is {\"" + tags[i].key +
                "\", \"" + tags[i].value + "\"}");
        }
    }
    made.tags_ = std::make_shared<std::vector<Tag> const>(std::move(tags));
    return made;
}

CENTAVO_INLINE View<Tag> Tags::all() const noexcept { return tags_ ? View<Tag>{*tags_} : View<Tag>{}; }

CENTAVO_INLINE std::string_view Tags::find(std::string_view key) const noexcept {
    for (Tag const& tag : all()) {
        if (tag.key == key) {
            return tag.value;
        }
    }
    return {};
}

CENTAVO_INLINE Tags Tags::with(Tag tag) const {
    std::vector<Tag> tags{all().begin(), all().end()};
    std::erase_if(tags, [&](Tag const& existing) { return existing.key == tag.key; });
    tags.push_back(std::move(tag));
    return from(std::move(tags));
}

CENTAVO_INLINE Tags const& Account::tags() const noexcept {
    static Tags const none;
    return state_ ? state_->tags : none;
}

CENTAVO_INLINE std::optional<std::string_view> TagScope::counter_of(View<Tag> tags) const noexcept {
    if (key.empty()) {
        return std::string_view{};
    }
    auto const tag = detail::find(tags, key, &Tag::key);
    if (tag == tags.end() || (!value.empty() && tag->value != value)) {
        return std::nullopt;
    }
    return value.empty() ? std::string_view{tag->value} : std::string_view{};
}

CENTAVO_INLINE std::string to_string(DailyState const& state) {
    if (!state.limit) {
        return "daily budget unknown";
    }
    return "$" + state.spent.to_string() + " of $" + state.limit->to_string() + " spent (" +
           state.utilization.to_string() + "), $" + state.remaining.to_string() +
           " remaining, alert: " + std::string{to_string(state.alert)};
}

CENTAVO_INLINE std::ostream& operator<<(std::ostream& out, DailyState const& state) {
    return out << to_string(state);
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
