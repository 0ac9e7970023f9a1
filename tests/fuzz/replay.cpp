// SPDX-License-Identifier: MIT
// Runs a fuzz target over a fixed set of hostile inputs and mutations of them with a fixed seed.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size);

int main() {
    std::vector<std::string> inputs = {
        "",
        "{",
        "[",
        "\"",
        "null",
        "{}",
        "[]",
        "{\"a\":1}",
        "{\"a\":[1,2.5e-3,true,null,\"\\u00e9\\ud83d\\ude00\"]}",
        std::string(1'000, '['),
        std::string(1'000, '{'),
        "{\"a\":" + std::string(300, '[') + std::string(300, ']') + "}",
        "data: x\n\n",
        "data: {\"choices\":[{\"delta\":{\"content\":\"hi\"}}]}\n\ndata: [DONE]\n\n",
        "\xef\xbb\xbf"
        "data\n\n",
        ":\r\n\r\nevent: a\rdata:b\r\r",
        "id: 1\nretry: 10\ndata\ndata: \n\n",
        std::string(5'000, 'a'),
        std::string(64, '\0'),
        "\xff\xfe\xc3\x28\xed\xa0\x80\xf4\x90\x80\x80",
        "{\"usage\":{\"prompt_tokens\":1e400,\"completion_tokens\":-1}}",
        "{\"model\":\"gpt-4o\",\"temperature\":0,\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":"
        "\"text\","
        "\"text\":\"hi\"}]}],\"stream\":true,\"max_tokens\":5,\"n\":2}",
        "{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_"
        "url\":"
        "{\"detail\":\"low\",\"url\":\"data:image/jpeg;base64,/9j/4AAC/"
        "8AACwgBQAHgAQEi\"}},{\"type\":\"image\",\"source\":"
        "{\"type\":\"base64\",\"data\":\"R0lGODlh\\/z\\/\\/AA==\"}}]}]}",
        "event: message_start\ndata: "
        "{\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":3}}}\n\n"};
    std::mt19937 random{20261124};
    auto const run = [](std::string const& input) {
        LLVMFuzzerTestOneInput(reinterpret_cast<std::uint8_t const*>(input.data()), input.size());
    };
    std::size_t runs = 0;
    for (std::string const& input : inputs) {
        run(input);
        for (int round = 0; round < 200; ++round, ++runs) {
            std::string mutant = input;
            for (unsigned edits = 1 + random() % 4; edits > 0; --edits) {
                std::size_t const at = mutant.empty() ? 0 : random() % mutant.size();
                switch (random() % 3) {
                case 0: mutant.insert(at, 1, static_cast<char>(random())); break;
                case 1: mutant.erase(at, 1 + random() % 3); break;
                default: mutant += inputs[random() % inputs.size()]; break;
                }
            }
            run(mutant);
        }
    }
    std::printf("%zu inputs\n", runs + inputs.size());
}
