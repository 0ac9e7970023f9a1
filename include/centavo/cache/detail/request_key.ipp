// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/algorithms.hpp>
#include <centavo/base/detail/config.hpp>
#include <centavo/cache/request_key.hpp>

#include <cstring>
#include <stdexcept>

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE Scope Scope::of(std::string_view name) {
    if (name.empty()) {
        throw std::invalid_argument("a scope must have a name; use Scope::shared() to share with everyone");
    }
    return Scope{Kind::named, name};
}

CENTAVO_INLINE std::size_t RequestKey::hash() const noexcept {
    std::size_t value = 0;
    std::memcpy(&value, bytes.data(), sizeof value);
    return value;
}

CENTAVO_INLINE RequestKey RequestKeyMaker::key(Scope const& scope, Origin const& origin,
                                               std::string_view json) {
    return finish(scope, origin, {}, digest_of(json, scope == Scope::per_user()));
}

CENTAVO_INLINE RequestKey RequestKeyMaker::key(Scope const& scope, Origin const& origin,
                                               Request const& request) {
    bool const per_user = scope == Scope::per_user();  // whose users have to be read
    Digest const* const kept = per_user ? nullptr : request.kept_digest();
    Digest const digest = kept != nullptr ? *kept : digest_of(request.body(), per_user);
    if (kept == nullptr) {
        request.keep_digest(digest);
    }
    return finish(scope, origin, request.endpoint().empty() ? std::string{} : request.response_identity(),
                  digest);
}

CENTAVO_INLINE RequestKeyMaker::Digest RequestKeyMaker::digest_of(std::string_view json, bool per_user) {
    form_.clear();
    for (auto* const buffer : buffers()) {
        buffer->clear();
    }
    read(json, per_user);
    hash_.restart();
    hash_.update(rest_);
    auto const rest = hash_.finish();
    hash_.restart();
    hash_.update(rest.view());
    for (auto const& talk : talks_) {
        hash_.update(talk);
    }
    return hash_.finish().bytes;
}

CENTAVO_INLINE RequestKey RequestKeyMaker::finish(Scope const& scope, Origin const& origin,
                                                  std::string_view address, Digest const& digest) {
    head_.clear();
    write_head(scope, origin, address);
    head_.append(reinterpret_cast<char const*>(digest.data()), digest.size());
    hash_.restart();
    hash_.update(head_);
    RequestKey const key{hash_.finish().bytes};
    for (auto* const buffer : buffers()) {
        if (buffer->capacity() > largest_kept) {
            *buffer = {};
        }
    }
    return key;
}

CENTAVO_INLINE std::array<std::string*, 9> RequestKeyMaker::buffers() {
    return {&head_, &rest_, &item_, &talks_[0], &talks_[1], &talks_[2], &users_[0], &users_[1], &users_[2]};
}

CENTAVO_INLINE void RequestKeyMaker::read(std::string_view json, bool per_user) {
    detail::JsonScan scan{json};
    if (scan.peek() != detail::JsonKind::object) {
        auto const begin = scan.offset();
        scan.skip();
        throw MalformedRequest{"a request must be a JSON object", begin};
    }
    form_.append_members(rest_, scan,
                         [this, per_user](detail::JsonString const& key, detail::JsonScan& from) {
                             return read_apart(key, from, per_user);
                         });
    scan.finish();
}

CENTAVO_INLINE bool RequestKeyMaker::read_apart(detail::JsonString const& key, detail::JsonScan& scan,
                                                bool per_user) {
    for (std::size_t i = 0; i < talks_.size(); ++i) {
        if (key.equals(conversations[i]) && scan.peek() == detail::JsonKind::array) {
            append_conversation(talks_[i], conversations[i], scan);
            return true;
        }
    }
    for (std::size_t i = 0; per_user && i < users_.size(); ++i) {
        if (key.equals(user_members[i])) {
            append_user(users_[i], scan);
            return true;
        }
    }
    auto const is_key = [&](std::string_view name) { return key.equals(name); };
    if (detail::any_of(ignored_members, is_key)) {
        scan.skip();
        return true;
    }
    return false;
}

CENTAVO_INLINE void RequestKeyMaker::append_conversation(std::string& talk, std::string_view name,
                                                         detail::JsonScan& scan) {
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

CENTAVO_INLINE void RequestKeyMaker::append_user(std::string& user, detail::JsonScan& scan) {
    if (scan.peek() != detail::JsonKind::object) {
        return form_.append(user, scan);
    }
    scan.enter_object();
    while (auto const key = scan.next_member()) {
        if (key->equals("user_id")) {
            form_.append(user, scan);
        } else {
            scan.skip();
        }
    }
}

CENTAVO_INLINE void RequestKeyMaker::write_head(Scope const& scope, Origin const& origin,
                                                std::string_view address) {
    detail::append_field(head_, "centavo request key");
    detail::append_field(head_, std::to_string(detail::CanonicalForm::version));
    switch (scope.kind_) {
    case Scope::Kind::shared: head_.push_back('*'); break;
    case Scope::Kind::named: head_.push_back('='); break;
    case Scope::Kind::per_user:
        head_.push_back('@');
        for (auto const& user : users_) {
            detail::append_field(head_, user);
        }
    }
    detail::append_field(head_, scope.name());
    detail::append_field(head_, origin.provider);
    detail::append_field(head_, origin.endpoint);
    detail::append_field(head_, address);
    detail::append_field(head_, origin.policy);
    for (auto const& header : origin.headers) {
        head_.push_back('h');
        detail::append_field(head_, header);
    }
    head_.push_back('d');
}

}  // namespace CENTAVO_ABI
}  // namespace centavo

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// The maker of this thread, which keeps its memory.
[[nodiscard]] inline RequestKeyMaker& thread_key_maker() {
    thread_local RequestKeyMaker maker;
    return maker;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE RequestKey request_key(Scope const& scope, Origin const& origin, std::string_view json) {
    return detail::thread_key_maker().key(scope, origin, json);
}

CENTAVO_INLINE RequestKey request_key(Scope const& scope, Origin const& origin, Request const& request) {
    return detail::thread_key_maker().key(scope, origin, request);
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
