// SPDX-License-Identifier: MIT
#pragma once

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <system_error>

/// A new empty folder that is the current one until the end of the scope, so that examples can use plain file names.
class ScratchFolder {
public:
    ScratchFolder() : before_{std::filesystem::current_path()} {
        std::string folder = (std::filesystem::temp_directory_path() / "centavo-docs-XXXXXX").string();
        if (::mkdtemp(folder.data()) == nullptr) {
            throw std::runtime_error("cannot create " + folder);
        }
        folder_ = folder;
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
