// SPDX-License-Identifier: MIT
#include <centavo/base/error.hpp>
#include <centavo/centavo.hpp>

#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

#include <cerrno>
#include <concepts>
#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

using namespace centavo;

namespace {

template <typename Exception>
Exception make() {
    if constexpr (std::same_as<Exception, AmbiguousPrice>) {
        return AmbiguousPrice{"gpt-4o", 0, 1};
    } else if constexpr (std::same_as<Exception, FileError>) {
        return FileError{"spend.ledger", ENOENT};
    } else if constexpr (std::same_as<Exception, IllFormedUtf8>) {
        return IllFormedUtf8{7};
    } else if constexpr (std::same_as<Exception, MalformedPriceFile>) {
        return MalformedPriceFile{"prices.json", 7, "negative price -1"};
    } else if constexpr (std::same_as<Exception, UnknownModel>) {
        return UnknownModel{"gpt-4o"};
    } else if constexpr (std::constructible_from<Exception, std::string, std::size_t>) {
        return Exception{"wrong", std::size_t{7}};
    } else {
        return Exception{"wrong"};
    }
}

}  // namespace

TEMPLATE_TEST_CASE("every exception for outside input is an Error", "", AmbiguousPrice, ContradictoryUsage,
                   FileError, IllFormedUtf8, LedgerLocked, MalformedAwsEventStream, MalformedDecimal,
                   MalformedInstant, MalformedJson, MalformedLedger, MalformedMoney, MalformedPrice,
                   MalformedPriceFile, MalformedRequest, MalformedUsage, MalformedVocabulary, MalformedWindow,
                   OversizedEvent, UnknownModel, UnknownRank, UnpricedUsage) {
    STATIC_REQUIRE(std::derived_from<TestType, Error>);
    try {
        throw make<TestType>();
    } catch (std::runtime_error const& caught) {
        auto const* const error = dynamic_cast<Error const*>(&caught);
        REQUIRE(error != nullptr);
        CHECK_FALSE(std::string_view{error->what()}.empty());
        CHECK(error->position().value_or(7) == 7);
    }
}

TEST_CASE("an error reports its kind and the position of the offending byte") {
    MalformedJson const json{"an object was expected", 12};
    CHECK(json.code() == ErrorCode::malformed);
    CHECK(json.position() == 12);
    CHECK(std::string{json.what()} == "malformed JSON at byte 12: an object was expected");
    MalformedMoney const money{"not an amount"};
    CHECK(money.code() == ErrorCode::malformed);
    CHECK(money.position() == std::nullopt);
    CHECK(UnknownModel{"gpt-4o"}.code() == ErrorCode::unknown);
    CHECK(LedgerLocked{"in use"}.code() == ErrorCode::locked);
    CHECK(OversizedEvent{"too large"}.code() == ErrorCode::too_large);
    CHECK(ContradictoryUsage{"more cached than sent"}.code() == ErrorCode::inconsistent);
}

TEST_CASE("a file error keeps the operating system's reason") {
    FileError const error{"spend.ledger", ENOENT};
    CHECK(error.code() == ErrorCode::io);
    CHECK(error.reason() == std::errc::no_such_file_or_directory);
    CHECK(std::string{error.what()} == "spend.ledger: No such file or directory");
}
