// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace assistant {

/// A paragraph of a document and its location.
struct Passage {
    std::string file;
    std::string heading;
    std::string text;
};

/// The words of four letters or more in a text, in lower case.
inline std::set<std::string> words_of(std::string_view text) {
    std::set<std::string> words;
    std::string word;
    for (std::size_t i = 0; i <= text.size(); ++i) {
        char const c = i < text.size() ? text[i] : ' ';
        if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
            word += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        } else if (std::string const whole = std::exchange(word, {}); whole.size() > 3) {
            words.insert(whole);
        }
    }
    return words;
}

/// A text without its fenced code blocks, which do not answer questions.
inline std::string without_fences(std::string const& text) {
    std::string prose;
    bool fenced = false;
    for (std::size_t begin = 0; begin < text.size();) {
        std::size_t const end = std::min(text.find('\n', begin), text.size() - 1) + 1;
        bool const mark = text.compare(begin, 3, "```") == 0;
        if (!fenced && !mark) {
            prose.append(text, begin, end - begin);
        }
        fenced = fenced != mark;
        begin = end;
    }
    return prose;
}

/// The paragraphs of every .md and .txt file in a folder and its subfolders, sorted by file name.
inline std::vector<Passage> read_documents(std::filesystem::path const& folder) {
    namespace fs = std::filesystem;
    std::vector<fs::path> files;
    for (auto at = fs::recursive_directory_iterator{folder, fs::directory_options::skip_permission_denied};
         at != fs::recursive_directory_iterator{}; ++at) {
        std::string const name = at->path().filename().string();
        if (at->is_directory() &&
            (name.starts_with(".") || name.starts_with("build") || name == "node_modules")) {
            at.disable_recursion_pending();
        } else if (at->is_regular_file() && (name.ends_with(".md") || name.ends_with(".txt")) &&
                   name != "CMakeLists.txt") {
            files.push_back(at->path());
        }
    }
    std::ranges::sort(files);
    std::vector<Passage> passages;
    for (fs::path const& file : files) {
        std::ifstream in{file, std::ios::binary};
        std::string const text = without_fences({std::istreambuf_iterator<char>{in}, {}});
        std::string heading;
        for (std::size_t begin = 0; begin < text.size();) {
            std::size_t const end = std::min(text.find("\n\n", begin), text.size());
            std::string paragraph = text.substr(begin, end - begin);
            begin = end + 2;
            if (paragraph.starts_with("#")) {
                heading = paragraph.substr(0, paragraph.find('\n'));
            }
            if (paragraph.size() > 60) {
                passages.push_back({fs::relative(file, folder).string(), heading, std::move(paragraph)});
            }
        }
    }
    return passages;
}

/// The `most` passages that share the most words with a question, best first.
inline std::vector<Passage> passages_for(std::string_view question, std::vector<Passage> const& all,
                                         std::size_t most) {
    auto const asked = words_of(question);
    std::vector<std::pair<std::size_t, Passage const*>> scored;
    for (Passage const& passage : all) {
        auto const known = words_of(passage.heading + " " + passage.text);
        auto const shared = static_cast<std::size_t>(
            std::ranges::count_if(asked, [&](std::string const& word) { return known.contains(word); }));
        scored.emplace_back(shared, &passage);
    }
    std::ranges::stable_sort(scored, std::greater{}, &std::pair<std::size_t, Passage const*>::first);
    std::vector<Passage> best;
    for (std::size_t i = 0; i < std::min(most, scored.size()); ++i) {
        best.push_back(*scored[i].second);
    }
    return best;
}

}  // namespace assistant
