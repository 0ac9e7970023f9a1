// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/json_scan.hpp>
#include <centavo/base/tokens.hpp>
#include <centavo/chat/message.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// Throws MalformedRequest.
[[noreturn]] void fail_request(std::string const& what, std::size_t position);

/// A part of a text, from one offset to another.
struct Extent {
    std::size_t begin = 0;
    std::size_t end = 0;

    [[nodiscard]] std::string_view of(std::string_view text) const { return text.substr(begin, end - begin); }
};

/// A JSON value where it stands in a request; empty for an absent one.
struct JsonValue {
    std::string_view text;

    [[nodiscard]] explicit operator bool() const noexcept { return !text.empty(); }

    [[nodiscard]] JsonKind kind() const { return text.empty() ? JsonKind::end : JsonScan{text}.peek(); }
    [[nodiscard]] bool is(JsonKind wanted) const { return kind() == wanted; }
    [[nodiscard]] bool is_null() const { return is(JsonKind::null); }
    [[nodiscard]] bool equals(std::string_view other) const {
        return is(JsonKind::string) && JsonScan{text}.string().equals(other);
    }

    /// The text of a string; empty for a value of any other kind.
    [[nodiscard]] std::string string() const {
        return is(JsonKind::string) ? JsonScan{text}.string().text() : std::string{};
    }

    /// The value of a whole number.
    [[nodiscard]] std::optional<std::int64_t> integer() const {
        return is(JsonKind::number) ? json_integer(JsonScan{text}.number()) : std::nullopt;
    }

    /// Calls `visit` with each element of an array; not at all for a value of any other kind.
    template <typename Visit>
    void each(Visit&& visit) const {
        if (is(JsonKind::array)) {
            JsonScan scan{text};
            scan.enter_array();
            while (scan.next_element()) {
                static_cast<void>(scan.peek());
                visit(JsonValue{scan.skip()});
            }
        }
    }

    /// Calls `visit` with the name and the value of each member of an object.
    template <typename Visit>
    void each_member(Visit&& visit) const {
        if (is(JsonKind::object)) {
            JsonScan scan{text};
            scan.enter_object();
            while (auto const key = scan.next_member()) {
                static_cast<void>(scan.peek());
                visit(*key, JsonValue{scan.skip()});
            }
        }
    }
};

/// The members of an object, found by name. A view of the text.
class ObjectView {
public:
    ObjectView() = default;

    /// Without members for a value that is not an object.
    explicit ObjectView(JsonValue object) : whole_{object} {
        object.each_member([this](JsonString const& key, JsonValue value) {
            if (count_ < first_.size()) {
                first_[count_] = {key, value};
            } else {
                more_.push_back({key, value});
            }
            ++count_;
        });
    }

    [[nodiscard]] JsonValue whole() const noexcept { return whole_; }
    [[nodiscard]] std::size_t size() const noexcept { return count_; }

    /// The value of the last member of this name; empty if there is none.
    [[nodiscard]] JsonValue find(std::string_view name) const {
        for (std::size_t i = count_; i-- > 0;) {
            if (at(i).key.equals(name)) {
                return at(i).value;
            }
        }
        return {};
    }

    /// The same in either of two spellings.
    [[nodiscard]] JsonValue find(std::string_view name, std::string_view other) const {
        JsonValue const found = find(name);
        return found ? found : find(other);
    }

    [[nodiscard]] bool has(std::string_view name) const {
        JsonValue const found = find(name);
        return found && !found.is_null();
    }

    [[nodiscard]] ObjectView object(std::string_view name) const { return ObjectView{find(name)}; }
    [[nodiscard]] ObjectView object(std::string_view name, std::string_view other) const {
        return ObjectView{find(name, other)};
    }

    [[nodiscard]] bool is_duplicate(std::string_view name) const {
        std::size_t found = 0;
        for (std::size_t i = 0; i < count_; ++i) {
            found += at(i).key.equals(name) ? 1U : 0U;
        }
        return found > 1;
    }

private:
    struct Member {
        JsonString key;
        JsonValue value;
    };

    [[nodiscard]] Member const& at(std::size_t index) const {
        return index < first_.size() ? first_[index] : more_[index - first_.size()];
    }

    JsonValue whole_;
    std::array<Member, 16> first_{};
    std::vector<Member> more_;
    std::size_t count_ = 0;
};

/// What a part of a message holds other than text and images.
enum class FileKind : std::uint8_t { document, audio, video, other };

/// A file among the parts of a message, as far as it changes what a request costs. A value.
struct FilePart {
    FileKind kind = FileKind::other;
    std::size_t source_bytes = 0;  ///< the length of its data in the request's text
    bool named = false;            ///< the request holds its address or id, not its data
};

/// A text of a message that an edit can replace.
struct TextSpot {
    std::size_t message = 0;
    Extent text;  ///< of the JSON string
    Extent part;  ///< of the part in an array that holds it; empty for a message that is one string
};

/// What a request shows to a model. Offsets are relative to the first byte of the request's conversation.
struct Prompt {
    std::vector<Message> messages;
    std::vector<Extent> items;    ///< one for each message of a conversation that is an array
    std::vector<TextSpot> texts;  ///< in the order of the messages
    std::vector<Tool> tools;      ///< functions
    std::vector<FilePart> files;
    std::string system;        ///< the system prompt of a member of its own
    std::string results;       ///< texts of tool results that are parts of messages
    std::string thoughts;      ///< reasoning that was shown and is sent back
    std::string opaque;        ///< JSON text of parts that the format's reader does not know
    std::string schema;        ///< the schema of a structured response
    std::string_view outside;  ///< the member that refers to context outside the request; empty for none
    std::size_t encrypted_bytes = 0;  ///< reasoning that is sent back unreadable
    std::int64_t result_count = 0;    ///< tool results
    std::int64_t given_tokens = 0;    ///< input as token ids
    std::int64_t hosted_tools = 0;    ///< tools that the provider runs
    std::int64_t typed_tools =
        0;                     ///< tools that the model knows by their type, each with a prompt of its own
    bool cache_marks = false;  ///< asks the provider to cache the prompt
    bool fallbacks = false;    ///< names further models that may serve the request
};

/// Builds a Prompt from the values of a request.
class PromptBuilder {
public:
    /// `body` is the whole request; `conversation` the value that offsets are relative to.
    PromptBuilder(Prompt& prompt, std::string_view body, JsonValue conversation)
        : prompt_{prompt}, body_{body}, base_{conversation ? offset(conversation) : 0} {}

    [[nodiscard]] Prompt& prompt() const noexcept { return prompt_; }

    /// Throws MalformedRequest at `value`.
    [[noreturn]] void fail(std::string const& what, JsonValue value) const {
        fail_request(what, offset(value));
    }
    void require(JsonValue value, JsonKind kind, char const* what) const {
        if (!value.is(kind)) {
            fail(what, value);
        }
    }

    /// The text of a string; empty for an absent or null value. Throws MalformedRequest for any other kind.
    [[nodiscard]] std::string text_or_empty(JsonValue value, char const* what) const {
        if (!value || value.is_null()) {
            return {};
        }
        require(value, JsonKind::string, what);
        return value.string();
    }

    /// Begins a message, which is the element `item` of the conversation.
    Message& begin_message(JsonValue item, std::string role) {
        prompt_.messages.push_back({.role = std::move(role), .content = {}});
        prompt_.items.push_back(relative(item));
        return prompt_.messages.back();
    }

    /// Appends the text of a string to the message that was begun last.
    void add_text(JsonValue string, JsonValue part = {}) {
        JsonScan{string.text}.string().append_to(last().content);
        prompt_.texts.push_back({.message = prompt_.messages.size() - 1,
                                 .text = relative(string),
                                 .part = part ? relative(part) : Extent{}});
    }

    void add_image(ImagePart const& image) {
        last().images.push_back(image);
        ++last().other_parts;
    }
    void add_file(FilePart const& file) {
        prompt_.files.push_back(file);
        ++last().other_parts;
        if (file.named) {
            refer_outside("a file");
        }
    }
    void add_call(std::string id, std::string name, std::string arguments) {
        last().tool_calls.push_back({std::move(id), std::move(name), std::move(arguments)});
    }
    void add_result(std::string_view text) {
        append_line(prompt_.results, text);
        ++prompt_.result_count;
        ++last().other_parts;
    }
    void add_thought(std::string_view text, std::size_t encrypted) {
        append_line(prompt_.thoughts, text);
        prompt_.encrypted_bytes += encrypted;
        ++last().other_parts;
    }

    /// A part that is none of the above.
    void add_opaque(JsonValue part) {
        append_line(prompt_.opaque, part.text);
        ++last().other_parts;
    }

    void add_system(std::string_view text) { append_line(prompt_.system, text); }
    void set_schema(JsonValue schema) {
        prompt_.schema = schema.is(JsonKind::string) ? schema.string() : std::string{schema.text};
    }

    /// Adds a function; a value that is not an object or has a member of the wrong kind throws MalformedRequest.
    void add_tool(ObjectView const& tool, JsonValue parameters) {
        prompt_.tools.push_back(
            {.name = text_or_empty(tool.find("name"), "a tool's name must be a string"),
             .description = text_or_empty(tool.find("description"), "a tool's description must be a string"),
             .parameters = std::string{parameters.text}});
    }

    void refer_outside(std::string_view member) {
        prompt_.outside = prompt_.outside.empty() ? member : prompt_.outside;
    }

    [[nodiscard]] Message& last() {
        if (prompt_.messages.empty()) {
            prompt_.messages.push_back({.role = "user", .content = {}});
        }
        return prompt_.messages.back();
    }

    [[nodiscard]] std::size_t offset(JsonValue value) const {
        return static_cast<std::size_t>(value.text.data() - body_.data());
    }

private:
    static void append_line(std::string& out, std::string_view line) {
        out.append(out.empty() || line.empty() ? "" : "\n").append(line);
    }
    [[nodiscard]] Extent relative(JsonValue value) const {
        std::size_t const begin = offset(value) - base_;
        return {begin, begin + value.text.size()};
    }

    Prompt& prompt_;
    std::string_view body_;
    std::size_t base_;
};

/// The image that base64 data or a URL holds. `bytes` of the source are no tokens.
[[nodiscard]] inline ImagePart image_from(JsonValue source, bool base64, ImageDetail detail = {}) {
    ImagePart image{.size = std::nullopt, .detail = detail};
    if (source.is(JsonKind::string)) {
        image.source_bytes = source.text.size() - 2;
        JsonString const text = JsonScan{source.text}.string();
        std::string const resolved = text.escaped ? text.text() : std::string{};
        std::string_view const data = text.escaped ? std::string_view{resolved} : text.raw;
        image.size = base64 ? find_image_size_base64(data) : find_image_size_url(data);
    }
    return image;
}

/// A file from its data or, if there is none, its address or id.
[[nodiscard]] inline FilePart file_from(FileKind kind, JsonValue data) {
    bool const held = data.is(JsonKind::string) && !JsonScan{data.text}.string().raw.starts_with("http");
    return {.kind = kind, .source_bytes = held ? data.text.size() - 2 : 0, .named = !held};
}

/// The kind of a file by its media type.
[[nodiscard]] constexpr FileKind file_kind(std::string_view media_type) noexcept {
    return media_type.starts_with("audio/")   ? FileKind::audio
           : media_type.starts_with("video/") ? FileKind::video
                                              : FileKind::document;
}

[[nodiscard]] inline ImageDetail image_detail(JsonValue detail) {
    return detail.equals("low")        ? ImageDetail::low
           : detail.equals("high")     ? ImageDetail::high
           : detail.equals("original") ? ImageDetail::original
                                       : ImageDetail::automatic;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
