// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/auth/browserflow.h"

#include <QtCore/QCryptographicHash>

namespace gatehouse::auth {

namespace {

constexpr std::chrono::minutes BrowserPatience{5};

std::string fieldOf(const FormFields& fields, std::string_view name)
{
    for (const auto& [key, value] : fields) {
        if (key == name)
            return value;
    }
    return {};
}

} // namespace

std::string pkceChallenge(const std::string& verifier)
{
    return toBase64Url(
        QCryptographicHash::hash(QByteArray::fromStdString(verifier), QCryptographicHash::Sha256)
            .toStdString());
}

BrowserFlow::BrowserFlow(EntraClient& entra, http::Scheduler& scheduler, QObject* parent)
    : QObject(parent)
    , m_entra(entra)
    , m_scheduler(scheduler)
{}

BrowserFlow::~BrowserFlow()
{
    m_stop.request_stop();
}

void BrowserFlow::start(const std::string& scope, const std::string& claims)
{
    cancel();
    m_scope = scope;
    m_state = toBase64Url(randomBytes(24));
    m_nonce = toBase64Url(randomBytes(24));
    m_verifier = toBase64Url(randomBytes(48));
    // Only an answer to this very request counts; anybody on this computer may knock.
    m_listener = std::make_unique<LoopbackListener>([this](const FormFields& fields) {
        const bool decided = !fieldOf(fields, "code").empty() || !fieldOf(fields, "error").empty();
        return decided && fieldOf(fields, "state") == m_state;
    });
    if (const Status listening = m_listener->listen(); !listening) {
        end(listening.error());
        return;
    }
    connect(m_listener.get(), &LoopbackListener::answered, this,
            [this](const FormFields& fields) { take(fields); });
    m_patience = m_scheduler.callAfter(BrowserPatience, [this] {
        end(fail(Error::Kind::Timeout, "The browser did not answer within 5 minutes.",
                 "Start the sign-in again.")
                .value());
    });
    const std::string url = m_entra.authorizeUrl({{"client_id", m_entra.authority().clientId},
                                                  {"response_type", "code"},
                                                  {"redirect_uri", m_listener->redirectUri()},
                                                  {"response_mode", "form_post"},
                                                  {"scope", withOpenIdScopes(scope)},
                                                  {"state", m_state},
                                                  {"nonce", m_nonce},
                                                  {"code_challenge", pkceChallenge(m_verifier)},
                                                  {"code_challenge_method", "S256"},
                                                  {"prompt", "select_account"},
                                                  {"claims", mergeClaims(claims)}});
    Q_EMIT browserNeeded(QString::fromStdString(url));
}

void BrowserFlow::cancel()
{
    ++m_run;
    m_stop.request_stop();
    m_stop = std::stop_source();
    m_patience.cancel();
    m_listener.reset();
    m_verifier.clear();
}

void BrowserFlow::take(const FormFields& fields)
{
    m_patience.cancel();
    const std::string redirectUri = m_listener->redirectUri();
    m_listener.release()->deleteLater(); // it is emitting, and its page is still being sent
    const std::string code = fieldOf(fields, "code");
    if (code.empty()) {
        OAuthError why;
        why.error = fieldOf(fields, "error");
        end(toError(why));
        return;
    }
    m_entra.redeemCode(code, redirectUri, m_verifier, m_scope, m_stop.get_token())
        .then(this, [this, run = m_run](const Result<TokenReply>& reply) {
            if (run != m_run)
                return;
            if (!reply) {
                end(reply.error());
            } else if (!reply->tokens) {
                end(toError(reply->refused));
            } else {
                ++m_run;
                m_verifier.clear();
                Q_EMIT succeeded(*reply->tokens, m_nonce);
            }
        });
}

void BrowserFlow::end(const Error& error)
{
    cancel();
    Q_EMIT failed(error);
}

} // namespace gatehouse::auth
