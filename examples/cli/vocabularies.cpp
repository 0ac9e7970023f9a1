// SPDX-License-Identifier: MIT
#include "vocabularies.hpp"

#include "wrong_command_line.hpp"

#include <centavo/builtin/counters.hpp>

#include <cstdio>

namespace centavo::cli {

Encoding encoding_named(std::string const& name) {
    if (name == "o200k_base") {
        return Encoding::o200k_base;
    }
    if (name == "cl100k_base") {
        return Encoding::cl100k_base;
    }
    throw WrongCommandLine("--encoding: \"" + name + "\" is neither o200k_base nor cl100k_base");
}

bool has_vocabulary(ModelId const& model) { return find_encoding(model) != Encoding::unknown; }

Encoding encoding_of(ModelId const& model) {
    if (Encoding const encoding = find_encoding(model); encoding != Encoding::unknown) {
        return encoding;
    }
    std::fprintf(stderr, "centavo: the vocabulary of \"%s\" is not known, counting with o200k_base\n",
                 model.text().c_str());
    return Encoding::o200k_base;
}

Counter nearest_counter_of(ModelId const& model) {
    Counter const counter = counter_for(model);
    return counter.exact() || counter.estimate() ? counter : counter_for(Encoding::o200k_base);
}

Counter counter_of(ModelId const& model) {
    Counter const counter = counter_for(model);
    return counter.exact() || counter.estimate() ? counter : counter_of(encoding_of(model));
}

Counter counter_named(std::string const& name) {
    return name == "o200k_harmony" ? Counter{o200k_harmony()} : counter_of(encoding_named(name));
}

Counter counter_of(Encoding encoding) { return counter_for(encoding); }

}  // namespace centavo::cli
