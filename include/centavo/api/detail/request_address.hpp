// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/detail/prompt.hpp>
#include <centavo/base/detail/algorithms.hpp>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// The address that a request is sent to: the path and the query of its URL, with or without scheme and host.
///
/// Some formats name the model there, after `models/`, `model/`, `deployments/`, `tunedModels/` or `endpoints/`, and
/// the operation, as the last segment or after a colon. A value.
class RequestAddress {
public:
    RequestAddress() = default;
    explicit RequestAddress(std::string text);

    [[nodiscard]] std::string const& text() const noexcept { return text_; }
    [[nodiscard]] bool empty() const noexcept { return text_.empty(); }
    [[nodiscard]] std::string_view path() const { return path_.of(text_); }
    [[nodiscard]] std::string_view query() const {
        return std::string_view{text_}.substr(std::min(path_.end + 1, text_.size()));
    }
    [[nodiscard]] bool path_ends_with(std::string_view end) const { return path().ends_with(end); }

    /// What is asked of the model: "generateContent", "converse", "completions".
    [[nodiscard]] std::string_view operation() const { return operation_.of(text_); }

    /// The model in the path, percent-decoded; empty if it names none.
    [[nodiscard]] std::string model() const { return decoded(model_.of(text_)); }
    [[nodiscard]] bool names_model() const noexcept { return model_.end > model_.begin; }

    /// The version of the API: the parameter `api-version`, or a segment such as "v1beta".
    [[nodiscard]] std::string_view version() const;

    /// The value of a parameter of the query; empty if there is none.
    [[nodiscard]] std::string_view parameter(std::string_view name) const;

    /// The address with another model, percent-encoded where the segment requires it.
    [[nodiscard]] RequestAddress with_model(std::string_view model) const {
        return replaced(model_, encoded(model));
    }
    [[nodiscard]] RequestAddress with_operation(std::string_view operation) const {
        return replaced(operation_, operation);
    }

    /// The address with a parameter set, or removed if `value` is empty.
    [[nodiscard]] RequestAddress with_parameter(std::string_view name, std::string_view value) const;

private:
    [[nodiscard]] static std::string decoded(std::string_view text);
    [[nodiscard]] static std::string encoded(std::string_view text);
    [[nodiscard]] RequestAddress replaced(Extent where, std::string_view with) const {
        return RequestAddress{std::string{text_}.replace(where.begin, where.end - where.begin, with)};
    }

    std::string text_;
    Extent path_;
    Extent operation_;
    Extent model_;
};

inline RequestAddress::RequestAddress(std::string text) : text_{std::move(text)} {
    constexpr std::array<std::string_view, 5> parents{"models", "model", "deployments", "tunedModels",
                                                      "endpoints"};
    std::size_t const scheme = text_.find("://");
    std::size_t const host_end = scheme == text_.npos ? 0 : text_.find('/', scheme + 3);
    path_ = {std::min(host_end, text_.size()), std::min(text_.find_first_of("?#"), text_.size())};
    path_.begin = std::min(path_.begin, path_.end);
    std::string_view parent;
    for (std::size_t at = path_.begin; at < path_.end;) {
        std::size_t const begin = at + (text_[at] == '/' ? 1 : 0);
        std::size_t const end = std::min(text_.find('/', begin), path_.end);
        operation_ = {begin, end};
        if (contains(parents, parent)) {
            model_ = {begin, end};
        }
        parent = operation_.of(text_);
        at = end == at ? end + 1 : end;
    }
    std::size_t const colon = operation_.of(text_).rfind(':');
    if (colon != text_.npos) {
        if (model_.begin == operation_.begin) {
            model_.end = operation_.begin + colon;
        }
        operation_.begin += colon + 1;
    }
}

inline std::string RequestAddress::decoded(std::string_view text) {
    auto const digit = [](char c) {
        return c >= '0' && c <= '9'   ? c - '0'
               : c >= 'a' && c <= 'f' ? c - 'a' + 10
               : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                      : -1;
    };
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        int const high = text[i] == '%' && i + 2 < text.size() ? digit(text[i + 1]) : -1;
        int const low = high >= 0 ? digit(text[i + 2]) : -1;
        if (low >= 0) {
            out.push_back(static_cast<char>(high * 16 + low));
            i += 2;
        } else {
            out.push_back(text[i]);
        }
    }
    return out;
}

inline std::string RequestAddress::encoded(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (char const c : text) {
        bool const plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                           c == '-' || c == '.' || c == '_' || c == '~';
        auto const byte = static_cast<unsigned char>(c);
        if (plain) {
            out.push_back(c);
        } else {
            out.append({'%', digits[byte / 16], digits[byte % 16]});
        }
    }
    return out;
}

inline std::string_view RequestAddress::parameter(std::string_view name) const {
    std::string_view rest = query();
    while (!rest.empty()) {
        std::string_view const pair = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
        if (pair.substr(0, pair.find('=')) == name) {
            return pair.substr(std::min(name.size() + 1, pair.size()));
        }
    }
    return {};
}

inline RequestAddress RequestAddress::with_parameter(std::string_view name, std::string_view value) const {
    std::string kept;
    auto const append = [&](std::string_view pair) { kept.append(kept.empty() ? "" : "&").append(pair); };
    std::string_view rest = query();
    while (!rest.empty()) {
        std::string_view const pair = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
        if (pair.substr(0, pair.find('=')) != name) {
            append(pair);
        }
    }
    if (!value.empty()) {
        append(std::string{name} + "=" + std::string{value});
    }
    return RequestAddress{text_.substr(0, path_.end) + (kept.empty() ? "" : "?" + kept)};
}

inline std::string_view RequestAddress::version() const {
    if (std::string_view const named = parameter("api-version"); !named.empty()) {
        return named;
    }
    std::string_view rest = path();
    while (!rest.empty()) {
        rest.remove_prefix(rest.starts_with('/') ? 1 : 0);
        std::string_view const segment = rest.substr(0, rest.find('/'));
        if (segment.size() > 1 && segment[0] == 'v' && segment[1] >= '0' && segment[1] <= '9') {
            return segment;
        }
        rest.remove_prefix(segment.size());
    }
    return {};
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
