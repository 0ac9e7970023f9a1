// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/base/error.hpp>

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

// OpenSSL's contexts and algorithms, without its headers.
struct evp_md_ctx_st;
struct evp_md_st;

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// Thirty-two bytes of SHA-256. A value.
struct Digest {
    std::array<std::uint8_t, 32> bytes{};

    /// The bytes as one string, for feeding one digest into another.
    [[nodiscard]] std::string_view view() const noexcept;

    /// Sixty-four lower-case hexadecimal digits.
    [[nodiscard]] std::string hex() const;

    friend bool operator==(Digest const&, Digest const&) = default;
    friend auto operator<=>(Digest const&, Digest const&) = default;
};

/// An incremental SHA-256; a copy continues from the same state.
///
/// Throws Error where OpenSSL provides no SHA-256. Externally synchronized.
class Sha256 {
public:
    Sha256();
    Sha256(Sha256 const& other);
    Sha256& operator=(Sha256 const& other);
    Sha256(Sha256&& other) noexcept;
    Sha256& operator=(Sha256&& other) noexcept;
    ~Sha256();

    void update(std::string_view bytes);

    /// The digest of all bytes since the last restart; restarts.
    [[nodiscard]] Digest finish();

    /// Discards all bytes so far.
    void restart();

private:
    explicit Sha256(evp_md_ctx_st* context) noexcept : context_{context} {}

    // Fetched once and never freed: the lookup inside EVP_sha256() costs more than hashing a short text.
    [[nodiscard]] static evp_md_st const* algorithm();

    [[nodiscard]] static evp_md_ctx_st* fresh();

    static void require(int done);

    evp_md_ctx_st* context_;
};

/// The SHA-256 of `bytes`. Any thread; each reuses a context of its own.
[[nodiscard]] Digest sha256(std::string_view bytes);

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail

#ifndef CENTAVO_COMPILED
#include <centavo/base/detail/sha256.ipp>
#endif
