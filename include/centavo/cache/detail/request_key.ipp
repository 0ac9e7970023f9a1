// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/algorithms.hpp>
#include <centavo/base/detail/config.hpp>
#include <centavo/cache/request_key.hpp>

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE std::size_t RequestKey::hash() const noexcept {
    std::size_t value = 0;
    std::memcpy(&value, digest.bytes.data(), sizeof value);
    return value;
}

CENTAVO_INLINE RequestKey request_key(Scope const& scope, Origin const& origin, Request const& request) {
    return request_key(scope, origin, request.body());
}

CENTAVO_INLINE RequestKey RequestKeyMaker::key(Scope const& scope, Origin const& origin,
                                               std::string_view json) {
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

CENTAVO_INLINE std::array<std::string*, 6> RequestKeyMaker::buffers() {
    return {&head_, &rest_, &item_, &talks_[0], &talks_[1], &talks_[2]};
}

CENTAVO_INLINE void RequestKeyMaker::read(std::string_view json) {
    detail::JsonScan scan{json};
    if (scan.peek() != detail::JsonKind::object) {
        auto const begin = scan.offset();
        scan.skip();
        throw MalformedRequest{"a request is an object", begin};
    }
    form_.append_members(rest_, scan, [this](detail::JsonString const& key, detail::JsonScan& from) {
        return aside(key, from);
    });
    scan.finish();
}

CENTAVO_INLINE bool RequestKeyMaker::aside(detail::JsonString const& key, detail::JsonScan& scan) {
    for (std::size_t i = 0; i < talks_.size(); ++i) {
        if (key.equals(conversations[i]) && scan.peek() == detail::JsonKind::array) {
            append_conversation(talks_[i], conversations[i], scan);
            return true;
        }
    }
    auto const denied = [&](std::string_view name) { return key.equals(name); };
    if (detail::any_of(members_outside_key, denied)) {
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

CENTAVO_INLINE void RequestKeyMaker::write_head(Scope const& scope, Origin const& origin) {
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

CENTAVO_INLINE RequestKey request_key(Scope const& scope, Origin const& origin, std::string_view json) {
    thread_local RequestKeyMaker maker;
    return maker.key(scope, origin, json);
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
