// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/detail/delta_sink.hpp>
#include <centavo/api/detail/finish_reason.hpp>
#include <centavo/api/detail/request_format.hpp>
#include <centavo/api/detail/response_format.hpp>
#include <centavo/base/detail/json_scan.hpp>
#include <centavo/base/detail/owned.hpp>
#include <centavo/base/view.hpp>
#include <centavo/chat/response.hpp>
#include <centavo/models/model_catalog.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// How strongly a member points to an API.
enum class FormatEvidence : std::uint8_t {
    none,
    likely,  ///< unless the usage block or the provider points to another one
    certain  ///< no other API has such a member
};

/// A top-level member of a body or an event, whose value is not null.
struct BodyMember {
    std::string_view name;
    JsonKind kind;
    std::string_view text = {};   ///< of a string
    std::string_view value = {};  ///< the JSON text of an object
};

/// What the source of a response is known to be; empty where it is not.
struct FormatHint {
    std::string_view provider = {};
    std::string_view flavor = {};
    std::string_view model = {};  ///< the requested one
};

/// One API: how its requests and responses are recognized, read and written.
struct FormatEntry {
    ApiFormat format;
    RequestFormat const* request;
    View<std::string_view> providers;  ///< use this API unless the bytes show another
    View<std::string_view> flavors;    ///< the same, whoever the provider is
    View<FinishName> finish_names;
    bool (*is_event)(std::string_view type) noexcept;
    FormatEvidence (*body_evidence)(BodyMember const& member) noexcept;
    FormatEvidence (*usage_evidence)(std::string_view field) noexcept;
    Owned<ResponseFormat> (*reader)(FormatHint const& hint);
    std::string (*write_body)(Response const& response) = nullptr;  ///< nullptr for an API that is only read
    std::string (*write_stream)(Response const& response) = nullptr;  ///< the same
};

/// The table row of an API.
[[nodiscard]] FormatEntry const& format_entry(ApiFormat format) noexcept;

/// How the requests of an API are read.
[[nodiscard]] RequestFormat const& request_format(ApiFormat format) noexcept;

/// The format of requests for which the evidence is strongest; nullptr if none can be read as a request.
[[nodiscard]] RequestFormat const* find_request_format(RequestEvidence const& evidence);

/// The API whose events have this name; nullptr for a name that several have, or none.
[[nodiscard]] FormatEntry const* find_by_event(std::string_view type) noexcept;

/// The API to read a response by, and where in the first event the response stands.
struct FormatChoice {
    FormatEntry const* entry = nullptr;  ///< nullptr where the event decides nothing
    bool wrapped = false;                ///< the response is wrapped in another object
    bool batch = false;                  ///< that object is a line of a batch's output file
};

/// Chooses by the first event of a stream, or by a whole body.
///
/// The whole object decides, never the order of its members, and null members are absent. A member that only one API has
/// takes precedence, then the flavor, the fields of the usage block, the provider, and at last what is likely. OpenAI's
/// chat is the API of any other object, and of other bytes where the hint is not empty. Throws MalformedJson.
[[nodiscard]] FormatChoice choose_format(WireEvent const& event, FormatHint const& hint);

/// The response inside a wrapping object: a line of a batch's output file, or the event of a proxy. `object` itself where
/// nothing is wrapped. Throws MalformedJson.
[[nodiscard]] std::string_view unwrapped(std::string_view object);

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail

#ifndef CENTAVO_COMPILED
#include <centavo/api/detail/formats.ipp>
#endif
