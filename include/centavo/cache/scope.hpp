// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace centavo {
inline namespace CENTAVO_ABI {

/// Who may be given whose answers: no cache entry crosses a scope.
///
/// There is no default: `Scope::of(tenant)`, or `Scope::shared()` where everyone may see every answer. A value.
class Scope {
public:
    /// One scope for everyone.
    [[nodiscard]] static Scope shared() { return Scope{}; }

    /// The scope of one tenant, user or conversation; an empty name throws std::invalid_argument, because it is
    /// more often a lookup that failed than a wish to share.
    [[nodiscard]] static Scope of(std::string_view name);

    /// Empty for the shared one.
    [[nodiscard]] std::string const& name() const noexcept { return name_; }

    friend bool operator==(Scope const&, Scope const&) = default;

private:
    Scope() = default;

    std::string name_;
};

/// Where the answer comes from, as far as it can change the answer. A value.
struct Origin {
    std::string provider;                   ///< "openai"; empty where there is only one
    std::string endpoint = {};              ///< where one provider has several
    std::vector<std::string> headers = {};  ///< those that change answers, as "name: value"
    std::string policy = {};                ///< the digest of the router's policy where one picks the model

    friend bool operator==(Origin const&, Origin const&) = default;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/cache/detail/scope.ipp>
#endif
