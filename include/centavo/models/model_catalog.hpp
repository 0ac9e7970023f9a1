// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/base/tokens.hpp>
#include <centavo/base/view.hpp>
#include <centavo/models/model_id.hpp>

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

namespace centavo {
inline namespace CENTAVO_ABI {

/// The format of an API's requests, responses and stream events.
enum class ApiFormat : std::uint8_t {
    openai_chat,
    openai_responses,
    embeddings,
    anthropic_messages,
    gemini,
    bedrock_converse,
    cohere
};

/// The vocabulary of a model; `unknown` if it is not public.
enum class Encoding : std::uint8_t { unknown, o200k_base, cl100k_base };

/// The request member that caps the output in OpenAI's chat format; newer models refuse `max_tokens`.
enum class OutputCapMember : std::uint8_t { max_tokens, max_completion_tokens };

/// The class of a text, which affects the number of tokens per character.
enum class ContentClass : std::uint8_t { text, data };

/// The tokens that a family of chat models adds to the texts of a request.
///
/// Sources: OpenAI's cookbook and the provider's bills for recorded calls, last checked 2026-11-24.
struct ChatRules {
    std::int64_t per_message = 3;
    std::int64_t per_name = 1;
    std::int64_t reply = 3;  ///< the tokens that start the response
    std::int64_t tools = 9;  ///< once per request with functions
    bool harmony = false;    ///< tool calls are messages of their own, and the tool choice is not shown
    bool measured = false;   ///< counts of text requests equal the bill in recorded calls or the cookbook
};

/// The tokens that a family without a public vocabulary makes of 1,000 tokens of o200k_base. Never exact.
///
/// Measured by tools/measure_estimates.py on recorded responses that are text alone: the factor is the median ratio of
/// the billed count to o200k_base's count on one half of the recordings, the errors are those on the other half. With
/// too few recordings for two halves, the errors are 0. The recordings hold too few texts in languages other than
/// English and too few programs to measure those. The fixed costs of a request, such as a hidden prompt or the
/// announcement of functions, are not included: 100 tokens or more on the first message with functions.
///
/// | family               | recordings | text | data | mean error | 90th percentile | bias   |
/// |----------------------|------------|------|------|------------|-----------------|--------|
/// | Claude to 4.6        | 47         | 1.15 | 1.15 | 5.6 %      | 8.0 %           | -0.8 % |
/// | Claude from Opus 4.7 | 3          | 1.43 | 1.43 | -          | -               | -      |
/// | Gemini               | 73 + 4     | 1.03 | 1.11 | 4.9 %      | 7.5 %           | -1.9 % |
/// | Nova                 | 21         | 1.00 | 1.00 | 2.7 %      | 2.3 %           | -1.9 % |
/// | Mistral              | 8          | 1.07 | 1.07 | -          | -               | -      |
/// | Llama                | 4          | 1.05 | 1.05 | -          | -               | -      |
/// | Qwen                 | 3          | 1.04 | 1.04 | -          | -               | -      |
/// | DeepSeek             | 2          | 1.04 | 1.04 | -          | -               | -      |
///
/// Command and Grok, without recordings, use the factor of Mistral's vocabulary.
struct TokenEstimate {
    std::string_view family;
    std::int32_t text;
    std::int32_t data;
    std::int32_t mean_error = 0;  ///< of the text factor, in thousandths of the true count
    std::int32_t p90_error = 0;   ///< the error of nine in ten recordings is at most this
    std::int32_t recordings = 0;  ///< 0 if the factor is another family's

    [[nodiscard]] constexpr Tokens of(Tokens reference, ContentClass kind) const {
        std::int64_t const factor = kind == ContentClass::data ? data : text;
        std::int64_t const whole = reference.value() / 1'000;
        return whole * factor + (reference.value() % 1'000 * factor + 500) / 1'000;
    }
};

/// The tokens that a family without a public vocabulary bills in addition to the texts of a request. Never exact.
///
/// Fitted to one half of 480 recorded bills and checked on the other; `mean_error` is the sum of the deviations on
/// that half, in thousandths of all tokens billed. Most of these numbers come from the prompt in which a provider
/// shows functions to its models: 340 to 500 tokens for Claude, 850 for Nova 2.
struct PromptRule {
    std::int16_t request = 0;         ///< once per request
    std::int16_t message = 0;         ///< per message
    std::int16_t call = 0;            ///< per call of a function, and per result
    std::int16_t tools = 0;           ///< once per request with functions
    std::int16_t forced_tool = 0;     ///< in addition if the request demands a call
    std::int16_t declarations = 100;  ///< of the JSON text of the functions, in hundredths of its tokens
    std::int16_t schema = 0;          ///< once per request with a schema for the response
    std::int16_t schema_text = 100;   ///< of that schema, in hundredths of its tokens
    std::int16_t thoughts = 0;        ///< of reasoning in the request, in hundredths of its tokens
    std::int16_t sealed = 0;          ///< per 1,000 bytes of encrypted reasoning in the request
    std::int16_t mean_error = 0;      ///< in thousandths; 0 if not known
};

/// The largest number of patches and of pixels on the longer side; a larger image is scaled down.
struct ImageLimit {
    std::int64_t patches;
    std::int64_t side;
};

/// A base and a price per tile of 512 x 512, after fitting the image into 2048 x 2048 and then to a shorter side of
/// 768; the base alone at low detail. Smaller images are not enlarged, as bills show against the guide.
struct ImageTileRule {
    std::int64_t base;
    std::int64_t tile;
};

/// A token per patch of 32 x 32, times a factor in hundredths, rounded up. Low detail counts as high, as billed.
struct ImagePatchRule {
    std::int64_t hundredths;
    ImageLimit high;
    ImageLimit other;  ///< for `original` and for requests that leave the detail to the model
};

/// A token per patch of `side` x `side` of the largest image of the same shape within the limit, at any detail.
struct ImageGridRule {
    std::int64_t side;
    ImageLimit limit;
};

/// `crop` tokens per crop of 768 x 768 of an image fitted into 3072 x 3072, and as many for the whole if there are
/// several crops; `crop` tokens for an image of at most 384 x 384.
struct ImageCropRule {
    std::int64_t crop;
};

/// The maximum for an image of any size.
struct ImageFlatRule {
    std::int64_t tokens;
};

/// How an image is converted to tokens.
using ImageRule = std::variant<ImageTileRule, ImagePatchRule, ImageGridRule, ImageCropRule, ImageFlatRule>;

/// A family of models and the facts that its members share.
struct ModelFamily {
    std::string_view name;                   ///< empty for models of no known family
    std::string_view ids;                    ///< patterns, separated by spaces; see family_of()
    Encoding encoding = Encoding::unknown;   ///< source: tiktoken's list of models
    ApiFormat api = ApiFormat::openai_chat;  ///< the format of the maker's API
    OutputCapMember cap_member = OutputCapMember::max_tokens;
    ChatRules chat = {};
    std::optional<TokenEstimate> estimate = {};  ///< for families without a public vocabulary
    std::optional<PromptRule> prompt = {};       ///< for families whose function prompts differ from OpenAI's
    std::int32_t max_hidden_prompt = 2'048;  ///< the bound of the prompt that a provider adds for functions
    ImageRule image = ImageGridRule{.side = 14, .limit = {.patches = 16'384, .side = INT32_MAX}};
};

/// The family whose pattern matches a model's name.
///
/// A pattern matches at the start of a word in the name. Its '.' also matches '-'. The text after it must not continue
/// the word or the version ("gpt-4" matches neither "gpt-4o" nor "gpt-4.1"); a pattern that ends in '*' accepts any
/// version. Of several matching families, the first in the table is taken.
///
/// A model of no known family has default chat rules, no estimate, and an image rule finer than the grids of open
/// models: a token per 14 x 14 pixels and at most 16,384, the maximum of Qwen2-VL. `chat.measured` is set only if the
/// name starts with the family, after a path or "ft:". Takes less than a microsecond; does not allocate.
[[nodiscard]] ModelFamily family_of(ModelId const& model) noexcept;

/// The facts of a model other than its price.
struct ModelFacts {
    std::string_view id;
    std::string_view provider;
    Tokens window;      ///< input and output together
    Tokens output_cap;  ///< the maximum output of one response
    Encoding encoding = Encoding::unknown;
    ApiFormat api = ApiFormat::openai_chat;
};

/// The models in the catalog, sorted by id.
///
/// Sources of windows and output caps: LiteLLM's public model list of 2026-08-01 (the window of GPT-5 is its input and
/// output together), for Claude 3.5 Anthropic's guide.
[[nodiscard]] View<ModelFacts> known_models();

/// The facts of a model, found by the rules of match_model(); nullopt for a model that is not in the catalog.
[[nodiscard]] std::optional<ModelFacts> find_facts(ModelId const& model);

/// The vocabulary of a model: that of the family with which its name begins, after a path, a vendor or "ft:", so that
/// fine-tuned models and Azure's spellings have that of their base model. `unknown` for other names.
[[nodiscard]] Encoding find_encoding(ModelId const& model) noexcept;

/// The canonical id of a provider, from any name that a host or a library uses: "aws" for "bedrock", "x-ai" for "xai".
///
/// Returns `name` itself for a provider that is not in the catalog.
[[nodiscard]] std::string_view provider_id(std::string_view name) noexcept;

/// Whether a provider sells its own models. An id that several providers offer refers to the model of its maker.
[[nodiscard]] bool is_first_party(std::string_view provider) noexcept;

/// Whether a provider makes the model of that id, in lower case; false for a host of other makers' models.
[[nodiscard]] bool is_maker(std::string_view provider, std::string_view id) noexcept;

/// What `provider` does when a stream's connection is closed; `continues` unless it is known to stop.
///
/// Source: OpenRouter's documentation of streaming, which lists the providers that support stream cancellation and
/// states that none stops for a response that is not streamed.
[[nodiscard]] DisconnectBilling disconnect_billing(std::string_view provider) noexcept;

/// Whether a provider writes a prompt to its cache, and bills that, only for a request with `cache_control`.
[[nodiscard]] bool writes_cache_on_request(std::string_view provider) noexcept;

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/models/detail/model_catalog.ipp>
#endif
