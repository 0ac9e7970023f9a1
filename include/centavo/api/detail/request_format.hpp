// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/detail/prompt.hpp>
#include <centavo/api/detail/request_address.hpp>
#include <centavo/base/tokens.hpp>
#include <centavo/base/view.hpp>
#include <centavo/models/model_catalog.hpp>
#include <centavo/models/model_id.hpp>

#include <cstdint>
#include <string_view>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// Where a value stands: in a member of the body, or in a member of the object that is one.
struct MemberPath {
    std::string_view name = {};        ///< empty for a value that the format does not have
    std::string_view group = {};       ///< the member whose value is the object; empty for the body itself
    std::string_view other_name = {};  ///< a second spelling
    std::string_view other_group = {};

    [[nodiscard]] bool is_name(std::string_view key) const noexcept {
        return key == name || (!other_name.empty() && key == other_name);
    }
    [[nodiscard]] JsonValue find(ObjectView const& body) const {
        if (name.empty()) {
            return {};
        }
        JsonValue const found = group.empty() ? body.find(name)
                                : other_group.empty()
                                    ? body.object(group).find(name)
                                    : body.object(group, other_group).find(name, other_name);
        return found.is_null() ? JsonValue{} : found;
    }
};

/// What a request's format is chosen from: its address, its members, and the model that either names.
struct RequestEvidence {
    RequestAddress const& address;
    ObjectView const& body;
    ModelId const& model;

    /// Whether the model is one of a maker whose API this is, named without a reseller's path before it.
    [[nodiscard]] bool is_model_of(ApiFormat format) const {
        return model.text().find('/') == std::string::npos && family_of(model).api == format;
    }
};

/// How one API's requests are recognized, read and edited.
struct RequestFormat {
    ApiFormat format = ApiFormat::openai_chat;
    std::string_view conversation;          ///< the member that holds the messages
    View<std::string_view> prompt_members;  ///< those that an edit makes read() necessary for
    View<MemberPath> caps;                  ///< those of the output cap, the preferred one first
    MemberPath temperature = {};
    MemberPath choices = {};
    std::string_view stream = {};            ///< the member; empty for an API that streams by its address
    std::string_view plain_operation = {};   ///< of such an API, for a whole body
    std::string_view stream_operation = {};  ///< and for a stream
    bool needs_messages = true;

    /// 0 if the request cannot be of this format, 4 if its address says that it is; the highest evidence wins.
    int (*evidence)(RequestEvidence const& evidence);

    /// Reads what the model is shown. Throws MalformedJson, and MalformedRequest for a member of the wrong kind.
    void (*read)(PromptBuilder& builder, ObjectView const& body);

    /// The smallest output cap that the provider accepts for this request.
    Tokens (*min_cap)(ObjectView const& body) = [](ObjectView const&) { return Tokens{1}; };
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
