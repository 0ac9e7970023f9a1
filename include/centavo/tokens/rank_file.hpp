// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/error.hpp>
#include <centavo/tokens/detail/piece_merge.hpp>
#include <centavo/tokens/vocabulary.hpp>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <istream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace centavo {
inline namespace CENTAVO_ABI {

/// A rank file that does not follow its format; the message has the number of the line.
class CENTAVO_VISIBLE MalformedRankFile : public MalformedVocabulary {
public:
    using MalformedVocabulary::MalformedVocabulary;
};

/// Reads a vocabulary from tiktoken's format: one token per line, its bytes in base64 and its rank.
///
/// Lines may be in any order, and ranks may have gaps, as in p50k_base; every byte must be a token. Ranks must be
/// below 2^18 - 1. Throws MalformedRankFile. Reading 200,000 ranks takes about a quarter of a second: the merge of
/// each token is found by encoding it with the lower ranks.
[[nodiscard]] Vocabulary read_ranks(std::string_view text);
[[nodiscard]] Vocabulary read_ranks(std::istream& in);

/// The same from a file. Throws FileError if it cannot be read.
[[nodiscard]] Vocabulary load_ranks(std::filesystem::path const& path);

/// Builds a Vocabulary from the lines of a rank file; see read_ranks().
class RankReader {
public:
    void read_line(std::string_view line);

    [[nodiscard]] Vocabulary finish();

private:
    struct Entry {
        std::size_t begin;
        std::size_t size;
        Rank rank;
        std::size_t line;
    };

    [[noreturn]] void fail(char const* what) const { fail_at(line_, what); }
    [[noreturn]] static void fail_at(std::size_t line, char const* what);

    void append_decoded(std::string_view base64);

    /// Arranges the bytes in the order of ranks; missing ranks are empty.
    void lay_out();

    void refuse_twins() const;

    /// Encodes each token with the merges of lower ranks; the two remaining tokens are its merge.
    void find_merges();

    void add_pair(std::uint64_t pair, Rank rank);

    std::string bytes_;
    std::vector<Entry> entries_;
    Vocabulary made_;
    std::size_t line_ = 0;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/tokens/detail/rank_file.ipp>
#endif
