// SPDX-License-Identifier: MIT
#include "jsonl.hpp"

#include "input.hpp"
#include "progress.hpp"

#include <centavo/base/detail/json_scan.hpp>
#include <centavo/base/detail/utf8.hpp>
#include <centavo/pricing/cost.hpp>
#include <centavo/pricing/price_table.hpp>
#include <centavo/pricing/usage.hpp>

namespace centavo::cli {

using namespace centavo::detail;

namespace {

constexpr std::size_t flush_at = std::size_t{1} << 20;

void append_failure(std::string& out, std::string_view id, std::string_view code, std::string_view detail,
                    std::string_view members) {
    out += R"({"id":)";
    append_well_formed(out, id);
    out += R"(,"error":{)";
    append_text(out, "code", code);
    append_text(out, "detail", detail);
    out += '}';
    if (!members.empty()) {
        out += ',';
        out += members;
    }
    out += "}\n";
}

/// Processes a line; false if it failed.
bool answer_line(std::string_view line, std::int64_t number, LineAnswer const& answer, std::string& out) {
    std::optional<Row> row;
    try {
        row.emplace(line);
    } catch (std::exception const& failure) {
        std::string const detail = "line " + std::to_string(number) + ": " + failure.what();
        append_failure(out, "null", "bad_json", detail, {});
        return false;
    }
    std::size_t const begin = out.size();
    try {
        out += R"({"id":)";
        append_well_formed(out, row->id());
        answer(*row, out);
        out += "}\n";
        return true;
    } catch (LineFailure const& failure) {
        out.resize(begin);
        append_failure(out, row->id(), failure.code(), failure.what(), failure.members());
    } catch (std::exception const& failure) {
        out.resize(begin);
        append_failure(out, row->id(), code_of(failure), failure.what(), {});
    }
    return false;
}

}  // namespace

Row::Row(std::string_view line) {
    JsonScan scan{line};
    scan.enter_object();
    while (auto const name = scan.next_member()) {
        std::string_view const value = scan.skip();
        members_.emplace_back(*name, value);
    }
    scan.finish();
}

std::string_view Row::raw(std::string_view name) const {
    for (auto const& [known, value] : members_) {
        if (known.equals(name)) {
            return value;
        }
    }
    return {};
}

std::optional<std::string_view> Row::find(std::string_view name) const {
    std::string_view const value = raw(name);
    return value.empty() || value == "null" ? std::nullopt : std::optional{value};
}

bool Row::is_null(std::string_view name) const { return raw(name) == "null"; }

std::optional<std::string> Row::find_text(std::string_view name) const {
    auto const json = find(name);
    if (json && !json->starts_with('"')) {
        throw LineFailure("bad_input", "\"" + std::string{name} + "\" must be a string");
    }
    return json ? std::optional{text_of(*json)} : std::nullopt;
}

std::string_view Row::at(std::string_view name) const {
    auto const json = find(name);
    if (!json) {
        throw LineFailure("bad_input", "no \"" + std::string{name} + "\"");
    }
    return *json;
}

std::string Row::text(std::string_view name) const {
    static_cast<void>(at(name));
    return *find_text(name);
}

std::string_view code_of(std::exception const& failure) {
    if (dynamic_cast<MalformedJson const*>(&failure) != nullptr) {
        return "bad_json";
    }
    if (dynamic_cast<UnknownModel const*>(&failure) != nullptr) {
        return "unknown_model";
    }
    if (dynamic_cast<UnpricedUsage const*>(&failure) != nullptr) {
        return "unpriced_usage";
    }
    if (dynamic_cast<ContradictoryUsage const*>(&failure) != nullptr) {
        return "contradictory_usage";
    }
    return dynamic_cast<std::overflow_error const*>(&failure) != nullptr ? "overflow" : "bad_input";
}

int answer_lines(std::vector<std::string> files, LineAnswer const& answer) {
    std::string out;
    Lines lines{std::move(files), [&] { write_out(out); }};
    StreamProgress progress;
    bool well = true;
    while (auto const line = lines.next()) {
        if (line->find_first_not_of(" \t\r") == std::string_view::npos) {
            continue;
        }
        well = answer_line(*line, lines.number(), answer, out) && well;
        if (out.size() >= flush_at) {
            write_out(out);
        }
        progress.show(lines.done(), lines.size());
    }
    write_out(out);
    return well ? 0 : 1;
}

void separate(std::string& out) {
    if (!out.empty() && out.back() != '{' && out.back() != '[') {
        out += ',';
    }
}

void append_name(std::string& out, std::string_view name) {
    separate(out);
    out += '"';
    out += name;
    out += "\":";
}

void append_text(std::string& out, std::string_view name, std::string_view text) {
    append_name(out, name);
    append_json_string(out, text);
}

void append_count(std::string& out, std::string_view name, std::int64_t count) {
    append_name(out, name);
    out += std::to_string(count);
}

std::string text_of(std::string_view json) {
    JsonScan scan{json};
    return scan.string().text();
}

}  // namespace centavo::cli
