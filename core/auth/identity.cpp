// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/auth/identity.h"

#include "core/base/encoding.h"
#include "core/base/json.h"

namespace gatehouse::auth {

namespace {

tl::unexpected<Error> refuse(const char* what)
{
    return fail(Error::Kind::Protocol,
                std::string("The sign-in service's answer is not for this program: ") + what + ".",
                "Check the client id and the tenant in the profile and sign in again.");
}

Result<Json> payloadOf(std::string_view token)
{
    const std::size_t first = token.find('.');
    const std::size_t second = first == std::string_view::npos ? first : token.find('.', first + 1);
    if (second == std::string_view::npos || token.size() > (256U << 10U))
        return refuse("no id token");
    const std::optional<std::string> bytes = fromBase64(token.substr(first + 1, second - first - 1));
    if (!bytes)
        return refuse("no id token");
    Result<Json> payload = parseJson(*bytes, 256U << 10U);
    if (!payload || !payload->is_object())
        return refuse("no id token");
    return payload;
}

} // namespace

Result<Identity> identityFrom(std::string_view idToken, std::string_view clientId, DateTime now,
                              std::string_view nonce)
{
    constexpr std::int64_t SkewSeconds = 300;
    const Result<Json> payload = payloadOf(idToken);
    if (!payload)
        return fail(payload.error());
    Identity identity;
    identity.objectId = textAt(*payload, "oid");
    identity.tenantId = textAt(*payload, "tid");
    identity.username = textAt(*payload, "preferred_username");
    identity.name = textAt(*payload, "name", identity.username);
    if (!equalsIgnoreCase(textAt(*payload, "aud"), clientId))
        return refuse("another audience");
    if (identity.objectId.empty() || identity.tenantId.empty())
        return refuse("no account");
    if (textAt(*payload, "iss").find("/" + identity.tenantId + "/") == std::string::npos)
        return refuse("another issuer");
    if (integerAt(*payload, "exp") + SkewSeconds < now.unixSeconds()) {
        return fail(Error::Kind::Protocol,
                    "The sign-in service's answer is already expired on this computer.",
                    "Check the computer's clock and sign in again.");
    }
    if (!nonce.empty() && textAt(*payload, "nonce") != nonce)
        return refuse("another nonce");
    return identity;
}

} // namespace gatehouse::auth
