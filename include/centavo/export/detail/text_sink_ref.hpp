// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/export/text_sink.hpp>

#include <concepts>
#include <string_view>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

class TextSinkRef;

/// A TextSink that a TextSinkRef refers to rather than copies.
template <typename Candidate>
concept OtherTextSink = TextSink<Candidate> && !std::same_as<Candidate, TextSinkRef>;

/// A non-owning reference to a TextSink, so that no exporter is a template over its sink.
class TextSinkRef {
public:
    template <OtherTextSink Sink>
    explicit TextSinkRef(Sink& sink) noexcept
        : sink_{&sink}, write_{[](void* self, std::string_view text) { (*static_cast<Sink*>(self))(text); }} {
    }

    void operator()(std::string_view text) const { write_(sink_, text); }

private:
    void* sink_;
    void (*write_)(void*, std::string_view);
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
