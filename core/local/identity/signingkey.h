// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

using EVP_PKEY = struct evp_pkey_st;
using EVP_PKEY_CTX = struct evp_pkey_ctx_st;

namespace gatehouse::local {

/// The RSA key of a data directory: signs tokens (RS256), verifies them, and seals refresh tokens with a
/// secret derived from it. Made at the first start, kept in identity/signing-key.pem (0600). Any thread.
class SigningKey
{
public:
    /// A key file that cannot be used is set aside and replaced; setAsideAs then names it (old tokens are
    /// void).
    [[nodiscard]] static Result<std::unique_ptr<SigningKey>> open(const std::string& directory,
                                                                  std::string* setAsideAs = nullptr);
    SigningKey(const SigningKey&) = delete;
    SigningKey& operator=(const SigningKey&) = delete;
    ~SigningKey();

    /// A JWT of these claims; "" when OpenSSL fails, which it does not with a good key.
    [[nodiscard]] std::string sign(const Json& claims) const;
    /// The claims part of a JWT that this key signed, still in base64url and part of the given text; empty
    /// for anything else. Says nothing of their meaning.
    [[nodiscard]] std::optional<std::string_view> verify(std::string_view token) const;
    /// The document of /discovery/v2.0/keys.
    [[nodiscard]] const std::string& jwks() const { return m_jwks; }

    /// A text that only this directory can have made, and back.
    [[nodiscard]] std::string seal(const Json& content) const;
    [[nodiscard]] std::optional<Json> unseal(std::string_view sealed) const;

private:
    using Key = std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)>;
    using Context = std::unique_ptr<EVP_PKEY_CTX, void (*)(EVP_PKEY_CTX*)>;
    SigningKey(Key key, std::string secret);
    [[nodiscard]] Context takeVerifier() const;
    [[nodiscard]] std::string hmac(std::string_view text) const;

    Key m_key;
    std::string m_secret;
    std::string m_header; // the first part of every JWT, encoded; a token with another one is not ours
    std::string m_jwks;
    mutable std::mutex m_mutex;
    mutable std::vector<Context> m_verifiers; // prepared ones that nobody uses at the moment
};

} // namespace gatehouse::local
