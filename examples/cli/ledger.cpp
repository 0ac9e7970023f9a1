// SPDX-License-Identifier: MIT
#include "input.hpp"
#include "jsonl.hpp"
#include "subcommand.hpp"

#include <centavo/base/clock.hpp>
#include <centavo/base/money.hpp>
#include <centavo/budget/file_ledger.hpp>
#include <centavo/budget/ledger.hpp>
#include <centavo/budget/record.hpp>
#include <centavo/export/csv.hpp>
#include <centavo/export/focus.hpp>
#include <centavo/export/html.hpp>
#include <centavo/export/json.hpp>
#include <centavo/export/otlp.hpp>
#include <centavo/export/prometheus.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace centavo::cli {

namespace {

/// Figures that `verify` reports in addition to the check.
struct Sums {
    void add(LedgerRecord const& record) {
        first = first == 0 ? record.seq : first;
        last = record.seq;
        if (record.kind == RecordKind::hold) {
            open.emplace(record.seq, record.amount);
        } else if (record.kind == RecordKind::settle || record.kind == RecordKind::release) {
            open.erase(record.hold);
        }
        spent += record.spends() ? record.amount : Usd{};
    }

    [[nodiscard]] Usd held() const {
        Usd sum;
        for (auto const& [number, amount] : open) {
            sum += amount;
        }
        return sum;
    }

    std::uint64_t first = 0;
    std::uint64_t last = 0;
    std::map<std::uint64_t, Usd> open = {};
    Usd spent = {};
};

std::string json_of(LedgerCheck const& check, Sums const& sums) {
    std::string out = "{";
    auto const count = [&](std::string_view name, std::uint64_t value) {
        append_name(out, name);
        out += std::to_string(value);
    };
    count("records", check.records);
    append_text(out, "spent", sums.spent.to_string());
    append_text(out, "held", sums.held().to_string());
    count("open_holds", sums.open.size());
    count("bytes", check.bytes);
    count("torn_bytes", check.torn_bytes);
    append_name(out, "damage");
    out += '[';
    for (LedgerDamage const& damage : check.damage) {
        out += out.back() == '[' ? "{" : ",{";
        count("offset", damage.offset);
        count("bytes", damage.bytes);
        out += '}';
    }
    out += ']';
    count("sound_after", check.sound_after);
    return out + "}\n";
}

std::string text_of(LedgerCheck const& check, Sums const& sums) {
    constexpr std::size_t max_listed = 20;
    std::string out = "records     " + std::to_string(check.records);
    if (check.records > 0) {
        out += ", numbers " + std::to_string(sums.first) + " to " + std::to_string(sums.last);
    }
    out += "\nspent       " + sums.spent.to_string() + " USD\nopen holds  " +
           std::to_string(sums.open.size()) + ", " + sums.held().to_string() + " USD\n";
    for (std::size_t i = 0; i < std::min(check.damage.size(), max_listed); ++i) {
        out += "damaged     " + std::to_string(check.damage[i].bytes) + " bytes at byte " +
               std::to_string(check.damage[i].offset) + "\n";
    }
    if (check.damage.size() > max_listed) {
        out += "            and " + std::to_string(check.damage.size() - max_listed) + " more ranges\n";
    }
    if (!check.sound()) {
        out += "sound after the first damage: " + std::to_string(check.sound_after) + " records\n";
    } else if (check.torn_bytes > 0) {
        out += "torn end    " + std::to_string(check.torn_bytes) +
               " bytes of a last record that was not completed\n";
    } else {
        out += "sound       all " + std::to_string(check.bytes) + " bytes\n";
    }
    return out;
}

int verify(std::string const& path, bool json) {
    Sums sums;
    LedgerCheck const check =
        LedgerFileView{path}.read([&](LedgerRecord const& record) { sums.add(record); });
    std::string out = json ? json_of(check, sums) : text_of(check, sums);
    write_out(out);
    return check.sound() ? 0 : 1;
}

/// Calls `write` with the sink of an export: a file or standard output.
template <typename Write>
void to_output(std::string const& path, Write write) {
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> const file{
        path.empty() ? nullptr : std::fopen(path.c_str(), "wb"), &std::fclose};
    if (!path.empty() && !file) {
        throw std::runtime_error(path + ": cannot be written");
    }
    std::FILE* const out = file ? file.get() : stdout;
    write([out](std::string_view piece) { std::fwrite(piece.data(), 1, piece.size(), out); });
    if (std::fflush(out) != 0 || std::ferror(out) != 0) {
        throw std::runtime_error((path.empty() ? std::string{"standard output"} : path) +
                                 ": cannot be written");
    }
}

int export_ledger(std::string const& path, std::string const& format, std::string const& to) {
    LedgerFileView const ledger{path};
    to_output(to, [&](auto out) {
        if (format == "csv") {
            write_csv(ledger, out);
        } else if (format == "focus") {
            write_focus(ledger, out);
        } else if (format == "html") {
            write_html(report_of(ledger), out);
        } else if (format == "json") {
            write_json(ledger, out);
        } else if (format == "otlp") {
            write_otlp(metrics_of(ledger), Clock{}.now(), out);
        } else {
            bool const open = format == "openmetrics";
            write_prometheus(metrics_of(ledger), out,
                             {.format = open ? MetricsFormat::openmetrics : MetricsFormat::prometheus});
        }
    });
    LedgerCheck const check = ledger.check();
    if (!check.sound()) {
        std::fprintf(stderr, "centavo ledger: %s: %s\n", path.c_str(), to_string(check).c_str());
    }
    return check.sound() ? 0 : 1;
}

}  // namespace

Subcommand add_ledger(CLI::App& program) {
    struct Options {
        std::string file;
        std::string format;
        std::string out;
        bool json = false;
    };
    auto const options = std::make_shared<Options>();
    CLI::App* const line = program.add_subcommand("ledger", "Verify or export a ledger");
    line->require_subcommand(1);
    CLI::App* const check =
        line->add_subcommand("verify", "Read every record and report spent, held and damaged amounts");
    check->add_option("FILE", options->file, "The ledger")->required();
    check->add_flag("--json", options->json, "Print one JSON document instead of text");
    CLI::App* const write = line->add_subcommand("export", "Export as CSV, FOCUS, metrics, JSON or HTML");
    write->add_option("FILE", options->file, "The ledger")->required();
    write->add_option("--format", options->format, "csv, focus, prometheus, openmetrics, otlp, html or json")
        ->required()
        ->check(CLI::IsMember({"csv", "focus", "prometheus", "openmetrics", "otlp", "html", "json"}));
    write->add_option("--out", options->out, "The file to write; standard output by default");
    return {line, [options, check] {
                return check->parsed() ? verify(options->file, options->json)
                                       : export_ledger(options->file, options->format, options->out);
            }};
}

}  // namespace centavo::cli
