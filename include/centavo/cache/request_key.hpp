// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/request.hpp>
#include <centavo/base/detail/json_scan.hpp>
#include <centavo/base/detail/sha256.hpp>
#include <centavo/cache/detail/canonical_json.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace centavo {
inline namespace CENTAVO_ABI {

/// Who may receive whose responses: no cache entry crosses a scope. A value.
class Scope {
public:
    /// One scope for everyone.
    [[nodiscard]] static Scope shared() { return Scope{Kind::shared, {}}; }

    /// The scope of one tenant, user or conversation.
    ///
    /// An empty name throws std::invalid_argument: it is more often a failed lookup than the intention to share.
    [[nodiscard]] static Scope of(std::string_view name);

    /// A scope for each end user that requests name: `user`, `safety_identifier` or `metadata.user_id`; and one for
    /// the requests that name none.
    [[nodiscard]] static Scope per_user() { return Scope{Kind::per_user, {}}; }

    /// Empty unless made by of().
    [[nodiscard]] std::string const& name() const noexcept { return name_; }

    friend bool operator==(Scope const&, Scope const&) = default;

private:
    enum class Kind : std::uint8_t { shared, named, per_user };

    friend class RequestKeyMaker;
    Scope(Kind kind, std::string_view name) : kind_{kind}, name_{name} {}

    Kind kind_;
    std::string name_;
};

/// The source of a response, as far as it can change the response. A value.
struct Origin {
    std::string provider;                   ///< "openai"; may be empty if there is only one
    std::string endpoint = {};              ///< if the provider has several
    std::vector<std::string> headers = {};  ///< those that change responses, as "name: value"
    std::string policy = {};                ///< ModelRouter::policy_digest() if a router selects the model

    friend bool operator==(Origin const&, Origin const&) = default;
};

/// The identity of a request: SHA-256 over everything that can change its response. A value.
struct RequestKey {
    std::array<std::uint8_t, 32> bytes;

    /// Sixty-four lower-case hexadecimal digits.
    [[nodiscard]] std::string hex() const { return detail::Digest{bytes}.hex(); }

    /// A hash of the key: eight of its bytes, which are uniformly distributed.
    [[nodiscard]] std::size_t hash() const noexcept;

    friend bool operator==(RequestKey const&, RequestKey const&) = default;
    friend auto operator<=>(RequestKey const&, RequestKey const&) = default;
};

/// The top-level members that do not change a response and are left out of the key, sorted.
///
/// Every other member is part of the key, known or not.
inline constexpr auto ignored_members =
    std::to_array<std::string_view>({"metadata", "prompt_cache_key", "prompt_cache_retention",
                                     "safety_identifier", "stream", "stream_options", "user"});

/// The key of a request's JSON text, sent to `origin` within `scope`.
///
/// Equal for requests that differ in the order of members, white space, and the spelling of numbers and characters;
/// different for any other difference, such as the order of a schema's properties. Throws MalformedJson for text that is not JSON or is ambiguous (a duplicate
/// member, 1e400, ill-formed Unicode); MalformedRequest if it is not an object. Callable from any thread; does not
/// allocate once the thread has made a key of a request of this size.
[[nodiscard]] RequestKey request_key(Scope const& scope, Origin const& origin, std::string_view json);

/// The same for a request: its endpoint enters the key as Request::response_identity(), so that one that streams has the
/// same key. The members are hashed once per request.
[[nodiscard]] RequestKey request_key(Scope const& scope, Origin const& origin, Request const& request);

/// Makes keys; keeps its memory from one key to the next. Externally synchronized.
class RequestKeyMaker {
public:
    [[nodiscard]] RequestKey key(Scope const& scope, Origin const& origin, std::string_view json);
    [[nodiscard]] RequestKey key(Scope const& scope, Origin const& origin, Request const& request);

private:
    using Digest = std::array<unsigned char, 32>;
    static constexpr std::size_t largest_kept = 1U << 20;
    static constexpr std::string_view conversations[] = {"contents", "input", "messages"};
    static constexpr std::string_view user_members[] = {"metadata", "safety_identifier", "user"};

    [[nodiscard]] std::array<std::string*, 9> buffers();

    /// Hashes the members that enter a key.
    [[nodiscard]] Digest digest_of(std::string_view json, bool per_user);

    void read(std::string_view json, bool per_user);

    /// Reads the members that do not enter the key in their place, and returns whether this is one.
    [[nodiscard]] bool read_apart(detail::JsonString const& key, detail::JsonScan& scan, bool per_user);

    void append_conversation(std::string& talk, std::string_view name, detail::JsonScan& scan);

    void append_user(std::string& user, detail::JsonScan& scan);

    [[nodiscard]] RequestKey finish(Scope const& scope, Origin const& origin, std::string_view address,
                                    Digest const& digest);
    void write_head(Scope const& scope, Origin const& origin, std::string_view address);

    detail::CanonicalForm form_;
    detail::Sha256 hash_;
    std::string head_;
    std::string rest_;
    // Hashed last and item by item: keys of one conversation's successive turns share their prefix.
    std::array<std::string, 3> talks_;  // in the order of `conversations`
    std::array<std::string, 3> users_;  // in the order of `user_members`
    std::string item_;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/cache/detail/request_key.ipp>
#endif
