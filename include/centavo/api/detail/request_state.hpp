// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/detail/prompt.hpp>
#include <centavo/api/detail/request_address.hpp>
#include <centavo/api/detail/request_format.hpp>
#include <centavo/base/tokens.hpp>
#include <centavo/models/model_id.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace centavo {
inline namespace CENTAVO_ABI {

class Request;

}  // namespace CENTAVO_ABI
}  // namespace centavo

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// A value that is computed at most a few times and then read by any thread: the first to finish is kept.
template <typename Value>
class Memo {
public:
    Memo() = default;
    Memo(Memo const&) = delete;
    Memo& operator=(Memo const&) = delete;
    ~Memo() { delete value_.load(std::memory_order_acquire); }

    /// nullptr before the first keep().
    [[nodiscard]] Value const* find() const noexcept { return value_.load(std::memory_order_acquire); }

    void keep(Value value) const {
        auto made = std::make_unique<Value const>(std::move(value));
        Value const* none = nullptr;
        if (value_.compare_exchange_strong(none, made.get(), std::memory_order_acq_rel)) {
            static_cast<void>(made.release());
        }
    }

private:
    mutable std::atomic<Value const*> value_ = nullptr;
};

/// What a Request shares between its copies.
struct RequestState {
    struct Member {
        std::string name;
        std::size_t key = 0;  ///< of the name's opening quote
        Extent value;
    };

    std::string body;
    RequestAddress address;
    RequestFormat const* format = nullptr;
    std::vector<Member> members;
    std::size_t close = 0;         ///< of the brace that ends the request
    std::size_t conversation = 0;  ///< the offset that the prompt's are relative to
    std::shared_ptr<Prompt const> prompt;
    ModelId model;
    std::optional<double> temperature;
    std::optional<Tokens> max_tokens;
    Tokens min_max_tokens = 1;
    std::int64_t choices = 1;
    bool stream = false;
    Memo<std::shared_ptr<void const>> counted;             ///< a CountedInput
    Memo<std::array<unsigned char, 32>> canonical_digest;  ///< of the members that enter a cache key

    [[nodiscard]] Member const* find(std::string_view name) const noexcept {
        for (Member const& member : members) {
            if (member.name == name) {
                return &member;
            }
        }
        return nullptr;
    }
    [[nodiscard]] JsonValue value(Member const& member) const { return {member.value.of(body)}; }
};

/// The private side of a Request, for the modules of its own layer and above.
class RequestAccess {
public:
    [[nodiscard]] static RequestState const& state(Request const& request) noexcept;
    [[nodiscard]] static Prompt const& prompt(Request const& request) noexcept;

    /// Reads a request whose format is known, or chosen by evidence if it is not.
    [[nodiscard]] static Request parse(std::string body, std::string endpoint, RequestFormat const* format);

    /// The request with another body that differs in the value of `edited`, and shares the prompt if it does not.
    [[nodiscard]] static Request edited(Request const& from, std::string body, std::string_view edited);
    [[nodiscard]] static Request with_address(Request const& from, RequestAddress address);
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail

#ifndef CENTAVO_COMPILED
#include <centavo/api/detail/request_state.ipp>
#endif
