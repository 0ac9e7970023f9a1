// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/detail/delta_sink.hpp>
#include <centavo/api/detail/finish_reason.hpp>
#include <centavo/api/detail/request_format.hpp>
#include <centavo/api/detail/response_format.hpp>
#include <centavo/base/detail/json_scan.hpp>
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
    likely,  ///< unless the usage block points to another one
    certain
};

/// A top-level member of a body or an event.
struct BodyMember {
    std::string_view name;
    JsonKind kind;
    std::string_view text = {};  ///< of a string
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
    std::unique_ptr<ResponseFormat> (*reader)(std::string_view provider);
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

/// The API of a body or an event by its shape; nullptr where the shape fits none or several. Throws MalformedJson.
[[nodiscard]] FormatEntry const* find_by_shape(WireEvent const& event);

/// The API to read a response by, decided on its first event: the shape, or else the provider and flavor if either is
/// named, or else OpenAI's chat for any object. nullptr where the event decides nothing. Throws MalformedJson.
[[nodiscard]] FormatEntry const* choose_format(WireEvent const& event, std::string_view provider,
                                               std::string_view flavor);

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail

#ifndef CENTAVO_COMPILED
#include <centavo/api/detail/formats.ipp>
#endif
