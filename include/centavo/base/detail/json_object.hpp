// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/json_scan.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

/// \file
/// Reads JSON objects and arrays by handlers. Every reader of a JSON object in the library uses it.
///
///     read_object(scan,
///                 on_object("usage", [&] { usage.read(scan); }),
///                 on_string({"model", "modelId"}, [&](JsonString const& value) { model = value.text(); }),
///                 on_number("index", [&](std::string_view digits) { index = json_integer(digits).value_or(0); }),
///                 on_array("choices", [&] { read_array(scan, [&] { read_choice(scan); }); }),
///                 otherwise([&](std::string_view name) { report(name, scan.skip()); }));
///
/// Names are compared decoded: `"\u006dodel"` is `"model"`. The first handler that takes a member's name and the kind
/// of its value runs. Members that no handler takes, values of an unexpected kind among them, are checked as JSON and
/// skipped. Nothing is allocated, unless a name longer than 15 bytes is spelled with escapes.
///
/// A duplicate member runs its handler again, in the order of the text: a handler that assigns keeps the last value,
/// as JavaScript and Python do. `on(…).once()` throws MalformedJson for a duplicate instead.

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// What a handler may return: continue after its value, or leave the object or array where the handler ended.
enum class JsonFlow : std::uint8_t { proceed, stop };

/// What became of a member that was offered to a handler.
enum class JsonMemberUse : std::uint8_t { declined, taken, stopped };

/// The members of the object at which a scanner stands, one after the other: what read_object() needs no template for.
class JsonMember {
public:
    explicit JsonMember(JsonScan& scan) : scan_{scan} { scan.enter_object(); }

    /// Reads the next key; false after the '}'.
    [[nodiscard]] bool next() {
        auto const key = scan_.next_member();
        if (!key) {
            return false;
        }
        key_ = *key;
        if (key->escaped) [[unlikely]] {
            decoded_ = key->text();
        }
        kind_ = scan_.peek();
        return true;
    }

    [[nodiscard]] JsonString const& key() const noexcept { return key_; }

    /// The key decoded.
    [[nodiscard]] std::string_view name() const noexcept {
        return key_.escaped ? std::string_view{decoded_} : key_.raw;
    }

    /// The kind of the value.
    [[nodiscard]] JsonKind kind() const noexcept { return kind_; }

private:
    JsonScan& scan_;
    JsonString key_;
    std::string decoded_;
    JsonKind kind_{};
};

/// Up to four names that one handler takes. A view of literals.
class JsonNames {
public:
    [[gnu::always_inline]] constexpr JsonNames(char const* first, char const* second = nullptr,
                                               char const* third = nullptr, char const* fourth = nullptr)
        : first_{first}, second_{of(second)}, third_{of(third)}, fourth_{of(fourth)} {}

    [[nodiscard, gnu::always_inline]] constexpr bool contain(std::string_view name) const noexcept {
        return same(name, first_) || is(second_, name) || is(third_, name) || is(fourth_, name);
    }

private:
    [[nodiscard]] static constexpr std::string_view of(char const* name) noexcept {
        return name == nullptr ? std::string_view{} : std::string_view{name};
    }
    [[nodiscard, gnu::always_inline]] static constexpr bool is(std::string_view listed,
                                                               std::string_view name) noexcept {
        return listed.data() != nullptr && same(name, listed);
    }
    // The optimizer compares with a constant in place only if the lengths are seen to be equal.
    [[nodiscard, gnu::always_inline]] static constexpr bool same(std::string_view name,
                                                                 std::string_view listed) noexcept {
        return name.size() == listed.size() &&
               __builtin_memcmp(name.data(), listed.data(), listed.size()) == 0;
    }

    std::string_view first_;
    std::string_view second_;
    std::string_view third_;
    std::string_view fourth_;
};

/// What a handler is called with.
enum class JsonHandlerForm : std::uint8_t {
    plain,    ///< nothing: it consumes the value itself
    raw,      ///< the text of the value, of any kind
    string,   ///< the JsonString
    number,   ///< the characters of the number
    boolean,  ///< the bool
    object,   ///< nothing: it consumes the object itself
    array     ///< nothing: it consumes the array itself
};

/// A handler of the members with given names. Made by on() and its siblings; lives for one read_object().
template <JsonHandlerForm form, typename Handler>
class OnMember {
public:
    [[gnu::always_inline]] constexpr OnMember(JsonNames const& names, Handler const& handler)
        : names_{names}, handler_{handler} {}

    /// The same handler, which throws MalformedJson for a second member that it would take.
    [[nodiscard]] constexpr OnMember once() const {
        OnMember copy = *this;
        copy.once_ = true;
        return copy;
    }

    [[gnu::always_inline]] JsonMemberUse operator()(JsonScan& scan, JsonMember const& member) {
        if (!takes(member.kind()) || !names_.contain(member.name())) {
            return JsonMemberUse::declined;
        }
        if (once_ && ran_) {
            scan.fail("a member with this name was read before");
        }
        ran_ = true;
        if constexpr (form == JsonHandlerForm::raw) {
            return run(scan.skip());
        } else if constexpr (form == JsonHandlerForm::string) {
            return run(scan.string());
        } else if constexpr (form == JsonHandlerForm::number) {
            return run(scan.number());
        } else if constexpr (form == JsonHandlerForm::boolean) {
            return run(scan.boolean());
        } else {
            return run();
        }
    }

private:
    [[nodiscard]] static constexpr bool takes(JsonKind kind) noexcept {
        switch (form) {
        case JsonHandlerForm::plain:
        case JsonHandlerForm::raw: return true;
        case JsonHandlerForm::string: return kind == JsonKind::string;
        case JsonHandlerForm::number: return kind == JsonKind::number;
        case JsonHandlerForm::boolean: return kind == JsonKind::boolean;
        case JsonHandlerForm::object: return kind == JsonKind::object;
        case JsonHandlerForm::array: return kind == JsonKind::array;
        }
        return false;
    }

    template <typename... Value>
    [[gnu::always_inline]] JsonMemberUse run(Value const&... value) {
        using Result = decltype(handler_(value...));
        if constexpr (std::is_same_v<Result, JsonFlow>) {
            return handler_(value...) == JsonFlow::stop ? JsonMemberUse::stopped : JsonMemberUse::taken;
        } else {
            static_assert(std::is_void_v<Result>, "a member's handler returns nothing or a JsonFlow");
            handler_(value...);
            return JsonMemberUse::taken;
        }
    }

    JsonNames names_;
    Handler const&
        handler_;  // not a copy: the optimizer keeps the names as constants only if the closure is elsewhere
    bool once_ = false;
    bool ran_ = false;
};

/// The handler of all members that reach it. Made by otherwise().
template <typename Handler>
class OtherMembers {
public:
    explicit constexpr OtherMembers(Handler const& handler) : handler_{handler} {}

    [[gnu::always_inline]] JsonMemberUse operator()(JsonScan&, JsonMember const& member) {
        if constexpr (requires { handler_(member.key(), member.kind()); }) {
            return use([&] { return handler_(member.key(), member.kind()); });
        } else if constexpr (requires { handler_(member.name(), member.kind()); }) {
            return use([&] { return handler_(member.name(), member.kind()); });
        } else if constexpr (requires { handler_(member.key()); }) {
            return use([&] { return handler_(member.key()); });
        } else {
            return use([&] { return handler_(member.name()); });
        }
    }

private:
    template <typename Run>
    [[gnu::always_inline]] static JsonMemberUse use(Run const& run) {
        using Result = decltype(run());
        if constexpr (std::is_same_v<Result, JsonFlow>) {
            return run() == JsonFlow::stop ? JsonMemberUse::stopped : JsonMemberUse::taken;
        } else if constexpr (std::is_same_v<Result, bool>) {
            return run() ? JsonMemberUse::taken : JsonMemberUse::declined;
        } else {
            static_assert(std::is_void_v<Result>,
                          "the handler returns nothing, a JsonFlow, or whether it took the value");
            run();
            return JsonMemberUse::taken;
        }
    }

    Handler const& handler_;
};

/// Calls `handler()` at the value of a member with one of `names`, whatever its kind.
template <typename Handler>
[[nodiscard, gnu::always_inline]] constexpr OnMember<JsonHandlerForm::plain, Handler>
on(JsonNames const& names, Handler const& handler) {
    return {names, handler};
}

/// Calls `handler(std::string_view)` with the JSON text of the value, whatever its kind.
template <typename Handler>
[[nodiscard, gnu::always_inline]] constexpr OnMember<JsonHandlerForm::raw, Handler>
on_raw(JsonNames const& names, Handler const& handler) {
    return {names, handler};
}

/// Calls `handler(JsonString const&)` with a value that is a string.
template <typename Handler>
[[nodiscard, gnu::always_inline]] constexpr OnMember<JsonHandlerForm::string, Handler>
on_string(JsonNames const& names, Handler const& handler) {
    return {names, handler};
}

/// Calls `handler(std::string_view)` with the characters of a value that is a number.
template <typename Handler>
[[nodiscard, gnu::always_inline]] constexpr OnMember<JsonHandlerForm::number, Handler>
on_number(JsonNames const& names, Handler const& handler) {
    return {names, handler};
}

/// Calls `handler(bool)` with a value that is true or false.
template <typename Handler>
[[nodiscard, gnu::always_inline]] constexpr OnMember<JsonHandlerForm::boolean, Handler>
on_boolean(JsonNames const& names, Handler const& handler) {
    return {names, handler};
}

/// Calls `handler()` at a value that is an object.
template <typename Handler>
[[nodiscard, gnu::always_inline]] constexpr OnMember<JsonHandlerForm::object, Handler>
on_object(JsonNames const& names, Handler const& handler) {
    return {names, handler};
}

/// Calls `handler()` at a value that is an array.
template <typename Handler>
[[nodiscard, gnu::always_inline]] constexpr OnMember<JsonHandlerForm::array, Handler>
on_array(JsonNames const& names, Handler const& handler) {
    return {names, handler};
}

/// Calls `handler(name)` or `handler(name, kind)` at the value of any member; `name` is the decoded std::string_view or
/// the JsonString. A handler that returns false has not consumed the value, and the next handler is tried.
template <typename Handler>
[[nodiscard]] constexpr OtherMembers<Handler> otherwise(Handler const& handler) {
    return OtherMembers<Handler>{handler};
}

/// Reads the object at which the scanner stands, each member by the first handler that takes it.
///
/// Returns JsonFlow::stop where a handler left the object, and proceed after its '}'. Throws MalformedJson, and what
/// the handlers throw. Inlined, so that the names are constants of the loop.
template <typename... Handlers>
[[gnu::always_inline]] inline JsonFlow read_object(JsonScan& scan, Handlers&&... handlers) {
    JsonMember member{scan};
    while (member.next()) {
        JsonMemberUse use = JsonMemberUse::declined;
        static_cast<void>(((use = handlers(scan, member), use != JsonMemberUse::declined) || ...));
        if (use == JsonMemberUse::declined) {
            scan.skip();
        } else if (use == JsonMemberUse::stopped) {
            return JsonFlow::stop;
        }
    }
    return JsonFlow::proceed;
}

/// Calls `handler()` or `handler(index)` at each element of the array at which the scanner stands.
///
/// Returns JsonFlow::stop where the handler returned that, and proceed after the ']'.
template <typename Handler>
[[gnu::always_inline]] inline JsonFlow read_array(JsonScan& scan, Handler&& handler) {
    scan.enter_array();
    for (std::size_t index = 0; scan.next_element(); ++index) {
        auto const element = [&] {
            if constexpr (requires { handler(index); }) {
                return handler(index);
            } else {
                return handler();
            }
        };
        if constexpr (std::is_same_v<decltype(element()), JsonFlow>) {
            if (element() == JsonFlow::stop) {
                return JsonFlow::stop;
            }
        } else {
            element();
        }
    }
    return JsonFlow::proceed;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
