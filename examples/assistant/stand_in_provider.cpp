// SPDX-License-Identifier: MIT
#include "stand_in_provider.hpp"

#include "documents.hpp"

#include <centavo/base/tokens.hpp>
#include <centavo/builtin/counters.hpp>

#include <httplib.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace assistant {

namespace {

using Json = nlohmann::ordered_json;

centavo::Tokens count_of(std::string_view text) { return centavo::o200k_base().count(text); }

std::vector<std::string> sentences_of(std::string_view text) {
    std::vector<std::string> sentences;
    std::string sentence;
    for (std::size_t i = 0; i < text.size(); ++i) {
        bool const stop =
            text[i] == '.' && (i + 1 == text.size() || text[i + 1] == ' ' || text[i + 1] == '\n');
        bool const paragraph = text[i] == '\n' && i + 1 < text.size() && text[i + 1] == '\n';
        sentence += text[i] == '\n' ? ' ' : text[i];
        bool const table = sentence.find('|') != sentence.npos;
        if ((stop || paragraph) && sentence.size() > 40 && !table) {
            sentence.erase(0, sentence.find_first_not_of(" #-*|"));
            sentences.push_back(std::move(sentence));
        }
        if (stop || paragraph) {
            sentence.clear();
        }
    }
    return sentences;
}

/// The sentences of the documents that share the most words with the question, best first.
std::string answer_from(std::string_view documents, std::string_view question, std::size_t most) {
    auto const asked = words_of(question);
    std::vector<std::pair<std::size_t, std::string>> scored;
    for (auto& sentence : sentences_of(documents)) {
        auto const known = words_of(sentence);
        auto const shared = static_cast<std::size_t>(
            std::ranges::count_if(asked, [&](std::string const& word) { return known.contains(word); }));
        if (shared > 0) {
            scored.emplace_back(shared, std::move(sentence));
        }
    }
    std::ranges::stable_sort(scored, std::greater{}, &std::pair<std::size_t, std::string>::first);
    std::string answer;
    for (std::size_t i = 0; i < std::min(most, scored.size()); ++i) {
        answer += (answer.empty() ? "" : " ") + scored[i].second;
    }
    return answer.empty() ? "The documents do not say." : answer;
}

struct Completion {
    std::string model;
    std::string text;
    std::string finish;
    Json usage;
};

Completion complete(Json const& request) {
    auto const count = [](std::string_view text) { return count_of(text).value(); };
    std::int64_t input = 3;
    std::string documents;
    std::string question;
    for (auto const& message : request.at("messages")) {
        auto const role = message.at("role").get<std::string>();
        auto const content = message.at("content").get<std::string>();
        input += 3 + count(role) + count(content);
        (role == "user" ? question : documents) += content + "\n\n";
    }
    Completion done{.model = request.at("model"), .text = {}, .finish = "stop", .usage = {}};
    bool const small = done.model.find("mini") != std::string::npos;
    done.text = answer_from(documents, question, small ? 2 : 4);
    std::int64_t output = count(done.text);
    if (request.contains("max_tokens") && output > request["max_tokens"].get<std::int64_t>()) {
        done.text = centavo::o200k_base().truncate(done.text, request["max_tokens"].get<std::int64_t>());
        done.finish = "length";
        output = count(done.text);
    }
    done.usage = {{"prompt_tokens", input},
                  {"completion_tokens", output},
                  {"total_tokens", input + output},
                  {"prompt_tokens_details", {{"cached_tokens", 0}}}};
    return done;
}

Json chunk_of(Completion const& done, Json delta, Json finish) {
    return {{"id", "chatcmpl-stand-in"},
            {"object", "chat.completion.chunk"},
            {"created", 0},
            {"model", done.model},
            {"choices", {{{"index", 0}, {"delta", std::move(delta)}, {"finish_reason", std::move(finish)}}}}};
}

/// Sends the response as events of a few characters each; stops when the client disconnects.
void stream(Completion const& done, bool with_usage, httplib::DataSink& sink) {
    auto const send = [&](Json const& event) {
        std::string const text = "data: " + event.dump() + "\n\n";
        return sink.write(text.data(), text.size());
    };
    bool open = send(chunk_of(done, {{"role", "assistant"}, {"content", ""}}, nullptr));
    for (std::size_t at = 0; open && at < done.text.size();) {
        std::size_t end = std::min(at + 12, done.text.size());
        while (end < done.text.size() && (static_cast<unsigned char>(done.text[end]) & 0xC0U) == 0x80U) {
            ++end;
        }
        open = send(chunk_of(done, {{"content", done.text.substr(at, end - at)}}, nullptr));
        at = end;
    }
    open = open && send(chunk_of(done, Json::object(), done.finish));
    if (open && with_usage) {
        Json last = chunk_of(done, Json::object(), nullptr);
        last["choices"] = Json::array();
        last["usage"] = done.usage;
        open = send(last);
    }
    if (open) {
        std::string_view const end = "data: [DONE]\n\n";
        sink.write(end.data(), end.size());
    }
    sink.done();
}

void serve(httplib::Request const& incoming, httplib::Response& outgoing) {
    try {
        Json const request = Json::parse(incoming.body);
        Completion const done = complete(request);
        if (request.value("stream", false)) {
            bool const with_usage =
                request.contains("stream_options") && request["stream_options"].value("include_usage", false);
            outgoing.set_chunked_content_provider("text/event-stream",
                                                  [=](std::size_t, httplib::DataSink& sink) {
                                                      stream(done, with_usage, sink);
                                                      return true;
                                                  });
            return;
        }
        Json const body = {{"id", "chatcmpl-stand-in"},
                           {"object", "chat.completion"},
                           {"created", 0},
                           {"model", done.model},
                           {"choices",
                            {{{"index", 0},
                              {"message", {{"role", "assistant"}, {"content", done.text}}},
                              {"finish_reason", done.finish}}}},
                           {"usage", done.usage}};
        outgoing.set_content(body.dump(), "application/json");
    } catch (Json::exception const& problem) {
        outgoing.status = 400;
        outgoing.set_content(
            Json{{"error", {{"message", problem.what()}, {"type", "invalid_request_error"}}}}.dump(),
            "application/json");
    }
}

}  // namespace

struct StandInProvider::Server {
    httplib::Server http;
    std::thread thread;
};

StandInProvider::StandInProvider() : server_{std::make_unique<Server>()} {
    server_->http.Post("/v1/chat/completions", &serve);
    int const port = server_->http.bind_to_any_port("127.0.0.1");
    base_url_ = "http://127.0.0.1:" + std::to_string(port) + "/v1";
    server_->thread = std::thread{[this] { server_->http.listen_after_bind(); }};
    while (!server_->http.is_running()) {
        std::this_thread::yield();  // stop() before the loop runs would be lost
    }
}

StandInProvider::~StandInProvider() {
    server_->http.stop();
    server_->thread.join();
}

}  // namespace assistant
