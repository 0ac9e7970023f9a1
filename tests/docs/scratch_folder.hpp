// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <system_error>

/// An empty folder that is the current one until the end of the scope, so that examples name files as an application
/// would. `name` is unique among the tests.
class ScratchFolder {
public:
    explicit ScratchFolder(std::string const& name)
        : before_{std::filesystem::current_path()}, folder_{std::filesystem::temp_directory_path() /
                                                            ("centavo-docs-" + name)} {
        std::filesystem::remove_all(folder_);
        std::filesystem::create_directories(folder_);
        std::filesystem::current_path(folder_);
    }
    ScratchFolder(ScratchFolder const&) = delete;
    ScratchFolder& operator=(ScratchFolder const&) = delete;
    ~ScratchFolder() {
        std::error_code ignored;
        std::filesystem::current_path(before_, ignored);
        std::filesystem::remove_all(folder_, ignored);
    }

private:
    std::filesystem::path before_;
    std::filesystem::path folder_;
};
