// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/auth/tokenbroker.h"

#include "core/base/json.h"

namespace gatehouse::auth {

namespace {

using std::chrono::minutes;
using std::chrono::seconds;

/// A token that was given out this recently and is refused is not replaced again: that would be a loop.
constexpr seconds LoopGuard{60};
constexpr minutes RenewBefore{5};
constexpr seconds UseBefore{30};

std::string cacheKey(const TokenRequest& request)
{
    return request.tenantId + "\n" + request.scope;
}

Error signInError(std::string message, std::string advice = "Sign in again.")
{
    return fail(Error::Kind::SignInRequired, std::move(message), std::move(advice)).value();
}

/// What the credential store holds.
std::string toStoredText(const std::string& refreshToken, const Identity& identity)
{
    return dumpJson(Json{{"version", 1},
                         {"refreshToken", refreshToken},
                         {"objectId", identity.objectId},
                         {"tenantId", identity.tenantId},
                         {"name", identity.name},
                         {"username", identity.username}});
}

struct StoredSignIn
{
    std::string refreshToken;
    Identity identity;
};

std::optional<StoredSignIn> fromStoredText(const std::string& text)
{
    const Result<Json> document = parseJson(text, 256U << 10U);
    if (!document || integerAt(*document, "version") != 1)
        return std::nullopt;
    StoredSignIn stored{textAt(*document, "refreshToken"),
                        {textAt(*document, "objectId"), textAt(*document, "tenantId"),
                         textAt(*document, "name"), textAt(*document, "username")}};
    return stored.refreshToken.empty() || stored.identity.objectId.empty() ? std::nullopt
                                                                           : std::optional(stored);
}

} // namespace

struct TokenBroker::Refresh
{
    TokenRequest request;
    std::uint64_t generation = 0;
    http::Deferred<std::string> deferred;
    RefreshLock::Held lock;
    int refusals = 0;
};

TokenBroker::TokenBroker(const Dependencies& dependencies, QObject* parent)
    : QObject(parent)
    , m_deps(dependencies)
    , m_lock(dependencies.lockPath, dependencies.scheduler)
    , m_shared(this)
{}

TokenBroker::~TokenBroker() = default;

QFuture<Result<std::string>> TokenBroker::token(TokenRequest request, std::stop_token stop)
{
    if (m_refreshToken.empty())
        return http::settledFuture<std::string>(fail(signInError("Nobody is signed in.", "Sign in.")));
    if (const CachedToken* cached = usable(request)) {
        const std::string token = cached->token; // renewing may replace the entry at once
        if (m_deps.clock.monotonic() >= cached->renew)
            renewAhead(request);
        return http::settledFuture<std::string>(token);
    }
    const auto cached = m_cache.find(cacheKey(request));
    if (request.claims.empty() && !request.rejected.empty() && cached != m_cache.end() &&
        cached->second.token == request.rejected &&
        m_deps.clock.monotonic() - cached->second.issued < LoopGuard) {
        return http::settledFuture<std::string>(
            fail(signInError("The service does not accept the sign-in that was just renewed.")));
    }
    const auto refusal = m_refusals.find(cacheKey(request));
    if (request.claims.empty() && refusal != m_refusals.end() &&
        m_deps.clock.monotonic() - refusal->second.at < LoopGuard)
        return http::settledFuture<std::string>(fail(refusal->second.error));
    // A stopped caller leaves; the refresh itself goes on, since its answer may hold the next refresh token.
    return m_shared.share(cacheKey(request) + "\n" + request.claims, stop,
                          [this, request](const std::stop_token&) { return enqueue(request); });
}

const TokenBroker::CachedToken* TokenBroker::usable(const TokenRequest& request) const
{
    const auto found = m_cache.find(cacheKey(request));
    if (found == m_cache.end() || !request.claims.empty() || found->second.token == request.rejected)
        return nullptr;
    const CachedToken& cached = found->second;
    // The monotonic clock stands still while the computer sleeps; the wall clock may be set back.
    const bool good = m_deps.clock.monotonic() < cached.expires && m_deps.clock.now() < cached.wallExpires;
    return good ? &cached : nullptr;
}

void TokenBroker::renewAhead(const TokenRequest& request)
{
    m_cache[cacheKey(request)].renew = m_deps.clock.monotonic() + minutes(1); // not again at once if it fails
    // The cached token is still good, so the queue must not be satisfied with it.
    TokenRequest renewal = request;
    renewal.rejected = m_cache[cacheKey(request)].token;
    static_cast<void>(m_shared.share(cacheKey(request) + "\n", {},
                                     [this, renewal](const std::stop_token&) { return enqueue(renewal); }));
}

QFuture<Result<std::string>> TokenBroker::enqueue(const TokenRequest& request)
{
    auto refresh = std::make_shared<Refresh>();
    refresh->request = request;
    refresh->generation = m_generation;
    QFuture<Result<std::string>> future = refresh->deferred.future();
    m_queue.push_back(std::move(refresh));
    if (m_running == nullptr)
        runNext();
    return future;
}

void TokenBroker::runNext()
{
    m_running.reset();
    if (m_queue.empty())
        return;
    const RefreshPtr refresh = m_queue.front();
    m_queue.pop_front();
    m_running = refresh;
    if (refresh->generation != m_generation) {
        finish(refresh, fail(signInError("The account was signed out.", "Sign in.")));
        return;
    }
    // One that ran meanwhile may have brought what this one wants.
    if (const CachedToken* cached = usable(refresh->request)) {
        finish(refresh, cached->token);
        return;
    }
    if (m_stored)
        lockAndRead(refresh);
    else
        post(refresh);
}

void TokenBroker::lockAndRead(const RefreshPtr& refresh)
{
    m_lock.acquire([this, refresh](const Result<RefreshLock::Held>& held) {
        // Without the lock a one-use token may be used twice; that is put right by reading it again.
        if (held)
            refresh->lock = *held;
        readStored(refresh);
    });
}

/// Another process may have refreshed since: its token is the newer one.
void TokenBroker::readStored(const RefreshPtr& refresh)
{
    if (!m_identity || refresh->generation != m_generation) {
        post(refresh);
        return;
    }
    m_deps.store.read(storeKey(m_identity->key()))
        .then(this, [this, refresh](const Result<std::optional<std::string>>& text) {
            const bool current = refresh->generation == m_generation;
            if (const auto stored = current && text && *text ? fromStoredText(**text) : std::nullopt)
                m_refreshToken = stored->refreshToken;
            post(refresh);
        });
}

void TokenBroker::post(const RefreshPtr& refresh)
{
    if (refresh->generation != m_generation) {
        finish(refresh, fail(signInError("The account was signed out.", "Sign in.")));
        return;
    }
    const TokenRequest& request = refresh->request;
    m_deps.entra.refresh(m_refreshToken, request.scope, request.tenantId, request.claims, {})
        .then(this, [this, refresh](const Result<TokenReply>& reply) { take(refresh, reply); });
}

void TokenBroker::take(const RefreshPtr& refresh, const Result<TokenReply>& reply)
{
    if (refresh->generation != m_generation) {
        finish(refresh, fail(signInError("The account was signed out.", "Sign in.")));
        return;
    }
    if (!reply) {
        m_deps.log.write(Log::Level::Warning, "token refresh failed",
                         {{"kind", toString(reply.error().kind)}});
        finish(refresh, fail(reply.error()));
        return;
    }
    if (reply->tokens)
        keep(refresh, *reply->tokens);
    else
        refused(refresh, reply->refused);
}

void TokenBroker::keep(const RefreshPtr& refresh, const Tokens& tokens)
{
    cache(refresh->request, tokens);
    const bool rotated = !tokens.refreshToken.empty() && tokens.refreshToken != m_refreshToken;
    if (rotated)
        m_refreshToken = tokens.refreshToken;
    if (!rotated || !m_stored) {
        finish(refresh, tokens.accessToken);
        return;
    }
    // Callers need not wait for the keychain, but the lock does.
    refresh->deferred.settle(tokens.accessToken);
    writeStored().then(this, [this, refresh, token = tokens.accessToken](const Status& written) {
        if (refresh->generation == m_generation)
            setStored(written.has_value());
        finish(refresh, token);
    });
}

void TokenBroker::refused(const RefreshPtr& refresh, const OAuthError& why)
{
    Error error = toError(why);
    m_deps.log.write(Log::Level::Warning, "token refresh refused",
                     {{"service_code", error.serviceCode}, {"correlation_id", error.correlationId}});
    const bool over = endsRefreshToken(why) || (why.error == "invalid_grant" && !needsInteraction(why));
    if (over && ++refresh->refusals == 1) {
        // Another process may have used this token up and stored the next.
        if (m_stored)
            readStored(refresh);
        else
            post(refresh);
        return;
    }
    if (!isHome(refresh->request)) {
        finish(refresh, fail(std::move(error))); // says nothing about the tenant that was signed in to
        return;
    }
    if (over) {
        error.kind = Error::Kind::SignInRequired;
        forget();
    }
    const bool needsPerson = over || error.kind == Error::Kind::SignInRequired || offersBrowser(why);
    if (needsPerson)
        m_refusals[cacheKey(refresh->request)] = {error, m_deps.clock.monotonic()};
    finish(refresh, fail(error));
    if (needsPerson)
        Q_EMIT signInRequired(error);
}

void TokenBroker::finish(const RefreshPtr& refresh, Result<std::string> result)
{
    refresh->lock.reset();
    // The next one starts first, so that a caller that asks again inside its continuation finds order.
    if (m_running == refresh)
        runNext();
    refresh->deferred.settle(std::move(result));
}

void TokenBroker::cache(const TokenRequest& request, const Tokens& tokens)
{
    const auto now = m_deps.clock.monotonic();
    const seconds margin = tokens.lifetime > RenewBefore ? UseBefore : seconds(0);
    CachedToken cached;
    cached.token = tokens.accessToken;
    cached.issued = now;
    cached.expires = now + tokens.lifetime - margin;
    cached.wallExpires = m_deps.clock.now() + (tokens.lifetime - margin);
    if (tokens.refreshIn)
        cached.renew = now + *tokens.refreshIn;
    else
        cached.renew =
            tokens.lifetime > 2 * RenewBefore ? now + tokens.lifetime - RenewBefore : cached.expires;
    m_cache[cacheKey(request)] = std::move(cached);
}

QFuture<Result<bool>> TokenBroker::adopt(const Tokens& tokens, const Identity& identity,
                                         const std::string& scope)
{
    ++m_generation;
    m_cache.clear();
    m_refusals.clear();
    m_identity = identity;
    m_refreshToken = tokens.refreshToken;
    std::erase(m_removals, storeKey(identity.key()));
    cache({.scope = scope}, tokens);
    http::Deferred<bool> deferred;
    const std::uint64_t generation = m_generation;
    if (!m_deps.store.persistent() || m_refreshToken.empty()) {
        setStored(false);
        deferred.settle(false);
        return deferred.future();
    }
    writeStored().then(this, [this, generation, deferred](const Status& written) {
        if (generation == m_generation)
            setStored(written.has_value());
        if (!written)
            m_deps.log.write(Log::Level::Warning, "sign-in not stored",
                             {{"kind", toString(written.error().kind)}});
        deferred.settle(written.has_value());
    });
    return deferred.future();
}

QFuture<Status> TokenBroker::restore(const std::string& accountKey)
{
    http::Deferred<void> deferred;
    const std::uint64_t generation = m_generation;
    m_deps.store.read(storeKey(accountKey))
        .then(this, [this, generation, accountKey, deferred](const Result<std::optional<std::string>>& text) {
            if (generation != m_generation) {
                deferred.settle(fail(http::cancelledError())); // signed in or out meanwhile
                return;
            }
            if (!text) {
                deferred.settle(fail(text.error()));
                return;
            }
            const auto stored = *text ? fromStoredText(**text) : std::nullopt;
            if (!stored || stored->identity.key() != accountKey) {
                deferred.settle(fail(Error::Kind::Storage,
                                     "The stored sign-in cannot be read: the keychain is "
                                     "locked, or the entry is gone.",
                                     "Unlock the keychain, or sign in again."));
                return;
            }
            m_identity = stored->identity;
            m_refreshToken = stored->refreshToken;
            setStored(true);
            deferred.settle({});
        });
    return deferred.future();
}

void TokenBroker::signOut()
{
    forget();
}

void TokenBroker::forget()
{
    ++m_generation;
    const std::optional<Identity> identity = std::exchange(m_identity, std::nullopt);
    m_refreshToken.clear();
    m_cache.clear();
    m_refusals.clear();
    m_stored = false;
    if (!identity || !m_deps.store.persistent())
        return;
    m_removals.push_back(storeKey(identity->key()));
    if (m_writes == 0)
        removeStored();
}

/// Only when no write is under way, which could bring the entry back.
void TokenBroker::removeStored()
{
    for (const std::string& key : std::exchange(m_removals, {})) {
        m_deps.store.remove(key).then(this, [this](const Status& removed) {
            if (!removed)
                m_deps.log.write(Log::Level::Warning, "stored sign-in not removed",
                                 {{"kind", toString(removed.error().kind)}});
        });
    }
}

QFuture<Status> TokenBroker::writeStored()
{
    ++m_writes;
    const std::string key = storeKey(m_identity->key());
    return m_deps.store.write(key, toStoredText(m_refreshToken, *m_identity))
        .then(this, [this](const Status& written) {
            if (--m_writes == 0)
                removeStored();
            return written;
        });
}

void TokenBroker::setStored(bool stored)
{
    if (m_stored == stored)
        return;
    m_stored = stored;
    Q_EMIT storedChanged(stored);
}

std::string TokenBroker::storeKey(const std::string& accountKey) const
{
    return accountKey + "." + m_deps.entra.authority().clientId;
}

bool TokenBroker::isHome(const TokenRequest& request) const
{
    return request.tenantId.empty() ||
           (m_identity && equalsIgnoreCase(request.tenantId, m_identity->tenantId));
}

} // namespace gatehouse::auth
