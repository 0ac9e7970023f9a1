// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/detail/usage_counts.hpp>
#include <centavo/api/detail/usage_map.hpp>
#include <centavo/api/detail/usage_maps.hpp>
#include <centavo/base/detail/json_number.hpp>
#include <centavo/base/detail/json_object.hpp>
#include <centavo/base/detail/json_scan.hpp>
#include <centavo/base/detail/json_string.hpp>
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
/// What the fields mean is in the map; what the map does not have is kept as a warning. A block whose fields show the
/// spelling of another API is read by that API's map. Counts are brought into the inclusive normal form only when they
/// are asked for. What is absent stays absent, and null is absent.
class UsageFields {
public:
    explicit UsageFields(UsageMap map) noexcept : block_{.map = map} {
        assert(map.fields.size() <= UsageCounts::most_fields);
    }

    /// Takes a usage object where the scanner stands. Throws MalformedJson and MalformedUsage.
    void read(JsonScan& scan) {
        static_cast<void>(scan.peek());
        std::size_t const begin = scan.offset();
        path_.clear();
        evidence_ = {};
        read_members(scan);
        if (UsageMap const* const other = find_other_map(block_.map.spelling, evidence_)) {
            read_again(*other, scan.text_from(begin));
        }
    }

    /// Takes one field that stands beside the usage block: a count by its JSON number.
    void take(std::string_view path, std::string_view number) {
        path_ = path;
        take_number(number);
    }

    /// Takes the name of the tier that served the call; an unknown name is remarked on.
    void serve(std::string_view field, std::string_view name, FieldRole role = FieldRole::tier);

    /// Sets a unit that the response shows outside its usage block, such as its searches; the block takes precedence.
    void set(Unit unit, std::int64_t count) { shown_.set(unit, count); }

    /// Adds what another model used, which is billed in addition.
    void add(SubUsage usage) { beside_.push_back(std::move(usage)); }

    /// Takes the usage of the models that the response is composed of, which is billed instead of the whole.
    void set_parts(std::vector<SubUsage> parts) { parts_ = std::move(parts); }

    /// Takes output without details for image tokens, as APIs that answer with nothing but images report it.
    void set_image_output() noexcept { image_output_ = true; }

    void place_reasoning(ReasoningPlace place) noexcept { block_.map.reasoning = place; }

    /// Whether the usage block has any count.
    [[nodiscard]] bool any() const noexcept { return any_; }

    /// The counts in the inclusive normal form.
    ///
    /// Throws ContradictoryUsage where more was cached or written than there was input, MalformedUsage beyond 63 bits.
    [[nodiscard]] Usage usage() const { return with_shown(block_.normal()); }

    /// Writes everything into a response: usage, tier, region, sub-usages, costs and warnings.
    ///
    /// Throws as usage(), after writing the rest; the counts that contradict each other are then in the response.
    void write_to(Response& response) const;

private:
    /// An iteration of Anthropic's: a pass over the model.
    struct Iteration {
        std::string type;
        std::string model;
        Usage usage;
    };

    void read_members(JsonScan& scan);
    void read_again(UsageMap const& map, std::string_view block);
    void read_list(JsonScan& scan);
    void read_labelled(std::string_view element);
    void read_iteration(std::string_view element);
    void read_value(JsonScan& scan, JsonKind kind);
    void take_number(std::string_view digits);
    void take_text(JsonString const& text);
    void take_money(FieldRole role, std::string_view digits);
    void take_unknown(std::string_view value);
    void warn(UsageWarningKind kind, std::string_view field, std::string_view value);
    void write_sub_usages(Response& response) const;

    [[nodiscard]] Usage with_shown(Usage usage) const {
        for (UnitCount const& shown : shown_.all()) {
            if (usage.find(shown.unit).value_or(0) == 0) {
                usage.set(shown.unit, shown.count);
            }
        }
        if (image_output_ && usage.output.value() > 0 && !usage.find(units::output_image) &&
            !usage.find(units::output_text)) {
            usage.set(units::output_image, usage.output.value());
        }
        return usage;
    }

    /// The row of path_; the number of rows where there is none.
    [[nodiscard]] std::size_t row() const noexcept { return block_.map.find(path_); }

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
    UsageEvidence evidence_;
    bool any_ = false;
    bool own_key_ = false;
    bool image_output_ = false;
    std::string path_;
    std::optional<Usd> charge_;
    std::optional<Usd> upstream_;
    std::optional<ServiceTier> tier_;
    std::optional<ServiceTier> speed_;
    std::string unknown_tier_;
    std::string region_;
    std::string search_context_;
    UnitCounts shown_;
    std::vector<Iteration> iterations_;
    std::vector<SubUsage> beside_;
    std::vector<SubUsage> parts_;
    std::vector<UsageWarning> warnings_;
};

inline void UsageFields::write_to(Response& response) const {
    response.tier = speed_ && (*speed_ != ServiceTier::standard || !tier_) ? speed_ : tier_;
    response.unknown_tier = unknown_tier_;
    response.region = region_;
    response.search_context = search_context_;
    response.reported_cost = charge_;
    response.upstream_cost = own_key_ ? upstream_ : std::nullopt;
    response.warnings = warnings_;
    write_sub_usages(response);
    if (!any_) {
        return;
    }
    response.input_known = !block_.output_only();
    try {
        response.usage = with_shown(block_.normal(&response.warnings));
    } catch (ContradictoryUsage const& contradiction) {
        response.usage = contradiction.usage();
        throw;
    }
}

/// An attempt that was declined after some output is billed at its own model, and so is a pass that no message is part
/// of. The usage block counts the attempt that served (Anthropic, "Refusals and fallback").
inline void UsageFields::write_sub_usages(Response& response) const {
    response.billed_by_parts = !parts_.empty();
    response.sub_usages = parts_;
    bool fell_back = false;
    std::string_view served = response.model;  // by the last attempt
    for (Iteration const& one : iterations_) {
        bool const attempt = one.type == "message" || one.type == "fallback_message";
        fell_back = fell_back || one.type == "fallback_message";
        served = attempt && !one.model.empty() ? std::string_view{one.model} : served;
    }
    for (Iteration const& one : iterations_) {
        if (one.type == "advisor_message" || one.type == "compaction") {
            response.sub_usages.push_back({one.model.empty() ? response.model : one.model, one.usage});
        } else if (fell_back && !one.model.empty() && one.usage.output.value() > 0 && one.model != served) {
            response.sub_usages.push_back({one.model, one.usage});
        }
    }
    response.sub_usages.insert(response.sub_usages.end(), beside_.begin(), beside_.end());
}

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
            unknown_tier_ = name;
            warn(UsageWarningKind::unknown_value, field, name);
        }
        return;
    }
    if (role == FieldRole::speed) {
        speed_ = known;
    } else {
        tier_ = known;
        unknown_tier_.clear();
    }
}

inline void UsageFields::read_members(JsonScan& scan) {
    JsonMember member{scan};
    while (member.next()) {
        below(member.name(), [&] { read_value(scan, member.kind()); });
    }
}

/// Reads a block once more, by another API's map, as if it was the first.
inline void UsageFields::read_again(UsageMap const& map, std::string_view block) {
    block_ = UsageCounts{.map = map};
    any_ = false;
    std::erase_if(warnings_, [](UsageWarning const& warning) {
        return warning.kind == UsageWarningKind::unknown_field;
    });
    path_.clear();
    JsonScan scan{block};
    read_members(scan);
}

inline void UsageFields::read_value(JsonScan& scan, JsonKind kind) {
    switch (kind) {
    case JsonKind::object: read_members(scan); return;
    case JsonKind::array: read_list(scan); return;
    case JsonKind::number: take_number(scan.number()); return;
    case JsonKind::string: take_text(scan.string()); return;
    case JsonKind::boolean:
        if (bool const value = scan.boolean(); row() == block_.map.fields.size()) {
            take_unknown(value ? "true" : "false");
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
        iterations_.clear();
        evidence_.add(UsageSpelling::anthropic);
    }
    std::string const prefix = path_ + '/';
    for (std::size_t i = 0; i < block_.map.fields.size(); ++i) {
        if (block_.map.fields[i].path.starts_with(prefix)) {
            block_.counts[i] = 0;
            block_.given.erase(i);
        }
    }
    scan.enter_array();
    while (scan.next_element()) {
        bool const object = scan.peek() == JsonKind::object;
        std::string_view const element = scan.skip();
        if (!object) {
            take_unknown(element);
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
    read_object(scan, on_string({"modality", "ttl"}, [&](JsonString const& value) { label = value.text(); }),
                on_number({"tokenCount", "inputTokens"}, [&](std::string_view value) { digits = value; }));
    if (digits.empty()) {
        if (label.empty()) {
            take_unknown(element);
        }
        return;
    }
    below(label, [&] {
        std::size_t const at = row();
        bool const again = at < block_.map.fields.size() && block_.given.contains(at);
        std::int64_t const before = again ? block_.counts[at] : 0;
        take_number(digits);
        if (again && __builtin_add_overflow(block_.counts[at], before, &block_.counts[at])) {
            throw MalformedUsage(path_ + " counts beyond 63 bits");
        }
    });
}

/// An iteration: those of an advisor and of a compaction are passes beside the message, whose own are in its counts.
inline void UsageFields::read_iteration(std::string_view element) {
    constexpr std::size_t most = 1'024;
    Iteration one;
    JsonScan scan{element};
    read_object(scan, on_string("type", [&](JsonString const& value) { one.type = value.text(); }),
                on_string("model", [&](JsonString const& value) { one.model = value.text(); }));
    bool const attempt = one.type == "message" || one.type == "fallback_message";
    if (!attempt && one.type != "advisor_message" && one.type != "compaction") {
        warn(UsageWarningKind::unknown_value, "iterations/type", one.type);
        return;
    }
    if (iterations_.size() == most || (one.type == "message" && one.model.empty())) {
        return;
    }
    UsageFields fields{block_.map};
    JsonScan again{element};
    fields.read(again);
    if (fields.any()) {
        try {
            one.usage = fields.usage();
        } catch (ContradictoryUsage const& contradiction) {
            one.usage = *contradiction.usage();  // refused when it is priced
        }
        iterations_.push_back(std::move(one));
    }
}

/// Takes a field that the map does not have: it may be evidence of another spelling.
inline void UsageFields::take_unknown(std::string_view value) {
    evidence_.add(spelling_of(path_));
    warn(UsageWarningKind::unknown_field, path_, value);
}

inline void UsageFields::take_number(std::string_view digits) {
    std::size_t const at = row();
    if (at == block_.map.fields.size()) {
        take_unknown(digits);
        return;
    }
    UsageField const& field = block_.map.fields[at];
    evidence_.add(field.shows);
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
        throw MalformedUsage(path_ + " is not a count: " + std::string{digits.substr(0, 40)});
    }
    block_.counts[at] = *count;
    block_.given.insert(at);
    any_ = true;
}

inline void UsageFields::take_text(JsonString const& text) {
    std::size_t const at = row();
    FieldRole const role = at < block_.map.fields.size() ? block_.map.fields[at].role : FieldRole::not_billed;
    if (at == block_.map.fields.size()) {
        take_unknown('"' + std::string{text.raw} + '"');
    } else if (role == FieldRole::tier || role == FieldRole::speed) {
        serve(path_, text.text(), role);
    } else if (role == FieldRole::region) {
        std::string name = text.text();
        region_ = name == "not_available" ? std::string{} : std::move(name);
    } else if (role == FieldRole::context) {
        search_context_ = text.text();
    } else if (role == FieldRole::charge || role == FieldRole::upstream) {
        take_money(role, text.text());
    } else if (role != FieldRole::not_billed) {
        throw MalformedUsage(path_ + " is not a count: \"" + std::string{text.raw.substr(0, 40)} + '"');
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
