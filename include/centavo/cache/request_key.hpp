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
    [[nodiscard]] std::size_t hash() const noexcept;

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

[[nodiscard]] RequestKey request_key(Scope const& scope, Origin const& origin, Request const& request);

/// Makes keys; holds the memory that one key after another needs. Externally synchronised.
class RequestKeyMaker {
public:
    [[nodiscard]] RequestKey key(Scope const& scope, Origin const& origin, std::string_view json);

private:
    static constexpr std::size_t largest_kept = 1U << 20;
    static constexpr std::string_view conversations[] = {"contents", "input", "messages"};

    [[nodiscard]] std::array<std::string*, 6> buffers();

    void read(std::string_view json);

    // Conversations are hashed last and item by item: the next turn then differs only behind the known prefix.
    [[nodiscard]] bool aside(detail::JsonString const& key, detail::JsonScan& scan);

    void append_conversation(std::string& talk, std::string_view name, detail::JsonScan& scan);

    void write_head(Scope const& scope, Origin const& origin);

    detail::CanonicalForm form_;
    detail::Sha256 hash_;
    std::string head_;
    std::string rest_;
    std::array<std::string, 3> talks_;  // one for each of the conversations, in their order
    std::string item_;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/cache/detail/request_key.ipp>
#endif
