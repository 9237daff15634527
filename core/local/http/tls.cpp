// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/http/tls.h"

#include "core/base/encoding.h"
#include "core/base/files.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <cstring>

namespace gatehouse::local {

namespace {

constexpr long ValidDays = 825; // what browsers and Apple's stores accept at most
constexpr long DaySeconds = 86'400;
constexpr long RenewSeconds = 7 * DaySeconds;

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using Memory = std::unique_ptr<BIO, decltype(&BIO_free)>;

bool addExtension(X509* certificate, int nid, const char* value)
{
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value);
    const bool added = extension != nullptr && X509_add_ext(certificate, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    return added;
}

bool fillCertificate(X509* certificate, EVP_PKEY* key, DateTime now)
{
    const std::string serial = randomBytes(8);
    std::uint64_t number = 0;
    std::memcpy(&number, serial.data(), serial.size());
    ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), number >> 1U);
    X509_set_version(certificate, 2);
    ASN1_TIME_set(X509_getm_notBefore(certificate), now.unixSeconds() - DaySeconds);
    ASN1_TIME_set(X509_getm_notAfter(certificate), now.unixSeconds() + ValidDays * DaySeconds);
    X509_set_pubkey(certificate, key);
    X509_NAME* name = X509_get_subject_name(certificate);
    const auto* text = reinterpret_cast<const unsigned char*>("Gatehouse on this computer");
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, text, -1, -1, 0);
    X509_set_issuer_name(certificate, name);
    return addExtension(certificate, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1") &&
           addExtension(certificate, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
           addExtension(certificate, NID_key_usage, "critical,digitalSignature,keyCertSign") &&
           addExtension(certificate, NID_ext_key_usage, "serverAuth") &&
           addExtension(certificate, NID_subject_key_identifier, "hash") &&
           X509_sign(certificate, key, EVP_sha256()) != 0;
}

std::string textOf(BIO* memory)
{
    char* data = nullptr;
    const long length = BIO_get_mem_data(memory, &data);
    return {data, static_cast<std::size_t>(length)};
}

Status makeCertificate(const CertificateFiles& files, DateTime now)
{
    const Key key(EVP_EC_gen("P-256"), EVP_PKEY_free);
    const Certificate certificate(X509_new(), X509_free);
    const Memory keyText(BIO_new(BIO_s_mem()), BIO_free);
    const Memory certificateText(BIO_new(BIO_s_mem()), BIO_free);
    const bool made =
        key && certificate && keyText && certificateText &&
        fillCertificate(certificate.get(), key.get(), now) &&
        PEM_write_bio_PrivateKey(keyText.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1 &&
        PEM_write_bio_X509(certificateText.get(), certificate.get()) == 1;
    if (!made)
        return fail(Error::Kind::Internal, "The TLS certificate could not be made.");
    if (Status written = atomicWrite(files.key, textOf(keyText.get()), 0600); !written)
        return written;
    return atomicWrite(files.certificate, textOf(certificateText.get()), 0644);
}

bool isUsable(const CertificateFiles& files, DateTime now)
{
    const Result<std::string> text = readFile(files.certificate, 64U << 10U);
    if (!text || !readFile(files.key, 64U << 10U))
        return false;
    const Memory memory(BIO_new_mem_buf(text->data(), static_cast<int>(text->size())), BIO_free);
    const Certificate certificate(PEM_read_bio_X509(memory.get(), nullptr, nullptr, nullptr), X509_free);
    if (!certificate)
        return false;
    std::time_t soon = now.unixSeconds() + RenewSeconds;
    return X509_cmp_time(X509_get0_notAfter(certificate.get()), &soon) > 0 &&
           makeTlsContext(files).has_value();
}

} // namespace

void TlsContextDeleter::operator()(SSL_CTX* context) const
{
    SSL_CTX_free(context);
}

Result<CertificateFiles> ensureCertificate(const std::string& directory, const Clock& clock)
{
    const std::string folder = directory + "/tls";
    CertificateFiles files{folder + "/cert.pem", folder + "/key.pem"};
    if (Status made = makeDirectory(folder); !made)
        return fail(made.error());
    if (!isUsable(files, clock.now())) {
        if (Status made = makeCertificate(files, clock.now()); !made)
            return fail(made.error());
    }
    return files;
}

Result<TlsContext> makeTlsContext(const CertificateFiles& files)
{
    TlsContext context(SSL_CTX_new(TLS_server_method()));
    if (!context)
        return fail(Error::Kind::Internal, "TLS is not available.");
    SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
    SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                        SSL_MODE_RELEASE_BUFFERS);
    if (SSL_CTX_use_certificate_chain_file(context.get(), files.certificate.c_str()) != 1 ||
        SSL_CTX_use_PrivateKey_file(context.get(), files.key.c_str(), SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(context.get()) != 1)
        return fail(Error::Kind::Storage, "The TLS certificate of the data directory cannot be used.",
                    "Delete its folder “tls”; it is made anew at the next start.");
    return context;
}

} // namespace gatehouse::local
