// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/detail/anthropic_messages/format.hpp>
#include <centavo/api/detail/bedrock_converse/format.hpp>
#include <centavo/api/detail/cohere/format.hpp>
#include <centavo/api/detail/formats.hpp>
#include <centavo/api/detail/gemini/format.hpp>
#include <centavo/api/detail/openai_chat/format.hpp>
#include <centavo/api/detail/openai_responses/format.hpp>
#include <centavo/base/detail/algorithms.hpp>
#include <centavo/base/detail/config.hpp>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// All APIs. The first is the one that most servers speak.
inline constexpr FormatEntry const* format_table[] = {
    &openai_chat::entry, &openai_chat::embeddings_entry, &openai_responses::entry, &anthropic_messages::entry,
    &gemini::entry,      &bedrock_converse::entry,       &cohere::entry,
};

CENTAVO_INLINE FinishReason finish_reason_of(std::string_view name) noexcept {
    if (name.empty()) {
        return FinishReason::none;
    }
    for (FormatEntry const* const entry : format_table) {
        for (FinishName const& known : entry->finish_names) {
            if (known.name == name) {
                return known.reason;
            }
        }
    }
    return FinishReason::other;
}

CENTAVO_INLINE FormatEntry const& format_entry(ApiFormat format) noexcept {
    return **find_if(format_table, [&](FormatEntry const* entry) { return entry->format == format; });
}

CENTAVO_INLINE RequestFormat const& request_format(ApiFormat format) noexcept {
    return *format_entry(format).request;
}

CENTAVO_INLINE RequestFormat const* find_request_format(RequestEvidence const& evidence) {
    RequestFormat const* chosen = nullptr;
    int strongest = 0;
    for (FormatEntry const* const entry : format_table) {
        int const found = entry->request->evidence(evidence);
        if (found > strongest) {
            strongest = found;
            chosen = entry->request;
        }
    }
    return chosen;
}

CENTAVO_INLINE FormatEntry const* find_by_event(std::string_view type) noexcept {
    for (FormatEntry const* const entry : format_table) {
        if (entry->is_event(type)) {
            return entry;
        }
    }
    return nullptr;
}

/// The API of the usage block at which the scanner stands; nullptr where its fields fit several.
[[nodiscard]] inline FormatEntry const* find_by_usage(JsonScan& scan) {
    FormatEntry const* found = nullptr;
    scan.enter_object();
    while (auto const name = scan.next_member()) {
        scan.skip();
        for (FormatEntry const* const entry : format_table) {
            FormatEvidence const evidence = entry->usage_evidence(name->raw);
            if (evidence == FormatEvidence::certain ||
                (evidence == FormatEvidence::likely && found == nullptr)) {
                found = entry;
            }
        }
    }
    return found;
}

CENTAVO_INLINE FormatEntry const* find_by_shape(WireEvent const& event) {
    if (FormatEntry const* const named = find_by_event(event.type)) {
        return named;
    }
    if (!event.data.starts_with('{')) {
        return nullptr;
    }
    FormatEntry const* by_usage = nullptr;
    JsonScan scan{event.data};
    scan.enter_object();
    while (auto const name = scan.next_member()) {
        BodyMember member{.name = name->raw, .kind = scan.peek()};
        if (member.kind == JsonKind::object &&
            (member.name == "usage" || member.name == "meta" || member.name == "usage_info")) {
            FormatEntry const* const found = find_by_usage(scan);
            by_usage = found != nullptr ? found : by_usage;
            continue;
        }
        if (member.kind == JsonKind::string) {
            member.text = scan.string().raw;
        }
        if (member.name == "type") {
            if (FormatEntry const* const named = find_by_event(member.text)) {
                return named;
            }
        }
        for (FormatEntry const* const entry : format_table) {
            FormatEvidence const evidence = entry->body_evidence(member);
            if (evidence != FormatEvidence::none) {
                return evidence == FormatEvidence::likely && by_usage != nullptr ? by_usage : entry;
            }
        }
        if (member.kind != JsonKind::string) {
            scan.skip();
        }
    }
    return by_usage;
}

CENTAVO_INLINE FormatEntry const* choose_format(WireEvent const& event, std::string_view provider,
                                                std::string_view flavor) {
    if (FormatEntry const* const found = find_by_shape(event)) {
        return found;
    }
    for (FormatEntry const* const entry : format_table) {
        if (contains(entry->flavors, flavor)) {
            return entry;
        }
    }
    for (FormatEntry const* const entry : format_table) {
        if (contains(entry->providers, provider)) {
            return entry;
        }
    }
    bool const hinted = !provider.empty() || !flavor.empty();
    return hinted || event.data.starts_with('{') ? format_table[0] : nullptr;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
