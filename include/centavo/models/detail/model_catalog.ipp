// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/models/model_catalog.hpp>

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE std::optional<ModelFacts> find_facts(ModelId const& name) {
    static constexpr auto models = known_models();
    static_assert(std::is_sorted(models.begin(), models.end(), [](ModelFacts const& a, ModelFacts const& b) { return a.id < b.id; }));
    ModelFacts const* found = nullptr;
    auto const holds = [&](std::string_view id) {
        auto const at = std::lower_bound(models.begin(), models.end(), id, [](ModelFacts const& one, std::string_view wanted) { return one.id < wanted; });
        found = at != models.end() && at->id == id ? &*at : nullptr;
        return found != nullptr;
    };
    return match_model(name.text(), holds) ? std::optional{*found} : std::nullopt;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
