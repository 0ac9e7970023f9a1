// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/prompting/detail/lines.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// Rewrites the lines of a log so that each shape of a line is written once, then a row of values for each line.
///
///     [log: 6 lines: A = a shape, its rows follow in order; ~ is the next value of the row, " repeats the row before]
///     A=Dec 10 06:55:~ LabSZ sshd[~]: Failed password for root from ~ port ~ ssh2
///     A 46 24200 173.234.31.186 38926
///     A 47 " " 39017
///
/// Values are whole words of letters, digits, '.', '+', '-' and '_'. A line that has no shape in common stands as it is
/// after "= ". Equal lines in a row are written once with how often they occurred, "A … ×3".
class LogForm {
public:
    /// The form of some lines; nullopt if no shape repeats.
    [[nodiscard]] static std::optional<std::string> of(std::string_view text);

private:
    struct Word {
        std::string_view text;
        bool value = false;
    };
    struct Line {
        std::string_view text;
        std::vector<std::string_view> values;
        std::size_t shape = 0;
        std::size_t times = 1;
    };
    struct Shape {
        std::vector<std::string_view> first;  // values of the first line
        std::vector<bool> varies;
        std::string_view sample;
        std::size_t lines = 0;
        std::string name;
        bool written = false;
        std::vector<std::string_view> last;  // values of the row before
    };

    [[nodiscard]] static bool in_word(char c) noexcept {
        return letter_byte(c) || digit_byte(c) || is_one_of(c, "_.+-");
    }
};

inline std::optional<std::string> LogForm::of(std::string_view text) {
    constexpr char slot = '~';
    if (text.find(slot) != std::string_view::npos || text.find("\xc3\x97") != std::string_view::npos) {
        return std::nullopt;
    }
    std::vector<Line> lines;
    std::vector<Shape> shapes;
    std::unordered_map<std::string, std::size_t> index;
    std::string key;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t const end = std::min(text.find('\n', at), text.size());
        Line line{text.substr(at, end - at), {}, 0, 1};
        at = end + 1;
        if (!lines.empty() && lines.back().text == line.text) {
            ++lines.back().times;
            continue;
        }
        key.clear();
        for (std::size_t i = 0; i < line.text.size();) {
            if (!in_word(line.text[i])) {
                key += line.text[i++];
                continue;
            }
            std::size_t last = i;
            bool value = false;
            while (last < line.text.size() && in_word(line.text[last])) {
                value = value || digit_byte(line.text[last]);
                ++last;
            }
            std::string_view const word = line.text.substr(i, last - i);
            if (value) {
                line.values.push_back(word);
                key += slot;
            } else {
                key += word;
            }
            i = last;
        }
        auto const [found, fresh] = index.try_emplace(key, shapes.size());
        if (fresh) {
            Shape shape;
            shape.first = line.values;
            shape.varies.assign(line.values.size(), false);
            shape.sample = line.text;
            shapes.push_back(std::move(shape));
        }
        line.shape = found->second;
        Shape& shape = shapes[line.shape];
        ++shape.lines;
        for (std::size_t i = 0; i < line.values.size(); ++i) {
            shape.varies[i] = shape.varies[i] || line.values[i] != shape.first[i];
        }
        lines.push_back(std::move(line));
    }
    // Names in the order of first sight: A to Z, then AA and so on; only shapes that repeat have one.
    std::size_t named = 0;
    for (Shape& shape : shapes) {
        if (shape.lines > 1) {
            for (std::size_t rest = named++;; rest = rest / 26 - 1) {
                shape.name.insert(shape.name.begin(), static_cast<char>('A' + rest % 26));
                if (rest < 26) {
                    break;
                }
            }
        }
    }
    if (named == 0) {
        return std::nullopt;
    }
    std::string body;
    std::size_t written = 0;
    for (Line const& line : lines) {
        Shape& shape = shapes[line.shape];
        if (!shape.name.empty() && !shape.written) {
            shape.written = true;
            body += shape.name + '=';
            std::size_t value = 0;
            for (std::size_t i = 0; i < shape.sample.size();) {
                std::size_t last = i;
                bool digits = false;
                while (last < shape.sample.size() && in_word(shape.sample[last])) {
                    digits = digits || digit_byte(shape.sample[last]);
                    ++last;
                }
                if (last == i) {
                    body += shape.sample[i++];
                    continue;
                }
                bool const varies = digits && shape.varies[value];
                value += digits ? 1U : 0U;
                if (varies) {
                    body += slot;
                } else {
                    body.append(shape.sample, i, last - i);
                }
                i = last;
            }
            body += '\n';
            ++written;
        }
        if (shape.name.empty()) {
            body += "= ";
            body += line.text;
        } else {
            body += shape.name;
            for (std::size_t i = 0; i < line.values.size(); ++i) {
                if (shape.varies[i]) {
                    body += ' ';
                    bool const same = !shape.last.empty() && shape.last[i] == line.values[i];
                    body += same ? std::string_view{"\""} : line.values[i];
                }
            }
            shape.last = line.values;
        }
        if (line.times > 1) {
            body += " \xc3\x97" + std::to_string(line.times);
        }
        body += '\n';
        ++written;
    }
    body.pop_back();
    return std::string{log_mark} + std::to_string(written) +
           " lines: A=shape, then its rows in order; ~ is a row's next value, \" that of the row before]\n" +
           body;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
