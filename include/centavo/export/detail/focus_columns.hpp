// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>

#include <array>
#include <string_view>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// A column of a FOCUS file.
struct FocusColumn {
    std::string_view name;
    std::string_view type;  ///< in the metadata: STRING, DECIMAL, DATETIME or JSON
};

/// The columns in file order: the mandatory and the applicable ones of FOCUS 1.2, ServiceProviderName and
/// HostProviderName of FOCUS 1.3, and centavo's own, whose names begin with x_.
inline constexpr auto focus_columns = std::to_array<FocusColumn>({
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
    {"x_Complete", "STRING"},
    {"x_CostCategory", "STRING"},
    {"x_OperationId", "STRING"},
    {"x_Quality", "STRING"},
    {"x_RecordId", "STRING"},
});

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
