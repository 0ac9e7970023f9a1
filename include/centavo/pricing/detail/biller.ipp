// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/base/view.hpp>
#include <centavo/pricing/cost.hpp>
#include <centavo/pricing/detail/price_messages.hpp>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// Calls `visit(unsigned slot, Unit const&, std::int64_t count)` for every count of a usage that is present.
///
/// A slot is the place of a unit in the bit masks of a Cost: the members of Usage, then its other units.
template <typename Visit>
constexpr void for_each_slot(Usage const& usage, Visit&& visit) {
    visit(0U, units::input, usage.input.value());
    visit(1U, units::output, usage.output.value());
    auto const part = [&](unsigned slot, Unit const& unit, std::optional<Tokens> const& count) {
        if (count) {
            visit(slot, unit, count->value());
        }
    };
    part(2U, units::cache_read, usage.cache_read);
    part(3U, units::cache_write, usage.cache_write);
    part(4U, units::cache_write_1h, usage.cache_write_1h);
    part(5U, units::reasoning, usage.reasoning);
    part(6U, units::input_audio, usage.input_audio);
    part(7U, units::output_audio, usage.output_audio);
    unsigned slot = 8;
    for (UnitCount const& other : usage.others.all()) {
        visit(slot++, other.unit, other.count);
    }
}

/// The number of axes that a unit sets besides its measure and direction: a part sets more than its whole.
[[nodiscard]] constexpr int depth_of(Unit const& unit) noexcept {
    return (unit.modality != Modality::any ? 1 : 0) + (unit.category != TokenCategory::any ? 1 : 0) +
           (unit.ttl != CacheTtl::any ? 1 : 0);
}

/// Whether a price usually distinguishes `part` from the more general unit `whole`. It never does for text, for the
/// tokens of tools, and for five-minute writes, which are what the rate of writes is published for.
[[nodiscard]] constexpr bool is_priced_apart(Unit const& part, Unit const& whole) noexcept {
    bool const modality = part.modality != whole.modality && part.modality != Modality::text;
    bool const category = part.category != whole.category && part.category != TokenCategory::tool;
    bool const ttl = part.ttl != whole.ttl && part.ttl != CacheTtl::five_minutes;
    return modality || category || ttl;
}

/// Elements of an array that may be changed.
template <typename T>
struct Elements {
    T* first;
    std::size_t size;

    [[nodiscard]] T* begin() const noexcept { return first; }
    [[nodiscard]] T* end() const noexcept { return first + size; }
};

/// The service that a price is applied for: in the region that the requested id implies, if the call names none.
class PricedService {
public:
    PricedService(Price const& price, Service const& service) : service_{&service} {
        if (service.region.empty() && !price.region().empty()) {
            implied_ = service;
            implied_.region = price.region();
            service_ = &implied_;
        }
    }
    PricedService(PricedService const&) = delete;
    PricedService& operator=(PricedService const&) = delete;

    [[nodiscard]] Service const& operator*() const noexcept { return *service_; }

private:
    Service const* service_;
    Service implied_;
};

/// What a cost lacks, as the message of an error.
[[nodiscard]] inline std::string incomplete_message(Cost const& cost) {
    std::string message = "the cost at \"" + cost.model().text() + "\" is incomplete";
    char const* separator = ": ";
    for (CostWarning const& warning : cost.warnings()) {
        if (makes_incomplete(warning.kind)) {
            message += separator + warning.to_string();
            separator = "; ";
        }
    }
    return message;
}

/// Fills a Cost with its lines and their sums. If run() returns false, problem() is the reason.
class Biller {
public:
    explicit Biller(Cost& cost) noexcept : cost_{cost} {}

    /// A cost without lines.
    [[nodiscard]] static Cost begin(Price price, PriceBand const& band, Usage const& usage, Instant at,
                                    Service const& service) {
        return Cost{std::move(price), band, usage, at, service};
    }

    [[nodiscard]] bool run() {
        Service const& service = cost_.service_;
        std::string_view const region = service.priced_region();
        cost_.tier_priced_ = cost_.price_->has_tier(service.tier, cost_.at_);
        // "regional" names no region: it is an id outside the global profile.
        cost_.region_priced_ = region == "regional" || cost_.price_->has_region(region);
        if (!cost_.usage_.others.all().empty() || !add_common_units()) {
            start_over();
            if (!add_any_units() || !some_is_billed()) {
                return false;
            }
        }
        mark_inherited();
        bool const plain = cost_.price_->adjustments.empty() && cost_.price_->minimums.empty();
        for (CostLine& line : lines()) {
            if (!charge(line, plain, region)) {
                return fail(CostProblem::overflow);
            }
        }
        return true;
    }

    [[nodiscard]] NoCost problem() const {
        std::string const name = unit_text(unit_);
        switch (problem_) {
        case CostProblem::contradictory_usage:
            return {problem_, "the parts of " + name + " add up to " + std::to_string(parts_) +
                                  ", more than the whole of " + std::to_string(whole_)};
        case CostProblem::unpriced_usage:
            return {problem_, "\"" + cost_.model().text() + "\" has no rate for " + name};
        case CostProblem::too_many_units:
            return {problem_, "the usage needs more than " + std::to_string(Cost::capacity) + " lines"};
        case CostProblem::unknown_model:
        case CostProblem::incomplete:
        case CostProblem::overflow: break;
        }
        return {CostProblem::overflow, "the cost of the usage at \"" + cost_.model().text() + "\" overflows"};
    }

private:
    /// A count of the usage while it is distributed over lines.
    struct Counted {
        Unit const* unit;
        Rate const* rate;  // of the line that bills it
        std::int64_t count;
        std::int64_t billed;  // in that line, without the parts inside it that have lines of their own
        unsigned slot;
    };
    static constexpr std::size_t max_counted = UnitCounts::capacity + 8;
    using AllCounted = std::array<Counted, max_counted>;

    bool fail(CostProblem problem) noexcept {
        problem_ = problem;
        return false;
    }

    bool contradict(Unit unit, std::int64_t parts, std::int64_t whole) noexcept {
        unit_ = unit;
        parts_ = parts;
        whole_ = whole;
        return fail(CostProblem::contradictory_usage);
    }

    void start_over() noexcept {
        cost_.size_ = 0;
        cost_.inherited_ = 0;
        lenders_ = 0;
    }

    [[nodiscard]] Elements<CostLine> lines() noexcept {
        return {std::launder(reinterpret_cast<CostLine*>(cost_.lines_.data())), cost_.size_};
    }

    /// The bit of a rate of the band, for the first 32 of them.
    [[nodiscard]] std::uint32_t mask_of(Rate const& rate) const noexcept {
        auto const place = &rate - cost_.band_->rates.data();
        return place < 32 ? std::uint32_t{1} << place : 0;
    }

    void inherit(unsigned slot, Rate const& rate) noexcept {
        cost_.inherited_ |= std::uint32_t{1} << slot;
        lenders_ |= mask_of(rate);
    }

    bool append(Rate const& rate, std::int64_t count) {
        if (cost_.size_ == Cost::capacity) {
            return fail(CostProblem::too_many_units);
        }
        // In place: a copied line would be written and read once more.
        ::new (static_cast<void*>(cost_.lines_.data() + cost_.size_ * sizeof(CostLine)))
            CostLine{.rate = rate, .count = count, .cost = {}};
        ++cost_.size_;
        return true;
    }

    [[nodiscard]] CostLine* find_line(Rate const& rate) noexcept {
        for (CostLine& line : lines()) {
            if (line.rate.unit() == rate.unit()) {
                return &line;
            }
        }
        return nullptr;
    }

    /// Adds to the line of the rate, or appends one.
    bool add(Rate const& rate, std::int64_t count) {
        CostLine* const line = find_line(rate);
        if (line == nullptr) {
            return append(rate, count);
        }
        return !__builtin_add_overflow(line->count, count, &line->count) || fail(CostProblem::overflow);
    }

    /// The rate of a unit. Requests and searches may have one for each size of the search context.
    [[nodiscard]] Rate const* find_rate(Unit unit) const noexcept {
        SearchContext const context = cost_.service_.search_context;
        if (context != SearchContext::unspecified && unit.category == TokenCategory::any &&
            (unit.measure == Measure::requests || unit.measure == Measure::searches)) {
            Unit sized = unit;
            sized.category = context == SearchContext::low      ? TokenCategory::low_context
                             : context == SearchContext::medium ? TokenCategory::medium_context
                                                                : TokenCategory::high_context;
            if (Rate const* const rate = cost_.band_->find(sized)) {
                return rate;
            }
        }
        return cost_.band_->find(unit);
    }

    /// add_any_units() for the most frequent calls: only members of Usage, each with a rate or part of a unit that has
    /// one. Returns false, with any number of lines, if the usage needs more than that.
    bool add_common_units();
    bool add_any_units();
    bool bill(Counted& one, std::int64_t own);
    [[nodiscard]] std::int64_t bill_reads_as_writes(Elements<Counted> all, std::int64_t excess) noexcept;

    /// Adds the fee per request.
    bool add_fee() {
        Rate const* const fee = find_rate(units::requests);
        return fee == nullptr || add(*fee, 1);
    }

    /// Whether the usage is more than units without a rate.
    bool some_is_billed() noexcept {
        if (cost_.unpriced_ == 0) {
            return true;
        }
        for (CostLine const& line : lines()) {
            if (line.count > 0) {
                return true;
            }
        }
        return fail(CostProblem::unpriced_usage);
    }

    void mark_inherited() noexcept {
        std::uint32_t lenders = lenders_;
        for (std::size_t i = 0; lenders != 0; ++i, lenders >>= 1) {
            if ((lenders & 1U) != 0) {
                for (CostLine& line : lines()) {
                    line.inherited = line.inherited || line.rate.unit() == cost_.band_->rates[i].unit();
                }
            }
        }
    }

    /// Computes the cost of a line and adds it to the sums; false on overflow.
    bool charge(CostLine& line, bool plain, std::string_view region) {
        if (!plain) {
            adjust(line);
            auto const factor =
                cost_.price_->find_factor(line.rate.unit(), cost_.at_, cost_.service_.tier, region);
            if (!factor) {
                return false;
            }
            line.factor = *factor;
        }
        auto const charged = line.rate.find_cost(line.count, line.factor);
        if (!charged) {
            return false;
        }
        line.cost = charged->amount;
        line.rounded = charged->rounded;
        Direction const direction = line.rate.unit().direction;
        return accumulate(cost_.total_, line.cost) &&
               (direction != Direction::input || accumulate(cost_.input_, line.cost)) &&
               (direction != Direction::output || accumulate(cost_.output_, line.cost));
    }

    void adjust(CostLine& line) const noexcept {
        for (BilledMinimum const& one : cost_.price_->minimums) {
            if (one.unit == line.rate.unit() && line.count > 0 && line.count < one.count) {
                line.count = one.count;
                line.raised_to_minimum = true;
            }
        }
    }

    static bool accumulate(Usd& sum, Usd amount) noexcept {
        Int128 atto{};
        bool const overflow = __builtin_add_overflow(sum.atto(), amount.atto(), &atto);
        sum = Usd::from_atto(atto);
        return !overflow;
    }

    Cost& cost_;
    std::uint32_t lenders_ = 0;  // the rates of the band that bill units without a rate of their own
    CostProblem problem_ = CostProblem::overflow;
    Unit unit_{};
    std::int64_t parts_ = 0;
    std::int64_t whole_ = 0;
};

CENTAVO_INLINE bool Biller::add_common_units() {
    Usage const& usage = cost_.usage_;
    Rate const* const input = cost_.band_->find(units::input);
    Rate const* const output = cost_.band_->find(units::output);
    std::int64_t input_parts = 0;   // billed in lines of their own
    std::int64_t output_parts = 0;  // likewise
    // False if the unit's own count, without the parts of it that have lines, needs more than its rate or its whole's.
    auto const bill_part = [&](unsigned slot, Unit const& unit, std::int64_t own, Rate const* whole,
                               std::int64_t limit, std::int64_t& parts) {
        if (own <= 0) {
            return own == 0;
        }
        if (Rate const* const rate = cost_.band_->find(unit)) {
            return !__builtin_add_overflow(parts, own, &parts) && append(*rate, own);
        }
        if (whole == nullptr || own > limit) {
            return false;
        }
        inherit(slot, *whole);
        return true;
    };
    auto const rest = [&](std::int64_t count, std::int64_t parts, Rate const* rate) {
        return parts <= count && (rate != nullptr ? append(*rate, count - parts) : count == parts);
    };
    std::int64_t const in = usage.input.value();
    std::int64_t const out = usage.output.value();
    if (usage.cache_write_1h &&
        !bill_part(4, units::cache_write_1h, usage.cache_write_1h->value(), nullptr, in, input_parts)) {
        return false;
    }
    std::int64_t const written = input_parts;
    if (usage.cache_read &&
        !bill_part(2, units::cache_read, usage.cache_read->value(), input, in, input_parts)) {
        return false;
    }
    if (usage.cache_write &&
        !bill_part(3, units::cache_write, usage.cache_write->value() - written, input, in, input_parts)) {
        return false;
    }
    if (usage.reasoning &&
        !bill_part(5, units::reasoning, usage.reasoning->value(), output, INT64_MAX, output_parts)) {
        return false;
    }
    if (usage.input_audio &&
        !bill_part(6, units::input_audio, usage.input_audio->value(), input, in, input_parts)) {
        return false;
    }
    if (usage.output_audio &&
        !bill_part(7, units::output_audio, usage.output_audio->value(), output, out, output_parts)) {
        return false;
    }
    if (!rest(in, input_parts, input) || !rest(out, output_parts, output)) {
        return false;
    }
    Rate const* const fee = find_rate(units::requests);
    return fee == nullptr || append(*fee, 1);
}

CENTAVO_INLINE bool Biller::add_any_units() {
    AllCounted storage;
    std::size_t size = 0;
    bool counts_requests = false;
    int deepest = 0;
    for_each_slot(cost_.usage_, [&](unsigned slot, Unit const& unit, std::int64_t count) {
        deepest = std::max(deepest, depth_of(unit));
        counts_requests = counts_requests || unit.measure == Measure::requests;
        storage[size++] = {.unit = &unit, .rate = nullptr, .count = count, .billed = 0, .slot = slot};
    });
    Elements<Counted> const all{storage.data(), size};
    // Parts before their wholes: a unit strictly inside another sets more axes.
    for (int depth = deepest; depth >= 0; --depth) {
        for (Counted& one : all) {
            if (depth_of(*one.unit) != depth) {
                continue;
            }
            std::int64_t inside = 0;
            for (Counted const& part : all) {
                if (part.billed > 0 && one.unit->contains(*part.unit) &&
                    __builtin_add_overflow(inside, part.billed, &inside)) {
                    return fail(CostProblem::overflow);
                }
            }
            if (*one.unit == units::input && inside > one.count) {
                inside -= bill_reads_as_writes(all, inside - one.count);
            }
            if (inside > one.count) {
                return contradict(*one.unit, inside, one.count);
            }
            if (!bill(one, one.count - inside)) {
                return false;
            }
        }
    }
    return counts_requests || add_fee();
}

/// Bills what is left of a count at the rate of its unit, or of the smallest containing unit that has one.
CENTAVO_INLINE bool Biller::bill(Counted& one, std::int64_t own) {
    if (Rate const* const rate = find_rate(*one.unit)) {
        one.rate = rate;
        one.billed = own;
        return (own == 0 && depth_of(*one.unit) > 0) || add(*rate, own);
    }
    if (own == 0) {
        return true;
    }
    Rate const* best = nullptr;
    bool several = false;
    for (Rate const& rate : cost_.band_->rates) {
        bool smallest = rate.unit().contains(*one.unit);
        for (Rate const& other : cost_.band_->rates) {
            smallest = smallest && !(other.unit() != rate.unit() && rate.unit().contains(other.unit()) &&
                                     other.unit().contains(*one.unit));
        }
        if (smallest) {
            several = best != nullptr;
            best = best == nullptr || more_expensive(rate, *best) ? &rate : best;
        }
    }
    if (best == nullptr) {
        unit_ = cost_.unpriced_ == 0 ? *one.unit : unit_;
        cost_.unpriced_ |= std::uint32_t{1} << one.slot;
        return true;
    }
    inherit(one.slot, *best);
    auto const whole = cost_.usage_.find(best->unit());
    if (!several && whole) {
        // The line of the whole covers it. Reasoning beyond the whole output is recorded and costs nothing more.
        return own <= *whole || one.unit->category == TokenCategory::reasoning ||
               contradict(best->unit(), own, *whole);
    }
    one.rate = best;
    one.billed = own;
    return add(*best, own);
}

/// Takes up to `excess` tokens, which the call has both read from the cache and written to it, off the lines of the
/// reads; returns how many. They are billed once, as written.
CENTAVO_INLINE std::int64_t Biller::bill_reads_as_writes(Elements<Counted> all,
                                                         std::int64_t excess) noexcept {
    std::int64_t reads = 0;
    std::int64_t writes = 0;
    for (Counted const& one : all) {
        reads += one.unit->category == TokenCategory::cache_read ? one.billed : 0;
        writes += one.unit->category == TokenCategory::cache_write ? one.billed : 0;
    }
    if (excess > std::min(reads, writes)) {
        return 0;
    }
    std::int64_t left = excess;
    for (Counted& one : all) {
        if (one.unit->category == TokenCategory::cache_read && one.billed > 0) {
            std::int64_t const taken = std::min(left, one.billed);
            one.billed -= taken;
            find_line(*one.rate)->count -= taken;
            left -= taken;
        }
    }
    return excess;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
