// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/chat/request.hpp>
#include <centavo/models/model_facts.hpp>
#include <centavo/models/tokens.hpp>
#include <centavo/pricing/quote.hpp>
#include <centavo/tokens/chat_rules.hpp>
#include <centavo/tokens/counter.hpp>

#include <algorithm>
#include <cstddef>

namespace centavo::inline v0 {

/// The most that a request can use: its input's tokens where the count is exact, where not the bytes that bound them
/// and its images' tokens instead of their bytes; its cap, else the model's, else `otherwise`.
///
/// A recording or a document that the request only names, by URL or file id, has no bound here.
[[nodiscard]] inline CallShape shape_of(Request const& request, Counter const& counter, Tokens otherwise) {
    ChatCount const input = count_request(request, counter);
    bool const exact = input.exact && counter.exact();
    std::size_t bytes = request.body().size();
    for (Message const& message : request.messages()) {
        for (ImagePart const& image : message.images) {
            bytes -= image.source_bytes;
        }
    }
    auto const facts = find_facts(request.model());
    return {.input = exact ? input.tokens : std::max(input.tokens, Tokens{bytes} + input.images),
            .max_output = request.max_tokens() ? *request.max_tokens()
                          : facts              ? facts->output_cap
                                               : otherwise,
            .choices = static_cast<int>(request.choices())};
}

}  // namespace centavo::inline v0
