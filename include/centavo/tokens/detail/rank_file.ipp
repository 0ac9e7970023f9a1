// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/base64.hpp>
#include <centavo/base/detail/config.hpp>
#include <centavo/tokens/rank_file.hpp>

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE Vocabulary load_ranks(std::filesystem::path const& path) {
    std::ifstream file{path, std::ios::binary};
    if (!file) {
        throw FileError(path.string(), errno);
    }
    return read_ranks(file);
}

CENTAVO_INLINE void RankReader::read_line(std::string_view line) {
    ++line_;
    if (line.ends_with('\r')) {
        line.remove_suffix(1);
    }
    if (line.empty()) {
        return;
    }
    std::size_t const space = line.find(' ');
    if (space == line.npos) {
        fail("expected a token, a space and a rank");
    }
    std::string_view const digits = line.substr(space + 1);
    Entry entry{bytes_.size(), 0, 0, line_};
    auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), entry.rank);
    if (error != std::errc{} || end != digits.data() + digits.size() || entry.rank >= Vocabulary::rank_mask) {
        fail("the rank must be an integer below 2^18 - 1");
    }
    append_decoded(line.substr(0, space));
    entry.size = bytes_.size() - entry.begin;
    if (entry.size == 0) {
        fail("the token is empty");
    }
    entries_.push_back(entry);
}

CENTAVO_INLINE Vocabulary RankReader::finish() {
    std::sort(entries_.begin(), entries_.end(),
              [](Entry const& a, Entry const& b) { return a.rank < b.rank; });
    lay_out();
    made_.index_texts();
    refuse_twins();
    find_merges();
    return std::move(made_);
}

CENTAVO_INLINE void RankReader::fail_at(std::size_t line, char const* what) {
    throw MalformedRankFile("rank file, line " + std::to_string(line) + ": " + what);
}

CENTAVO_INLINE void RankReader::append_decoded(std::string_view base64) {
    if (base64.size() % 4 != 0) {
        fail("the token is not base64");
    }
    std::uint32_t word = 0;
    std::size_t const pads = base64.ends_with("==") ? 2 : base64.ends_with('=') ? 1 : 0;
    for (std::size_t i = 0; i < base64.size(); ++i) {
        char const c = base64[i];
        int const digit = c == '-' || c == '_' ? -1 : detail::base64_digit(c);  // only the standard alphabet
        if (digit < 0 && i + pads < base64.size()) {
            fail("the token is not base64");
        }
        word = word << 6 | static_cast<std::uint32_t>(digit < 0 ? 0 : digit);
        if (i % 4 == 3) {
            bytes_ += static_cast<char>(static_cast<unsigned char>(word >> 16 & 0xFF));
            bytes_ += static_cast<char>(static_cast<unsigned char>(word >> 8 & 0xFF));
            bytes_ += static_cast<char>(static_cast<unsigned char>(word & 0xFF));
        }
    }
    bytes_.resize(bytes_.size() - pads);
}

CENTAVO_INLINE void RankReader::lay_out() {
    made_.of_byte_.fill(Vocabulary::none);
    made_.of_two_bytes_.assign(65'536, Vocabulary::none);
    made_.begins_.push_back(0);
    for (std::size_t i = 0; i < entries_.size(); ++i) {
        Entry const& entry = entries_[i];
        if (i > 0 && entry.rank == entries_[i - 1].rank) {
            fail_at(std::max(entry.line, entries_[i - 1].line), "duplicate rank");
        }
        made_.begins_.resize(entry.rank + 1, made_.begins_.back());
        std::string_view const token = std::string_view{bytes_}.substr(entry.begin, entry.size);
        made_.text_.insert(made_.text_.end(), token.begin(), token.end());
        made_.begins_.push_back(static_cast<std::uint32_t>(made_.text_.size()));
        if (entry.size == 1) {
            made_.of_byte_[static_cast<unsigned char>(token[0])] = entry.rank;
        }
    }
    for (Rank const rank : made_.of_byte_) {
        if (rank == Vocabulary::none) {
            throw MalformedRankFile("rank file: every byte must be a token");
        }
    }
}

CENTAVO_INLINE void RankReader::refuse_twins() const {
    for (Entry const& entry : entries_) {
        if (made_.find(made_.text(entry.rank)) != entry.rank) {
            fail_at(entry.line, "duplicate token");
        }
    }
}

CENTAVO_INLINE void RankReader::find_merges() {
    std::size_t const slots = Vocabulary::slots_for(made_.size());
    made_.by_pair_.assign(slots, Vocabulary::empty_pair);
    made_.pair_shift_ = Vocabulary::shift_for(slots);
    made_.filter_.assign(std::size_t{1} << (64 - Vocabulary::filter_shift), 0);
    made_.windows_.assign(std::size_t{1} << (64 - Vocabulary::window_shift - 6), 0);
    made_.of_two_bytes_.assign(65'536,
                               Vocabulary::none);  // a pair of bytes merges only from its own rank on
    bool all = true;
    detail::PieceMerge merge;
    std::vector<Rank> parts;
    for (Entry const& entry : entries_) {
        std::string_view const token = made_.text(entry.rank);
        if (token.size() == 1) {
            continue;
        }
        parts.clear();
        merge.append(made_, token, parts);
        if (parts.size() != 2) {
            all = false;
            continue;
        }
        if (token.size() == 2) {
            made_.of_two_bytes_[std::size_t{static_cast<unsigned char>(token[0])} << 8 |
                                static_cast<unsigned char>(token[1])] = entry.rank;
        }
        made_.note_windows(token.data() + made_.length(parts[0]), made_.length(parts[0]),
                           made_.length(parts[1]));
        add_pair(std::uint64_t{parts[0]} << Vocabulary::rank_bits | parts[1], entry.rank);
    }
    if (!all) {
        // A token without a merge matches whole pieces only, so any boundary may lie inside a token.
        std::fill(made_.windows_.begin(), made_.windows_.end(), ~std::uint64_t{0});
    }
}

CENTAVO_INLINE void RankReader::add_pair(std::uint64_t pair, Rank rank) {
    std::uint64_t const hash = Vocabulary::pair_hash(pair);
    made_.filter_[hash >> Vocabulary::filter_shift] |= Vocabulary::filter_bits(hash);
    std::size_t slot = hash >> made_.pair_shift_;
    while (made_.by_pair_[slot] != Vocabulary::empty_pair) {
        slot = (slot + 1) & (made_.by_pair_.size() - 1);
    }
    made_.by_pair_[slot] = pair << Vocabulary::rank_bits | rank;
}

CENTAVO_INLINE Vocabulary read_ranks(std::string_view text) {
    RankReader reader;
    while (!text.empty()) {
        std::size_t const end = text.find('\n');
        reader.read_line(text.substr(0, end));
        text.remove_prefix(end == text.npos ? text.size() : end + 1);
    }
    return reader.finish();
}

CENTAVO_INLINE Vocabulary read_ranks(std::istream& in) {
    return read_ranks(std::string{std::istreambuf_iterator<char>{in}, {}});
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
