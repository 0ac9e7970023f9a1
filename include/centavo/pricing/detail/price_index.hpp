// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/algorithms.hpp>
#include <centavo/base/view.hpp>
#include <centavo/models/model_catalog.hpp>
#include <centavo/models/model_id.hpp>
#include <centavo/pricing/price.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// A model id in the spellings of hosts: after each slash of a path, without Bedrock's zone, vendor and revision, without
/// the mark of a context length, without a fine-tuned id's organization and run.
class IdSpellings {
public:
    struct Spelling {
        std::string_view id;
        std::string_view zone;  // that was removed
        bool fine_tuned = false;
    };

    explicit IdSpellings(std::string_view name) noexcept {
        add({name, {}, name.starts_with("ft:")});
        std::string_view zone;
        std::string_view rest = name;
        for (auto slash = rest.find('/'); slash != std::string_view::npos; slash = rest.find('/')) {
            if (auto const found = find_zone(rest.substr(0, slash)); !found.empty()) {
                zone = found;
            }
            rest.remove_prefix(slash + 1);
            add({rest, zone, false});
        }
        if (auto const bedrock = find_bedrock_id(rest)) {
            std::size_t const prefix = bedrock->zone.empty() ? 0 : rest.find('.') + 1;
            std::string_view const plain = rest.substr(prefix);
            zone = bedrock->zone.empty() ? zone : bedrock->zone;
            add({plain, zone, false});
            std::size_t const vendor = bedrock->vendor.size() + 1;
            add({plain.substr(0, vendor + bedrock->model.size()), zone, false});
            add({plain.substr(vendor), zone, false});
            add({bedrock->model, zone, false});
        }
        if (rest.ends_with("[1m]")) {
            add({rest.substr(0, rest.size() - 4), zone, false});
        }
        if (rest.ends_with("@default")) {
            add({rest.substr(0, rest.size() - 8), zone, false});
        }
        if (name.starts_with("ft:")) {
            add({name.substr(0, name.find(':', 3)), {}, true});
        }
    }

    [[nodiscard]] Spelling const* begin() const noexcept { return spellings_.data(); }
    [[nodiscard]] Spelling const* end() const noexcept { return spellings_.data() + size_; }

private:
    void add(Spelling spelling) noexcept {
        bool const known =
            any_of(*this, [&](Spelling const& one) { return one.id.size() == spelling.id.size(); });
        if (!spelling.id.empty() && !known && size_ < spellings_.size()) {
            spellings_[size_++] = spelling;
        }
    }

    std::array<Spelling, 12> spellings_;
    std::size_t size_ = 0;
};

/// The rows of a price table with a case-insensitive hash index of their ids and aliases by provider.
class PriceIndex {
public:
    struct Found {
        // In place in an optional, where copying it would wait for its parts to be stored.
        constexpr Found(std::uint32_t at, MatchKind how, std::string_view zone) noexcept
            : row{at}, match{how}, region{zone} {}

        std::uint32_t row;
        MatchKind match;
        std::string_view region;  // of static storage duration
        bool fallback = false;
    };

    /// Throws AmbiguousPrice.
    PriceIndex(std::vector<ModelPrice> rows, std::vector<ProviderFallback> fallbacks)
        : prices_{std::move(rows)}, fallbacks_{std::move(fallbacks)} {
        std::size_t names = 1;
        for (ModelPrice const& price : prices_) {
            price.check_unambiguous();
            names += 2 * (1 + price.aliases.size());
        }
        slots_.resize(std::bit_ceil(2 * names));
        regional_.reserve(prices_.size());
        std::vector<Scope> of_rows;
        of_rows.reserve(prices_.size());
        for (ModelPrice const& price : prices_) {
            of_rows.push_back(add_scope(price.provider));
            regional_.push_back(price.has_region("regional"));
            if (!price.patterns.empty()) {
                with_patterns_[of_rows.back()].push_back(static_cast<std::uint32_t>(regional_.size() - 1));
            }
        }
        everyones_ = find_scope({});
        for (bool const alias : {false, true}) {  // an id takes precedence over another model's alias
            for (std::size_t i = 0; i < prices_.size(); ++i) {
                Entry const entry{static_cast<std::uint32_t>(i), alias};
                if (!alias) {
                    add(prices_[i].model.text(), of_rows[i], entry);
                    continue;
                }
                for (ModelId const& name : prices_[i].aliases) {
                    add(name.text(), of_rows[i], entry);
                }
            }
        }
    }
    PriceIndex(PriceIndex const&) = delete;
    PriceIndex& operator=(PriceIndex const&) = delete;

    /// The row for an id: in a provider's list and those it falls back to, or in the maker's if the provider is empty.
    [[nodiscard]] std::optional<Found> find(std::string_view name, std::string_view provider) const noexcept {
        if (name.empty()) {
            return std::nullopt;
        }
        if (provider.empty()) {
            return find_anywhere(name);
        }
        auto scope = find_scope(provider);
        if (!scope) {
            provider = provider_id(provider);
            scope = find_scope(provider);
        }
        if (scope) {
            // The common case before its generalization.
            if (Entry const* const entry = find_name(name, *scope); entry != nullptr && !entry->alias) {
                return found(*entry, MatchKind::exact, name, {});
            }
        }
        return find_in(name, provider, scope);
    }

    /// The row of a provider's list with this id, this alias, or this id without its zone.
    [[nodiscard]] std::optional<Found> find_listed(std::string_view name,
                                                   std::string_view provider) const noexcept {
        auto const scope = find_scope(provider_id(provider));
        if (!scope) {
            return std::nullopt;
        }
        if (Entry const* const entry = find_name(name, *scope)) {
            return Found{entry->row, entry->alias ? MatchKind::alias : MatchKind::exact, {}};
        }
        for (auto const& [id, zone, tuned] : IdSpellings{name}) {
            Entry const* const entry = zone.empty() ? nullptr : find_name(id, *scope);
            if (entry != nullptr && !entry->alias) {
                return Found{entry->row, MatchKind::alias, zone};
            }
        }
        return std::nullopt;
    }

    [[nodiscard]] View<ModelPrice> all() const noexcept { return prices_; }
    [[nodiscard]] std::vector<ProviderFallback> const& fallbacks() const noexcept { return fallbacks_; }

    /// At most `count` ids of a provider, or of all, that differ least from `name`.
    [[nodiscard]] std::vector<std::string> nearest(std::string_view name, std::string_view provider,
                                                   std::size_t count) const;

    /// The providers that list exactly this id, at most four.
    [[nodiscard]] std::vector<std::string> sellers(std::string_view name) const;

private:
    struct Entry {
        std::uint32_t row = 0;
        bool alias = false;
        bool several = false;  // of no maker, and listed by several providers
    };

    using Scope = std::uint16_t;
    static constexpr Scope anywhere = 0;     // names of makers' models
    static constexpr Scope hosted = 0xFFFF;  // the other names

    enum class Makes : std::uint8_t { none, some, all };  // of its models

    struct Slot {
        std::string_view id;
        Scope scope = 0;
        bool used = false;
        Entry entry;
    };

    [[nodiscard]] static constexpr char lower(char c) noexcept {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
    }

    /// Hashes eight bytes at a time, ignoring case. Other texts that it maps to one value are told apart by comparison.
    [[nodiscard]] static std::uint64_t hash(std::string_view text, std::uint64_t seed) noexcept {
        constexpr std::uint64_t odd = 0x9E3779B97F4A7C15;
        std::uint64_t value = (seed ^ text.size()) * odd;
        while (!text.empty()) {
            std::uint64_t word = 0;
            std::size_t const size = std::min<std::size_t>(8, text.size());
            if (size == 8) {
                std::memcpy(&word, text.data(), 8);
            } else {
                std::memcpy(&word, text.data(), size);
            }
            value = (value ^ (word | 0x2020202020202020)) * odd;
            value ^= value >> 32;
            text.remove_prefix(size);
        }
        return value;
    }

    [[nodiscard]] static bool same(std::string_view a, std::string_view b) noexcept {
        return a == b ||
               (a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                                   [](char x, char y) { return lower(x) == lower(y); }));
    }

    /// The slot of a name, or the free slot for it.
    [[nodiscard]] std::size_t place(std::string_view id, Scope scope) const noexcept {
        std::size_t const mask = slots_.size() - 1;
        std::size_t at = hash(id, scope) & mask;
        while (slots_[at].used && !(slots_[at].scope == scope && same(slots_[at].id, id))) {
            at = (at + 1) & mask;
        }
        return at;
    }

    [[nodiscard]] Entry const* find_name(std::string_view id, Scope scope) const noexcept {
        Slot const& slot = slots_[place(id, scope)];
        return slot.used ? &slot.entry : nullptr;
    }

    /// The scope of a provider's rows; that of rows without a provider for an empty name.
    [[nodiscard]] std::optional<Scope> find_scope(std::string_view provider) const noexcept {
        for (std::size_t i = 0; i < scopes_.size(); ++i) {
            if (scopes_[i] == provider) {
                return static_cast<Scope>(i + 1);
            }
        }
        return std::nullopt;
    }

    Scope add_scope(std::string_view provider) {
        if (!scopes_.empty() && scopes_.back() == provider) {  // rows are mostly ordered by provider
            return static_cast<Scope>(scopes_.size());
        }
        if (auto const known = find_scope(provider)) {
            return *known;
        }
        scopes_.push_back(provider);
        with_patterns_.resize(scopes_.size() + 1);
        makes_.push_back(is_maker(provider, {})     ? Makes::all
                         : is_first_party(provider) ? Makes::some
                                                    : Makes::none);
        return static_cast<Scope>(scopes_.size());
    }

    void add(std::string_view id, Scope scope, Entry entry) {
        Slot& own = slots_[place(id, scope)];
        if (!own.used || !entry.alias || own.entry.alias) {
            own = {id, scope, true, entry};
        }
        if (!prices_[entry.row].provider.empty()) {
            add_anywhere(id, scope, entry);
        }
    }

    /// A name without a provider means the maker's row, or else the row of the only provider that lists it.
    void add_anywhere(std::string_view id, Scope scope, Entry entry) {
        bool const made = makes_[scope] == Makes::all ||
                          (makes_[scope] == Makes::some && is_maker(prices_[entry.row].provider, id));
        Scope const where = made ? anywhere : hosted;
        Slot& slot = slots_[place(id, where)];
        if (!slot.used) {
            slot = {id, where, true, entry};
            return;
        }
        if (prices_[slot.entry.row].provider == prices_[entry.row].provider) {
            if (!entry.alias || slot.entry.alias) {
                entry.several = slot.entry.several;
                slot.entry = entry;
            }
        } else if (!made) {
            slot.entry.several = true;
        }
    }

    [[nodiscard]] std::optional<Found> find_anywhere(std::string_view name) const noexcept {
        if (everyones_) {
            if (auto const found = resolve(name, *everyones_)) {
                return found;
            }
        }
        // A path or a Bedrock id may name the provider.
        std::string_view const head = name.substr(0, name.find('/'));
        if (head.size() < name.size()) {
            std::string_view const provider = provider_id(head);
            if (auto const scope = find_scope(provider)) {
                if (auto const found = find_in(name, provider, scope)) {
                    return found;
                }
            }
        } else if (Entry const* const entry = find_name(name, anywhere);
                   entry != nullptr && !entry->several && !entry->alias) {
            return found(*entry, MatchKind::exact, name, {});
        } else if (find_bedrock_id(name)) {
            if (auto const scope = find_scope("aws")) {
                if (auto const found = resolve(name, *scope)) {
                    return found;
                }
            }
        }
        if (auto const found = resolve(name, anywhere)) {
            return found;
        }
        for (std::size_t i = 0; i < scopes_.size(); ++i) {
            if (is_maker(scopes_[i], name)) {
                if (auto const found = match_patterns(IdSpellings{name}, static_cast<Scope>(i + 1))) {
                    return found;
                }
            }
        }
        return resolve(name, hosted);
    }

    [[nodiscard]] std::optional<Found> find_in(std::string_view name, std::string_view provider,
                                               std::optional<Scope> scope) const noexcept {
        if (everyones_) {
            if (auto const found = resolve(name, *everyones_)) {
                return found;
            }
        }
        if (scope) {
            if (auto const found = resolve(name, *scope)) {
                return found;
            }
        }
        for (ProviderFallback const& one : fallbacks_) {
            if (one.provider != provider) {
                continue;
            }
            for (std::string const& other : one.to) {
                auto const list = find_scope(other);
                if (auto found = list ? resolve(name, *list) : std::nullopt) {
                    found->fallback = true;
                    return found;
                }
            }
        }
        return std::nullopt;
    }

    [[nodiscard]] std::optional<Found> found(Entry entry, MatchKind match, std::string_view id,
                                             std::string_view zone) const noexcept {
        bool const inside = zone.empty() && regional_[entry.row] && zone_of(id).empty();
        return std::optional<Found>{std::in_place, entry.row, match,
                                    inside ? std::string_view{"regional"} : zone};
    }

    /// The row for a name in one list: its id, an alias, an id with a date, a pattern.
    [[nodiscard]] std::optional<Found> resolve(std::string_view name, Scope scope) const noexcept {
        auto const usable = [](Entry const* entry) { return entry != nullptr && !entry->several; };
        if (Entry const* const entry = find_name(name, scope); usable(entry)) {
            return found(*entry, entry->alias ? MatchKind::alias : MatchKind::exact, name, {});
        }
        IdSpellings const spellings{name};
        for (auto const& [id, zone, tuned] : spellings) {
            if (Entry const* const entry = find_name(id, scope); usable(entry)) {
                return found(*entry, MatchKind::alias, id, zone);
            }
        }
        for (auto const& [id, zone, tuned] : spellings) {
            if (std::size_t const date = date_suffix(id); date > 0) {
                Entry const* const entry = find_name(id.substr(0, id.size() - date), scope);
                if (usable(entry) && !entry->alias) {
                    return found(*entry, MatchKind::dated, id, zone);
                }
            }
        }
        return match_patterns(spellings, scope);
    }

    [[nodiscard]] std::optional<Found> match_patterns(IdSpellings const& spellings,
                                                      Scope scope) const noexcept {
        if (scope == hosted || with_patterns_[scope].empty()) {
            return std::nullopt;
        }
        for (auto const& [id, zone, tuned] : spellings) {
            std::array<char, IdPattern::max_id> buffer;
            if (tuned || id.size() > buffer.size()) {
                continue;
            }
            std::transform(id.begin(), id.end(), buffer.begin(), lower);
            std::string_view const small{buffer.data(), id.size()};
            for (std::uint32_t const row : with_patterns_[scope]) {
                if (any_of(prices_[row].patterns, [&](IdPattern const& one) { return one.matches(small); })) {
                    return found({row, true, false}, MatchKind::pattern, id, zone);
                }
            }
        }
        return std::nullopt;
    }

    std::vector<ModelPrice> prices_;
    std::vector<ProviderFallback> fallbacks_;
    std::vector<std::string_view> scopes_;  // providers; the scope `anywhere` stands before them
    std::vector<std::vector<std::uint32_t>> with_patterns_ =
        std::vector<std::vector<std::uint32_t>>(1);  // by scope
    std::optional<Scope> everyones_;                 // the list of rows without a provider
    std::vector<Makes> makes_{Makes::none};          // by scope
    std::vector<bool> regional_;                     // by row
    std::vector<Slot> slots_;                        // a power of two, at least half of them free
};

/// The number of insertions, deletions and substitutions between two texts, `bound` + 1 if there are more than that.
[[nodiscard]] inline std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t bound) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j < row.size(); ++j) {
        row[j] = j;
    }
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i + 1);
        std::size_t least = row[0];
        for (std::size_t j = 0; j < b.size(); ++j) {
            std::size_t const changed = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({changed, row[j] + 1, row[j + 1] + 1});
            least = std::min(least, row[j + 1]);
        }
        if (least > bound) {
            return bound + 1;
        }
    }
    return row.back();
}

inline std::vector<std::string> PriceIndex::nearest(std::string_view name, std::string_view provider,
                                                    std::size_t count) const {
    constexpr std::size_t max_name = 80;
    std::string wanted{name.substr(0, max_name)};
    std::transform(wanted.begin(), wanted.end(), wanted.begin(), lower);
    std::size_t const bound = std::max<std::size_t>(2, wanted.size() / 3);
    provider = provider_id(provider);
    std::vector<std::size_t> distances(prices_.size(), bound + 1);
    for (std::size_t i = 0; i < prices_.size(); ++i) {
        ModelPrice const& price = prices_[i];
        std::string_view const id = price.model.text();
        std::size_t const longer = std::max(id.size(), wanted.size()) - std::min(id.size(), wanted.size());
        if (longer > bound || (!provider.empty() && price.provider != provider && !price.provider.empty())) {
            continue;
        }
        distances[i] = edit_distance(wanted, id, bound);
    }
    std::vector<std::string> ids;
    for (std::size_t distance = 0; distance <= bound; ++distance) {
        for (std::string const* last = nullptr; ids.size() < count;) {
            std::string const* next = nullptr;  // of this distance, the first id after `last`
            for (std::size_t i = 0; i < prices_.size(); ++i) {
                std::string const& id = prices_[i].model.text();
                if (distances[i] == distance && (last == nullptr || id > *last) &&
                    (next == nullptr || id < *next)) {
                    next = &id;
                }
            }
            if (next == nullptr) {
                break;
            }
            ids.push_back(*next);
            last = next;
        }
    }
    return ids;
}

inline std::vector<std::string> PriceIndex::sellers(std::string_view name) const {
    std::vector<std::string> providers;
    for (std::size_t i = 0; i < scopes_.size() && providers.size() < 4; ++i) {
        if (!scopes_[i].empty() && find_name(name, static_cast<Scope>(i + 1)) != nullptr) {
            providers.emplace_back(scopes_[i]);
        }
    }
    return providers;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
