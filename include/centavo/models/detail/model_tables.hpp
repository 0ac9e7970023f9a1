// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/models/model_catalog.hpp>

#include <array>
#include <cstdint>
#include <string_view>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// A row of the model table; the family supplies the other facts.
struct ModelEntry {
    std::string_view id;
    std::string_view provider;
    std::int64_t window;
    std::int64_t output_cap;
};

/// A row of the provider table.
struct ProviderEntry {
    std::string_view id;
    std::array<std::string_view, 5> aliases = {};
    bool first_party = false;
    std::string_view own = {};  ///< the beginnings of the ids of its own models; empty if it sells no others
    DisconnectBilling disconnect = DisconnectBilling::continues;
    bool cache_write_on_request = false;
};

/// The families, those with the narrower patterns first.
///
/// Image rules as of 2026-11-24, from the providers' guides (OpenAI: calculating costs; Anthropic: vision; Google:
/// media resolution) and from bills where they differ: gpt-5-mini is documented at 1.62 tokens per patch and gpt-5-nano
/// at 2.46, and they are billed at 1.20 and 1.5. Later versions of a family have the rule of the latest known one.
[[nodiscard]] constexpr auto family_table() {
    using enum Encoding;
    using enum ApiFormat;
    constexpr auto completion_tokens = OutputCapMember::max_completion_tokens;
    constexpr ChatRules measured{.measured = true};
    constexpr ChatRules harmony{.reply = 2, .tools = 90, .harmony = true};
    constexpr ImageLimit small{.patches = 1'536, .side = 2'048};
    constexpr ImageLimit high{.patches = 2'500, .side = 2'048};
    constexpr ImageLimit original{.patches = 10'000, .side = 6'000};
    constexpr ImageLimit high_any_side{.patches = 2'500, .side = 65'535};
    constexpr ImageLimit unscaled{.patches = 30'000, .side = 65'535};  // more patches are refused
    constexpr auto patches = [](std::int64_t hundredths, ImageLimit at_high, ImageLimit other) {
        return ImagePatchRule{.hundredths = hundredths, .high = at_high, .other = other};
    };
    constexpr ImageTileRule gpt_4o_image{.base = 85, .tile = 170};
    constexpr ImagePatchRule gpt_image = patches(120, high_any_side, unscaled);
    constexpr ImageGridRule claude_image{.side = 28, .limit = {.patches = 1'568, .side = 1'568}};
    constexpr ImageGridRule claude_high_image{.side = 28, .limit = {.patches = 4'784, .side = 2'576}};
    constexpr TokenEstimate claude{"claude", 1'150, 1'150, 56, 80, 47};
    constexpr TokenEstimate claude_4_7{"claude-opus-4-7", 1'430, 1'430, 0, 0, 3};
    constexpr TokenEstimate gemini_estimate{"gemini", 1'030, 1'110, 49, 75, 77};
    constexpr TokenEstimate mistral{"mistral", 1'070, 1'070, 0, 0, 8};
    constexpr std::int32_t shown = 128;  // functions are shown as declarations, and nothing else
    constexpr PromptRule claude_prompt{.request = 2,
                                       .message = 4,
                                       .call = 26,
                                       .tools = 500,
                                       .forced_tool = 100,
                                       .schema = 140,
                                       .mean_error = 99};
    constexpr PromptRule gemini_prompt{.call = 8, .schema_text = 0, .thoughts = 100, .mean_error = 216};
    constexpr PromptRule nova_prompt{.call = 17, .tools = 370, .forced_tool = 20, .mean_error = 33};
    return std::to_array<ModelFamily>({
        {.name = "gpt-4o-mini",
         .ids = "gpt-4o-mini",
         .encoding = o200k_base,
         .chat = measured,
         .max_hidden_prompt = shown,
         .image = ImageTileRule{.base = 2'833, .tile = 5'667}},
        {.name = "gpt-4.1-mini",
         .ids = "gpt-4.1-mini",
         .encoding = o200k_base,
         .chat = measured,
         .max_hidden_prompt = shown,
         .image = patches(162, small, small)},
        {.name = "gpt-4.1-nano",
         .ids = "gpt-4.1-nano",
         .encoding = o200k_base,
         .chat = measured,
         .max_hidden_prompt = shown,
         .image = patches(246, small, small)},
        {.name = "gpt-4o",
         .ids = "gpt-4o gpt-4.1 gpt-4.5",
         .encoding = o200k_base,
         .chat = measured,
         .max_hidden_prompt = shown,
         .image = gpt_4o_image},
        {.name = "chatgpt-4o",
         .ids = "chatgpt-4o",
         .encoding = o200k_base,
         .max_hidden_prompt = shown,
         .image = gpt_4o_image},
        {.name = "gpt-4",
         .ids = "gpt-4",
         .encoding = cl100k_base,
         .chat = measured,
         .max_hidden_prompt = shown,
         .image = gpt_4o_image},
        {.name = "gpt-3.5-turbo-0301",
         .ids = "gpt-3.5-turbo-0301 gpt-35-turbo-0301",
         .encoding = cl100k_base,
         .chat = {.per_message = 4, .per_name = -1},
         .max_hidden_prompt = shown,
         .image = gpt_image},
        {.name = "gpt-3.5-turbo",
         .ids = "gpt-3.5-turbo gpt-35-turbo",
         .encoding = cl100k_base,
         .chat = measured,
         .max_hidden_prompt = shown,
         .image = gpt_image},
        {.name = "gpt-5-mini",
         .ids = "gpt-5-mini gpt-5-codex-mini gpt-5.1-mini gpt-5.1-codex-mini gpt-5.2 gpt-5.3",
         .encoding = o200k_base,
         .cap_member = completion_tokens,
         .chat = harmony,
         .max_hidden_prompt = shown,
         .image = patches(120, small, small)},
        {.name = "gpt-5-nano",
         .ids = "gpt-5-nano",
         .encoding = o200k_base,
         .cap_member = completion_tokens,
         .chat = harmony,
         .max_hidden_prompt = shown,
         .image = patches(150, small, small)},
        {.name = "gpt-5",
         .ids = "gpt-5 gpt-5.1",
         .encoding = o200k_base,
         .cap_member = completion_tokens,
         .chat = harmony,
         .max_hidden_prompt = shown,
         .image = ImageTileRule{.base = 70, .tile = 140}},
        {.name = "gpt-5.4-mini",
         .ids = "gpt-5.4-mini",
         .encoding = o200k_base,
         .cap_member = completion_tokens,
         .chat = harmony,
         .max_hidden_prompt = shown,
         .image = patches(162, small, small)},
        {.name = "gpt-5.4-nano",
         .ids = "gpt-5.4-nano",
         .encoding = o200k_base,
         .cap_member = completion_tokens,
         .chat = harmony,
         .max_hidden_prompt = shown,
         .image = patches(246, small, small)},
        {.name = "gpt-5.4",
         .ids = "gpt-5.4 gpt-5.5",
         .encoding = o200k_base,
         .cap_member = completion_tokens,
         .chat = harmony,
         .max_hidden_prompt = shown,
         .image = patches(120, high, original)},
        {.name = "gpt-5.6",
         .ids = "gpt-5*",
         .encoding = o200k_base,
         .cap_member = completion_tokens,
         .chat = harmony,
         .max_hidden_prompt = shown,
         .image = gpt_image},
        {.name = "gpt-oss",
         .ids = "gpt-oss*",
         .encoding = o200k_base,
         .prompt = PromptRule{.request = 60, .message = 3, .call = 6, .mean_error = 208},
         .max_hidden_prompt = 256,
         .image = gpt_image},
        {.name = "gpt-realtime",
         .ids = "gpt-realtime* gpt-audio*",
         .encoding = o200k_base,
         .image = gpt_image},
        {.name = "gpt", .ids = "gpt-*", .image = gpt_image},
        {.name = "codex-mini", .ids = "codex-mini*", .encoding = o200k_base, .cap_member = completion_tokens},
        {.name = "davinci", .ids = "davinci-002 babbage-002", .encoding = cl100k_base},
        {.name = "o1",
         .ids = "o1 o3",
         .encoding = o200k_base,
         .cap_member = completion_tokens,
         .chat = harmony,
         .max_hidden_prompt = shown,
         .image = ImageTileRule{.base = 75, .tile = 150}},
        {.name = "o4-mini",
         .ids = "o4-mini",
         .encoding = o200k_base,
         .cap_member = completion_tokens,
         .chat = harmony,
         .max_hidden_prompt = shown,
         .image = patches(172, small, small)},
        {.name = "o4",
         .ids = "o1* o3* o4*",
         .encoding = o200k_base,
         .cap_member = completion_tokens,
         .chat = harmony,
         .max_hidden_prompt = shown},
        {.name = "computer-use",
         .ids = "computer-use-preview",
         .image = ImageTileRule{.base = 65, .tile = 129}},
        {.name = "text-embedding",
         .ids = "text-embedding-3 text-embedding-ada",
         .encoding = cl100k_base,
         .api = embeddings},
        {.name = "voyage", .ids = "voyage-*", .api = embeddings},
        {.name = "claude-opus-4-7",
         .ids = "claude-opus-4.7 claude-opus-4.8 claude-4.7 claude-4.8 claude-opus-5* claude-sonnet-5*",
         .api = anthropic_messages,
         .estimate = claude_4_7,
         .prompt = claude_prompt,
         .max_hidden_prompt = 3'072,
         .image = claude_high_image},
        {.name = "claude",
         .ids = "claude-opus-4 claude-opus-4.0 claude-opus-4.1 claude-opus-4.5 claude-opus-4.6 "
                "claude-sonnet-4 claude-sonnet-4.0 claude-sonnet-4.5 claude-sonnet-4.6 claude-sonnet-3.7 "
                "claude-haiku-4.5 claude-3 claude-3.5 claude-3.7 claude-4 claude-4.5 claude-4.6",
         .api = anthropic_messages,
         .estimate = claude,
         .prompt = claude_prompt,
         .image = claude_image},
        {.name = "claude-later",
         .ids = "claude*",
         .api = anthropic_messages,
         .estimate = claude,
         .prompt = claude_prompt,
         .max_hidden_prompt = 3'072,
         .image = claude_high_image},
        {.name = "gemini",
         .ids = "gemini-1.0 gemini-1.5 gemini-2.0 gemini-2.5 gemini-pro gemini-flash",
         .api = gemini,
         .estimate = gemini_estimate,
         .prompt = gemini_prompt,
         .max_hidden_prompt = 256,
         .image = ImageCropRule{.crop = 258}},
        {.name = "gemini-3",
         .ids = "gemini*",
         .api = gemini,
         .estimate = gemini_estimate,
         .prompt = PromptRule{.call = 4, .schema_text = 0, .sealed = 200, .mean_error = 463},
         .max_hidden_prompt = 256,
         .image = ImageFlatRule{.tokens = 1'120}},
        {.name = "nova-2",
         .ids = "nova-2*",
         .api = bedrock_converse,
         .estimate = TokenEstimate{"nova", 1'000, 1'000, 27, 23, 21},
         .prompt = PromptRule{.call = 17, .tools = 850, .forced_tool = 20, .mean_error = 33}},
        {.name = "nova",
         .ids = "nova*",
         .api = bedrock_converse,
         .estimate = TokenEstimate{"nova", 1'000, 1'000, 27, 23, 21},
         .prompt = nova_prompt,
         .max_hidden_prompt = 1'536},
        {.name = "mistral",
         .ids = "mistral* magistral* ministral* codestral* pixtral*",
         .estimate = mistral,
         .prompt =
             PromptRule{
                 .request = 4, .message = 2, .call = 1, .tools = 6, .declarations = 148, .mean_error = 71},
         .max_hidden_prompt = 256},
        {.name = "llama-4",
         .ids = "llama-4* llama4*",
         .estimate = TokenEstimate{"llama", 1'050, 1'050, 0, 0, 4},
         .prompt = PromptRule{.request = 2, .message = 2, .call = 12, .tools = 640, .mean_error = 135}},
        {.name = "llama",
         .ids = "llama*",
         .estimate = TokenEstimate{"llama", 1'050, 1'050, 0, 0, 4},
         .prompt = PromptRule{.request = 20, .message = 2, .call = 12, .tools = 250},
         .max_hidden_prompt = 1'024},
        {.name = "qwen",
         .ids = "qwen*",
         .estimate = TokenEstimate{"qwen", 1'040, 1'040, 0, 0, 3},
         .prompt =
             PromptRule{
                 .request = 5, .message = 3, .call = 12, .tools = 120, .schema_text = 0, .mean_error = 167},
         .max_hidden_prompt = 512},
        {.name = "deepseek-v4",
         .ids = "deepseek-v4*",
         .estimate = TokenEstimate{"deepseek", 1'040, 1'040, 0, 0, 2},
         .prompt = PromptRule{.request = 80, .message = 3, .call = 30, .tools = 230},
         .max_hidden_prompt = 1'024},
        {.name = "deepseek",
         .ids = "deepseek*",
         .estimate = TokenEstimate{"deepseek", 1'040, 1'040, 0, 0, 2},
         .prompt = PromptRule{.request = 2, .message = 3, .call = 30, .tools = 240},
         .max_hidden_prompt = 1'024},
        {.name = "command",
         .ids = "command*",
         .api = cohere,
         .estimate = TokenEstimate{"command", 1'070, 1'070},
         .prompt = PromptRule{},
         .max_hidden_prompt = 1'024},
        {.name = "glm",
         .ids = "glm*",
         .estimate = TokenEstimate{"glm", 1'040, 1'040},
         .prompt = PromptRule{.request = 2,
                              .message = 3,
                              .call = 10,
                              .tools = 100,
                              .schema_text = 30,
                              .thoughts = 100,
                              .mean_error = 42},
         .max_hidden_prompt = 512},
        {.name = "grok", .ids = "grok*", .estimate = TokenEstimate{"grok", 1'070, 1'070}},
    });
}

/// The models, sorted by id; see known_models() for the sources.
[[nodiscard]] constexpr auto model_table() {
    return std::to_array<ModelEntry>({
        {"claude-3-5-haiku", "anthropic", 200'000, 8'192},
        {"claude-3-5-sonnet", "anthropic", 200'000, 8'192},
        {"claude-3-7-sonnet", "anthropic", 200'000, 64'000},
        {"claude-fable-5", "anthropic", 1'000'000, 128'000},
        {"claude-haiku-4-5", "anthropic", 200'000, 64'000},
        {"claude-opus-4-1", "anthropic", 200'000, 32'000},
        {"claude-opus-4-5", "anthropic", 200'000, 64'000},
        {"claude-opus-4-6", "anthropic", 1'000'000, 128'000},
        {"claude-opus-4-7", "anthropic", 1'000'000, 128'000},
        {"claude-opus-4-8", "anthropic", 1'000'000, 128'000},
        {"claude-opus-5", "anthropic", 1'000'000, 128'000},
        {"claude-sonnet-4", "anthropic", 200'000, 64'000},
        {"claude-sonnet-4-5", "anthropic", 200'000, 64'000},
        {"claude-sonnet-4-6", "anthropic", 1'000'000, 64'000},
        {"claude-sonnet-5", "anthropic", 1'000'000, 128'000},
        {"codestral-latest", "mistral", 32'000, 8'191},
        {"command-a-03-2025", "cohere", 256'000, 8'000},
        {"command-r-plus-08-2024", "cohere", 128'000, 4'096},
        {"deepseek-chat", "deepseek", 131'072, 8'192},
        {"deepseek-reasoner", "deepseek", 131'072, 65'536},
        {"deepseek-v4-flash", "deepseek", 1'000'000, 8'192},
        {"deepseek-v4-pro", "deepseek", 1'000'000, 8'192},
        {"gemini-2.0-flash", "google", 1'048'576, 8'192},
        {"gemini-2.5-flash", "google", 1'048'576, 65'535},
        {"gemini-2.5-flash-lite", "google", 1'048'576, 65'535},
        {"gemini-2.5-pro", "google", 1'048'576, 65'535},
        {"gemini-3-flash-preview", "google", 1'048'576, 65'535},
        {"gemini-3-pro-preview", "google", 1'048'576, 65'535},
        {"gemini-3.1-flash-lite", "google", 1'048'576, 65'536},
        {"gemini-3.1-pro-preview", "google", 1'048'576, 65'536},
        {"glm-4.6", "zai", 200'000, 128'000},
        {"glm-5", "zai", 200'000, 128'000},
        {"gpt-3.5-turbo", "openai", 16'385, 4'096},
        {"gpt-4", "openai", 8'192, 4'096},
        {"gpt-4-turbo", "openai", 128'000, 4'096},
        {"gpt-4.1", "openai", 1'047'576, 32'768},
        {"gpt-4.1-mini", "openai", 1'047'576, 32'768},
        {"gpt-4.1-nano", "openai", 1'047'576, 32'768},
        {"gpt-4o", "openai", 128'000, 16'384},
        {"gpt-4o-mini", "openai", 128'000, 16'384},
        {"gpt-5", "openai", 400'000, 128'000},
        {"gpt-5-mini", "openai", 400'000, 128'000},
        {"gpt-5-nano", "openai", 400'000, 128'000},
        {"gpt-5.1", "openai", 400'000, 128'000},
        {"gpt-5.2", "openai", 400'000, 128'000},
        {"gpt-5.4", "openai", 1'050'000, 128'000},
        {"gpt-5.4-mini", "openai", 400'000, 128'000},
        {"gpt-5.5", "openai", 1'050'000, 128'000},
        {"gpt-5.6", "openai", 1'050'000, 128'000},
        {"gpt-5.6-luna", "openai", 1'050'000, 128'000},
        {"gpt-5.6-sol", "openai", 1'050'000, 128'000},
        {"gpt-5.6-terra", "openai", 1'050'000, 128'000},
        {"grok-3", "x-ai", 131'072, 131'072},
        {"grok-4", "x-ai", 256'000, 256'000},
        {"grok-4.3", "x-ai", 1'000'000, 1'000'000},
        {"kimi-k2.5", "moonshotai", 262'144, 262'144},
        {"llama-3.3-70b-versatile", "groq", 128'000, 32'768},
        {"mistral-large-latest", "mistral", 262'144, 262'144},
        {"mistral-medium-latest", "mistral", 262'144, 262'144},
        {"mistral-small-latest", "mistral", 131'072, 131'072},
        {"nova-lite", "aws", 300'000, 10'000},
        {"nova-micro", "aws", 128'000, 10'000},
        {"nova-pro", "aws", 300'000, 10'000},
        {"o1", "openai", 200'000, 100'000},
        {"o3", "openai", 200'000, 100'000},
        {"o3-mini", "openai", 200'000, 100'000},
        {"o4-mini", "openai", 200'000, 100'000},
        {"openai/gpt-oss-120b", "groq", 131'072, 32'766},
        {"sonar-pro", "perplexity", 200'000, 8'000},
        {"text-embedding-3-large", "openai", 8'192, 0},
        {"text-embedding-3-small", "openai", 8'192, 0},
        {"text-embedding-ada-002", "openai", 8'192, 0},
        {"voyage-3.5", "voyageai", 32'000, 0},
    });
}

/// The providers, by the canonical ids of the price table.
///
/// OpenRouter lists AWS Bedrock, Groq, Google, Mistral, Perplexity, Replicate, Hugging Face and SambaNova as billing on
/// after a disconnect.
[[nodiscard]] constexpr auto provider_table() {
    constexpr auto stops = DisconnectBilling::stops;
    return std::to_array<ProviderEntry>({
        {.id = "openai", .first_party = true, .disconnect = stops},
        {.id = "anthropic", .first_party = true, .disconnect = stops, .cache_write_on_request = true},
        {.id = "cohere", .aliases = {"cohere_chat"}, .first_party = true, .disconnect = stops},
        {.id = "deepseek", .first_party = true, .disconnect = stops},
        {.id = "mistral", .aliases = {"mistralai"}, .first_party = true},
        {.id = "moonshotai", .aliases = {"moonshot"}, .first_party = true},
        {.id = "perplexity", .first_party = true},
        {.id = "voyageai", .aliases = {"voyage"}, .first_party = true},
        {.id = "x-ai", .aliases = {"xai"}, .first_party = true, .disconnect = stops},
        {.id = "zai", .aliases = {"z-ai"}, .first_party = true},
        {.id = "zhipuai", .first_party = true},
        {.id = "minimax", .first_party = true},
        {.id = "google",
         .aliases = {"gemini", "vertex", "vertex_ai", "google-vertex"},
         .first_party = true,
         .own = "gemini gemma imagen veo lyria learnlm text-embedding text-multilingual multimodalembedding "
                "deep-research"},
        {.id = "aws",
         .aliases = {"bedrock", "bedrock_converse", "amazon", "amazon_nova"},
         .first_party = true,
         .own = "amazon. nova titan"},
        {.id = "azure", .aliases = {"azure_ai"}, .disconnect = stops},
        {.id = "cloudflare", .disconnect = stops},
        {.id = "fireworks", .aliases = {"fireworks_ai", "fireworks-ai"}, .disconnect = stops},
        {.id = "together", .aliases = {"together_ai", "togetherai"}, .disconnect = stops},
    });
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
