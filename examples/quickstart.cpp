// SPDX-License-Identifier: MIT
// A small assistant that answers questions about a folder of documents, every call composed through the six doors.
//
//   quickstart [FOLDER] [QUESTION]...      the folder is this repository's by default
//
// OPENAI_BASE_URL and OPENAI_API_KEY name a provider; without them a stand-in on a loopback port answers.
#include "assistant/bill.hpp"
#include "assistant/documents.hpp"
#include "assistant/http_client.hpp"
#include "assistant/stand_in_provider.hpp"

#include <centavo/centavo.hpp>
#include <centavo/data/o200k_base.hpp>
#include <centavo/data/prices.hpp>

#include <cstdlib>
#include <exception>
#include <filesystem>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace centavo;
using namespace std::chrono_literals;

struct Question {
    std::string text;
    std::string task;
};

std::vector<Question> default_questions() {
    return {
        {"What is centavo, in one sentence?", "classification"},
        {"How exact are amounts of money, and why?", "generation"},
        {"How does a budget keep concurrent callers from overspending?", "generation"},
        {"Which commands build and test the project?", "classification"},
        {"What is never changed by the optimizer's default level?", "classification"},
        {"Explain why this function is safe, compare it with check and record: reserve, then settle.", "code"},
        {"How exact are amounts of money, and why?", "generation"},  // asked again: paid for already
        {"What does the cache key contain, and what does a scope do?", "generation"},
        {"Where do the prices and the vocabularies come from?", "classification"},
        {"Which commands build and test the project?", "classification"},  // asked again
    };
}

/// The documents' passages for a question, as a request; at temperature 0, so that its answer may be cached.
std::string instructions_for(std::vector<assistant::Passage> const& passages) {
    std::string text = "Answer from the passages below, and only from them.   If they do not say, say so.\n\n\n\n";
    for (auto const& passage : passages) {
        text += "From " + passage.file + " " + passage.heading + "\n\n" + passage.text + "\n\n\n";
    }
    return text;
}

std::string environment(char const* name) {
    char const* const value = std::getenv(name);
    return value == nullptr ? "" : value;
}
