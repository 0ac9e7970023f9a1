// SPDX-License-Identifier: MIT
#include <centavo/chat/image.hpp>

#include <support/base64.hpp>

#include <catch2/catch_test_macros.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

using namespace centavo;
using namespace centavo::detail;
using testing::base64;
using namespace std::string_literals;

namespace {

std::string big(std::uint32_t value, int bytes) {
    std::string out;
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
        out += static_cast<char>(value >> shift & 0xFF);
    }
    return out;
}

std::string little(std::uint32_t value, int bytes) {
    std::string const turned = big(value, bytes);
    return {turned.rbegin(), turned.rend()};
}

std::string png(std::uint32_t width, std::uint32_t height) {
    return "\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR"s + big(width, 4) + big(height, 4) + "\x08\x06\0\0\0"s;
}

std::string gif(std::uint32_t width, std::uint32_t height) {
    return "GIF89a" + little(width, 2) + little(height, 2) + "\xF7\0\0"s;
}

std::string segment(char marker, std::string const& content) {
    return "\xFF"s + marker + big(static_cast<std::uint32_t>(content.size() + 2), 2) + content;
}

/// Its metadata contains a thumbnail of 160 x 120, which must be ignored.
std::string jpeg(std::uint32_t width, std::uint32_t height, char frame = '\xC0') {
    std::string const thumbnail =
        "Exif\0\0\xFF\xD8"s + segment('\xC0', "\x08"s + big(120, 2) + big(160, 2) + "\3"s) + "\xFF\xD9";
    return "\xFF\xD8"s + segment('\xE0', "JFIF\0\1\2\0\0\1\0\1\0\0"s) + segment('\xE1', thumbnail) + "\xFF" +
           segment('\xDB', std::string(65, '\1')) + segment('\xC4', std::string(29, '\0')) +
           segment(frame, "\x08"s + big(height, 2) + big(width, 2) + "\3\1\x22\0\2\x11\1\3\x11\1"s) +
           "\xFF\xDA";
}

std::string webp(std::string const& chunk) { return "RIFF" + little(1'000, 4) + "WEBP" + chunk; }

std::string lossy(std::uint32_t width, std::uint32_t height) {
    return webp("VP8 " + little(900, 4) + "\x30\1\0\x9D\1\x2A"s + little(width | 0x4000, 2) +
                little(height, 2));
}

std::string lossless(std::uint32_t width, std::uint32_t height) {
    return webp("VP8L" + little(900, 4) + "\x2F" + little((width - 1) | (height - 1) << 14 | 1U << 28, 4));
}

std::string extended(std::uint32_t width, std::uint32_t height) {
    return webp("VP8X" + little(10, 4) + "\x10\0\0\0"s + little(width - 1, 3) + little(height - 1, 3));
}

}  // namespace

TEST_CASE("each format's size is read from its header") {
    for (auto const& [file, size] : std::vector<std::pair<std::string, ImageSize>>{
             {png(640, 480), {.width = 640, .height = 480}},
             {png(100'000, 2), {.width = 100'000, .height = 2}},
             {gif(300, 65'535), {.width = 300, .height = 65'535}},
             {jpeg(4'032, 3'024), {.width = 4'032, .height = 3'024}},
             {jpeg(17, 65'535, '\xC2'), {.width = 17, .height = 65'535}},
             {lossy(1'000, 16'383), {.width = 1'000, .height = 16'383}},
             {lossless(16'384, 5), {.width = 16'384, .height = 5}},
             {extended(1'920, 1'080), {.width = 1'920, .height = 1'080}},
         }) {
        CHECK(find_image_size(file) == size);
        CHECK(find_image_size_base64(base64(file)) == size);
        CHECK(find_image_size_url("data:image/any;base64," + base64(file)) == size);
    }
}

TEST_CASE("the smallest published files are read") {
    // WebP: Google's WebP FAQ, how to detect support. GIF and PNG: the usual transparent pixels of web pages.
    for (std::string_view const pixel :
         {"data:image/webp;base64,UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA",
          "data:image/webp;base64,UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==",
          "data:image/webp;base64,UklGRkoAAABXRUJQVlA4WAoAAAAQAAAAAAAAAAAAQUxQSAwAAAARBxAR/"
          "Q9ERP8DAABWUDggGAAAABQBAJ0B"
          "KgEAAQAAAP4AAA3AAP7mtQAAAA==",
          "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7",
          "data:image/"
          "png;base64,"
          "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5C"
          "YII="}) {
        CHECK(find_image_size_url(pixel) == ImageSize{.width = 1, .height = 1});
    }
}

TEST_CASE("the format is detected from the bytes, not the media type") {
    CHECK(find_image_size_url("DATA:text/plain;charset=utf-8;BASE64," + base64(png(3, 4))) ==
          ImageSize{.width = 3, .height = 4});
    CHECK(find_image_size_url("data:;base64," + base64(gif(3, 4))) == ImageSize{.width = 3, .height = 4});
    // The URL-safe alphabet: the image contains the digits 62 and 63.
    std::string url = base64(png(0xFBEF, 0xFFFF));
    for (char& c : url) {
        c = c == '+' ? '-' : c == '/' ? '_' : c;
    }
    CHECK(find_image_size_base64(url) == ImageSize{.width = 0xFBEF, .height = 0xFFFF});
}

TEST_CASE("a file that is not an image, or is damaged, has no size") {
    for (std::string const& file :
         {""s, "%PDF-1.7"s, "<svg width='10' height='10'/>"s, "BM"s + std::string(60, '\1'), png(0, 5),
          png(5, 0x80000000), gif(0, 0), jpeg(10, 0),  // states its height after the pixels
          "\xFF\xD8\xFF\xDA\0\x08"s, "\xFF\xD8\xFF\xE0\0\1"s, "\xFF\xD8\xFF\xD9"s, "\xFF\xD8 and text"s,
          webp("VP9 " + std::string(30, '\1')), "RIFF1234WAVE"s}) {
        CHECK_FALSE(find_image_size(file));
        CHECK_FALSE(find_image_size_base64(base64(file)));
    }
    for (std::string const& url : {"https://example.com/picture.png"s, "data:image/png,"s + png(3, 4),
                                   "data:"s, "data:image/png;base64"s, "base64,"s + base64(png(3, 4)),
                                   "data:image/png;base64,%%%%"s, "data:x;base64,"s}) {
        CHECK_FALSE(find_image_size_url(url));
    }
    std::string broken = base64(jpeg(640, 480));
    broken.insert(76, "\r\n");
    CHECK_FALSE(find_image_size_base64(broken));
}

TEST_CASE("an image truncated anywhere has its true size or none") {
    for (std::string const& file : {png(640, 480), gif(640, 480), jpeg(640, 480), lossy(640, 480),
                                    lossless(640, 480), extended(640, 480)}) {
        bool known = false;
        for (std::size_t size = 0; size <= file.size(); ++size) {
            std::string const part = file.substr(0, size);  // a separate allocation that ends there
            auto const found = find_image_size(part);
            CHECK((!found || *found == ImageSize{.width = 640, .height = 480}));
            CHECK((found || !known));  // more bytes never lose the size
            known = found.has_value();
            std::string const coded = base64(file).substr(0, size);
            auto const decoded = find_image_size_base64(coded);
            CHECK((!decoded || *decoded == ImageSize{.width = 640, .height = 480}));
        }
        CHECK(known);
    }
}

TEST_CASE("random bytes give a positive size or none, the same in base64, in bounded time") {
    std::mt19937 random{20'261'124};
    std::vector<std::string> const seeds{png(640, 480),     gif(640, 480),      jpeg(640, 480),
                                         lossy(640, 480),   lossless(640, 480), extended(640, 480),
                                         jpeg(9, 9, '\xC2')};
    int found = 0;
    for (int round = 0; round < 60'000; ++round) {
        std::string file = seeds[random() % seeds.size()];
        for (auto edits = random() % 6; edits > 0; --edits) {
            std::size_t const at = random() % file.size();
            if (random() % 4 == 0) {
                file.erase(at, random() % 5);
                file += '\0';
            } else {
                file[at] = random() % 3 == 0 ? '\xFF' : static_cast<char>(random());
            }
        }
        auto const size = find_image_size(file);
        if (size) {
            ++found;
            CHECK((size->width > 0 && size->height > 0 && size->width <= INT32_MAX &&
                   size->height <= INT32_MAX));
        }
        CHECK(find_image_size_base64(base64(file)) == size);
    }
    CHECK(found > 20'000);  // the edits leave much of the file intact
    // Sixteen million fill bytes, or as many empty segments, end the search early.
    CHECK_FALSE(find_image_size("\xFF\xD8" + std::string(1 << 24, '\xFF')));
    std::string empty = "\xFF\xD8";
    while (empty.size() < (1 << 20)) {
        empty += "\xFF\xE0\0\2"s;
    }
    CHECK_FALSE(find_image_size(empty + jpeg(3, 4).substr(2)));
}
