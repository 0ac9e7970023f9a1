// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/models/model_catalog.hpp>

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE std::optional<ModelFacts> find_facts(ModelId const& name) {
    static constexpr auto models = known_models();
    static_assert(std::ranges::is_sorted(models, {}, &ModelFacts::id));
    ModelFacts const* found = nullptr;
    auto const holds = [&](std::string_view id) {
        auto const at = std::ranges::lower_bound(models, id, {}, &ModelFacts::id);
        found = at != models.end() && at->id == id ? &*at : nullptr;
        return found != nullptr;
    };
    return match_model(name.text(), holds) ? std::optional{*found} : std::nullopt;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
