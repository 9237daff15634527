// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/datetime.h"
#include "core/base/result.h"

#include <httplib.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace gatehouse::local {

/// What a Prefer header asks for (contracts §2.1).
struct QueryPreferences
{
    std::chrono::seconds wait{180};
    bool statistics = false;
    bool render = false;
    std::string applied; ///< to echo as Preference-Applied; "" for nothing understood

    [[nodiscard]] static QueryPreferences from(const std::string& header);
};

/// A query as it came over the Log Analytics API.
struct QueryRequest
{
    std::string query;
    std::optional<TimeRange> timespan; ///< of the URL and of the body, intersected
    std::vector<std::string> workspaces;
    QueryPreferences preferences;
    std::optional<std::chrono::seconds> maxAge; ///< a cached answer may be this old; empty: none may be used

    /// From a POST's body or a GET's parameters. Empty for a POST without Content-Type or body, which the
    /// service answers with 200 and nothing. InvalidInput for anything that is wrong.
    [[nodiscard]] static Result<std::optional<QueryRequest>> from(const httplib::Request& request,
                                                                  DateTime now);
};

} // namespace gatehouse::local
