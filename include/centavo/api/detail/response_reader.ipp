// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/detail/formats.hpp>
#include <centavo/api/detail/openai_chat/format.hpp>
#include <centavo/api/detail/response_format.hpp>
#include <centavo/api/request.hpp>  // defines what the formats of requests call
#include <centavo/api/response_reader.hpp>
#include <centavo/base/detail/config.hpp>
#include <centavo/base/detail/json_scan.hpp>
#include <centavo/base/error.hpp>

#include <utility>

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE ResponseReader::ResponseReader(ApiHint hint) : hint_{std::move(hint)} {}
CENTAVO_INLINE ResponseReader::ResponseReader(ResponseReader&&) noexcept = default;
CENTAVO_INLINE ResponseReader& ResponseReader::operator=(ResponseReader&&) noexcept = default;
CENTAVO_INLINE ResponseReader::~ResponseReader() = default;

CENTAVO_INLINE void ResponseReader::choose_format(detail::WireEvent const& event) {
    detail::FormatHint const hint{hint_.provider, hint_.flavor, hint_.model};
    detail::FormatChoice const choice =
        hint_.format ? detail::FormatChoice{.entry = &detail::format_entry(*hint_.format)}
                     : detail::choose_format(event, hint);
    if (choice.entry != nullptr) {
        format_ = choice.entry->reader(hint);
        chosen_ = true;
        wrapped_ = choice.wrapped;
        if (choice.batch && framing_ == Framing::json) {
            format_->mark_batch();
        }
    } else if (format_ == nullptr) {
        format_ = detail::Owned<detail::ResponseFormat>{new detail::UnknownFormat};
    }
}

CENTAVO_INLINE void ResponseReader::take_event(detail::WireEvent const& event,
                                               detail::DeltaSink const& sink) {
    if (framing_ == Framing::unknown) {
        framing_ = Framing::sse;
    }
    if (event.data == detail::openai_chat::end_of_stream && format_ != nullptr) {
        format_->take_end();
    }
    if (event.data.empty() || event.data == detail::openai_chat::end_of_stream) {
        return;
    }
    ++taken_;
    if (!chosen_) {
        choose_format(event);
    }
    format_->take(wrapped_ ? detail::WireEvent{event.type, detail::unwrapped(event.data)} : event, sink);
}

CENTAVO_INLINE void ResponseReader::read(std::string_view bytes, detail::DeltaSink const& sink) {
    if (framing_ == Framing::unknown) {
        std::size_t const first = bytes.find_first_not_of(" \t\r\n");
        if (first == std::string_view::npos) {
            return;  // blank lines end no event
        }
        bytes.remove_prefix(first);
        framing_ = bytes.front() == '{' || bytes.front() == '[' ? Framing::json
                   : bytes.front() == '\0'                      ? Framing::aws
                                                                : Framing::sse;
        is_list_ = bytes.front() == '[';
    }
    switch (framing_) {
    case Framing::json:
        documents_.feed(bytes, [&](std::string_view document) { take_event({{}, document}, sink); });
        break;
    case Framing::aws:
        messages_.feed(bytes, [&](AwsEventMessage const& message) {
            auto const exception = message.text(":exception-type");
            take_event({exception ? *exception : message.text(":event-type").value_or(""), message.payload()},
                       sink);
        });
        break;
    default:
        events_.feed(bytes, [&](SseEvent const& event) {
            take_event({event.type == "message" ? std::string_view{} : event.type, event.data}, sink);
        });
        break;
    }
}

/// Takes an event without its final blank line if it is whole JSON; ignores the beginning of one.
CENTAVO_INLINE void ResponseReader::take_cut_event(std::string_view data) {
    try {
        detail::JsonScan scan{data};
        scan.skip();
        scan.finish();
    } catch (MalformedJson const&) {
        return;
    }
    if (!chosen_) {
        choose_format({{}, data});
    }
    format_->take({{}, data}, {});
}

CENTAVO_INLINE Response ResponseReader::finish() {
    bool cut_off = false;
    if (framing_ == Framing::sse) {
        auto const last = events_.unfinished();
        if (last && *last == detail::openai_chat::end_of_stream) {
            take_event({{}, *last}, {});
        } else if (last && !last->empty()) {
            cut_off = true;
            take_cut_event(*last);
        }
    } else if (framing_ == Framing::json) {
        std::string_view const rest = documents_.unfinished();
        cut_off = !rest.empty();
        if (cut_off && taken_ == 0) {
            take_event({{}, rest}, {});
        }
    } else if (framing_ == Framing::aws) {
        try {
            messages_.finish();
        } catch (MalformedAwsEventStream const&) {
            cut_off = true;
        }
    }
    if (format_ == nullptr) {
        choose_format({});
    }
    Response response = format_->finish(is_stream() ? detail::Delivery::streamed : detail::Delivery::whole);
    response.cut_off = cut_off;
    return response;
}

CENTAVO_INLINE Response const& ResponseReader::so_far() const noexcept {
    static Response const nothing{};
    return format_ != nullptr ? format_->so_far() : nothing;
}

CENTAVO_INLINE std::optional<Usage> ResponseReader::usage_so_far() const {
    return format_ != nullptr ? format_->usage_so_far() : std::nullopt;
}

CENTAVO_INLINE Response read_body(ApiHint const& hint, std::string_view body) {
    if (!body.starts_with('{')) {
        ResponseReader reader{hint};
        reader.feed(body);
        return reader.finish();
    }
    detail::WireEvent event{{}, body};
    detail::FormatHint const known{hint.provider, hint.flavor, hint.model};
    detail::FormatChoice const choice =
        hint.format ? detail::FormatChoice{.entry = &detail::format_entry(*hint.format)}
                    : detail::choose_format(event, known);
    auto const reader = choice.entry->reader(known);
    if (choice.wrapped) {
        event.data = detail::unwrapped(body);
    }
    if (choice.batch) {
        reader->mark_batch();
    }
    reader->take(event, {});
    return reader->finish(detail::Delivery::whole);
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
