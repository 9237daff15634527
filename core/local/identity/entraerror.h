// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/datetime.h"

#include <httplib.h>

#include <string>
#include <string_view>

namespace gatehouse::local {

/// An error of Entra's endpoints (contracts §1.3, §1.4).
struct EntraError
{
    int status = 400;
    std::string error;   ///< "invalid_grant", "authorization_pending", …
    int code = 0;        ///< the number after AADSTS
    std::string message; ///< one sentence
    std::string suberror;
    std::string claims; ///< JSON as text
};

/// Writes the body of contracts §1.4, with fresh trace id and the caller's client-request-id as correlation
/// id.
void answerEntraError(const httplib::Request& request, httplib::Response& response, const EntraError& error,
                      DateTime now);

} // namespace gatehouse::local
