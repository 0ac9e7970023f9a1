// SPDX-License-Identifier: MIT
// The yardstick of compile_cost.sh: a unit that parses and dumps with nlohmann/json.hpp.
#include <nlohmann/json.hpp>

#include <string>

int main(int argc, char** argv) {
    auto const value = nlohmann::json::parse(argc > 1 ? argv[1] : "{}");
    std::string const text = value.dump();
    return static_cast<int>(text.size());
}
