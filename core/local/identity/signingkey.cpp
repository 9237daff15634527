// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/identity/signingkey.h"

#include "core/base/encoding.h"
#include "core/base/files.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>

#include <array>

namespace gatehouse::local {

namespace {

constexpr int KeyBits = 2048;
constexpr std::size_t MaxKeyFile = 64U << 10U;
constexpr std::size_t MaxTokenBytes = 8U << 10U;

using Memory = std::unique_ptr<BIO, decltype(&BIO_free)>;

const unsigned char* bytesOf(std::string_view text)
{
    return reinterpret_cast<const unsigned char*>(text.data());
}

std::string sha256(std::string_view text)
{
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest = {};
    SHA256(bytesOf(text), text.size(), digest.data());
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

EVP_PKEY* readKey(const std::string& pem)
{
    const Memory memory(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
    EVP_PKEY* key = PEM_read_bio_PrivateKey(memory.get(), nullptr, nullptr, nullptr);
    if (key != nullptr && (EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA || EVP_PKEY_get_bits(key) < KeyBits)) {
        EVP_PKEY_free(key);
        return nullptr;
    }
    return key;
}

std::string writeKey(EVP_PKEY* key)
{
    const Memory memory(BIO_new(BIO_s_mem()), BIO_free);
    if (PEM_write_bio_PrivateKey(memory.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1)
        return {};
    char* data = nullptr;
    const long length = BIO_get_mem_data(memory.get(), &data);
    return {data, static_cast<std::size_t>(length)};
}

/// A number of the public key, base64url without leading zeros.
std::string keyNumber(EVP_PKEY* key, const char* name)
{
    BIGNUM* number = nullptr;
    if (EVP_PKEY_get_bn_param(key, name, &number) != 1)
        return {};
    std::string bytes(static_cast<std::size_t>(BN_num_bytes(number)), '\0');
    BN_bn2bin(number, reinterpret_cast<unsigned char*>(bytes.data()));
    BN_free(number);
    return toBase64Url(bytes);
}

} // namespace

SigningKey::SigningKey(Key key, std::string secret)
    : m_key(std::move(key))
    , m_secret(std::move(secret))
{
    const std::string modulus = keyNumber(m_key.get(), OSSL_PKEY_PARAM_RSA_N);
    const std::string exponent = keyNumber(m_key.get(), OSSL_PKEY_PARAM_RSA_E);
    const std::string id = toBase64Url(sha256(modulus).substr(0, 20));
    m_header = toBase64Url(dumpJson({{"typ", "JWT"}, {"alg", "RS256"}, {"kid", id}, {"x5t", id}}));
    m_jwks = dumpJson({{"keys", Json::array({{{"kty", "RSA"},
                                              {"use", "sig"},
                                              {"alg", "RS256"},
                                              {"kid", id},
                                              {"x5t", id},
                                              {"n", modulus},
                                              {"e", exponent}}})}});
}

SigningKey::~SigningKey() = default;

Result<std::unique_ptr<SigningKey>> SigningKey::open(const std::string& directory, std::string* setAsideAs)
{
    const std::string folder = directory + "/identity";
    const std::string path = folder + "/signing-key.pem";
    if (Status made = makeDirectory(folder); !made)
        return fail(made.error());
    Result<std::string> pem = readFile(path, MaxKeyFile);
    if (!pem && pem.error().kind == Error::Kind::Storage)
        return fail(pem.error());
    Key key(pem ? readKey(*pem) : nullptr, EVP_PKEY_free);
    if (!key) {
        if (pem || pem.error().kind == Error::Kind::InvalidInput) {
            const Result<std::string> moved = setAside(path);
            if (!moved)
                return fail(moved.error());
            if (setAsideAs != nullptr)
                *setAsideAs = *moved;
        }
        key.reset(EVP_RSA_gen(KeyBits));
        if (!key)
            return fail(Error::Kind::Internal, "A signing key could not be made.");
        pem = writeKey(key.get());
        if (Status written = atomicWrite(path, *pem, 0600); !written)
            return fail(written.error());
    }
    return std::unique_ptr<SigningKey>(new SigningKey(std::move(key), sha256("refresh tokens\n" + *pem)));
}

std::string SigningKey::sign(const Json& claims) const
{
    std::string token = m_header + "." + toBase64Url(dumpJson(claims));
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    std::string signature(static_cast<std::size_t>(EVP_PKEY_get_size(m_key.get())), '\0');
    std::size_t length = signature.size();
    auto* target = reinterpret_cast<unsigned char*>(signature.data());
    if (EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, m_key.get()) != 1 ||
        EVP_DigestSign(context.get(), target, &length, bytesOf(token), token.size()) != 1)
        return {};
    return token + "." + toBase64Url(std::string_view(signature).substr(0, length));
}

/// Preparing a context costs more than half of what using it does, so they are kept.
SigningKey::Context SigningKey::takeVerifier() const
{
    {
        const std::lock_guard lock(m_mutex);
        if (!m_verifiers.empty()) {
            Context ready = std::move(m_verifiers.back());
            m_verifiers.pop_back();
            return ready;
        }
    }
    Context context(EVP_PKEY_CTX_new(m_key.get(), nullptr), EVP_PKEY_CTX_free);
    if (EVP_PKEY_verify_init(context.get()) != 1 ||
        EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING) != 1 ||
        EVP_PKEY_CTX_set_signature_md(context.get(), EVP_sha256()) != 1)
        context.reset();
    return context;
}

std::optional<std::string_view> SigningKey::verify(std::string_view token) const
{
    const std::size_t last = token.rfind('.');
    if (token.size() > MaxTokenBytes || last == std::string_view::npos || last <= m_header.size() ||
        token.substr(0, m_header.size()) != m_header || token[m_header.size()] != '.')
        return std::nullopt;
    const std::optional<std::string> signature = fromBase64(token.substr(last + 1));
    const std::string_view payload = token.substr(m_header.size() + 1, last - m_header.size() - 1);
    if (!signature || payload.find('.') != std::string_view::npos)
        return std::nullopt;
    Context context = takeVerifier();
    if (!context)
        return std::nullopt;
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest = {};
    SHA256(bytesOf(token), last, digest.data());
    const bool good = EVP_PKEY_verify(context.get(), bytesOf(*signature), signature->size(), digest.data(),
                                      digest.size()) == 1;
    {
        const std::lock_guard lock(m_mutex);
        m_verifiers.push_back(std::move(context));
    }
    return good ? std::optional(payload) : std::nullopt;
}

std::string SigningKey::hmac(std::string_view text) const
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> code = {};
    unsigned length = 0;
    HMAC(EVP_sha256(), m_secret.data(), static_cast<int>(m_secret.size()), bytesOf(text), text.size(),
         code.data(), &length);
    return {reinterpret_cast<const char*>(code.data()), length};
}

std::string SigningKey::seal(const Json& content) const
{
    const std::string text = toBase64Url(dumpJson(content));
    return text + "." + toBase64Url(hmac(text));
}

std::optional<Json> SigningKey::unseal(std::string_view sealed) const
{
    const std::size_t dot = sealed.find('.');
    if (dot == std::string_view::npos || sealed.size() > MaxTokenBytes)
        return std::nullopt;
    const std::optional<std::string> code = fromBase64(sealed.substr(dot + 1));
    const std::string expected = hmac(sealed.substr(0, dot));
    if (!code || code->size() != expected.size() ||
        CRYPTO_memcmp(code->data(), expected.data(), expected.size()) != 0)
        return std::nullopt;
    const std::optional<std::string> text = fromBase64(sealed.substr(0, dot));
    Result<Json> content = parseJson(text.value_or(""));
    return content ? std::optional(std::move(*content)) : std::nullopt;
}

} // namespace gatehouse::local
