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
#include <centavo/base/detail/json_object.hpp>
#include <centavo/base/detail/json_scan.hpp>

#include <string>
#include <string_view>

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
    if (type.empty()) {
        return nullptr;
    }
    for (FormatEntry const* const entry : format_table) {
        if (entry->is_event(type)) {
            return entry;
        }
    }
    return nullptr;
}

/// The evidence of a response's members.
struct FormatEvidenceSum {
    FormatEntry const* certain = nullptr;
    FormatEntry const* likely = nullptr;
    FormatEntry const* certain_usage = nullptr;
    FormatEntry const* likely_usage = nullptr;

    /// Takes an entry for a weaker or stronger one: the first of the table, whatever the order of the members.
    static void take(FormatEntry const*& known, FormatEntry const* entry) noexcept {
        auto const place = [](FormatEntry const* one) {
            return find_if(format_table, [&](FormatEntry const* other) { return other == one; });
        };
        known = known == nullptr || place(entry) < place(known) ? entry : known;
    }
};

/// Takes the evidence of a usage block.
inline void take_usage_evidence(FormatEvidenceSum& sum, JsonScan& scan) {
    JsonMember member{scan};
    while (member.next()) {
        if (member.kind() != JsonKind::null) {
            for (FormatEntry const* const entry : format_table) {
                FormatEvidence const evidence = entry->usage_evidence(member.name());
                if (evidence == FormatEvidence::certain) {
                    FormatEvidenceSum::take(sum.certain_usage, entry);
                } else if (evidence == FormatEvidence::likely) {
                    FormatEvidenceSum::take(sum.likely_usage, entry);
                }
            }
        }
        scan.skip();
    }
}

/// An object that may wrap a response, by the members that batches and proxies use.
struct WrappingMembers {
    std::string_view response;  ///< of OpenAI's and Gemini's lines, which have it in `body` or are it
    std::string_view result;    ///< of Anthropic's lines, and of Cloudflare's answers
    std::string_view output;    ///< of the lines of Bedrock's batches
    bool is_line = false;       ///< whether a member names the request of a batch
    bool is_traced = false;     ///< whether a member names a single call

    void take(BodyMember const& member) noexcept {
        if (member.kind == JsonKind::object) {
            response = member.name == "response" ? member.value : response;
            result = member.name == "result" ? member.value : result;
            output = member.name == "modelOutput" ? member.value : output;
        }
        is_line = is_line || member.name == "custom_id" || member.name == "key" || member.name == "recordId";
        is_traced = is_traced || member.name == "traceId";
    }

    [[nodiscard]] bool any() const noexcept {
        return !(response.empty() && result.empty() && output.empty());
    }
    [[nodiscard]] bool batch() const noexcept {
        return is_line || !output.empty() || (!response.empty() && !is_traced);
    }

    /// The wrapped response; the object that wraps it where there is none.
    [[nodiscard]] std::string_view inner() const {
        std::string_view const outer = !response.empty() ? response : !result.empty() ? result : output;
        std::string_view found = outer;
        JsonScan scan{outer};
        JsonMember member{scan};
        while (member.next()) {
            bool const names_it = (outer.data() == response.data() && member.name() == "body") ||
                                  (outer.data() == result.data() && member.name() == "message");
            bool const object = member.kind() == JsonKind::object;
            std::string_view const value = scan.skip();
            found = names_it && object ? value : found;
        }
        return found;
    }
};

/// What the members of a body or an event show: the evidence, and what may wrap a response.
struct BodyEvidence {
    FormatEvidenceSum sum;
    WrappingMembers wrapping;
};

/// Takes the evidence of one member; true where it is certain.
inline bool take_body_evidence(FormatEvidenceSum& sum, BodyMember const& member) noexcept {
    for (FormatEntry const* const entry : format_table) {
        FormatEvidence const evidence = entry->body_evidence(member);
        if (evidence == FormatEvidence::certain) {
            sum.certain = entry;
            return true;
        }
        if (evidence == FormatEvidence::likely) {
            FormatEvidenceSum::take(sum.likely, entry);
        }
    }
    return false;
}

/// Takes the evidence of the members of `output`, whose object several APIs have; true where one is certain.
inline bool take_output_evidence(FormatEvidenceSum& sum, JsonScan& scan) {
    std::string path;
    JsonMember inner{scan};
    while (inner.next()) {
        path = "output/";
        path += inner.name();
        if (inner.kind() != JsonKind::null && take_body_evidence(sum, {.name = path, .kind = inner.kind()})) {
            return true;
        }
        scan.skip();
    }
    return false;
}

/// Reads the top-level members of an object until one is certain evidence.
[[nodiscard]] inline BodyEvidence evidence_of(std::string_view object) {
    BodyEvidence found;
    std::string storage;
    JsonScan scan{object};
    JsonMember read{scan};
    while (read.next()) {
        BodyMember member{.name = read.name(), .kind = read.kind()};
        switch (member.kind) {
        case JsonKind::string: member.text = scan.string().text_in(storage); break;
        case JsonKind::object:
            if (member.name == "usage" || member.name == "meta" || member.name == "usage_info") {
                take_usage_evidence(found.sum, scan);
            } else if (member.name == "output") {
                if (take_output_evidence(found.sum, scan)) {
                    return found;
                }
            } else {
                member.value = scan.skip();
            }
            break;
        case JsonKind::null: scan.skip(); continue;
        default: break;
        }
        if (member.kind == JsonKind::string && member.name == "type") {
            if (FormatEntry const* const named = find_by_event(member.text)) {
                found.sum.certain = named;
                return found;
            }
        }
        if (take_body_evidence(found.sum, member)) {
            return found;
        }
        found.wrapping.take(member);
        if (member.kind != JsonKind::string && member.kind != JsonKind::object) {
            scan.skip();
        }
    }
    return found;
}

/// The entry that lists a name in one of its members.
[[nodiscard]] inline FormatEntry const* find_listed(View<std::string_view> FormatEntry::*list,
                                                    std::string_view name) noexcept {
    for (FormatEntry const* const entry : format_table) {
        if (contains(entry->*list, name)) {
            return entry;
        }
    }
    return nullptr;
}

[[nodiscard]] inline FormatEntry const* entry_of(FormatEvidenceSum const& sum,
                                                 FormatHint const& hint) noexcept {
    if (sum.certain != nullptr) {
        return sum.certain;
    }
    if (auto const* const by_flavor = find_listed(&FormatEntry::flavors, hint.flavor)) {
        return by_flavor;
    }
    if (sum.certain_usage != nullptr) {
        return sum.certain_usage;
    }
    if (auto const* const by_provider = find_listed(&FormatEntry::providers, hint.provider)) {
        return by_provider;
    }
    return sum.likely != nullptr ? sum.likely : sum.likely_usage;
}

CENTAVO_INLINE FormatChoice choose_format(WireEvent const& event, FormatHint const& hint) {
    FormatChoice choice;
    if ((choice.entry = find_by_event(event.type)) != nullptr) {
        return choice;
    }
    bool const object = event.data.starts_with('{');
    if (!object) {
        choice.entry = entry_of({}, hint);
    } else {
        BodyEvidence found = evidence_of(event.data);
        if (found.sum.certain == nullptr && found.sum.certain_usage == nullptr && found.wrapping.any()) {
            choice.wrapped = true;
            choice.batch = found.wrapping.batch();
            found = evidence_of(found.wrapping.inner());
        }
        choice.entry = entry_of(found.sum, hint);
    }
    if (choice.entry == nullptr && (object || !hint.provider.empty() || !hint.flavor.empty())) {
        choice.entry = format_table[0];
    }
    return choice;
}

CENTAVO_INLINE std::string_view unwrapped(std::string_view object) {
    BodyEvidence const found = evidence_of(object);
    return found.sum.certain == nullptr && found.wrapping.any() ? found.wrapping.inner() : object;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
