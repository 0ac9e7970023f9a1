// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/base/error.hpp>

#include <openssl/evp.h>

#include <array>
#include <compare>
#include <cstdint>
#include <new>
#include <string>
#include <string_view>
#include <utility>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// Thirty-two bytes of SHA-256. A value.
struct Digest {
    std::array<std::uint8_t, 32> bytes{};

    /// The bytes as one string, for feeding one digest into another.
    [[nodiscard]] std::string_view view() const noexcept {
        return {reinterpret_cast<char const*>(bytes.data()), bytes.size()};
    }

    /// Sixty-four lower-case hexadecimal digits.
    [[nodiscard]] std::string hex() const {
        constexpr char const* digits = "0123456789abcdef";
        std::string out;
        out.reserve(2 * bytes.size());
        for (auto const byte : bytes) {
            out.push_back(digits[byte >> 4]);
            out.push_back(digits[byte & 0xF]);
        }
        return out;
    }

    friend bool operator==(Digest const&, Digest const&) = default;
    friend auto operator<=>(Digest const&, Digest const&) = default;
};

/// An incremental SHA-256; a copy continues from the same state.
///
/// Throws Error where OpenSSL provides no SHA-256. Externally synchronized.
class Sha256 {
public:
    Sha256() : Sha256{fresh()} { restart(); }
    Sha256(Sha256 const& other) : Sha256{fresh()} { *this = other; }
    Sha256& operator=(Sha256 const& other) {
        require(EVP_MD_CTX_copy_ex(context_, other.context_));
        return *this;
    }
    Sha256(Sha256&& other) noexcept : context_{std::exchange(other.context_, nullptr)} {}
    Sha256& operator=(Sha256&& other) noexcept {
        std::swap(context_, other.context_);
        return *this;
    }
    ~Sha256() { EVP_MD_CTX_free(context_); }

    void update(std::string_view bytes) { require(EVP_DigestUpdate(context_, bytes.data(), bytes.size())); }

    /// The digest of all bytes since the last restart; restarts.
    [[nodiscard]] Digest finish() {
        Digest digest;
        require(EVP_DigestFinal_ex(context_, digest.bytes.data(), nullptr));
        restart();
        return digest;
    }

    /// Discards all bytes so far.
    void restart() { require(EVP_DigestInit_ex2(context_, algorithm(), nullptr)); }

private:
    explicit Sha256(EVP_MD_CTX* context) noexcept : context_{context} {}

    // Fetched once and never freed: the lookup inside EVP_sha256() costs more than hashing a short text.
    [[nodiscard]] static EVP_MD const* algorithm() {
        static EVP_MD const* const fetched = EVP_MD_fetch(nullptr, "SHA2-256", nullptr);
        if (fetched == nullptr) {
            throw Error{ErrorCode::unavailable, "OpenSSL provides no SHA-256"};
        }
        return fetched;
    }

    [[nodiscard]] static EVP_MD_CTX* fresh() {
        EVP_MD_CTX* const context = EVP_MD_CTX_new();
        if (context == nullptr) {
            throw std::bad_alloc{};
        }
        return context;
    }

    static void require(int done) {
        if (done != 1) {
            throw Error{ErrorCode::unavailable, "OpenSSL failed to compute SHA-256"};
        }
    }

    EVP_MD_CTX* context_;
};

/// The SHA-256 of `bytes`. Any thread; each reuses a context of its own.
[[nodiscard]] inline Digest sha256(std::string_view bytes) {
    thread_local Sha256 hash;
    hash.update(bytes);
    return hash.finish();
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
