// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/decimal.hpp>
#include <centavo/base/detail/int128.hpp>
#include <centavo/base/money.hpp>
#include <centavo/budget/record.hpp>
#include <centavo/budget/window.hpp>
#include <centavo/export/detail/export_text.hpp>
#include <centavo/export/spend_metrics.hpp>
#include <centavo/pricing/cost.hpp>
#include <centavo/pricing/price.hpp>
#include <centavo/pricing/rate.hpp>
#include <centavo/pricing/unit.hpp>
#include <centavo/pricing/usage.hpp>
#include <centavo/version.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// A ledger as FOCUS 1.2, the FinOps Open Cost and Usage Specification of the FinOps Foundation (focus.finops.org).

namespace centavo {
inline namespace CENTAVO_ABI {

/// What a cost-and-usage file says of the account that pays.
struct FocusOptions {
    std::string billing_account_id = "default";
    std::string billing_account_name = {};  ///< null where empty, as are all that may be
    std::string billing_account_type = {};
    std::string invoice_issuer = {};       ///< the record's provider where empty
    std::string provider = "Self-hosted";  ///< of records that name none
    std::string sub_account_tag = {};      ///< the tag whose value is the sub-account: "team"
    detail::Formulas formulas = detail::Formulas::guard;
};

/// A column of the file.
struct FocusColumn {
    std::string_view name;
    std::string_view type;  ///< of the specification's metadata: STRING, DECIMAL, DATETIME or JSON
};

/// The columns in their order: the mandatory ones of FOCUS 1.2, those that apply, FOCUS 1.3's ServiceProviderName and
/// HostProviderName, and centavo's own.
[[nodiscard]] constexpr auto focus_columns() {
    return std::to_array<FocusColumn>({
        {"BilledCost", "DECIMAL"},
        {"BillingAccountId", "STRING"},
        {"BillingAccountName", "STRING"},
        {"BillingAccountType", "STRING"},
        {"BillingCurrency", "STRING"},
        {"BillingPeriodEnd", "DATETIME"},
        {"BillingPeriodStart", "DATETIME"},
        {"ChargeCategory", "STRING"},
        {"ChargeClass", "STRING"},
        {"ChargeDescription", "STRING"},
        {"ChargeFrequency", "STRING"},
        {"ChargePeriodEnd", "DATETIME"},
        {"ChargePeriodStart", "DATETIME"},
        {"ConsumedQuantity", "DECIMAL"},
        {"ConsumedUnit", "STRING"},
        {"ContractedCost", "DECIMAL"},
        {"ContractedUnitPrice", "DECIMAL"},
        {"EffectiveCost", "DECIMAL"},
        {"HostProviderName", "STRING"},
        {"InvoiceId", "STRING"},
        {"InvoiceIssuerName", "STRING"},
        {"ListCost", "DECIMAL"},
        {"ListUnitPrice", "DECIMAL"},
        {"PricingCategory", "STRING"},
        {"PricingCurrency", "STRING"},
        {"PricingQuantity", "DECIMAL"},
        {"PricingUnit", "STRING"},
        {"ProviderName", "STRING"},
        {"PublisherName", "STRING"},
        {"RegionId", "STRING"},
        {"RegionName", "STRING"},
        {"ResourceId", "STRING"},
        {"ResourceName", "STRING"},
        {"ResourceType", "STRING"},
        {"ServiceCategory", "STRING"},
        {"ServiceName", "STRING"},
        {"ServiceProviderName", "STRING"},
        {"ServiceSubcategory", "STRING"},
        {"SkuId", "STRING"},
        {"SkuMeter", "STRING"},
        {"SkuPriceDetails", "JSON"},
        {"SkuPriceId", "STRING"},
        {"SubAccountId", "STRING"},
        {"SubAccountName", "STRING"},
        {"SubAccountType", "STRING"},
        {"Tags", "JSON"},
        {"x_Attempt", "DECIMAL"},
        {"x_CostCategory", "STRING"},
        {"x_OperationId", "STRING"},
        {"x_Quality", "STRING"},
        {"x_RecordId", "STRING"},
    });
}

namespace focus {

/// "Cache Read Tokens" of "cache_read_tokens".
[[nodiscard]] std::string title(std::string_view name);

/// What a measure is counted in.
[[nodiscard]] constexpr std::string_view counted_in(Measure measure) noexcept {
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
    case Measure::file_searches: return "Searches";
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

/// How a row is priced: unit price x quantity = cost, exactly.
struct Pricing {
    std::string unit_price;
    std::string quantity;
    std::string unit;
};

/// A rate's price times an adjustment's factor; nullopt where that has more than 18 places.
[[nodiscard]] std::optional<detail::Int128> adjusted_price(Rate const& rate, Decimal factor);

/// The price of a line, adjusted as it was billed, where the product is exact; nullopt where the cost had to be rounded, or the
/// quantity is no finite decimal.
[[nodiscard]] std::optional<Pricing> published(CostLine const& line);

/// One row: a line of a record, or what its lines leave of its amount.
template <detail::TextOut Out>
class Rows {
public:
    Rows(FocusOptions const& options, Out& out) : options_{&options}, row_{options.formulas}, out_{&out} {}

    void head() {
        for (FocusColumn const& column : focus_columns()) {
            row_.plain(column.name);
        }
        row_.end(*out_);
    }

    void add(LedgerRecord const& record) {
        Usd left = record.amount;
        for (CostLine const& line : record.lines) {
            write(record, &line, line.cost);
            left -= line.cost;
        }
        if (record.lines.empty() || left != Usd{}) {
            write(record, nullptr, left);
        }
    }

private:
    void write(LedgerRecord const& record, CostLine const* line, Usd cost) {
        using namespace std::chrono;
        bool const usage = record.kind == RecordKind::settle;
        bool const credit = !usage && cost < Usd{};
        std::string_view const provider = record.provider.empty() ? options_->provider : record.provider;
        Window const month = window_of(Period::month, record.at);
        Instant const begin = floor<seconds>(record.at);
        bool const corrects = !usage && record.time >= month.end;
        std::string const amount = cost.to_string();
        std::string const meter = line != nullptr ? std::string{unit_label(line->rate.unit())} : "charges";
        auto pricing = line != nullptr ? published(*line) : std::nullopt;
        if (!pricing && usage) {
            pricing = Pricing{amount, "1", "Charges"};
        }
        auto const maybe = [&](std::string_view text) -> detail::CsvRow& { return row_.text(text); };
        row_.plain(amount).text(options_->billing_account_id);
        maybe(options_->billing_account_name);
        maybe(options_->billing_account_type);
        row_.plain("USD").plain(to_string(month.end)).plain(to_string(month.begin));
        row_.plain(usage ? "Usage" : credit ? "Credit" : "Adjustment").plain(corrects ? "Correction" : "");
        row_.text(description(record, line));
        row_.plain(usage ? "Usage-Based" : "One-Time");
        row_.plain(to_string(begin + seconds{1})).plain(to_string(begin));
        if (usage && !corrects) {
            row_.plain(line != nullptr ? std::to_string(line->count) : "1");
            row_.plain(line != nullptr ? counted_in(line->rate.unit().measure) : "Charges");
        } else {
            row_.null().null();
        }
        row_.plain(amount).plain(pricing ? pricing->unit_price : "").plain(amount);
        row_.text(provider).null();
        row_.text(options_->invoice_issuer.empty() ? provider : options_->invoice_issuer);
        row_.plain(amount).plain(pricing ? pricing->unit_price : "");
        row_.plain(pricing ? "Standard" : "").plain("USD");
        row_.plain(pricing ? pricing->quantity : "").plain(pricing ? pricing->unit : "");
        row_.text(provider).text(provider).null().null();
        maybe(record.model);
        maybe(record.model);
        row_.plain(record.model.empty() ? "" : "Model");
        row_.plain("AI and Machine Learning").plain(service(record.category)).text(provider);
        bool const model =
            record.category == CostCategory::tokens || record.category == CostCategory::embeddings;
        row_.plain(model ? "Generative AI" : "Other (AI and Machine Learning)");
        sku(record, line, meter, pricing);
        std::string_view account;
        for (Tag const& tag : record.tags) {
            if (!options_->sub_account_tag.empty() && tag.key == options_->sub_account_tag) {
                account = tag.value;
            }
        }
        maybe(account);
        maybe(account);
        maybe(account.empty() ? std::string_view{} : options_->sub_account_tag);
        row_.text(record.tags.empty() ? std::string{} : detail::tags_as_json(record.tags));
        row_.plain(std::to_string(record.attempt)).plain(to_string(record.category));
        row_.text(record.operation).plain(to_string(record.quality)).plain(std::to_string(record.seq));
        row_.end(*out_);
    }

    void sku(LedgerRecord const& record, CostLine const* line, std::string const& meter,
             std::optional<Pricing> const& pricing) {
        if (!pricing) {
            row_.null().null().null().null();
            return;
        }
        std::string const id =
            std::string{record.model.empty() ? to_string(record.category) : record.model} + "/" + meter;
        std::string details = "{";
        if (line != nullptr) {
            detail::append_json_member(details, "x_Unit", meter);
            detail::append_json_member(details, "x_Price", line->rate.usd().to_string());
            detail::append_json_member(details, "x_Per", std::to_string(line->rate.per()));
        }
        details += '}';
        std::string const price_id = line == nullptr ? id
                                                     : id + "@" + line->rate.usd().to_string() + "/" +
                                                           std::to_string(line->rate.per());
        row_.text(id).text(title(meter)).text(details == "{}" ? std::string{} : details).text(price_id);
    }

    [[nodiscard]] static std::string description(LedgerRecord const& record, CostLine const* line) {
        if (line == nullptr) {
            return std::string{record.note};
        }
        std::string out = std::to_string(line->count) + " " + std::string{unit_label(line->rate.unit())};
        return record.model.empty() ? out : out + " of " + std::string{record.model};
    }

    [[nodiscard]] static constexpr std::string_view service(CostCategory category) noexcept {
        switch (category) {
        case CostCategory::tokens: return "Language Models";
        case CostCategory::embeddings: return "Embeddings";
        case CostCategory::infrastructure: return "Infrastructure";
        case CostCategory::other: break;
        }
        return "Other";
    }

    FocusOptions const* options_;
    detail::CsvRow row_;
    Out* out_;
};

}  // namespace focus

/// Writes a ledger's charges and corrections as FOCUS 1.2 CSV: one row for each record and billed unit.
///
/// ListUnitPrice x PricingQuantity = ListCost in every row, digit for digit: the price as published (2.5 for
/// "1000000 Tokens"), the quantity in that unit (0.000372). A charge of an amount alone, and a line whose cost had to
/// be rounded, are one of "Charges" at that price. The rows add up to the ledger. Periods are half-open and UTC: a
/// charge's is the second of its reserve, the billing period its month. A correction is a Credit below zero, else an
/// Adjustment, and has ChargeClass Correction when it was written after the month it corrects. The specification's
/// metadata file is write_focus_metadata()'s. Streams: one row in memory.
template <RecordSource Source, detail::TextOut Out>
void write_focus_csv(Source const& source, Out out, FocusOptions const& options = {}) {
    focus::Rows<Out> rows{options, out};
    rows.head();
    source.replay([&](LedgerRecord const& record) {
        if (record.spends()) {
            rows.add(record);
        }
    });
}

/// Writes what goes beside the CSV: who made it, when, by which version of FOCUS, its columns and their types.
template <detail::TextOut Out>
void write_focus_metadata(Out out, Instant created) {
    std::string text = "{";
    detail::append_json_member(text, "DataGenerator");
    text += "{";
    detail::append_json_member(text, "DataGenerator", "centavo");
    text += "}";
    detail::append_json_member(text, "Schema");
    text += "[{";
    detail::append_json_member(text, "SchemaId", "centavo-focus-1.2-" + std::string{version});
    detail::append_json_member(text, "FocusVersion", "1.2");
    detail::append_json_member(text, "DataGeneratorVersion", version);
    detail::append_json_member(text, "CreationDate", to_string(created));
    detail::append_json_member(text, "ColumnDefinition");
    text += "[";
    for (FocusColumn const& column : focus_columns()) {
        text += text.back() == '[' ? "{" : ",{";
        detail::append_json_member(text, "ColumnName", column.name);
        detail::append_json_member(text, "DataType", column.type);
        text += "}";
    }
    text += "]}]}\n";
    out(std::string_view{text});
}

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/export/detail/focus.ipp>
#endif
