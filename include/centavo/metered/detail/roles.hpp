// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/request.hpp>
#include <centavo/base/detail/config.hpp>
#include <centavo/base/money.hpp>
#include <centavo/budget/hold.hpp>
#include <centavo/cost_calculator.hpp>
#include <centavo/cost_monitor.hpp>
#include <centavo/model_router.hpp>
#include <centavo/models/model_id.hpp>
#include <centavo/pricing/price_table.hpp>
#include <centavo/pricing/quote.hpp>
#include <centavo/prompt_cache.hpp>
#include <centavo/prompt_optimizer.hpp>

#include <concepts>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

template <typename Store>
[[nodiscard]] PromptCache<Store>* as_base(PromptCache<Store>* cache) noexcept {
    return cache;
}

template <typename Prices>
CostCalculator<Prices> const* as_calculator(CostCalculator<Prices> const*);
template <typename Store>
PromptCache<Store>* as_cache(PromptCache<Store>*);
template <typename Store>
CostMonitor<Store>* as_monitor(CostMonitor<Store>*);
template <typename Counting>
PromptOptimizer<Counting> const* as_optimizer(PromptOptimizer<Counting> const*);

template <typename Candidate>
concept IsCalculator = requires(Candidate* candidate) {
    as_calculator(candidate);
};
template <typename Candidate>
concept IsCache = requires(Candidate* candidate) {
    as_cache(candidate);
};
template <typename Candidate>
concept IsMonitor = requires(Candidate* candidate) {
    as_monitor(candidate);
};
template <typename Candidate>
concept IsOptimizer = requires(Candidate* candidate) {
    as_optimizer(candidate);
};

/// A reference to a calculator of any price source.
class CalculatorRef {
public:
    template <typename Component>
    requires(!std::same_as<std::remove_cvref_t<Component>,
                           CalculatorRef>)  // NOLINTNEXTLINE(bugprone-forwarding-reference-overload)
        CalculatorRef(Component&& component) {
        static_assert(std::is_lvalue_reference_v<Component>,
                      "calculator: must be a variable that outlives Metered");
        static_assert(IsCalculator<std::remove_reference_t<Component>>,
                      "calculator: must be a CostCalculator or a class derived from one");
        using Base = std::remove_pointer_t<decltype(as_calculator(std::addressof(component)))>;
        component_ = static_cast<Base const*>(std::addressof(component));
        quote_ = [](void const* self, ModelId const& model, CallShape const& shape,
                    CallContext const& context) {
            return static_cast<Base const*>(self)->quote(model, shape, context);
        };
        prices_ = [](void const* self) { return static_cast<Base const*>(self)->prices(); };
        now_ = [](void const* self) { return static_cast<Base const*>(self)->now(); };
    }

    [[nodiscard]] Quote quote(ModelId const& model, CallShape const& shape,
                              CallContext const& context) const {
        return quote_(component_, model, shape, context);
    }
    [[nodiscard]] PriceTable prices() const { return prices_(component_); }
    [[nodiscard]] Instant now() const { return now_(component_); }

private:
    void const* component_;
    Quote (*quote_)(void const*, ModelId const&, CallShape const&, CallContext const&);
    PriceTable (*prices_)(void const*);
    Instant (*now_)(void const*);
};

/// A reference to a cache over any store, or to none.
class CacheRef {
public:
    CacheRef() = default;

    template <typename Component>
    requires(!std::same_as<std::remove_cvref_t<Component>,
                           CacheRef>)  // NOLINTNEXTLINE(bugprone-forwarding-reference-overload)
        CacheRef(Component&& component) {
        static_assert(std::is_lvalue_reference_v<Component>,
                      "cache: must be a variable that outlives Metered");
        static_assert(IsCache<std::remove_reference_t<Component>>,
                      "cache: must be a PromptCache or a class derived from one");
        core_ = std::addressof(PromptCacheAccess::core_of(*as_base(std::addressof(component))));
    }

    explicit operator bool() const noexcept { return core_ != nullptr; }
    [[nodiscard]] PromptCacheCore* operator->() const noexcept { return core_; }

private:
    PromptCacheCore* core_ = nullptr;
};

/// A reference to a monitor over any store, or to none.
class MonitorRef {
public:
    MonitorRef() = default;

    template <typename Component>
    requires(!std::same_as<std::remove_cvref_t<Component>,
                           MonitorRef>)  // NOLINTNEXTLINE(bugprone-forwarding-reference-overload)
        MonitorRef(Component&& component) {
        static_assert(std::is_lvalue_reference_v<Component>,
                      "monitor: must be a variable that outlives Metered");
        static_assert(IsMonitor<std::remove_reference_t<Component>>,
                      "monitor: must be a CostMonitor or a class derived from one, not const");
        using Base = std::remove_pointer_t<decltype(as_monitor(std::addressof(component)))>;
        component_ = static_cast<Base*>(std::addressof(component));
        reserve_ = [](void* self, Quote const& quote, ReserveOptions options) {
            return static_cast<Base*>(self)->reserve(quote, std::move(options));
        };
        fit_ = [](void* self, Quote const& quote, ReserveOptions const& options) {
            return static_cast<Base*>(self)->fit(quote, options);
        };
        assumed_ = [](void* self) { return static_cast<Base*>(self)->assume_when_unpriced(); };
    }

    explicit operator bool() const noexcept { return component_ != nullptr; }
    [[nodiscard]] Reservation reserve(Quote const& quote, ReserveOptions options) const {
        return reserve_(component_, quote, std::move(options));
    }
    [[nodiscard]] Fitted fit(Quote const& quote, ReserveOptions const& options) const {
        return fit_(component_, quote, options);
    }
    [[nodiscard]] std::optional<Usd> assume_when_unpriced() const {
        return component_ != nullptr ? assumed_(component_) : std::nullopt;
    }

private:
    void* component_ = nullptr;
    Reservation (*reserve_)(void*, Quote const&, ReserveOptions) = nullptr;
    Fitted (*fit_)(void*, Quote const&, ReserveOptions const&) = nullptr;
    std::optional<Usd> (*assumed_)(void*) = nullptr;
};

/// A reference to a router for tasks of one type, or to none.
template <typename Task>
class RouterRef {
public:
    RouterRef() = default;

    template <typename Component>
    requires(!std::same_as<std::remove_cvref_t<Component>,
                           RouterRef>)  // NOLINTNEXTLINE(bugprone-forwarding-reference-overload)
        RouterRef(Component&& component) {
        static_assert(std::is_lvalue_reference_v<Component>,
                      "router: must be a variable that outlives Metered");
        static_assert(std::is_convertible_v<std::remove_reference_t<Component>*, ModelRouter<Task> const*>,
                      "router: must be a ModelRouter of Metered's Task, or a class derived from one");
        router_ = std::addressof(component);
    }

    explicit operator bool() const noexcept { return router_ != nullptr; }
    [[nodiscard]] ModelRouter<Task> const* operator->() const noexcept { return router_; }

private:
    ModelRouter<Task> const* router_ = nullptr;
};

/// A reference to an optimizer with any counter, or to none.
class OptimizerRef {
public:
    OptimizerRef() = default;

    template <typename Component>
    requires(!std::same_as<std::remove_cvref_t<Component>,
                           OptimizerRef>)  // NOLINTNEXTLINE(bugprone-forwarding-reference-overload)
        OptimizerRef(Component&& component) {
        static_assert(std::is_lvalue_reference_v<Component>,
                      "optimizer: must be a variable that outlives Metered");
        static_assert(IsOptimizer<std::remove_reference_t<Component>>,
                      "optimizer: must be a PromptOptimizer or a class derived from one");
        using Base = std::remove_pointer_t<decltype(as_optimizer(std::addressof(component)))>;
        component_ = static_cast<Base const*>(std::addressof(component));
        optimize_ = [](void const* self, Request const& request, Level level) {
            return static_cast<Base const*>(self)->optimize(request, level);
        };
    }

    explicit operator bool() const noexcept { return component_ != nullptr; }
    [[nodiscard]] OptimizedRequest optimize(Request const& request, Level level) const {
        return optimize_(component_, request, level);
    }

private:
    void const* component_ = nullptr;
    OptimizedRequest (*optimize_)(void const*, Request const&, Level) = nullptr;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
