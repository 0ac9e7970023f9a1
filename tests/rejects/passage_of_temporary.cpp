// SPDX-License-Identifier: MIT
// rejected: use of deleted function|call to deleted constructor|overload resolution selected deleted
#include <centavo/prompting/selection.hpp>

#include <string>

int main() {
#ifdef CENTAVO_CONTROL
    std::string const text = "text";
    centavo::Passage const passage{"title", text};
#else
    centavo::Passage const passage{"title", std::string{"text"}};
#endif
    return static_cast<int>(passage.text.size());
}
