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

/// A rank file that cannot be read, with the number of the line.
class CENTAVO_VISIBLE MalformedRankFile : public MalformedVocabulary {
public:
    using MalformedVocabulary::MalformedVocabulary;
};

/// Reads the ranks of a vocabulary in tiktoken's form: a line a token, base64 of its bytes and its rank.
///
/// Lines may stand in any order and ranks have gaps, as those of p50k_base do; every byte has to be a token. Ranks
/// are below 2^18. Throws MalformedRankFile, which says the line. Reading 200,000 ranks takes about a quarter of a
/// second: a merge is found for every token, as byte pair encoding that stops below its rank makes it.
[[nodiscard]] Vocabulary read_ranks(std::string_view text);
[[nodiscard]] Vocabulary read_ranks(std::istream& in);

/// The same from a file. Throws FileError where it cannot be opened.
[[nodiscard]] Vocabulary load_ranks(std::filesystem::path const& path);

/// Builds a Vocabulary of the tokens in a rank file. See read_ranks().
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

    /// Puts the bytes in the order of ranks; a rank that is missing has none.
    void lay_out();

    void refuse_twins() const;

    /// Encodes each token by the merges of lower ranks; the two tokens that are left are its merge.
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
