// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/aicapacity.h"

#include "core/azure/regions.h"
#include "core/base/encoding.h"
#include "core/http/deferred.h"

#include <algorithm>
#include <set>

namespace gatehouse::jobs {

namespace {

/// Each account and each region is a call of its own.
constexpr std::size_t MostAccounts = 50;

template <typename T>
std::optional<Error> errorOf(const Result<T>& result)
{
    return result ? std::nullopt : std::optional(result.error());
}

} // namespace

/// One reading on its way.
struct AiCapacity::Reading
{
    std::stop_token stop;
    std::size_t pending = 0;
    QuotaCapacity capacity;
    std::map<std::string, std::vector<azure::AiUsage>> usages;    // by location
    std::map<std::string, std::vector<azure::AiModelSku>> models; // by location
    std::map<std::string, std::string> locations;                 // display name to location
    http::Deferred<QuotaCapacity> done;

    void join();
};

/// Each deployment finds the quota that it draws from, and each such quota is kept once.
void AiCapacity::Reading::join()
{
    std::set<std::pair<std::string, std::string>> used;
    for (DeploymentCapacity& deployment : capacity.deployments) {
        const std::string& location = locations[deployment.region];
        for (const azure::AiModelSku& sku : models[location]) {
            if (equalsIgnoreCase(sku.model, deployment.model) && equalsIgnoreCase(sku.sku, deployment.sku))
                deployment.usageName = sku.usageName;
        }
        if (!deployment.usageName.empty())
            used.insert({location, deployment.usageName});
    }
    for (const auto& [location, name] : used) {
        for (const azure::AiUsage& usage : usages[location]) {
            if (equalsIgnoreCase(usage.name, name))
                capacity.quotas.push_back(
                    {azure::regionName(location), usage.name, usage.title, usage.used, usage.limit});
        }
    }
    std::sort(capacity.deployments.begin(), capacity.deployments.end(), [](const auto& a, const auto& b) {
        return std::tie(a.region, a.account, a.name) < std::tie(b.region, b.account, b.name);
    });
}

AiCapacity::AiCapacity(azure::CognitiveClient& client, const Clock& clock, std::string subscriptionId,
                       QObject* parent)
    : QObject(parent)
    , m_client(client)
    , m_subscriptionId(std::move(subscriptionId))
    , m_kept(clock, std::chrono::minutes(1), this)
{}

QFuture<Result<QuotaCapacity>> AiCapacity::capacity(std::stop_token stop)
{
    return m_kept.get(stop, [this](const std::stop_token& shared) { return read(shared); });
}

QFuture<Result<QuotaCapacity>> AiCapacity::read(std::stop_token stop)
{
    const auto reading = std::make_shared<Reading>();
    reading->stop = stop;
    m_client.accounts(m_subscriptionId, stop)
        .then(this, [this, reading](const Result<std::vector<azure::AiAccount>>& accounts) {
            if (accounts)
                return readParts(reading, *accounts);
            reading->pending = 1;
            arrived(reading, accounts.error(), "The AI accounts");
        });
    return reading->done.future();
}

void AiCapacity::readParts(const ReadingPtr& reading, const std::vector<azure::AiAccount>& accounts)
{
    std::vector<azure::AiAccount> asked;
    std::copy_if(
        accounts.begin(), accounts.end(), std::back_inserter(asked),
        [](const azure::AiAccount& one) { return one.kind == "OpenAI" || one.kind == "AIServices"; });
    if (asked.size() > MostAccounts) {
        reading->capacity.unknown = "Only the first " + std::to_string(MostAccounts) + " of " +
                                    std::to_string(asked.size()) + " AI accounts were read.";
        asked.resize(MostAccounts);
    }
    std::set<std::string> locations;
    for (const azure::AiAccount& account : asked) {
        locations.insert(account.location);
        reading->locations[azure::regionName(account.location)] = account.location;
    }
    // Before the first is asked: an answer that is there already is taken at once. One more is taken last.
    reading->pending = asked.size() + 2 * locations.size() + 1;
    for (const azure::AiAccount& account : asked) {
        m_client.deployments(account.id, reading->stop)
            .then(this, [reading, account](const Result<std::vector<azure::AiDeployment>>& answer) {
                for (const azure::AiDeployment& one : answer.value_or(std::vector<azure::AiDeployment>()))
                    reading->capacity.deployments.push_back({account.name,
                                                             azure::regionName(account.location),
                                                             one.name,
                                                             one.model,
                                                             one.sku,
                                                             one.capacity,
                                                             one.isProvisioned(),
                                                             {}});
                arrived(reading, errorOf(answer), "The deployments of " + account.name);
            });
    }
    for (const std::string& location : locations) {
        const std::string what = "The quotas of " + azure::regionName(location);
        m_client.usages(m_subscriptionId, location, reading->stop)
            .then(this, [reading, location, what](const Result<std::vector<azure::AiUsage>>& answer) {
                reading->usages[location] = answer.value_or(std::vector<azure::AiUsage>());
                arrived(reading, errorOf(answer), what);
            });
        m_client.models(m_subscriptionId, location, reading->stop)
            .then(this, [reading, location, what](const Result<std::vector<azure::AiModelSku>>& answer) {
                reading->models[location] = answer.value_or(std::vector<azure::AiModelSku>());
                arrived(reading, errorOf(answer), what);
            });
    }
    arrived(reading, std::nullopt, {});
}

void AiCapacity::arrived(const ReadingPtr& reading, const std::optional<Error>& error,
                         const std::string& what)
{
    if (error && error->cancelled())
        return reading->done.settle(fail(*error));
    if (error && reading->capacity.unknown.empty())
        reading->capacity.unknown = what + " could not be read: " + error->message;
    if (--reading->pending > 0)
        return;
    reading->join();
    reading->done.settle(std::move(reading->capacity));
}

} // namespace gatehouse::jobs
