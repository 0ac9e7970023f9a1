// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/request.hpp>
#include <centavo/base/detail/json_scan.hpp>
#include <centavo/base/detail/sha256.hpp>
#include <centavo/cache/detail/canonical_json.hpp>
#include <centavo/cache/scope.hpp>
#include <centavo/chat/message.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace centavo {
inline namespace CENTAVO_ABI {

/// What tells one request from another: SHA-256 over everything that can change its answer. A value.
struct RequestKey {
    detail::Digest digest;

    [[nodiscard]] std::string hex() const { return digest.hex(); }

    /// A hash of the key: eight of its bytes, which are as good as random.
    [[nodiscard]] std::size_t hash() const noexcept {
        std::size_t value = 0;
        std::memcpy(&value, digest.bytes.data(), sizeof value);
        return value;
    }

    friend bool operator==(RequestKey const&, RequestKey const&) = default;
    friend auto operator<=>(RequestKey const&, RequestKey const&) = default;
};

/// The top-level members that do not change an answer and therefore stay out of the key, sorted.
///
/// Every other member enters, known or not.
inline constexpr auto members_outside_key =
    std::to_array<std::string_view>({"metadata", "prompt_cache_key", "prompt_cache_retention",
                                     "safety_identifier", "store", "stream", "stream_options", "user"});

/// The key of a request's JSON text, asked within `scope` of `origin`.
///
/// Equal for requests that differ in the order of members, white space, and the spelling of numbers and characters;
/// different for any other difference. Throws MalformedJson for text that is not JSON, says two things (a member
/// twice) or nothing (1e400, ill-formed Unicode); MalformedRequest where it is not an object. Any thread; allocates
/// nothing once a thread has made a key of that size.
[[nodiscard]] RequestKey request_key(Scope const& scope, Origin const& origin, std::string_view json);

[[nodiscard]] inline RequestKey request_key(Scope const& scope, Origin const& origin,
                                            Request const& request) {
    return request_key(scope, origin, request.body());
}

/// Makes keys; holds the memory that one key after another needs. Externally synchronised.
class RequestKeyMaker {
public:
    [[nodiscard]] RequestKey key(Scope const& scope, Origin const& origin, std::string_view json) {
        form_.clear();
        for (auto* const buffer : buffers()) {
            buffer->clear();
        }
        read(json);
        write_head(scope, origin);
        hash_.restart();
        hash_.update(head_);
        for (auto const& talk : talks_) {
            hash_.update(talk);
        }
        RequestKey const key{hash_.finish()};
        for (auto* const buffer : buffers()) {
            if (buffer->capacity() > largest_kept) {
                *buffer = {};
            }
        }
        return key;
    }

private:
    static constexpr std::size_t largest_kept = 1U << 20;
    static constexpr std::string_view conversations[] = {"contents", "input", "messages"};

    [[nodiscard]] std::array<std::string*, 6> buffers() {
        return {&head_, &rest_, &item_, &talks_[0], &talks_[1], &talks_[2]};
    }

    void read(std::string_view json) {
        detail::JsonScan scan{json};
        if (scan.peek() != detail::JsonKind::object) {
            auto const begin = scan.offset();
            scan.skip();
            throw MalformedRequest{"a request is an object", begin};
        }
        form_.append_members(rest_, scan,
                             [this](detail::JsonString const& key, detail::JsonScan& from) { return aside(key, from); });
        scan.finish();
    }

    // Conversations are hashed last and item by item: the next turn then differs only behind the known prefix.
    [[nodiscard]] bool aside(detail::JsonString const& key, detail::JsonScan& scan) {
        for (std::size_t i = 0; i < talks_.size(); ++i) {
            if (key.equals(conversations[i]) && scan.peek() == detail::JsonKind::array) {
                append_conversation(talks_[i], conversations[i], scan);
                return true;
            }
        }
        auto const denied = [&](std::string_view name) { return key.equals(name); };
        if (std::ranges::any_of(members_outside_key, denied)) {
            scan.skip();
            return true;
        }
        return false;
    }

    void append_conversation(std::string& talk, std::string_view name, detail::JsonScan& scan) {
        talk.push_back('m');
        detail::append_field(talk, name);
        scan.enter_array();
        while (scan.next_element()) {
            item_.clear();
            form_.append(item_, scan);
            talk.push_back('i');
            detail::append_field(talk, item_);
        }
    }

    void write_head(Scope const& scope, Origin const& origin) {
        detail::append_field(head_, "centavo request key");
        detail::append_field(head_, std::to_string(detail::CanonicalForm::version));
        head_.push_back(scope == Scope::shared() ? '*' : '=');
        detail::append_field(head_, scope.name());
        detail::append_field(head_, origin.provider);
        detail::append_field(head_, origin.endpoint);
        detail::append_field(head_, origin.policy);
        for (auto const& header : origin.headers) {
            head_.push_back('h');
            detail::append_field(head_, header);
        }
        head_.push_back('d');
        hash_.restart();
        hash_.update(rest_);
        head_.append(hash_.finish().view());
    }

    detail::CanonicalForm form_;
    detail::Sha256 hash_;
    std::string head_;
    std::string rest_;
    std::array<std::string, 3> talks_;  // one for each of the conversations, in their order
    std::string item_;
};

inline RequestKey request_key(Scope const& scope, Origin const& origin, std::string_view json) {
    thread_local RequestKeyMaker maker;
    return maker.key(scope, origin, json);
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
