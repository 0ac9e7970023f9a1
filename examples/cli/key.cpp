// SPDX-License-Identifier: MIT
#include "jsonl.hpp"
#include "subcommand.hpp"

#include <centavo/base/detail/json_scan.hpp>
#include <centavo/cache/request_key.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace centavo::cli {

using namespace centavo::detail;

namespace {

Scope scope_of(Row const& row) {
    if (row.is_null("namespace")) {  // a failed lookup must not select the shared scope
        throw LineFailure("bad_input", "\"namespace\" must not be null; omit it to share responses");
    }
    auto const name = row.find_text("namespace");
    return name ? Scope::of(*name) : Scope::shared();
}

/// A provider's name, or an object of provider, endpoint, headers and policy.
Origin origin_of(Row const& row) {
    Origin origin;
    auto const json = row.find("origin");
    if (!json || json->starts_with('"')) {
        origin.provider = json ? text_of(*json) : std::string{};
        return origin;
    }
    Row const parts{*json};
    origin.provider = parts.find_text("provider").value_or("");
    origin.endpoint = parts.find_text("endpoint").value_or("");
    origin.policy = parts.find_text("policy").value_or("");
    if (auto const headers = parts.find("headers")) {
        JsonScan scan{*headers};
        scan.enter_array();
        while (scan.next_element()) {
            origin.headers.push_back(scan.string().text());
        }
    }
    return origin;
}

}  // namespace

Subcommand add_key(CLI::App& program) {
    auto const files = std::make_shared<std::vector<std::string>>();
    CLI::App* const line = program.add_subcommand("key", "Print the cache keys of chat requests");
    line->footer("In: {\"id\",\"request\",\"namespace\"?,\"origin\"?}, out: {\"id\",\"key\"}");
    add_jsonl_input(*line, *files);
    return {line, [files] {
                RequestKeyMaker maker;
                return answer_lines(*files, [&](Row const& row, std::string& out) {
                    append_text(out, "key",
                                maker.key(scope_of(row), origin_of(row), row.at("request")).hex());
                });
            }};
}

}  // namespace centavo::cli
