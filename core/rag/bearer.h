// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/auth/tokensource.h"
#include "core/http/challenge.h"
#include "core/http/deferred.h"
#include "core/http/headers.h"

#include <string>
#include <utility>

namespace gatehouse::rag {

/// The token of one call, and once another one when the backend refuses it with 401. A backend without a
/// scope is sent none. Main thread.
class Bearer
{
public:
    /// tokens must outlive this.
    Bearer(auth::TokenSource& tokens, std::string scope)
        : m_tokens(&tokens)
    {
        m_wish.scope = std::move(scope);
    }

    [[nodiscard]] QFuture<Result<std::string>> token(std::stop_token stop) const
    {
        return m_wish.scope.empty() ? http::settledFuture<std::string>(std::string())
                                    : m_tokens->token(m_wish, std::move(stop));
    }
    void put(http::Headers& headers, const std::string& token)
    {
        m_used = token;
        m_wish.claims.clear(); // they are answered; a later attempt may have its token from the cache
        m_wish.rejected.clear();
        if (!token.empty())
            headers.set("Authorization", "Bearer " + token);
    }
    /// After a 401: true when it is worth another try, whose token answers what the backend asks for.
    [[nodiscard]] bool renew(const http::Headers& refusal)
    {
        m_claims = http::claimsChallengeOf(refusal);
        if (m_renewed || m_used.empty())
            return false;
        m_renewed = true;
        m_wish.claims = m_claims;
        m_wish.rejected = m_used;
        return true;
    }
    /// What the last 401 asked for.
    [[nodiscard]] const std::string& claims() const { return m_claims; }

private:
    auth::TokenSource* m_tokens;
    auth::TokenRequest m_wish;
    std::string m_used;
    std::string m_claims;
    bool m_renewed = false;
};

} // namespace gatehouse::rag
