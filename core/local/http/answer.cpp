// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/encoding.h"
#include "core/base/json.h"
#include "core/local/http/router.h"

namespace gatehouse::local {

void answerJson(httplib::Response& response, int status, const std::string& json)
{
    response.status = status;
    response.set_content(json, "application/json; charset=utf-8");
}

void answerError(httplib::Response& response, int status, std::string_view code, std::string_view message)
{
    answerJson(response, status, dumpJson({{"error", {{"code", code}, {"message", message}}}}));
    if (!response.has_header("x-ms-request-id"))
        response.set_header("x-ms-request-id", randomGuid());
    if (status == 401 && !response.has_header("WWW-Authenticate"))
        response.set_header("WWW-Authenticate", "Bearer realm=\"\"");
}

} // namespace gatehouse::local
