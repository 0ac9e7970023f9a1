// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/tokens/incremental_counter.hpp>

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE IncrementalCounter::IncrementalCounter(Counter counter)
    : counter_{std::move(counter)}, bpe_{counter_.bpe() != nullptr ? counter_.bpe() : counter_.reference()} {}

CENTAVO_INLINE Tokens IncrementalCounter::append(std::string_view text) {
    before_ = {settled_, all_settled_};
    if (take(text)) {
        recent_ = settled_bytes_;
        if (!run_.active() || !go_on()) {
            bool const one_piece = settle() == 1;
            if (one_piece && open_bytes_ >= detail::OpenRun::shortest) {
                run_.begin(bpe_->vocabulary(), bpe_->split(), open());
            }
        }
    }
    return scaled(settled_ + open_);
}

CENTAVO_INLINE void IncrementalCounter::add(std::string_view text) {
    if (take(text)) {
        pending_ = true;
        if (size_ - settled_bytes_ > batch + 2 * open_bytes_) {
            settle();
        }
    }
}

CENTAVO_INLINE Tokens IncrementalCounter::count() const {
    if (!pending_) {
        return scaled(settled_ + open_);
    }
    Bpe::Growth const growth = grown();
    return scaled(settled_ + growth.settled + growth.open);
}

CENTAVO_INLINE std::string_view IncrementalCounter::recent() const noexcept {
    return std::string_view{tail_}.substr(recent_, size_ - recent_);
}

CENTAVO_INLINE std::string_view IncrementalCounter::settled() const noexcept {
    return std::string_view{tail_}.substr(recent_, settled_bytes_ - recent_);
}

CENTAVO_INLINE void IncrementalCounter::reset() noexcept {
    before_ = {};
    all_settled_ = recent_ = 0;
    size_ = settled_bytes_ = open_bytes_ = 0;
    settled_ = open_ = 0;
    pending_ = false;
    run_.end();
    kind_.reset();
}

CENTAVO_INLINE bool IncrementalCounter::take(std::string_view text) {
    if (bpe_ == nullptr) {
        settled_ += counter_.count(text).value();
        tail_.assign(text);
        size_ = settled_bytes_ = text.size();
        all_settled_ += text.size();
        return false;
    }
    if (!kind_ && counter_.estimate() && text.find_first_not_of(" \t\r\n") != text.npos) {
        kind_ = content_class(text);
    }
    std::size_t const more = text.size() + Bpe::growth_padding;
    if (size_ + more > tail_.size()) {
        std::memmove(tail_.data(), tail_.data() + settled_bytes_, size_ - settled_bytes_);
        size_ -= std::exchange(settled_bytes_, 0);
        if (2 * size_ + more > tail_.size()) {
            tail_.resize(2 * (size_ + more) + 4 * batch);
        }
    }
    text.copy(tail_.data() + size_, text.size());
    size_ += text.size();
    std::memset(tail_.data() + size_, 0, Bpe::growth_padding);
    return true;
}

CENTAVO_INLINE Tokens IncrementalCounter::scaled(std::int64_t tokens) const {
    return counter_.estimate() ? counter_.estimate()->of(tokens, kind_.value_or(ContentClass::text)) : tokens;
}

CENTAVO_INLINE std::int64_t IncrementalCounter::settle() {
    Bpe::Growth const growth = grown();
    settled_ += growth.settled;
    settled_bytes_ += growth.settled_bytes;
    all_settled_ += growth.settled_bytes;
    open_ = growth.open;
    open_bytes_ = size_ - settled_bytes_;
    pending_ = false;
    run_.end();
    return growth.open_pieces;
}

CENTAVO_INLINE std::string_view IncrementalCounter::open() const noexcept {
    return std::string_view{tail_}.substr(settled_bytes_, size_ - settled_bytes_);
}

CENTAVO_INLINE bool IncrementalCounter::go_on() {
    if (!run_.extend(bpe_->vocabulary(), open())) {
        return false;
    }
    open_ = run_.tokens();
    open_bytes_ = size_ - settled_bytes_;
    pending_ = false;
    return true;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
