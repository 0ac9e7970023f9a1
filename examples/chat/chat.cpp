// SPDX-License-Identifier: MIT
// A chat in the terminal that shows its cost as it runs and stops when its budget is spent.
//
//   chat [--model M] [--max-cost USD] [--system TEXT]
//
// Anthropic's models are called at ANTHROPIC_BASE_URL with ANTHROPIC_API_KEY, all others at OPENAI_BASE_URL with
// OPENAI_API_KEY. Without a key, a stand-in on a loopback port answers from the text of --system.
#include "anthropic_client.hpp"

#include "../assistant/http_client.hpp"
#include "../assistant/stand_in_provider.hpp"

#include <centavo/builtin/counters.hpp>
#include <centavo/builtin/prices.hpp>
#include <centavo/centavo.hpp>

#include <CLI/CLI.hpp>

#include <cstdlib>
#include <exception>
#include <functional>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unistd.h>
#include <utility>
#include <vector>

namespace {

using namespace centavo;
using namespace centavo::detail;

struct Options {
    std::string model = "gpt-4o-mini";
    std::string max_cost = "0.01";
    std::string system = "You are brief. A stream budget counts every token of a response as it arrives. "
                         "It stops the stream at the token that exceeds the limit. "
                         "The input is paid for before the first token of a response arrives. "
                         "Closing the connection does not stop billing at every provider.";
};

std::string environment(char const* name, std::string otherwise = "") {
    char const* const value = std::getenv(name);
    return value == nullptr ? std::move(otherwise) : value;
}

/// Prints a response as it arrives, with the amount spent so far before every line.
class Transcript {
public:
    void take(StreamProgress const& now) {
        if (now.delta.kind == DeltaKind::reasoning || now.delta.kind == DeltaKind::tool_arguments) {
            return;
        }
        for (char const c : now.delta.text) {
            if (std::exchange(at_begin_, false)) {
                std::cout << '$' << now.budget->cost().total().to_string(6) << "  ";
            }
            std::cout << c;
            at_begin_ = c == '\n';
        }
        std::cout << std::flush;
    }
    void end() {
        if (!at_begin_) {
            std::cout << '\n';
        }
        at_begin_ = true;
    }

private:
    bool at_begin_ = true;
};

/// A one-line summary of a turn.
std::string line_of(Result const& result, CostMonitor<> const& monitor) {
    BudgetState const budget = monitor.budget("chat").value();
    std::string line = "[";
    if (result.cost) {
        Usage const& usage = result.cost->usage();
        line += "$" + result.cost->total().to_string(6) + ", " +
                std::string{to_string(result.cost->quality)} + ": " + std::to_string(usage.input.value()) +
                " tokens in, " + std::to_string(usage.output.value()) + " out; ";
    }
    line += "$" + budget.spent.to_string(6) + " of $" + budget.limit.to_string(6) + " spent]";
    if (result.outcome == Outcome::stopped || result.outcome == Outcome::refused) {
        line += "\n[stopped: the budget of --max-cost is spent]";
    } else if (result.outcome == Outcome::failed) {
        line += "\n[failed: " + result.why + "]";
    }
    return line;
}

int talk(Options const& options) {
    std::function<Reply(OutgoingRequest const&, Sink)> client;
    std::optional<assistant::StandInProvider> stand_in;
    std::string const key = environment("OPENAI_API_KEY");
    std::string base_url = environment("OPENAI_BASE_URL", key.empty() ? "" : "https://api.openai.com/v1");
    auto const facts = find_facts(ModelId{options.model});
    if (facts && facts->api == ApiFormat::anthropic_messages && !environment("ANTHROPIC_API_KEY").empty()) {
        base_url = environment("ANTHROPIC_BASE_URL", "https://api.anthropic.com");
        client =
            [made = std::make_shared<terminal::AnthropicClient>(base_url, environment("ANTHROPIC_API_KEY"))](
                OutgoingRequest const& sent, Sink sink) { return (*made)(sent, sink); };
    } else {
        base_url = base_url.empty() ? stand_in.emplace().base_url() : base_url;
        client = [made = std::make_shared<assistant::HttpClient>(base_url, key)](
                     OutgoingRequest const& sent, Sink sink) { return (*made)(sent, sink); };
    }

    CostCalculator<> calculator{builtin_prices()};
    CostMonitor<> monitor{{.budgets = {{.name = "chat", .limit = Usd::parse(options.max_cost)}}}};
    Metered metered{{.calculator = calculator, .counters = builtin_counters(), .monitor = monitor}};
    bool const asks = isatty(STDIN_FILENO) != 0;
    std::cout << options.model << " at " << base_url << ", at most $" << options.max_cost << '\n';
    std::vector<Message> talk{{"system", options.system}};
    std::string question;
    while ((asks ? std::cout << "> " << std::flush : std::cout) && std::getline(std::cin, question)) {
        if (question.empty()) {
            continue;
        }
        if (!asks) {
            std::cout << "> " << question << '\n';
        }
        talk.push_back({"user", question});
        Transcript transcript;
        CallOptions<> how;
        how.max_cost = monitor.budget("chat")->remaining();
        how.on_delta = [&](StreamProgress const& now) {
            transcript.take(now);
            return Flow::keep_going;
        };
        Result const result =
            metered(Request::chat(ModelId{options.model}, talk).with_stream(true), client, how);
        transcript.end();
        std::cout << line_of(result, monitor) << '\n';
        if (result.outcome == Outcome::stopped || result.outcome == Outcome::refused) {
            return 0;
        }
        if (result.outcome == Outcome::failed) {
            return 1;
        }
        talk.push_back({"assistant", result.response.text});
    }
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    CLI::App program{"A chat that shows its cost as it runs and stops when its budget is spent"};
    program.add_option("--model", options.model, "The model to talk to")->capture_default_str();
    program.add_option("--max-cost", options.max_cost, "The budget of the whole chat in USD")
        ->capture_default_str();
    program.add_option("--system", options.system, "The system message");
    CLI11_PARSE(program, argc, argv);
    try {
        return talk(options);
    } catch (std::exception const& problem) {
        std::cerr << "chat: " << problem.what() << '\n';
        return 1;
    }
}
