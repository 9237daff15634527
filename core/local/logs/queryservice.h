// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/local/logs/queryrequest.h"

#include <chrono>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

namespace gatehouse::local {

class LogStore;

/// The encoded answer to a query.
struct EncodedAnswer
{
    std::shared_ptr<const std::string> body;
    std::optional<std::chrono::seconds> age; ///< it comes from the cache and is this old
};

/// Runs queries against the store: deadline, limits, encoding, and a small cache that is used only when the
/// caller's max-age allows it. Any thread; a query runs in its caller's.
class QueryService
{
public:
    /// stop ends the queries that run when the stack does. Store and clock must outlive the service.
    QueryService(const LogStore& logs, const Clock& clock, std::stop_token stop);

    /// scope: the resource whose rows the query may see, "" for all of the workspace.
    /// InvalidInput with SYN or SEM codes; Timeout (httpStatus 504) past the wait; Storage when history
    /// cannot be read.
    [[nodiscard]] Result<EncodedAnswer> run(const QueryRequest& request, const std::string& scope);

private:
    struct Cached
    {
        std::string key;
        std::chrono::nanoseconds at{0};
        std::shared_ptr<const std::string> body;
    };
    [[nodiscard]] std::optional<EncodedAnswer> fromCache(const std::string& key, std::chrono::seconds maxAge);
    void remember(const std::string& key, std::shared_ptr<const std::string> body);

    const LogStore& m_logs;
    const Clock& m_clock;
    std::stop_token m_stop;
    std::mutex m_mutex;
    std::list<Cached> m_cache; // newest first
    std::size_t m_cacheBytes = 0;
};

} // namespace gatehouse::local
