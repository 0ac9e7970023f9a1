// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/base/detail/sha256.hpp>

#include <openssl/evp.h>

#include <new>
#include <utility>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE std::string_view Digest::view() const noexcept {
    return {reinterpret_cast<char const*>(bytes.data()), bytes.size()};
}

CENTAVO_INLINE std::string Digest::hex() const {
    constexpr char const* digits = "0123456789abcdef";
    std::string out;
    out.reserve(2 * bytes.size());
    for (auto const byte : bytes) {
        out.push_back(digits[byte >> 4]);
        out.push_back(digits[byte & 0xF]);
    }
    return out;
}

CENTAVO_INLINE Sha256::Sha256() : Sha256{fresh()} { restart(); }

CENTAVO_INLINE Sha256::Sha256(Sha256 const& other) : Sha256{fresh()} { *this = other; }

CENTAVO_INLINE Sha256::Sha256(Sha256&& other) noexcept : context_{std::exchange(other.context_, nullptr)} {}

CENTAVO_INLINE Sha256::~Sha256() { EVP_MD_CTX_free(context_); }

CENTAVO_INLINE void Sha256::update(std::string_view bytes) {
    require(EVP_DigestUpdate(context_, bytes.data(), bytes.size()));
}

CENTAVO_INLINE void Sha256::restart() { require(EVP_DigestInit_ex2(context_, algorithm(), nullptr)); }

CENTAVO_INLINE Sha256& Sha256::operator=(Sha256 const& other) {
    if (this != &other) {
        require(EVP_MD_CTX_copy_ex(context_, other.context_));
    }
    return *this;
}

CENTAVO_INLINE Sha256& Sha256::operator=(Sha256&& other) noexcept {
    std::swap(context_, other.context_);
    return *this;
}

CENTAVO_INLINE Digest Sha256::finish() {
    Digest digest;
    require(EVP_DigestFinal_ex(context_, digest.bytes.data(), nullptr));
    restart();
    return digest;
}

CENTAVO_INLINE EVP_MD const* Sha256::algorithm() {
    static EVP_MD const* const fetched = EVP_MD_fetch(nullptr, "SHA2-256", nullptr);
    if (fetched == nullptr) {
        throw Error{ErrorCode::unavailable, "OpenSSL provides no SHA-256"};
    }
    return fetched;
}

CENTAVO_INLINE EVP_MD_CTX* Sha256::fresh() {
    EVP_MD_CTX* const context = EVP_MD_CTX_new();
    if (context == nullptr) {
        throw std::bad_alloc{};
    }
    return context;
}

CENTAVO_INLINE void Sha256::require(int done) {
    if (done != 1) {
        throw Error{ErrorCode::unavailable, "OpenSSL failed to compute SHA-256"};
    }
}

CENTAVO_INLINE Digest sha256(std::string_view bytes) {
    thread_local Sha256 hash;
    hash.update(bytes);
    return hash.finish();
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
