// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/auth/credentialstore.h"
#include "core/auth/entraclient.h"
#include "core/auth/identity.h"
#include "core/auth/refreshlock.h"
#include "core/auth/tokensource.h"
#include "core/base/log.h"
#include "core/http/deferred.h"
#include "core/http/sharedcalls.h"

#include <QtCore/QObject>

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace gatehouse::auth {

/// Turns one refresh token into access tokens of several services. One token request is under way at a time;
/// equal wishes share it. The refresh token lives here and in the credential store, nowhere else; it is
/// replaced by every newer one, never by nothing, and forgotten only by signOut() or after the service said
/// twice, with the store read again in between, that it is over. Expiry goes by the monotonic clock, and by
/// the wall clock for a computer that slept. Main thread.
class TokenBroker final : public QObject, public TokenSource
{
    Q_OBJECT
public:
    struct Dependencies
    {
        EntraClient& entra;
        CredentialStore& store;
        const Clock& clock;
        http::Scheduler& scheduler;
        Log& log;
        std::string lockPath; ///< a file that the processes of this user share
    };

    explicit TokenBroker(const Dependencies& dependencies, QObject* parent = nullptr);
    ~TokenBroker() override;

    [[nodiscard]] QFuture<Result<std::string>> token(TokenRequest request, std::stop_token stop) override;

    /// Takes over a fresh sign-in; the access token is good for the scope. Answers whether it is stored.
    QFuture<Result<bool>> adopt(const Tokens& tokens, const Identity& identity, const std::string& scope);
    /// Reads the sign-in that the marker (Identity::key) says is stored. Storage when it cannot be read now:
    /// the keychain may be locked, so nothing is deleted and it can be tried again.
    QFuture<Status> restore(const std::string& accountKey);
    /// Forgets everything here and in the store at once; what is under way stores nothing.
    void signOut();

    [[nodiscard]] const std::optional<Identity>& identity() const { return m_identity; }
    [[nodiscard]] bool isStored() const { return m_stored; }

Q_SIGNALS:
    /// The sign-in no longer serves: expired, revoked, or the tenant asks for more.
    void signInRequired(const gatehouse::Error& error);
    /// The refresh token could not be written (false) or is stored again.
    void storedChanged(bool stored);

private:
    struct CachedToken
    {
        std::string token;
        std::chrono::nanoseconds issued{0}; // this and the next two on the monotonic clock
        std::chrono::nanoseconds expires{0};
        std::chrono::nanoseconds renew{0};
        DateTime wallExpires;
    };
    /// The service wants a person: what it said, and when on the monotonic clock.
    struct Refusal
    {
        Error error;
        std::chrono::nanoseconds at{0};
    };
    struct Refresh;
    using RefreshPtr = std::shared_ptr<Refresh>;

    [[nodiscard]] const CachedToken* usable(const TokenRequest& request) const;
    [[nodiscard]] QFuture<Result<std::string>> enqueue(const TokenRequest& request);
    void renewAhead(const TokenRequest& request);
    void runNext();
    void lockAndRead(const RefreshPtr& refresh);
    void readStored(const RefreshPtr& refresh);
    void post(const RefreshPtr& refresh);
    void take(const RefreshPtr& refresh, const Result<TokenReply>& reply);
    void keep(const RefreshPtr& refresh, const Tokens& tokens);
    void refused(const RefreshPtr& refresh, const OAuthError& why);
    void finish(const RefreshPtr& refresh, Result<std::string> result);
    void cache(const TokenRequest& request, const Tokens& tokens);
    [[nodiscard]] QFuture<Status> writeStored();
    void removeStored();
    void setStored(bool stored);
    void forget();
    [[nodiscard]] std::string storeKey(const std::string& accountKey) const;
    [[nodiscard]] bool isHome(const TokenRequest& request) const;

    Dependencies m_deps;
    RefreshLock m_lock;
    http::SharedCalls<std::string> m_shared;
    std::optional<Identity> m_identity;
    std::string m_refreshToken;
    std::map<std::string, CachedToken> m_cache; // by tenant and scope
    std::map<std::string, Refusal> m_refusals;  // the same keys; asking again at once would be a storm
    std::deque<RefreshPtr> m_queue;
    RefreshPtr m_running;
    std::uint64_t m_generation = 0; // of the sign-in; what belongs to an older one is dropped
    bool m_stored = false;
    int m_writes = 0;                    // to the store, under way
    std::vector<std::string> m_removals; // keys that wait for those
};

} // namespace gatehouse::auth
