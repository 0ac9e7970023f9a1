// SPDX-License-Identifier: MIT
#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace fs = std::filesystem;
using Lines = std::vector<std::string>;

fs::path const root{CENTAVO_ROOT};

Lines lines_of(fs::path const& file) {
    Lines lines;
    std::ifstream in{file};
    for (std::string line; std::getline(in, line);) {
        lines.push_back(line);
    }
    return lines;
}

std::string_view trimmed(std::string_view line) {
    auto const begin = line.find_first_not_of(" \t\r");
    if (begin == std::string_view::npos) {
        return {};
    }
    return line.substr(begin, line.find_last_not_of(" \t\r") - begin + 1);
}

/// The lines without their common indentation and without trailing white space.
std::string deindented(Lines const& lines) {
    auto indent = std::string::npos;
    for (auto const& line : lines) {
        if (!trimmed(line).empty()) {
            indent = std::min(indent, line.find_first_not_of(' '));
        }
    }
    std::string text;
    for (auto const& line : lines) {
        auto const kept = trimmed(line).empty() ? std::string{} : line.substr(indent);
        text += kept.substr(0, kept.find_last_not_of(" \t\r") + 1);
        text += '\n';
    }
    return text;
}

struct Block {
    std::string where;  // page:line
    std::string
        source;  // path and region, as the comment above the block names them; empty without a comment
    std::string region;
    Lines lines;
};

/// The lines of a page; for a header, the text of its doc comments, with all other lines empty.
Lines text_of(fs::path const& file) {
    auto lines = lines_of(file);
    if (file.extension() != ".md") {
        for (auto& line : lines) {
            auto const text = trimmed(line);
            line = text.starts_with("///") ? std::string{text.substr(text.starts_with("/// ") ? 4 : 3)} : "";
        }
    }
    return lines;
}

/// The C++ blocks of a page or header: those in fences, and indented ones that name their source.
std::vector<Block> blocks_of(fs::path const& file) {
    std::vector<Block> blocks;
    auto const lines = text_of(file);
    Block block;  // with its source and region, once known
    for (std::size_t i = 0; i < lines.size(); ++i) {
        auto const line = trimmed(lines[i]);
        bool const fenced = line.starts_with("```");
        bool const indented = !block.source.empty() && lines[i].starts_with("    ");
        if (!fenced && !indented) {
            if (!line.empty()) {
                block = {};
            }
            if (line.starts_with("<!-- ") && line.ends_with("] -->")) {
                auto const named = line.substr(5, line.size() - 5 - 5);
                auto const bracket = named.find(" [");
                if (bracket != std::string_view::npos) {
                    block.source = named.substr(0, bracket);
                    block.region = named.substr(bracket + 2);
                }
            }
            continue;
        }
        block.where = fs::relative(file, root).string() + ':' + std::to_string(i + 1);
        bool is_cpp = indented;
        if (fenced) {
            auto const language = trimmed(line.substr(3));
            is_cpp = language == "cpp" || language == "c++" || language == "cc" || language == "hpp";
            ++i;
        }
        auto const ends = [&](std::string const& text) {
            return fenced ? trimmed(text).starts_with("```")
                          : !trimmed(text).empty() && !text.starts_with("    ");
        };
        for (; i < lines.size() && !ends(lines[i]); ++i) {
            block.lines.push_back(lines[i]);
        }
        if (indented) {
            --i;  // the line after the block may be a comment or a fence
            while (!block.lines.empty() && trimmed(block.lines.back()).empty()) {
                block.lines.pop_back();
            }
        }
        if (is_cpp) {
            blocks.push_back(block);
        }
        block = {};
    }
    return blocks;
}

/// The lines between the two markers `// [name]`; nothing unless there are exactly two of them.
std::optional<Lines> region_of(fs::path const& source, std::string const& name) {
    Lines region;
    int markers = 0;
    for (auto const& line : lines_of(source)) {
        if (trimmed(line) == "// [" + name + "]") {
            ++markers;
        } else if (markers == 1 && !trimmed(line).starts_with("// [")) {  // markers of other regions
            region.push_back(line);
        }
    }
    return markers == 2 ? std::optional{region} : std::nullopt;
}

/// The text without white space and without comments, so that alignment and line breaks do not matter.
std::string code_of(std::string_view line) {
    std::string code;
    for (char const c : line.substr(0, line.find("  //"))) {
        if (c != ' ' && c != '\t') {
            code += c;
        }
    }
    return code;
}

/// The statements in the comments of a header: indented lines, together with the blocks of which they are part.
std::vector<Lines> examples_of(fs::path const& header) {
    std::vector<Lines> examples;
    Lines example;
    auto const end = [&] {
        bool abridged = false;
        bool statements = false;
        for (auto const& line : example) {
            auto const code = code_of(line);
            abridged = abridged || line.find("\u2026") != std::string::npos;
            statements = statements || (!code.empty() && code.back() == ';');
        }
        if (statements && !abridged) {
            examples.push_back(example);
        }
        example.clear();
    };
    for (auto const& line : text_of(header)) {
        if (line.starts_with("    ")) {
            example.push_back(line);
        } else {
            end();
        }
    }
    end();
    return examples;
}

/// The code of the sources in which examples are compiled.
std::string compiled_code() {
    std::string code;
    for (auto const& folder : {root / "tests" / "docs", root / "tests" / "unit", root / "examples"}) {
        for (auto const& entry : fs::recursive_directory_iterator{folder}) {
            if (entry.path().extension() == ".cpp") {
                for (auto const& line : lines_of(entry.path())) {
                    code += code_of(line);
                }
            }
        }
    }
    return code;
}

std::vector<fs::path> pages_and_headers() {
    std::vector<fs::path> found{root / "README.md"};
    for (auto const& entry : fs::recursive_directory_iterator{root / "docs"}) {
        if (entry.path().extension() == ".md") {
            found.push_back(entry.path());
        }
    }
    for (auto const& entry : fs::recursive_directory_iterator{root / "include"}) {
        auto const folder = entry.path().parent_path().filename();
        if (entry.path().extension() == ".hpp" && folder != "data" && folder != "detail") {
            found.push_back(entry.path());
        }
    }
    std::sort(found.begin(), found.end());
    return found;
}

}  // namespace

TEST_CASE("every C++ block of the documentation is a region of a compiled source") {
    for (auto const& page : pages_and_headers()) {
        auto blocks = blocks_of(page);
        if (page.filename() == "README.md" && !blocks.empty()) {
            blocks.erase(blocks.begin());  // compiled from the README itself, see tests/readme
        }
        for (auto const& block : blocks) {
            INFO(block.where);
            if (block.source.empty()) {
                FAIL_CHECK("a C++ block without a line `<!-- PATH [name] -->` above it");
                continue;
            }
            INFO(block.source << " [" << block.region << "]");
            auto const region = region_of(root / block.source, block.region);
            if (!region) {
                FAIL_CHECK("the source does not have exactly two lines `// [" << block.region << "]`");
                continue;
            }
            CHECK(deindented(block.lines) == deindented(*region));
        }
    }
}

TEST_CASE("every example in the comments of a header is part of a compiled source") {
    auto const code = compiled_code();
    std::size_t examples = 0;
    for (auto const& header : pages_and_headers()) {
        if (header.extension() != ".hpp") {
            continue;
        }
        for (auto const& example : examples_of(header)) {
            ++examples;
            std::string whole;
            for (auto const& line : example) {
                whole += code_of(line);
            }
            if (code.find(whole) == std::string::npos) {
                for (auto const& line : example) {  // alternatives that cannot stand in one function
                    INFO(fs::relative(header, root).string() << ": " << line);
                    CHECK(code.find(code_of(line)) != std::string::npos);
                }
            }
        }
    }
    CHECK(examples > 15);
}
