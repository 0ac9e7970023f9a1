// SPDX-License-Identifier: MIT
// A small assistant that answers questions about a folder of documents. Each call goes through all components.
//
//   quickstart [FOLDER] [QUESTION]...      the folder is this repository's by default
//
// OPENAI_BASE_URL and OPENAI_API_KEY select a provider; the default is a stand-in on a loopback port.
#include "assistant/bill.hpp"
#include "assistant/documents.hpp"
#include "assistant/http_client.hpp"
#include "assistant/stand_in_provider.hpp"

#include <centavo/builtin/counters.hpp>
#include <centavo/builtin/prices.hpp>
#include <centavo/centavo.hpp>

#include <chrono>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace centavo;
using namespace centavo::detail;
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
        {"What does the optimizer's default level never change?", "classification"},
        {"Explain why this code is safe where check and record is not: reserve, then settle.", "code"},
        {"How exact are amounts of money, and why?", "generation"},
        {"What does the key of the cache contain, and what is a scope?", "generation"},
        {"Where do the prices and the vocabularies come from?", "classification"},
        {"Which commands build and test the project?", "classification"},
    };
}

/// The request for a question with the passages that fit: at temperature 0, so that the response may be cached.
Request request_for(std::string const& question, std::vector<assistant::Passage> const& documents) {
    std::string context =
        "Answer from the passages below, and only from them.   If they do not say, say so.\n\n\n\n";
    for (auto const& passage : assistant::passages_for(question, documents, 6)) {
        context += "From " + passage.file + " " + passage.heading + "\n\n" + passage.text + "\n\n\n";
    }
    return Request::chat("gpt-4o", {{"system", context}, {"user", question}})
        .with_temperature(0)
        .with_max_tokens(400)
        .with_stream(true);
}

std::string environment(char const* name) {
    char const* const value = std::getenv(name);
    return value == nullptr ? "" : value;
}

/// The line for a call in the bill.
assistant::Entry entry_of(std::string question, Result const& result) {
    assistant::Entry entry{.question = std::move(question),
                           .how = std::string{to_string(result.outcome)},
                           .model = "",
                           .tokens = "",
                           .cost = {}};
    if (result.choice && result.outcome == Outcome::called) {
        entry.model = result.choice->model.text();
    }
    if (result.cost) {
        Usage const& usage = result.cost->usage();
        entry.model = result.cost->model().text();
        entry.tokens = std::to_string(usage.input.value()) + "/" + std::to_string(usage.output.value());
        entry.cost = result.cost->total();
    }
    return entry;
}

/// The cost if every call had gone to `model`, neither shortened nor cached.
Usd cost_at(CostCalculator<> const& calculator, ModelId const& model, std::vector<Result> const& results) {
    Usd total;
    for (Result const& result : results) {
        if (result.cost && result.outcome == Outcome::called) {
            total += calculator.cost(model, result.cost->usage()).total();
        }
    }
    return total;
}

int run(std::filesystem::path const& folder, std::vector<Question> const& questions) {
    auto const documents = assistant::read_documents(folder);
    if (documents.empty()) {
        std::cerr << "quickstart: no .md or .txt file with a paragraph in " << folder.string() << '\n';
        return 2;
    }
    std::optional<assistant::StandInProvider> stand_in;
    std::string base_url = environment("OPENAI_BASE_URL");
    if (base_url.empty()) {
        base_url = stand_in.emplace().base_url();
    }
    assistant::HttpClient client{base_url, environment("OPENAI_API_KEY")};

    // The components, and Metered around them.
    CostCalculator<> calculator{builtin_prices()};
    PromptCache cache{{.ttl = 1h}, MemoryCacheStore{{.capacity_bytes = 16 << 20}}};
    ModelRouter<> router;
    CostMonitor<> monitor{{.daily_budget = 50_cent}};
    PromptOptimizer<> optimizer{Counter{o200k_base()}};
    Metered metered{{.calculator = calculator,
                     .counters = builtin_counters(),
                     .cache = cache,
                     .monitor = monitor,
                     .router = router,
                     .optimizer = optimizer,
                     .scope = Scope::of("quickstart")}};

    std::vector<assistant::Entry> bill;
    std::vector<Result> results;
    {
        assistant::StreamProgress progress{questions.size() + 2};
        for (Question const& question : questions) {
            Result result = metered(request_for(question.text, documents), client, {.task = question.task});
            if (result.outcome == Outcome::failed) {
                throw std::runtime_error(base_url + ": " + result.why);
            }
            bill.push_back(entry_of(question.text, result));
            results.push_back(std::move(result));
            progress.step();
        }
        // A stream with a maximum cost: StreamBudget caps its output and stops it at the token that exceeds it.
        std::string const dear = "Tell all that the documents say about money, tokens and prices.";
        Result stopped =
            metered(request_for(dear, documents), client, {.task = "generation", .max_cost = 0.0002_usd});
        bill.push_back(entry_of(dear, stopped));
        results.push_back(std::move(stopped));
        progress.step();

        // A budget with almost nothing left refuses a call before it is sent.
        CostMonitor<> pocket{{.budgets = {{.name = "pocket", .limit = 0.00001_usd}}}};
        Metered poor{{.calculator = calculator, .counters = builtin_counters(), .monitor = pocket}};
        std::string const refused = "What would this cost?";
        results.push_back(poor(request_for(refused, documents), client));
        bill.push_back(entry_of(refused, results.back()));
        progress.step();
    }

    std::cout << questions.front().text << '\n' << results.front().response.text << "\n\n";
    assistant::print_bill(std::cout, bill);

    Tokens shorter;
    for (Result const& result : results) {
        shorter += result.optimized;
    }
    Usd const routed = calculator.cost("gpt-4o", {.input = shorter}).total();
    Usd const large = cost_at(calculator, "gpt-4o", results);
    Usd const called = [&] {
        Usd total;
        for (Result const& result : results) {
            total += result.cost && result.outcome == Outcome::called ? result.cost->total() : Usd{};
        }
        return total;
    }();
    Savings const saved = cache.savings();
    Result const& last = results.back();
    std::cout << "\nsaved by the cache      $" << saved.cost.to_string(8) << "  " << saved.hits
              << " responses from the cache\n"
              << "saved by the router     $" << (large - called).to_string(8)
              << "  against gpt-4o for every call\n"
              << "saved by the optimizer  " << shorter.value() << " tokens, at most $" << routed.to_string(8)
              << '\n'
              << "refused by the budget   " << (last.denial ? last.denial->budget : last.why) << ": $"
              << (last.denial ? last.denial->needed.to_string(8) : "?") << " needed, $"
              << (last.denial ? last.denial->remaining().to_string(8) : "?") << " left\n"
              << "spent today             $" << monitor.spent().to_string() << " of $"
              << monitor.budget("daily")->limit.to_string(2) << ", " << monitor.utilization().to_string()
              << "; prices as of " << day_text(builtin_prices().at("gpt-4o")->as_of) << '\n';
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        std::filesystem::path const folder = argc > 1 ? argv[1] : ".";
        std::vector<Question> questions;
        for (int i = 2; i < argc; ++i) {
            questions.push_back({argv[i], "generation"});
        }
        return run(folder, questions.empty() ? default_questions() : questions);
    } catch (std::exception const& problem) {
        std::cerr << "quickstart: " << problem.what() << '\n';
        return 1;
    }
}
