// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/base/result.h"

#include <memory>
#include <string>

using SSL_CTX = struct ssl_ctx_st;

namespace gatehouse::local {

struct CertificateFiles
{
    std::string certificate;
    std::string key;
};

/// The self-signed certificate of a data directory: directory/tls/cert.pem for localhost and 127.0.0.1, its
/// key beside it (0600). Made when there is none that will be valid for a week yet; else the one that is
/// there.
[[nodiscard]] Result<CertificateFiles> ensureCertificate(const std::string& directory, const Clock& clock);

struct TlsContextDeleter
{
    void operator()(SSL_CTX* context) const;
};
using TlsContext = std::unique_ptr<SSL_CTX, TlsContextDeleter>;

/// TLS 1.2 and later.
[[nodiscard]] Result<TlsContext> makeTlsContext(const CertificateFiles& files);

} // namespace gatehouse::local
