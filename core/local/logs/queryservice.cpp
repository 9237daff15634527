// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/logs/queryservice.h"

#include "core/kql/engine.h"
#include "core/kql/wire.h"
#include "core/local/logs/logstore.h"

#include <algorithm>
#include <condition_variable>
#include <thread>
#include <utility>

namespace gatehouse::local {

namespace {

constexpr std::size_t MaxCacheBytes = 64U << 20U;
constexpr std::size_t MaxCacheEntries = 256;

/// Asks a running query to stop once its time is over, or once the stack ends.
class Deadline
{
public:
    Deadline(std::chrono::seconds wait, const std::stop_token& stackEnds)
        : m_onEnd(stackEnds, [this] { m_query.request_stop(); })
        , m_thread([this, wait](const std::stop_token& over) {
            std::unique_lock lock(m_mutex);
            m_wake.wait_for(lock, over, wait, [] { return false; });
            if (!over.stop_requested())
                m_query.request_stop();
        })
    {}
    [[nodiscard]] std::stop_token token() const { return m_query.get_token(); }

private:
    std::stop_source m_query;
    std::stop_callback<std::function<void()>> m_onEnd;
    std::mutex m_mutex;
    std::condition_variable_any m_wake;
    std::jthread m_thread; // last: joined before what it uses goes
};

std::string cacheKey(const QueryRequest& request, const std::string& scope)
{
    std::string key =
        scope + '\n' + (request.preferences.statistics ? "s" : "") + (request.preferences.render ? "r" : "");
    // Whole seconds, so that "the last day" of two calls in a row is the same.
    if (request.timespan)
        key += '\n' + std::to_string(request.timespan->start.unixSeconds()) + '/' +
               std::to_string(request.timespan->length().count() / 10'000'000);
    return key + '\n' + request.query;
}

Error timedOut()
{
    Error error;
    error.kind = Error::Kind::Timeout;
    error.serviceCode = "GatewayTimeout";
    error.message = "The query did not finish within the time that the request allows.";
    error.advice = "Ask for a shorter time range, or allow more time with Prefer: wait.";
    error.httpStatus = 504;
    return error;
}

Error unreadable()
{
    Error error;
    error.kind = Error::Kind::Storage;
    error.serviceCode = "InternalServerError";
    error.message = "A part of the log's history cannot be read from the disk.";
    error.advice = "Check the disk that holds the data directory.";
    error.httpStatus = 500;
    return error;
}

} // namespace

QueryService::QueryService(const LogStore& logs, const Clock& clock, std::stop_token stop)
    : m_logs(logs)
    , m_clock(clock)
    , m_stop(std::move(stop))
{}

Result<EncodedAnswer> QueryService::run(const QueryRequest& request, const std::string& scope)
{
    std::string key;
    if (request.maxAge) {
        key = cacheKey(request, scope);
        if (auto cached = fromCache(key, *request.maxAge))
            return std::move(*cached);
    }
    const std::uint64_t failuresBefore = m_logs.readFailures();
    const std::unique_ptr<kql::Catalog> scoped = scope.empty() ? nullptr : m_logs.scopedTo(scope);
    const kql::Catalog& catalog = scoped != nullptr ? *scoped : static_cast<const kql::Catalog&>(m_logs);
    const Deadline deadline(request.preferences.wait, m_stop);
    kql::QueryOptions options;
    options.now = m_clock.now();
    options.timespan = request.timespan;
    options.stop = deadline.token();
    auto execution = kql::execute(request.query, catalog, options);
    if (!execution && execution.error().cancelled())
        return fail(timedOut());
    if (!execution)
        return fail(execution.error());
    if (m_logs.readFailures() != failuresBefore)
        return fail(unreadable());
    const auto statistics = request.preferences.statistics ? std::optional(execution->statistics)
                                                           : std::optional<kql::QueryStatistics>{};
    EncodedAnswer answer;
    answer.body = std::make_shared<const std::string>(
        kql::encodeAnswer(execution->answer, request.preferences.render, statistics));
    if (request.maxAge)
        remember(key, answer.body);
    return answer;
}

std::optional<EncodedAnswer> QueryService::fromCache(const std::string& key, std::chrono::seconds maxAge)
{
    const std::lock_guard lock(m_mutex);
    const auto found = std::ranges::find(m_cache, key, &Cached::key);
    if (found == m_cache.end())
        return std::nullopt;
    const auto age = std::chrono::duration_cast<std::chrono::seconds>(m_clock.monotonic() - found->at);
    if (age >= maxAge)
        return std::nullopt;
    return EncodedAnswer{found->body, age};
}

void QueryService::remember(const std::string& key, std::shared_ptr<const std::string> body)
{
    const std::lock_guard lock(m_mutex);
    const auto drop = [this](std::list<Cached>::iterator entry) {
        m_cacheBytes -= entry->body->size();
        m_cache.erase(entry);
    };
    if (const auto old = std::ranges::find(m_cache, key, &Cached::key); old != m_cache.end())
        drop(old);
    m_cacheBytes += body->size();
    m_cache.push_front({key, m_clock.monotonic(), std::move(body)});
    while (m_cache.size() > MaxCacheEntries || (m_cacheBytes > MaxCacheBytes && !m_cache.empty()))
        drop(std::prev(m_cache.end()));
}

} // namespace gatehouse::local
