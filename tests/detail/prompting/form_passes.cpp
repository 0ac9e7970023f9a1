// SPDX-License-Identifier: MIT
#include <centavo/prompting/detail/form_passes.hpp>

#include <centavo/prompting/detail/pass_runner.hpp>

#include <catch2/catch_test_macros.hpp>

#include <array>
#include <cstddef>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <vector>

using namespace centavo::detail;

namespace {

centavo::Tokens bytes(std::string_view text) { return text.size(); }

std::string shortened(std::string_view prompt) {
    auto const counter = bytes;
    return PassRunner{counter}.run(prompt, form_passes).text;
}

/// Reads a table back as compact JSON: what the heading of JsonTable promises is all that it uses.
class TableReader {
public:
    static std::string json(std::string_view table) {
        TableReader reader{table};
        return reader.read();
    }

private:
    struct Shape {
        char kind = 'v';  // value, record, list, map
        std::vector<std::string> names;
        std::vector<Shape> inner;
    };

    explicit TableReader(std::string_view text) : text_{text} {}

    char here() const { return at_ < text_.size() ? text_[at_] : '\n'; }

    Shape shape() {
        Shape out;
        if (here() == '[') {
            ++at_;
            out.kind = 'l';
            out.inner.push_back(here() == ']' ? Shape{} : shape());
            ++at_;
        } else if (text_.substr(at_).starts_with("{*:")) {
            at_ += 3;
            out.kind = 'm';
            out.inner.push_back(here() == '}' ? Shape{} : shape());
            ++at_;
        } else if (here() == '{') {
            ++at_;
            out = names();
            ++at_;
        }
        return out;
    }

    Shape names() {
        Shape out{.kind = 'r', .names = {}, .inner = {}};
        while (true) {
            std::string name;
            if (here() == '"') {
                std::size_t const end = string_extent(text_, at_ + 1).end;
                name = text_.substr(at_, end - at_);
                at_ = end;
            } else {
                std::size_t const end = text_.find_first_of(",{}[]\n", at_);
                name = "\"" + std::string{text_.substr(at_, end - at_)} + "\"";
                at_ = end;
            }
            out.names.push_back(name);
            out.inner.push_back(shape());
            if (here() != ',') {
                return out;
            }
            ++at_;
        }
    }

    std::string members(Shape const& shape) {
        std::string out;
        for (std::size_t i = 0; i < shape.names.size(); ++i) {
            if (i > 0) {
                ++at_;  // the comma
            }
            if (shape.inner[i].kind != 'r' &&
                (here() == ',' || here() == ']' || here() == '}' || here() == '\n')) {
                continue;
            }
            out += out.empty() ? "" : ",";
            out += shape.names[i] + ":";
            out += shape.inner[i].kind == 'r' ? "{" + members(shape.inner[i]) + "}" : value(shape.inner[i]);
        }
        return out;
    }

    std::string value(Shape const& shape) {
        if (shape.kind == 'r') {
            ++at_;
            std::string const out = "{" + members(shape) + "}";
            ++at_;
            return out;
        }
        if (shape.kind == 'v') {
            std::size_t const begin = at_;
            if (here() == '{' || here() == '[') {
                at_ = scanner_.extent(text_, at_).end;
            } else if (here() == '"') {
                at_ = string_extent(text_, at_ + 1).end;
            } else {
                at_ = std::min(text_.find_first_of(",]}\n", at_), text_.size());
            }
            return std::string{text_.substr(begin, at_ - begin)};
        }
        std::string out{here()};
        ++at_;
        while (here() != ']' && here() != '}') {
            if (here() == ',') {
                out += ',';
                ++at_;
            }
            if (shape.kind == 'm') {
                std::size_t const end = string_extent(text_, at_ + 1).end + 1;
                out += text_.substr(at_, end - at_);
                at_ = end;
            }
            out += value(shape.inner[0]);
        }
        out += here();
        ++at_;
        return out;
    }

    std::string read() {
        std::size_t const head = text_.find("] ") + 2;
        std::string_view const title = text_.substr(0, head);
        bool const named = title.find(" named rows] ") != std::string_view::npos;
        bool const one = title.find(" 1 row of 1] ") != std::string_view::npos;
        at_ = head;
        Shape const row = here() == '[' || here() == '{' ? shape() : names();
        std::string out;
        while (here() == '\n' && at_ < text_.size()) {
            ++at_;
            out += out.empty() ? "" : ",";
            if (named) {
                std::size_t const end = string_extent(text_, at_ + 1).end + 1;
                out += text_.substr(at_, end - at_);
                at_ = end;
            }
            out += row.kind == 'r' ? "{" + members(row) + "}" : value(row);
        }
        return one ? out : named ? "{" + out + "}" : "[" + out + "]";
    }

    std::string_view text_;
    std::size_t at_ = 0;
    JsonScanner scanner_;
};

/// JSON with many objects of few shapes.
std::string made_up(std::mt19937& random, int depth) {
    static constexpr std::string_view scalars[] = {"1",   "-2.50",   "\"a b\"",   "\"\"", "true", "null",
                                                   "1e9", "\"{,}\"", "\"\\\"]\"", "[]",   "{}"};
    static constexpr std::string_view names[] = {"\"id\"", "\"name\"", "\"a b\"", "\"x,y\"",
                                                 "\"k1\"", "\"k2\"",   "\"\\n\""};
    std::string out;
    switch (depth == 0 ? 9 : random() % 10) {
    case 0:
    case 1:
    case 2:
    case 3: {
        out = "[";
        for (auto left = random() % 4; left > 0; --left) {
            out += (out.size() > 1 ? "," : "") + made_up(random, depth - 1);
        }
        return out + "]";
    }
    case 4:
    case 5:
    case 6:
    case 7:
    case 8: {
        out = "{";
        for (std::string_view const name : names) {
            if (random() % 3 == 0) {
                out += (out.size() > 1 ? "," : "") + std::string{name} + ":" + made_up(random, depth - 1);
            }
        }
        return out + "}";
    }
    default: return std::string{scalars[random() % std::size(scalars)]};
    }
}

/// The lines that a log's form stands for.
std::string log_lines(std::string_view form) {
    std::map<std::string, std::string> shapes;
    std::map<std::string, std::vector<std::string>> last;
    std::string out;
    std::size_t at = form.find('\n') + 1;
    while (at < form.size()) {
        std::size_t const end = std::min(form.find('\n', at), form.size());
        std::string line{form.substr(at, end - at)};
        at = end + 1;
        std::size_t times = 1;
        if (std::size_t const sign = line.rfind(" \xc3\x97"); sign != std::string::npos) {
            times = std::stoul(line.substr(sign + 3));
            line.resize(sign);
        }
        std::string text;
        std::size_t const name = line.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ");
        if (line.starts_with("= ")) {
            text = line.substr(2);
        } else if (name != std::string::npos && line[name] == '=') {
            shapes[line.substr(0, name)] = line.substr(name + 1);
            continue;
        } else {
            std::string const shape = line.substr(0, name);
            std::vector<std::string> values;
            for (std::size_t i = name; i != std::string::npos && i < line.size();) {
                std::size_t const stop = std::min(line.find(' ', i + 1), line.size());
                values.push_back(line.substr(i + 1, stop - i - 1));
                i = stop;
            }
            std::size_t next = 0;
            for (char const c : shapes.at(shape)) {
                if (c == '~') {
                    values[next] = values[next] == "\"" ? last[shape].at(next) : values[next];
                    text += values[next++];
                } else {
                    text += c;
                }
            }
            last[shape] = values;
        }
        for (; times > 0; --times) {
            out += (out.empty() ? "" : "\n") + text;
        }
    }
    return out;
}

}  // namespace

TEST_CASE("an array of objects becomes a heading and rows") {
    CHECK(shortened("[{\"id\":1,\"owner\":{\"name\":\"Ana\",\"mail\":\"a@a.b\"},\"tags\":[\"x\"]},"
                    "{\"id\":2,\"owner\":{\"name\":\"Bo\",\"mail\":\"b@a.b\"},\"tags\":[]},"
                    "{\"id\":3,\"owner\":{\"name\":\"Cy\",\"mail\":\"c@a.b\"},\"tags\":[]}]\n") ==
          "[table: 3 rows] id,owner{name,mail},tags\n1,\"Ana\",\"a@a.b\",[\"x\"]\n2,\"Bo\",\"b@a.b\",[]\n"
          "3,\"Cy\",\"c@a.b\",[]\n");
}

TEST_CASE("nested groups, keyed maps and absent members are told apart") {
    std::string_view const json =
        "{\"name\":\"T\",\"variants\":{\"814\":{\"color\":\"blue\",\"size\":\"M\",\"price\":50.88},\"913\":{"
        "\"color\":"
        "\"red\",\"price\":1}},\"flights\":[{\"from\":\"A\",\"to\":\"B\"},{\"from\":\"B\",\"to\":\"C\"}]}";
    auto const table = JsonTable::of(json);
    REQUIRE(table);
    CHECK(*table ==
          "[table: 1 row of 1] name,variants{*:{color,size,price}},flights[{from,to}]\n"
          "\"T\",{\"814\":[\"blue\",\"M\",50.88],\"913\":[\"red\",,1]},[[\"A\",\"B\"],[\"B\",\"C\"]]");
    CHECK(TableReader::json(*table) == json);
}

TEST_CASE("lines of objects become one table") {
    std::string lines;
    for (int i = 0; i < 4; ++i) {
        lines += "{\"level\":\"info\",\"message\":\"started\",\"attempt\":" + std::to_string(i) + "}\n";
    }
    CHECK(shortened(lines) ==
          "[table: 4 lines] level,message,attempt\n\"info\",\"started\",0\n\"info\",\"started\",1\n"
          "\"info\",\"started\",2\n\"info\",\"started\",3\n");
}

TEST_CASE("JSON that repeats no names has no table") {
    CHECK_FALSE(JsonTable::of("[1,2,3]"));
    CHECK_FALSE(JsonTable::of("{\"a\":1,\"b\":[1,2]}"));
    CHECK_FALSE(JsonTable::of("[{\"a\":1},{\"b\":2}]"));
    CHECK_FALSE(JsonTable::of("[{\"a\":1,\"b\":2},{\"b\":1,\"a\":2}]"));
    CHECK_FALSE(JsonTable::of("[{\"a\":1,\"a\":2},{\"a\":1,\"a\":2}]"));
    CHECK_FALSE(JsonTable::of(std::string(1'000, '[') + std::string(1'000, ']')));
}

TEST_CASE("every table can be read back to the same JSON") {
    std::mt19937 random{4711};
    std::size_t tables = 0;
    for (int round = 0; round < 20'000; ++round) {
        std::string const json = made_up(random, 5);
        if (json[0] != '[' && json[0] != '{') {
            continue;
        }
        if (auto const table = JsonTable::of(json)) {
            INFO(json << '\n' << *table);
            REQUIRE(TableReader::json(*table) == json);
            ++tables;
        }
    }
    CHECK(tables > 500);
}

TEST_CASE("tools become signatures with every name, type, limit, default and description") {
    auto const text = ToolText::of(
        "[{\"type\":\"function\",\"function\":{\"name\":\"get_weather\",\"description\":\"The "
        "weather.\",\"strict\":true,"
        "\"parameters\":{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\",\"description\":"
        "\"A name, "
        "caf\\u00e9\",\"pattern\":\"^[A-Z]+$\"},\"unit\":{\"type\":\"string\",\"enum\":[\"C\",\"F\"],"
        "\"default\":\"C\"},"
        "\"at\":{\"type\":\"object\",\"properties\":{\"day\":{\"type\":\"integer\",\"minimum\":1}},"
        "\"required\":[\"day\"]},"
        "\"tags\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}}},\"required\":[\"city\"]}}}]");
    REQUIRE(text);
    CHECK(*text == "(tools: 6 lines)\nget_weather, strict true: The weather.\n- city (string, pattern "
                   "\"^[A-Z]+$\"): A name, "
                   "café\n- unit? (string: C|F = \"C\")\n- at? (object)\n  - day (integer, minimum 1)\n- "
                   "tags? (array of "
                   "string)");
    CHECK_FALSE(ToolText::of("[{\"name\":\"x\"}]"));
    CHECK_FALSE(ToolText::of("{\"name\":\"x\",\"parameters\":3}"));
    CHECK_FALSE(ToolText::of("[]"));
}

TEST_CASE("a log becomes shapes and rows, in order, and can be read back") {
    std::mt19937 random{99};
    std::string log;
    for (int i = 0; i < 200; ++i) {
        std::string const time = "Dec 10 06:55:" + std::to_string(10 + i / 10);
        switch (random() % 4) {
        case 0:
            log += time + " host sshd[" + std::to_string(24'200 + i / 3) +
                   "]: Failed password for root from 10.0.0." + std::to_string(i % 7) + " port 22\n";
            break;
        case 1: log += time + " host sshd[24200]: Connection closed\n"; break;
        case 2:
            log += time + " host kernel: unique text " + std::string(static_cast<std::size_t>(i), 'x') + "\n";
            break;
        default: log += "Dec 10 06:55:46 host cron[1]: equal line\n"; break;
        }
    }
    log.pop_back();
    auto const form = LogForm::of(log);
    REQUIRE(form);
    CHECK(form->size() < log.size());
    CHECK(log_lines(*form) == log);
    CHECK_FALSE(LogForm::of("one\ntwo\nthree"));
    CHECK_FALSE(LogForm::of("10:00:01 ~ a\n10:00:02 ~ a"));
}

TEST_CASE("a data URI keeps its type and tells its size") {
    std::string const data(240, 'A');
    CHECK(shortened("![x](data:image/png;base64," + data + ") is it.\n") ==
          "![x](data:image/png;base64,[240 characters of base64]) is it.\n");
    CHECK(shortened("The token is " + data + ".\n") == "The token is " + data + ".\n");
    CHECK(shortened("`data:image/png;base64,AAAA`\n") == "`data:image/png;base64,AAAA`\n");
}
