// SPDX-License-Identifier: MIT
// The laws of a Book over LocalBook, by ledger.
#include "book.hpp"

#include <centavo/budgeting/file_ledger.hpp>
#include <centavo/budgeting/local_book.hpp>

#include <catch2/catch_test_macros.hpp>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include <unistd.h>

using namespace centavo;

namespace {

auto const in_memory = [](BookOptions options, Clock clock) {
    return std::make_unique<LocalBook<>>(std::move(options), std::make_shared<MemoryLedger>(), clock);
};

/// Books over files of their own, in a folder that is removed at the end.
struct Files {
    Files() {
        std::string name = (std::filesystem::temp_directory_path() / "centavo_book_XXXXXX").string();
        folder = ::mkdtemp(name.data());
    }
    Files(Files const&) = delete;
    Files& operator=(Files const&) = delete;
    ~Files() { std::filesystem::remove_all(folder); }

    auto operator()(BookOptions options, Clock clock) {
        return std::make_unique<LocalBook<FileLedger>>(std::move(options),
                                                       FileLedger{(folder / "book.ledger").string()}, clock);
    }
    std::filesystem::path folder;
};

}  // namespace

TEST_CASE("a local book over memory keeps the laws of a book") { conformance::check_book(in_memory); }

TEST_CASE("a local book over a file keeps the laws of a book") {
    Files files;
    conformance::check_book(std::ref(files));
    CHECK(std::filesystem::file_size(files.folder / "book.ledger") > ledger_file::head_size);
}

TEST_CASE("local books keep the promise of all books from any thread", "[threads]") {
    conformance::check_book_threads(in_memory);
    Files files;
    conformance::check_book_threads(std::ref(files));
    CHECK(files({}, {})->recovered().empty());
}
