// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/auth/tokensource.h"
#include "core/http/deferred.h"

#include <vector>

namespace gatehouse::test {

/// Gives "token-1", "token-2", … and remembers what was asked; refuses when a test says so.
class FakeTokens final : public auth::TokenSource
{
public:
    [[nodiscard]] QFuture<Result<std::string>> token(auth::TokenRequest request, std::stop_token) override
    {
        requests.push_back(request);
        if (refusal)
            return http::settledFuture<std::string>(fail(*refusal));
        if (!request.rejected.empty() || !request.claims.empty() || issued == 0)
            ++issued;
        return http::settledFuture<std::string>("token-" + std::to_string(issued));
    }

    std::vector<auth::TokenRequest> requests;
    std::optional<Error> refusal;
    int issued = 0;
};

} // namespace gatehouse::test
