// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/algorithms.hpp>
#include <centavo/models/model_catalog.hpp>
#include <centavo/models/model_id.hpp>
#include <centavo/pricing/price.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// The rows of a price table with a case-insensitive hash index of their ids and aliases.
class PriceIndex {
public:
    struct Entry {
        std::uint32_t row = 0;
        bool alias = false;
    };

    /// Throws AmbiguousPrice.
    explicit PriceIndex(std::vector<ModelPrice> rows) : prices_{std::move(rows)} {
        std::size_t names = 1;
        for (ModelPrice const& price : prices_) {
            price.check_unambiguous();
            names += 2 * (1 + price.aliases.size());
        }
        slots_.resize(std::bit_ceil(2 * names));
        for (bool const alias : {false, true}) {  // an id takes precedence over another model's alias
            for (std::size_t i = 0; i < prices_.size(); ++i) {
                Entry const entry{static_cast<std::uint32_t>(i), alias};
                if (!alias) {
                    add(prices_[i].model.text(), entry);
                    continue;
                }
                for (ModelId const& name : prices_[i].aliases) {
                    add(name.text(), entry);
                }
            }
        }
    }
    PriceIndex(PriceIndex const&) = delete;
    PriceIndex& operator=(PriceIndex const&) = delete;

    /// The row of an id at a provider, or at any provider if that is empty; null if there is none.
    [[nodiscard]] Entry const* find(std::string_view id, std::string_view provider) const noexcept {
        Slot const& slot = slots_[place(id, provider)];
        return slot.used ? &slot.entry : nullptr;
    }

    [[nodiscard]] std::span<ModelPrice const> all() const noexcept { return prices_; }

private:
    struct Slot {
        std::string_view id;
        std::string_view provider;
        Entry entry;
        bool used = false;
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
    [[nodiscard]] std::size_t place(std::string_view id, std::string_view provider) const noexcept {
        std::size_t const mask = slots_.size() - 1;
        std::size_t at = hash(id, provider.empty() ? 0 : hash(provider, 1)) & mask;
        while (slots_[at].used && !(same(slots_[at].id, id) && slots_[at].provider == provider)) {
            at = (at + 1) & mask;
        }
        return at;
    }

    void add(std::string_view id, Entry entry) {
        std::string_view const provider = prices_[entry.row].provider;
        if (!provider.empty()) {
            put(id, provider, entry);
        }
        put(id, {}, entry);
    }

    void put(std::string_view id, std::string_view scope, Entry entry) {
        Slot& slot = slots_[place(id, scope)];
        if (slot.used && !replaces(entry, slot.entry)) {
            return;
        }
        slot = {id, scope, entry, true};
    }

    /// Whether a row replaces an earlier one under the same name.
    [[nodiscard]] bool replaces(Entry later, Entry earlier) const noexcept {
        if (later.alias && !earlier.alias) {
            return false;
        }
        auto const rank = [&](Entry entry) {
            std::string const& provider = prices_[entry.row].provider;
            return provider.empty() ? 0 : is_first_party(provider) ? 1 : 2;
        };
        bool const same_provider = prices_[later.row].provider == prices_[earlier.row].provider;
        return rank(later) < rank(earlier) || same_provider;
    }

    std::vector<ModelPrice> prices_;
    std::vector<Slot> slots_;  // a power of two, at least half of them free
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
