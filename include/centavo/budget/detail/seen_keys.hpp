// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/budget/record.hpp>

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// The most recently charged idempotency keys: at least the last 500,000, at most twice as many.
///
/// Exact: keeps whole keys, not digests. Not synchronized.
class SeenKeys {
public:
    static constexpr std::size_t generation = 500'000;

    /// Inserts a key; false if it was seen before. An empty operation is not a key and is always new.
    [[nodiscard]] bool try_insert(std::string_view operation, int attempt) {
        if (operation.empty()) {
            return true;
        }
        IdempotencyKey key{std::string{operation}, attempt};
        if (old_.contains(key)) {
            return false;
        }
        if (young_.size() == generation) {
            old_ = std::exchange(young_, {});
        }
        return young_.insert(std::move(key)).second;
    }

    /// Removes a key whose charge could not be written.
    void erase(IdempotencyKey const& key) {
        if (young_.erase(key) == 0) {
            old_.erase(key);
        }
    }

private:
    struct Hash {
        [[nodiscard]] std::size_t operator()(IdempotencyKey const& key) const noexcept {
            return std::hash<std::string>{}(key.operation) ^
                   (static_cast<std::size_t>(key.attempt) * 0x9E3779B97F4A7C15U);
        }
    };

    std::unordered_set<IdempotencyKey, Hash> young_;
    std::unordered_set<IdempotencyKey, Hash> old_;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
