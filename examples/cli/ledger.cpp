// SPDX-License-Identifier: MIT
#include "subcommand.hpp"
#include "wrong_command_line.hpp"

#include <centavo/base/clock.hpp>
#include <centavo/budget/detail/ledger_format.hpp>
#include <centavo/export/csv.hpp>
#include <centavo/export/focus.hpp>
#include <centavo/export/html.hpp>
#include <centavo/export/json.hpp>
#include <centavo/export/otlp.hpp>
#include <centavo/export/prometheus.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <fcntl.h>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace centavo::cli {

using namespace centavo::detail;

namespace {

/// A ledger's file as it stands: read only, so that a program that is writing it is not in the way.
class LedgerInFile {
public:
    explicit LedgerInFile(std::string path)
        : path_{std::move(path)}, file_{path_, O_RDONLY}, size_{file_.size()} {
        std::string head;
        file_.read(0, ledger_file::head_size, head);
        ledger_file::require_head(head, path_);
    }

    /// Where the first byte is that belongs to no sound record.
    template <typename Visit>
    std::uint64_t scan(Visit visit) const {
        RecordReader reader;
        return ledger_file::scan(
            file_, ledger_file::head_size, size_,
            [&](std::string_view payload, std::uint64_t) { visit(reader.read(payload)); });
    }

    /// Every record up to a torn end; throws MalformedLedger where sound records stand behind what is broken.
    template <typename Visit>
    void replay(Visit visit) const {
        std::uint64_t const end = scan(visit);
        if (broken_at(end)) {
            throw MalformedLedger(path_ + ": broken at byte " + std::to_string(end) +
                                  ", with sound records behind it");
        }
    }

    [[nodiscard]] bool broken_at(std::uint64_t end) const {
        return end < size_ && ledger_file::goes_on(file_, end, size_);
    }
    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

private:
    std::string path_;
    FileHandle file_;
    std::uint64_t size_;
};

int verify(std::string const& path) {
    LedgerInFile const ledger{path};
    std::uint64_t records = 0;
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    std::map<std::uint64_t, Usd> open;
    Usd spent;
    std::uint64_t const end = ledger.scan([&](LedgerRecord const& record) {
        first = records == 0 ? record.seq : std::min(first, record.seq);
        last = std::max(last, record.seq);
        ++records;
        if (record.kind == RecordKind::hold) {
            open.emplace(record.seq, record.amount);
        } else if (record.kind == RecordKind::settle || record.kind == RecordKind::release) {
            open.erase(record.hold);
        }
        spent += record.spends() ? record.amount : Usd{};
    });
    Usd held;
    for (auto const& [seq, amount] : open) {
        held += amount;
    }
    std::string out = "records     " + std::to_string(records) + ", numbers " + std::to_string(first) +
                      " to " + std::to_string(last) + "\nspent       " + spent.to_string() +
                      " USD\nopen holds  " + std::to_string(open.size()) + ", " + held.to_string() + " USD\n";
    bool const broken = ledger.broken_at(end);
    if (broken) {
        out += "broken      at byte " + std::to_string(end) + ", with sound records behind it\n";
    } else if (end < ledger.size()) {
        out += "torn end    " + std::to_string(ledger.size() - end) + " bytes from byte " +
               std::to_string(end) + " on, of a record that was not acknowledged\n";
    } else {
        out += "sound       to the last of " + std::to_string(end) + " bytes\n";
    }
    std::fputs(out.c_str(), stdout);
    return broken ? 1 : 0;
}

/// Calls `write` with where an export goes: the file named, or standard output.
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
    LedgerInFile const ledger{path};
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
    return 0;
}

}  // namespace

Subcommand add_ledger(CLI::App& program) {
    struct Options {
        std::string file;
        std::string format;
        std::string out;
    };
    auto const options = std::make_shared<Options>();
    CLI::App* const line =
        program.add_subcommand("ledger", "Check a ledger, or write it out in the field's formats");
    line->require_subcommand(1);
    CLI::App* const check =
        line->add_subcommand("verify", "Read every record: what was spent, what is open, where it ends");
    check->add_option("FILE", options->file, "The ledger")->required();
    CLI::App* const write = line->add_subcommand("export", "Write it as CSV, FOCUS, metrics, JSON or a page");
    write->add_option("FILE", options->file, "The ledger")->required();
    write->add_option("--format", options->format, "csv, focus, prometheus, openmetrics, otlp, html or json")
        ->required()
        ->check(CLI::IsMember({"csv", "focus", "prometheus", "openmetrics", "otlp", "html", "json"}));
    write->add_option("--out", options->out, "The file to write; standard output without it");
    return {line, [options, check] {
                return check->parsed() ? verify(options->file)
                                       : export_ledger(options->file, options->format, options->out);
            }};
}

}  // namespace centavo::cli
