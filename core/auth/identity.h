// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/datetime.h"
#include "core/base/result.h"

#include <string>
#include <string_view>

namespace gatehouse::auth {

/// Who signed in, from the id_token (contracts §1.7).
struct Identity
{
    std::string objectId;
    std::string tenantId;
    std::string name;
    std::string username; ///< shown only: it may change

    /// "oid.tid"; never made from the username.
    [[nodiscard]] std::string key() const { return objectId + "." + tenantId; }
    bool operator==(const Identity&) const = default;
};

/// Reads an id_token that came straight from the token endpoint: its signature need not be checked, but the
/// audience, the issuer's tenant, the expiry (5 minutes of clock skew) and the nonce, if one was sent, are.
[[nodiscard]] Result<Identity> identityFrom(std::string_view idToken, std::string_view clientId, DateTime now,
                                            std::string_view nonce = {});

} // namespace gatehouse::auth
