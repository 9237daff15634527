// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/base/encoding.h"
#include "core/base/json.h"
#include "tests/support/fakehttp.h"

#include <functional>
#include <string>
#include <vector>

namespace gatehouse::test {

inline constexpr const char* ClientId = "11111111-2222-3333-4444-555555555555";
inline constexpr const char* TenantId = "99999999-2222-3333-4444-555555555555";

/// An id token as Entra shapes it, unsigned.
inline std::string idToken(DateTime now, const std::string& nonce = {},
                           const std::string& audience = ClientId)
{
    Json payload = {{"aud", audience},
                    {"iss", std::string("https://login.example/") + TenantId + "/v2.0"},
                    {"oid", "oid-1"},
                    {"tid", TenantId},
                    {"name", "Ada Admin"},
                    {"preferred_username", "ada@contoso.example"},
                    {"exp", now.unixSeconds() + 3600}};
    if (!nonce.empty())
        payload["nonce"] = nonce;
    return "e30." + toBase64Url(dumpJson(payload)) + ".sig";
}

inline http::HttpResponse oauthError(const std::string& error, std::vector<int> codes = {},
                                     Json extra = Json::object(), int status = 400)
{
    Json body = {{"error", error},
                 {"error_description", "AADSTS: text with an access_token in it\r\nTrace ID: t"},
                 {"error_codes", codes},
                 {"trace_id", "trace-1"},
                 {"correlation_id", "corr-1"}};
    body.update(extra);
    return response(status, dumpJson(body));
}

/// Entra's token endpoint behind a FakeHttp: strict one-use refresh tokens "rt-1", "rt-2", … unless told
/// otherwise.
class FakeEntra
{
public:
    explicit FakeEntra(const Clock& clock)
        : http([this](const http::HttpRequest& request) { return answer(request); })
        , m_clock(clock)
    {}

    /// Replaces the next answers, first come first.
    std::vector<FakeHttp::Answer> scripted;
    bool strict = true;
    bool rotate = true;
    int expiresIn = 3600;
    FakeHttp http;
    std::string current = "rt-1";
    int issued = 0;
    int replays = 0; // of a refresh token that was used up

    [[nodiscard]] static std::string field(const http::HttpRequest& request, const std::string& name)
    {
        for (const auto& [key, value] : decodeForm(request.body)) {
            if (key == name)
                return value;
        }
        return {};
    }

    [[nodiscard]] http::HttpResponse success()
    {
        ++issued;
        if (rotate)
            current = "rt-" + std::to_string(issued + 1);
        Json body = {{"token_type", "Bearer"},
                     {"access_token", "at-" + std::to_string(issued)},
                     {"expires_in", expiresIn},
                     {"id_token", idToken(m_clock.now())}};
        if (rotate)
            body["refresh_token"] = current;
        return response(200, dumpJson(body));
    }

private:
    FakeHttp::Answer answer(const http::HttpRequest& request)
    {
        if (!scripted.empty()) {
            FakeHttp::Answer next = scripted.front();
            scripted.erase(scripted.begin());
            return next;
        }
        const bool refresh = field(request, "grant_type") == "refresh_token";
        if (refresh && strict && field(request, "refresh_token") != current) {
            ++replays;
            return oauthError("invalid_grant", {70008});
        }
        return success();
    }

    const Clock& m_clock;
};

} // namespace gatehouse::test
