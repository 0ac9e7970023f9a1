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

/// The record ids that were charged of late: at least the last 500,000, at most twice as many.
///
/// Exact: whole ids are kept, no digests of them. Not synchronised.
class SeenKeys {
public:
    static constexpr std::size_t generation = 500'000;

    /// Whether this id is new; it is known from then on. An empty operation is always new.
    [[nodiscard]] bool claim(std::string_view operation, int attempt) {
        if (operation.empty()) {
            return true;
        }
        IdempotencyKey id{std::string{operation}, attempt};
        if (old_.contains(id)) {
            return false;
        }
        if (young_.size() == generation) {
            old_ = std::exchange(young_, {});
        }
        return young_.insert(std::move(id)).second;
    }

    /// Takes a claim back, whose charge could not be written.
    void forget(IdempotencyKey const& id) { young_.erase(id) == 0 ? old_.erase(id) : 0; }

private:
    struct Hash {
        [[nodiscard]] std::size_t operator()(IdempotencyKey const& id) const noexcept {
            return std::hash<std::string>{}(id.operation) ^
                   (static_cast<std::size_t>(id.attempt) * 0x9E3779B97F4A7C15U);
        }
    };

    std::unordered_set<IdempotencyKey, Hash> young_;
    std::unordered_set<IdempotencyKey, Hash> old_;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
