// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/json_scan.hpp>
#include <centavo/base/money.hpp>
#include <centavo/pricing/unit.hpp>
#include <centavo/pricing/usage.hpp>

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace centavo::inline v0 {

/// A usage block with a count that is none: a fraction, below zero, or beyond 63 bits.
class MalformedUsage : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// A usage block as the provider sends it, field by field; a later block overwrites, it never adds.
///
/// Knows the fields of OpenAI's chat completions, responses and embeddings and of those who speak its dialect,
/// Anthropic's messages and Gemini's usageMetadata. What is absent stays unsaid. After the providers' API references,
/// read 2026-11.
class UsageFields {
public:
    /// Takes a usage object where the scanner stands. Throws MalformedJson and MalformedUsage.
    void read(JsonScan& scan) { read_object(scan, {}); }

    /// Whether any count was seen.
    [[nodiscard]] bool any() const noexcept { return chat_input_ || other_input_ || gemini_input_; }

    /// The counts in the inclusive normal form. Throws ContradictoryUsage where a part exceeds its whole.
    [[nodiscard]] Usage usage() const;

    [[nodiscard]] std::optional<Usd> reported_cost() const noexcept { return cost_; }

private:
    using Count = std::optional<std::int64_t>;

    void read_object(JsonScan& scan, std::string_view inside);
    [[nodiscard]] Count* field(std::string_view inside, JsonString const& name);

    Count chat_input_, chat_output_, other_input_, other_output_, gemini_input_, gemini_output_, thoughts_,
        tool_input_;
    Count cached_, cache_write_, write_5m_, write_1h_, reasoning_, input_audio_, output_audio_;
    Count outside_read_, outside_write_, searches_;
    std::optional<Usd> cost_;
};

inline auto UsageFields::field(std::string_view inside, JsonString const& name) -> Count* {
    struct Known {
        std::string_view inside;
        std::string_view name;
        Count UsageFields::*count;
    };
    static constexpr Known known[] = {
        {"", "prompt_tokens", &UsageFields::chat_input_},
        {"", "completion_tokens", &UsageFields::chat_output_},
        {"", "input_tokens", &UsageFields::other_input_},
        {"", "output_tokens", &UsageFields::other_output_},
        {"", "promptTokenCount", &UsageFields::gemini_input_},
        {"", "candidatesTokenCount", &UsageFields::gemini_output_},
        {"", "thoughtsTokenCount", &UsageFields::thoughts_},
        {"", "toolUsePromptTokenCount", &UsageFields::tool_input_},
        {"", "cachedContentTokenCount", &UsageFields::cached_},
        {"", "prompt_cache_hit_tokens", &UsageFields::cached_},
        {"", "num_cached_tokens", &UsageFields::cached_},
        {"prompt_tokens_details", "cached_tokens", &UsageFields::cached_},
        {"prompt_tokens_details", "cache_write_tokens", &UsageFields::cache_write_},
        {"prompt_tokens_details", "audio_tokens", &UsageFields::input_audio_},
        {"completion_tokens_details", "reasoning_tokens", &UsageFields::reasoning_},
        {"completion_tokens_details", "audio_tokens", &UsageFields::output_audio_},
        {"input_tokens_details", "cached_tokens", &UsageFields::cached_},
        {"input_tokens_details", "cache_write_tokens", &UsageFields::cache_write_},
        {"output_tokens_details", "reasoning_tokens", &UsageFields::reasoning_},
        {"output_tokens_details", "thinking_tokens", &UsageFields::reasoning_},
        {"", "cache_read_input_tokens", &UsageFields::outside_read_},
        {"", "cache_creation_input_tokens", &UsageFields::outside_write_},
        {"cache_creation", "ephemeral_5m_input_tokens", &UsageFields::write_5m_},
        {"cache_creation", "ephemeral_1h_input_tokens", &UsageFields::write_1h_},
        {"server_tool_use", "web_search_requests", &UsageFields::searches_},
    };
    for (Known const& one : known) {
        if (one.inside == inside && name.equals(one.name)) {
            return &(this->*one.count);
        }
    }
    return nullptr;
}

inline void UsageFields::read_object(JsonScan& scan, std::string_view inside) {
    scan.enter_object();
    while (auto const name = scan.next_member()) {
        JsonKind const kind = scan.peek();
        if (kind == JsonKind::object && inside.empty()) {
            read_object(scan, name->raw);
        } else if (Count* const count = field(inside, *name); count != nullptr && kind == JsonKind::number) {
            std::string_view const digits = scan.number();
            *count = json_integer(digits);
            if (!*count || **count < 0) {
                throw MalformedUsage(name->text() + " is no count: " + std::string{digits.substr(0, 40)});
            }
        } else if (inside.empty() && name->equals("cost") && kind == JsonKind::number) {
            cost_ = Usd::parse(scan.number());
        } else {
            scan.skip();
        }
    }
}

inline Usage UsageFields::usage() const {
    Usage usage;
    if (gemini_input_) {
        usage.input = *gemini_input_ + tool_input_.value_or(0);
        usage.output = gemini_output_.value_or(0) + thoughts_.value_or(0);
        usage.reasoning = thoughts_;
    } else if (chat_input_) {
        usage.input = *chat_input_;
        usage.output = chat_output_.value_or(0);
    } else {
        usage.input = other_input_.value_or(0) + outside_read_.value_or(0) + outside_write_.value_or(0);
        usage.output = other_output_.value_or(0);
    }
    if (auto const read = cached_ ? cached_ : outside_read_) {
        usage.cache_read = *read;
    }
    if (auto const written = cache_write_ ? cache_write_ : outside_write_) {
        usage.cache_write = *written;
        if (write_5m_.value_or(0) + write_1h_.value_or(0) > *written) {
            throw ContradictoryUsage(
                "more written to the cache for 5 minutes and an hour than written at all");
        }
    }
    if (write_1h_) {
        usage.cache_write_1h = *write_1h_;
    }
    if (write_5m_) {
        usage.set(units::cache_write_5m, *write_5m_);
    }
    if (reasoning_) {
        usage.reasoning = *reasoning_;
    }
    if (input_audio_) {
        usage.input_audio = *input_audio_;
    }
    if (output_audio_) {
        usage.output_audio = *output_audio_;
    }
    if (searches_) {
        usage.set(units::web_searches, *searches_);
    }
    Tokens const parts = usage.cache_read.value_or(0) + usage.cache_write.value_or(0);
    if (parts > usage.input || usage.input_audio.value_or(0) > usage.input) {
        throw ContradictoryUsage("more of the input cached or heard than there was input");
    }
    return usage;
}

}  // namespace centavo::inline v0
