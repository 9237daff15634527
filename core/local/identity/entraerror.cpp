// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/identity/entraerror.h"

#include "core/base/encoding.h"
#include "core/base/json.h"
#include "core/local/http/router.h"

namespace gatehouse::local {

void answerEntraError(const httplib::Request& request, httplib::Response& response, const EntraError& error,
                      DateTime now)
{
    const std::string trace = randomGuid();
    std::string correlation = request.get_header_value("client-request-id");
    if (!isGuid(correlation))
        correlation = randomGuid();
    // "2020-09-24 07:12:27Z": neither the T nor fractions.
    std::string timestamp = formatDateTime(DateTime::fromUnixSeconds(now.unixSeconds()));
    timestamp[10] = ' ';
    const std::string description = "AADSTS" + std::to_string(error.code) + ": " + error.message +
                                    " Trace ID: " + trace + "\r\nCorrelation ID: " + correlation +
                                    "\r\nTimestamp: " + timestamp;
    Json body = {{"error", error.error},
                 {"error_description", description},
                 {"error_codes", Json::array({error.code})},
                 {"timestamp", timestamp},
                 {"trace_id", trace},
                 {"correlation_id", correlation}};
    if (!error.suberror.empty())
        body["suberror"] = error.suberror;
    if (!error.claims.empty())
        body["claims"] = error.claims;
    answerJson(response, error.status, dumpJson(body));
    response.set_header("x-ms-request-id", trace);
    response.set_header("Cache-Control", "no-store, no-cache");
    response.set_header("Pragma", "no-cache");
}

} // namespace gatehouse::local
