// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/decimal.hpp>
#include <centavo/base/detail/config.hpp>
#include <centavo/base/detail/int128.hpp>
#include <centavo/base/money.hpp>
#include <centavo/budget/window.hpp>
#include <centavo/export/detail/exact_quotient.hpp>
#include <centavo/export/detail/focus_columns.hpp>
#include <centavo/export/detail/json_text.hpp>
#include <centavo/export/detail/unit_label.hpp>
#include <centavo/export/focus.hpp>
#include <centavo/pricing/price.hpp>
#include <centavo/pricing/rate.hpp>
#include <centavo/pricing/unit.hpp>
#include <centavo/version.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace centavo::detail {
inline namespace CENTAVO_ABI {
namespace focus_rows {

/// "Cache Read Tokens" for "cache_read_tokens".
CENTAVO_INLINE std::string title_case(std::string_view name) {
    std::string out;
    bool begins = true;
    for (char const c : name) {
        out += c == '_' ? ' ' : begins && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        begins = c == '_';
    }
    return out;
}

/// The unit in which a measure is counted.
[[nodiscard]] constexpr std::string_view unit_of(Measure measure) noexcept {
    switch (measure) {
    case Measure::tokens:
    case Measure::training_tokens: return "Tokens";
    case Measure::characters: return "Characters";
    case Measure::seconds:
    case Measure::gpu_seconds: return "Seconds";
    case Measure::pixels: return "Pixels";
    case Measure::images: return "Images";
    case Measure::pages: return "Pages";
    case Measure::requests: return "Requests";
    case Measure::searches:
    case Measure::file_searches:
    case Measure::maps_searches: return "Searches";
    case Measure::fetches: return "Fetches";
    case Measure::tool_calls: return "Calls";
    case Measure::storage_token_hours: return "Token-Hours";
    case Measure::messages: return "Messages";
    case Measure::code_sessions: return "Sessions";
    case Measure::gigabyte_months: return "Gigabyte-Months";
    case Measure::hours: return "Hours";
    }
    return "Units";
}

[[nodiscard]] constexpr std::string_view service_of(CostCategory category) noexcept {
    switch (category) {
    case CostCategory::tokens: return "Language Models";
    case CostCategory::embeddings: return "Embeddings";
    case CostCategory::infrastructure: return "Infrastructure";
    case CostCategory::other: break;
    }
    return "Other";
}

/// A rate's price times an adjustment factor, in 10^-18 USD; nullopt if that is not a whole number.
CENTAVO_INLINE std::optional<Int128> adjusted_price(Rate const& rate, Decimal factor) {
    auto price = rate.usd().scaled(Usd::places);
    int power = factor.exponent();
    if (!price || power > 0 ||
        __builtin_mul_overflow(*price, static_cast<Int128>(factor.coefficient()), &*price)) {
        return std::nullopt;
    }
    for (; power < 0; ++power) {
        if (*price % 10 != 0) {
            return std::nullopt;
        }
        *price /= 10;
    }
    return price;
}

CENTAVO_INLINE std::string description_of(LedgerRecord const& record, CostLine const* line) {
    if (line == nullptr) {
        return std::string{record.note};
    }
    std::string out = std::to_string(line->count) + " " + std::string{unit_label(line->rate.unit())};
    return record.model.empty() ? out : out + " of " + std::string{record.model};
}

}  // namespace focus_rows

CENTAVO_INLINE FocusExport::FocusExport(TextSinkRef sink, FocusOptions const& options)
    : sink_{sink}, options_{&options}, row_{options.formulas} {
    for (FocusColumn const& column : focus_columns) {
        row_.plain(column.name);
    }
    row_.end(sink_);
}

CENTAVO_INLINE void FocusExport::add(LedgerRecord const& record) {
    if (!record.spends()) {
        return;
    }
    Usd rest = record.amount;
    for (CostLine const& line : record.lines) {
        write(record, &line, line.cost);
        rest -= line.cost;
    }
    if (record.lines.empty() || rest != Usd{}) {
        write(record, nullptr, rest);
    }
}

/// The price as published, adjusted as it was billed; nullopt if the cost was rounded or the quantity is not a finite
/// decimal.
CENTAVO_INLINE std::optional<FocusExport::ListPrice> FocusExport::list_price_of(CostLine const& line) {
    Rate const& rate = line.rate;
    auto const quantity = exact_quotient(line.count, rate.per());
    auto const price = focus_rows::adjusted_price(rate, line.factor);
    if (!quantity || !price) {
        return std::nullopt;
    }
    Int128 product{};
    if (__builtin_mul_overflow(*price, static_cast<Int128>(line.count), &product) ||
        product % rate.per() != 0 || product / rate.per() != line.cost.atto()) {
        return std::nullopt;
    }
    std::string unit{focus_rows::unit_of(rate.unit().measure)};
    if (rate.per() != 1) {
        unit = std::to_string(rate.per()) + " " + unit;
    }
    return ListPrice{Usd::from_atto(*price).to_string(), *quantity, unit};
}

CENTAVO_INLINE void FocusExport::write(LedgerRecord const& record, CostLine const* line, Usd cost) {
    using std::chrono::floor, std::chrono::seconds;
    bool const usage = record.kind == RecordKind::settle;
    bool const credit = !usage && cost < Usd{};
    std::string_view const provider = record.provider.empty() ? options_->provider : record.provider;
    Window const month = window_of(Period::month, record.at);
    Instant const begin = floor<seconds>(record.at);
    bool const correction = !usage && record.time >= month.end;
    std::string const amount = cost.to_string();
    std::string const meter = line != nullptr ? std::string{unit_label(line->rate.unit())} : "charges";
    auto price = line != nullptr ? list_price_of(*line) : std::nullopt;
    if (!price && usage) {
        price = ListPrice{amount, "1", "Charges"};
    }
    row_.plain(amount);
    row_.text(options_->billing_account_id);
    row_.text(options_->billing_account_name);
    row_.text(options_->billing_account_type);
    row_.plain("USD").plain(to_string(month.end)).plain(to_string(month.begin));
    row_.plain(usage ? "Usage" : credit ? "Credit" : "Adjustment").plain(correction ? "Correction" : "");
    row_.text(focus_rows::description_of(record, line));
    row_.plain(usage ? "Usage-Based" : "One-Time");
    row_.plain(to_string(begin + seconds{1})).plain(to_string(begin));
    if (usage && !correction) {
        row_.plain(line != nullptr ? std::to_string(line->count) : "1");
        row_.plain(line != nullptr ? focus_rows::unit_of(line->rate.unit().measure) : "Charges");
    } else {
        row_.null().null();
    }
    row_.plain(amount).plain(price ? price->unit_price : "").plain(amount);
    row_.text(provider).null();
    row_.text(options_->invoice_issuer.empty() ? provider : options_->invoice_issuer);
    row_.plain(amount).plain(price ? price->unit_price : "");
    row_.plain(price ? "Standard" : "").plain("USD");
    row_.plain(price ? price->quantity : "").plain(price ? price->unit : "");
    row_.text(provider).text(provider).null().null();
    row_.text(record.model).text(record.model);
    row_.plain(record.model.empty() ? "" : "Model");
    row_.plain("AI and Machine Learning").plain(focus_rows::service_of(record.category)).text(provider);
    bool const generative =
        record.category == CostCategory::tokens || record.category == CostCategory::embeddings;
    row_.plain(generative ? "Generative AI" : "Other (AI and Machine Learning)");
    write_sku(record, line, meter, price);
    std::string_view account;
    for (Tag const& tag : record.tags) {
        if (!options_->sub_account_tag.empty() && tag.key == options_->sub_account_tag) {
            account = tag.value;
        }
    }
    row_.text(account).text(account);
    row_.text(account.empty() ? std::string_view{} : options_->sub_account_tag);
    row_.text(record.tags.empty() ? std::string{} : tags_as_json(record.tags));
    row_.plain(std::to_string(record.attempt)).plain(record.complete ? "true" : "false");
    row_.plain(to_string(record.category));
    row_.text(record.operation).plain(to_string(record.quality)).plain(std::to_string(record.seq));
    row_.end(sink_);
}

CENTAVO_INLINE void FocusExport::write_sku(LedgerRecord const& record, CostLine const* line,
                                           std::string const& meter, std::optional<ListPrice> const& price) {
    if (!price) {
        row_.null().null().null().null();
        return;
    }
    std::string const id =
        std::string{record.model.empty() ? to_string(record.category) : record.model} + "/" + meter;
    if (line == nullptr) {
        row_.text(id).text(focus_rows::title_case(meter)).null().text(id);
        return;
    }
    std::string const usd = line->rate.usd().to_string();
    std::string const per = std::to_string(line->rate.per());
    std::string details = "{";
    append_json_member(details, "x_Unit", meter);
    append_json_member(details, "x_Price", usd);
    append_json_member(details, "x_Per", per);
    details += '}';
    row_.text(id).text(focus_rows::title_case(meter)).text(details).text(id + "@" + usd + "/" + per);
}

CENTAVO_INLINE std::string focus_metadata(Instant created) {
    std::string out = "{";
    append_json_name(out, "DataGenerator");
    out += '{';
    append_json_member(out, "DataGenerator", "centavo");
    out += '}';
    append_json_name(out, "Schema");
    out += "[{";
    append_json_member(out, "SchemaId", "centavo-focus-1.2-" + std::string{version});
    append_json_member(out, "FocusVersion", "1.2");
    append_json_member(out, "DataGeneratorVersion", version);
    append_json_member(out, "CreationDate", to_string(created));
    append_json_name(out, "ColumnDefinition");
    out += '[';
    for (FocusColumn const& column : focus_columns) {
        out += out.back() == '[' ? "{" : ",{";
        append_json_member(out, "ColumnName", column.name);
        append_json_member(out, "DataType", column.type);
        out += '}';
    }
    return out + "]}]}\n";
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
