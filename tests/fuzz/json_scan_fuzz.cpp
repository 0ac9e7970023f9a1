// SPDX-License-Identifier: MIT
// JsonScan against nlohmann's parser: both accept the same texts and read the same values, except for the documented
// differences: a maximum depth of 128, U+FFFD for ill-formed UTF-8 and lone surrogates, no byte order mark.
#include <centavo/base/detail/json_scan.hpp>

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace centavo;
using namespace centavo::detail;

namespace {

void require(bool holds) {
    if (!holds) {
        std::abort();
    }
}

/// Reads one value; `expected` is the other parser's result, which keeps the last of duplicate members.
void same(JsonScan& scan, nlohmann::json const& expected) {
    switch (scan.peek()) {
    case JsonKind::object:
        require(expected.is_object());
        scan.enter_object();
        while (auto key = scan.next_member()) {
            require(expected.contains(key->text()));
            scan.skip();
        }
        return;
    case JsonKind::array: {
        require(expected.is_array());
        scan.enter_array();
        std::size_t elements = 0;
        while (scan.next_element()) {
            require(elements < expected.size());
            same(scan, expected[elements++]);
        }
        return require(elements == expected.size());
    }
    case JsonKind::string: return require(scan.string().text() == expected.get<std::string>());
    case JsonKind::number: {
        auto const number = scan.number();
        require(expected.is_number());
        if (expected.is_number_integer() && !expected.is_number_unsigned()) {
            require(json_integer(number) == expected.get<std::int64_t>());
        }
        return;
    }
    case JsonKind::boolean: return require(scan.boolean() == expected.get<bool>());
    case JsonKind::null: scan.null(); return require(expected.is_null());
    case JsonKind::end: std::abort();
    }
}

bool accepts(std::string_view text) {
    try {
        JsonScan scan{text};
        scan.skip();
        scan.finish();
        return true;
    } catch (MalformedJson const& error) {
        require(error.position() <= text.size());
        return false;
    }
}

std::size_t deepest(std::string_view text) {
    std::size_t depth = 0;
    for (char const c : text) {
        depth += c == '[' || c == '{';
    }
    return depth;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::string_view const text{reinterpret_cast<char const*>(data), size};
    bool const accepted = accepts(text);
    // nlohmann's parser ends at a zero byte.
    if (deepest(text) > JsonScan::max_depth || text.starts_with("\xef\xbb\xbf") ||
        text.find('\0') != text.npos) {
        return 0;
    }
    nlohmann::json expected;
    try {
        expected = nlohmann::json::parse(text);
    } catch (nlohmann::json::out_of_range const&) {  // 1e400 is valid JSON, but out of range there
        return 0;
    } catch (nlohmann::json::parse_error const&) {
        bool const own =
            text.find("\\u") != text.npos ||
            text.find_first_not_of(" !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`"
                                   "abcdefghijklmnopqrstuvwxyz{|}~\t\r\n") != text.npos;
        require(!accepted || own);
        return 0;
    }
    require(accepted);
    JsonScan scan{text};
    same(scan, expected);
    scan.finish();
    return 0;
}
