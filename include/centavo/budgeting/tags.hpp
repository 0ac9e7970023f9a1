// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <compare>
#include <cstddef>
#include <initializer_list>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace centavo::inline v0 {

/// For whom or for what money is spent: {"team", "search"}.
struct Tag {
    std::string key;
    std::string value;

    friend auto operator<=>(Tag const&, Tag const&) = default;
};

/// A set of tags, one for a key, sorted by key: a handle to shared constants, cheap to copy.
class Tags {
public:
    Tags() = default;

    /// An empty key or value, or two tags of one key throw std::invalid_argument.
    Tags(std::initializer_list<Tag> tags) : Tags{from({tags.begin(), tags.end()})} {}

    /// The same of tags that are in a vector.
    [[nodiscard]] static Tags from(std::vector<Tag> tags) {
        Tags made;
        if (tags.empty()) {
            return made;
        }
        std::ranges::sort(tags);
        for (std::size_t i = 0; i < tags.size(); ++i) {
            if (tags[i].key.empty() || tags[i].value.empty() || (i > 0 && tags[i - 1].key == tags[i].key)) {
                throw std::invalid_argument("centavo: a tag has a key of its own, and a value");
            }
        }
        made.tags_ = std::make_shared<std::vector<Tag> const>(std::move(tags));
        return made;
    }

    [[nodiscard]] std::span<Tag const> all() const noexcept {
        return tags_ ? std::span<Tag const>{*tags_} : std::span<Tag const>{};
    }
    [[nodiscard]] bool empty() const noexcept { return !tags_; }

    /// The value of a key; empty where there is none.
    [[nodiscard]] std::string_view find(std::string_view key) const noexcept {
        for (Tag const& tag : all()) {
            if (tag.key == key) {
                return tag.value;
            }
        }
        return {};
    }

    /// These tags and another one, which replaces one of its key.
    [[nodiscard]] Tags with(Tag tag) const {
        std::vector<Tag> tags{all().begin(), all().end()};
        std::erase_if(tags, [&](Tag const& one) { return one.key == tag.key; });
        tags.push_back(std::move(tag));
        return from(std::move(tags));
    }

    friend bool operator==(Tags const& a, Tags const& b) noexcept {
        return std::ranges::equal(a.all(), b.all());
    }

private:
    std::shared_ptr<std::vector<Tag> const> tags_;
};

}  // namespace centavo::inline v0
