// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/detail/usage_counts.hpp>
#include <centavo/api/detail/usage_map.hpp>
#include <centavo/base/detail/json_number.hpp>
#include <centavo/base/detail/json_scan.hpp>
#include <centavo/base/money.hpp>
#include <centavo/chat/response.hpp>
#include <centavo/pricing/service_tier.hpp>
#include <centavo/pricing/unit.hpp>
#include <centavo/pricing/usage.hpp>

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// A usage block as the provider sends it, field by field; a later block overwrites, it never adds.
///
/// What the fields mean is in the map; what the map does not have is kept as a warning. Counts are brought into the
/// inclusive normal form only when they are asked for. What is absent stays unsaid, and null says nothing.
class UsageFields {
public:
    explicit UsageFields(UsageMap map) noexcept : block_{.map = map} {
        assert(map.fields.size() <= UsageCounts::most_fields);
    }

    /// Takes a usage object where the scanner stands. Throws MalformedJson and MalformedUsage.
    void read(JsonScan& scan) {
        path_.clear();
        read_object(scan);
    }

    /// Takes one field that stands beside the usage block: a count by its JSON number.
    void take(std::string_view path, std::string_view number) {
        path_ = path;
        take_number(number);
    }

    /// Takes the name of the tier that served the call; an unknown name is remarked on.
    void serve(std::string_view field, std::string_view name, FieldRole role = FieldRole::tier);

    /// Adds to a unit that the response itself shows, as its searches.
    void set(Unit unit, std::int64_t count) { shown_.set(unit, count); }

    void place_reasoning(ReasoningPlace place) noexcept { block_.map.reasoning = place; }

    /// Whether any count was said by the usage block.
    [[nodiscard]] bool any() const noexcept { return any_; }

    /// The counts in the inclusive normal form.
    ///
    /// Throws ContradictoryUsage where more was cached or written than there was input, MalformedUsage beyond 63 bits.
    [[nodiscard]] Usage usage() const { return with_shown(block_.normal()); }

    /// Writes all that was said into a response: usage, tier, region, sub-usages, costs and warnings. Throws as usage().
    void write_to(Response& response) const {
        response.tier = speed_ && (*speed_ != ServiceTier::standard || !tier_) ? speed_ : tier_;
        response.region = region_;
        response.sub_usages = inner_;
        for (SubUsage& inner : response.sub_usages) {
            inner.model = inner.model.empty() ? response.model : inner.model;
        }
        response.reported_cost = charge_;
        response.upstream_cost = own_key_ ? upstream_ : std::nullopt;
        response.warnings = warnings_;
        if (any_) {
            response.usage = with_shown(block_.normal(&response.warnings));
        }
    }

private:
    void read_object(JsonScan& scan);
    void read_list(JsonScan& scan);
    void read_labelled(std::string_view element);
    void read_iteration(std::string_view element);
    void read_value(JsonScan& scan, JsonKind kind);
    void take_number(std::string_view digits);
    void take_text(JsonString const& text);
    void take_money(FieldRole role, std::string_view digits);
    void warn(UsageWarningKind kind, std::string_view field, std::string_view value);

    [[nodiscard]] Usage with_shown(Usage usage) const {
        for (UnitCount const& shown : shown_.all()) {
            if (!usage.find(shown.unit)) {
                usage.set(shown.unit, shown.count);
            }
        }
        return usage;
    }

    /// The row of path_; the number of rows where there is none.
    [[nodiscard]] std::size_t row() const noexcept {
        std::size_t i = 0;
        while (i < block_.map.fields.size() && block_.map.fields[i].path != path_) {
            ++i;
        }
        return i;
    }

    /// Works with a name appended to path_.
    template <typename Work>
    void below(std::string_view name, Work&& work) {
        std::size_t const before = path_.size();
        if (before > 0) {
            path_ += '/';
        }
        path_ += name;
        work();
        path_.resize(before);
    }

    UsageCounts block_;
    bool any_ = false;
    std::string path_;
    std::optional<Usd> charge_;
    std::optional<Usd> upstream_;
    bool own_key_ = false;
    std::optional<ServiceTier> tier_;
    std::optional<ServiceTier> speed_;
    std::string region_;
    UnitCounts shown_;
    std::vector<SubUsage> inner_;
    std::vector<UsageWarning> warnings_;
};

inline void UsageFields::warn(UsageWarningKind kind, std::string_view field, std::string_view value) {
    constexpr std::size_t longest = 1'000;
    constexpr std::size_t most = 256;
    value = value.substr(0, longest);
    for (UsageWarning& known : warnings_) {
        if (known.field == field) {
            known.kind = kind;
            known.value = value;
            return;
        }
    }
    if (warnings_.size() < most) {
        warnings_.push_back({kind, std::string{field}, std::string{value}});
    }
}

inline void UsageFields::serve(std::string_view field, std::string_view name, FieldRole role) {
    auto const known = find_provider_tier(name);
    if (!known) {
        if (!name.empty() && name != "auto") {
            warn(UsageWarningKind::unknown_value, field, name);
        }
        return;
    }
    (role == FieldRole::speed ? speed_ : tier_) = known;
}

inline void UsageFields::read_object(JsonScan& scan) {
    scan.enter_object();
    while (auto const name = scan.next_member()) {
        JsonKind const kind = scan.peek();
        below(name->raw, [&] { read_value(scan, kind); });
    }
}

inline void UsageFields::read_value(JsonScan& scan, JsonKind kind) {
    switch (kind) {
    case JsonKind::object: read_object(scan); return;
    case JsonKind::array: read_list(scan); return;
    case JsonKind::number: take_number(scan.number()); return;
    case JsonKind::string: take_text(scan.string()); return;
    case JsonKind::boolean:
        if (bool const value = scan.boolean(); row() == block_.map.fields.size()) {
            warn(UsageWarningKind::unknown_field, path_, value ? "true" : "false");
        } else if (block_.map.fields[row()].role == FieldRole::own_key) {
            own_key_ = value;
        }
        return;
    default: static_cast<void>(scan.skip()); return;
    }
}

/// A list of labelled counts, or of iterations: it replaces what an earlier block had of it.
inline void UsageFields::read_list(JsonScan& scan) {
    bool const iterations = path_ == "iterations";
    if (iterations) {
        inner_.clear();
    }
    std::string const prefix = path_ + '/';
    for (std::size_t i = 0; i < block_.map.fields.size(); ++i) {
        if (block_.map.fields[i].path.starts_with(prefix)) {
            block_.counts[i] = 0;
            block_.given[i] = false;
        }
    }
    scan.enter_array();
    while (scan.next_element()) {
        bool const object = scan.peek() == JsonKind::object;
        std::string_view const element = scan.skip();
        if (!object) {
            warn(UsageWarningKind::unknown_field, path_, element);
        } else if (iterations) {
            read_iteration(element);
        } else {
            read_labelled(element);
        }
    }
}

/// {"modality":"TEXT","tokenCount":9} or {"ttl":"5m","inputTokens":297}. The same label twice is counted twice.
inline void UsageFields::read_labelled(std::string_view element) {
    std::string label;
    std::string_view digits;
    JsonScan scan{element};
    scan.enter_object();
    while (auto const name = scan.next_member()) {
        JsonKind const kind = scan.peek();
        if (kind == JsonKind::string && (name->equals("modality") || name->equals("ttl"))) {
            label = scan.string().text();
        } else if (kind == JsonKind::number && (name->equals("tokenCount") || name->equals("inputTokens"))) {
            digits = scan.number();
        } else {
            scan.skip();
        }
    }
    if (digits.empty()) {
        if (label.empty()) {
            warn(UsageWarningKind::unknown_field, path_, element);
        }
        return;
    }
    below(label, [&] {
        std::size_t const at = row();
        bool const again = at < block_.map.fields.size() && block_.given[at];
        std::int64_t const before = again ? block_.counts[at] : 0;
        take_number(digits);
        if (again && __builtin_add_overflow(block_.counts[at], before, &block_.counts[at])) {
            throw MalformedUsage(path_ + " counts beyond 63 bits");
        }
    });
}

/// A pass of its own: those of an advisor and of a compaction are billed in addition, a message's is in the counts.
inline void UsageFields::read_iteration(std::string_view element) {
    std::string type;
    std::string model;
    JsonScan scan{element};
    scan.enter_object();
    while (auto const name = scan.next_member()) {
        bool const text = scan.peek() == JsonKind::string;
        if (text && name->equals("type")) {
            type = scan.string().text();
        } else if (text && name->equals("model")) {
            model = scan.string().text();
        } else {
            scan.skip();
        }
    }
    if (type == "advisor_message" || type == "compaction") {
        constexpr std::size_t most = 1'024;
        UsageFields fields{block_.map};
        JsonScan again{element};
        fields.read(again);
        if (fields.any() && inner_.size() < most) {
            inner_.push_back({std::move(model), fields.usage()});
        }
    } else if (type != "message" && type != "fallback_message") {
        warn(UsageWarningKind::unknown_value, "iterations/type", type);
    }
}

inline void UsageFields::take_number(std::string_view digits) {
    std::size_t const at = row();
    if (at == block_.map.fields.size()) {
        warn(UsageWarningKind::unknown_field, path_, digits);
        return;
    }
    UsageField const& field = block_.map.fields[at];
    switch (field.role) {
    case FieldRole::charge:
    case FieldRole::ticks:
    case FieldRole::upstream: take_money(field.role, digits); return;
    case FieldRole::count:
    case FieldRole::alias:
    case FieldRole::addition:
    case FieldRole::total: break;
    default: return;
    }
    auto count = json_integer(digits);
    if (!count && field.unit.measure == Measure::seconds) {
        // Parts of a second count as one: what is billed is never less than what was used.
        auto const point = digits.find('.');
        count = point == std::string_view::npos ? count : json_integer(digits.substr(0, point));
        count = count && digits.find_first_of("eE") == std::string_view::npos ? std::optional{*count + 1}
                                                                              : std::nullopt;
    }
    if (!count || *count < 0) {
        throw MalformedUsage(path_ + " is no count: " + std::string{digits.substr(0, 40)});
    }
    block_.counts[at] = *count;
    block_.given[at] = true;
    any_ = true;
}

inline void UsageFields::take_text(JsonString const& text) {
    std::size_t const at = row();
    FieldRole const role = at < block_.map.fields.size() ? block_.map.fields[at].role : FieldRole::not_billed;
    if (at == block_.map.fields.size()) {
        warn(UsageWarningKind::unknown_field, path_, '"' + std::string{text.raw} + '"');
    } else if (role == FieldRole::tier || role == FieldRole::speed) {
        serve(path_, text.text(), role);
    } else if (role == FieldRole::region) {
        std::string name = text.text();
        region_ = name == "not_available" ? std::string{} : std::move(name);
    } else if (role == FieldRole::charge || role == FieldRole::upstream) {
        take_money(role, text.text());
    } else if (role != FieldRole::not_billed) {
        throw MalformedUsage(path_ + " is no count: \"" + std::string{text.raw.substr(0, 40)} + '"');
    }
}

/// A figure in dollars. Digits below 10^-18, which only binary fractions have, are left out and remarked on.
inline void UsageFields::take_money(FieldRole role, std::string_view digits) {
    std::optional<Usd> money;
    try {
        money = role == FieldRole::ticks ? Usd::parse(std::string{digits} + "e-10") : Usd::parse(digits);
    } catch (std::overflow_error const&) {
    } catch (MalformedMoney const&) {
        auto const exponent = digits.find_first_of("eE");
        std::string_view const tail =
            exponent == std::string_view::npos ? std::string_view{} : digits.substr(exponent);
        std::string mantissa{digits.substr(0, exponent)};
        while (!money && mantissa.find('.') != std::string::npos && mantissa.size() < 64 &&
               mantissa.back() != '.') {
            mantissa.pop_back();
            try {
                money =
                    Usd::parse((mantissa.back() == '.' ? mantissa.substr(0, mantissa.size() - 1) : mantissa) +
                               std::string{tail});
            } catch (MalformedMoney const&) {
                continue;
            }
        }
        warn(UsageWarningKind::unknown_value, path_, digits);
    }
    if (!money) {
        warn(UsageWarningKind::unknown_value, path_, digits);
        return;
    }
    (role == FieldRole::upstream ? upstream_ : charge_) = money;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
