// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/explain/apimsetups.h"

#include "core/http/deferred.h"

#include <QtCore/QUrl>

#include <algorithm>

namespace gatehouse::jobs {

namespace {

constexpr const char* ApimSetupVersion = "2024-06-01-preview"; // contracts §4
constexpr const char* AccountSetupVersion = "2024-10-01";      // contracts §6
constexpr std::chrono::seconds Kept{30};
constexpr std::size_t MostApis = 20; ///< whose policies are looked at
constexpr std::int64_t TokensOfAUnit = 1'000;

bool isMissing(const Error& error)
{
    return error.kind == Error::Kind::NotFound;
}

std::string xmlOf(const azure::ArmResource& resource)
{
    return textAt(memberAt(resource.body, "properties"), "value");
}

} // namespace

/// One round of reading, from step to step.
struct ApimSetups::Reading
{
    SetupHistory history;
    std::stop_token stop;
    std::vector<std::string> apis;                             ///< ids, still to be read
    std::vector<std::pair<std::string, std::string>> accounts; ///< id and host's label, still to be read
    http::Deferred<SetupHistory> done;
};

ApimSetups::ApimSetups(const Sources& sources, ApimDirectory::Place place, QObject* parent)
    : QObject(parent)
    , m_sources(sources)
    , m_place(std::move(place))
    , m_kept(sources.clock, Kept, this)
{}

QFuture<Result<SetupHistory>> ApimSetups::history(std::stop_token stop)
{
    return m_kept.get(stop, [this](const std::stop_token& shared) { return read(shared); });
}

QFuture<Result<SetupHistory>> ApimSetups::read(std::stop_token stop)
{
    auto reading = std::make_shared<Reading>();
    reading->stop = std::move(stop);
    reading->history.retryKnown = m_sources.embedded;
    reading->history.serviceId = m_place.serviceId;
    QFuture<Result<SetupHistory>> future = reading->done.future();
    if (m_place.serviceId.empty())
        reading->done.settle(fail(Error::Kind::NotFound, "This profile has no API Management service.",
                                  "Choose one: Profile, Edit."));
    else
        readBackends(reading);
    return future;
}

void ApimSetups::readBackends(const ReadingPtr& reading)
{
    m_sources.arm.list({m_place.serviceId + "/backends", ApimSetupVersion, {}, {}}, reading->stop)
        .then(this, [this, reading](const Result<std::vector<Json>>& items) {
            if (!items)
                return reading->done.settle(fail(items.error()));
            for (const Json& item : *items)
                reading->history.now.backends[textAt(item, "name")] = item;
            readFragment(reading, true);
        });
}

void ApimSetups::readFragment(const ReadingPtr& reading, bool routing)
{
    const char* id = routing ? "gatehouse-routing" : "gatehouse-quotas";
    m_sources.arm
        .get({m_place.serviceId + "/policyFragments/" + id, ApimSetupVersion, {{"format", "xml"}}, {}},
             reading->stop)
        .then(this, [this, reading, routing](const Result<azure::ArmResource>& fragment) {
            if (!fragment && !isMissing(fragment.error()))
                return reading->done.settle(fail(fragment.error()));
            std::string& text =
                routing ? reading->history.now.routingFragment : reading->history.now.quotaFragment;
            text = fragment ? xmlOf(*fragment) : std::string();
            if (routing)
                readFragment(reading, false);
            else
                readServicePolicy(reading);
        });
}

void ApimSetups::readServicePolicy(const ReadingPtr& reading)
{
    m_sources.arm
        .get({m_place.serviceId + "/policies/policy", ApimSetupVersion, {{"format", "xml"}}, {}},
             reading->stop)
        .then(this, [this, reading](const Result<azure::ArmResource>& policy) {
            if (policy)
                reading->history.now.policies.push_back(xmlOf(*policy));
            else if (!isMissing(policy.error()))
                reading->history.policiesKnown = false;
            readApis(reading);
        });
}

void ApimSetups::readApis(const ReadingPtr& reading)
{
    m_sources.arm.list({m_place.serviceId + "/apis", ApimSetupVersion, {}, {}}, reading->stop)
        .then(this, [this, reading](const Result<std::vector<Json>>& apis) {
            reading->history.policiesKnown =
                reading->history.policiesKnown && apis && apis->size() <= MostApis;
            if (apis && apis->size() <= MostApis) {
                for (const Json& api : *apis)
                    reading->apis.push_back(textAt(api, "id"));
            }
            readApiPolicy(reading);
        });
}

/// Only those that include the fragment say what happens around it.
void ApimSetups::readApiPolicy(const ReadingPtr& reading)
{
    if (reading->apis.empty())
        return readAccounts(reading);
    const std::string id = reading->apis.back();
    reading->apis.pop_back();
    m_sources.arm.get({id + "/policies/policy", ApimSetupVersion, {{"format", "xml"}}, {}}, reading->stop)
        .then(this, [this, reading](const Result<azure::ArmResource>& policy) {
            if (!policy && !isMissing(policy.error()))
                reading->history.policiesKnown = false;
            if (policy && xmlOf(*policy).find("gatehouse-") != std::string::npos)
                reading->history.now.policies.push_back(xmlOf(*policy));
            readApiPolicy(reading);
        });
}

void ApimSetups::readAccounts(const ReadingPtr& reading)
{
    m_sources.discovery.resources(m_place.tenantId, m_place.subscriptionId, reading->stop)
        .then(this, [this, reading](const Result<std::vector<azure::ResourceInfo>>& resources) {
            reading->history.deploymentsKnown = resources.has_value();
            for (const azure::ResourceInfo& one : resources.value_or(std::vector<azure::ResourceInfo>())) {
                if (one.type != "microsoft.cognitiveservices/accounts")
                    continue;
                const std::string label = gateway::accountOf(textAt(one.properties, "endpoint"));
                reading->accounts.emplace_back(one.id, label.empty() ? toLower(one.name) : label);
            }
            readDeployments(reading);
        });
}

void ApimSetups::readDeployments(const ReadingPtr& reading)
{
    if (reading->accounts.empty())
        return readJournal(reading);
    const auto [id, label] = reading->accounts.back();
    reading->accounts.pop_back();
    const std::string account = label;
    m_sources.arm.list({id + "/deployments", AccountSetupVersion, {}, {}}, reading->stop)
        .then(this, [this, reading, account](const Result<std::vector<Json>>& deployments) {
            if (!deployments) {
                reading->history.deploymentsKnown = false;
                return readDeployments(reading);
            }
            auto& names = reading->history.now.deployments[account];
            for (const Json& one : *deployments) {
                names.push_back(textAt(one, "name"));
                const std::int64_t units = integerAt(memberAt(one, "sku"), "capacity");
                if (units > 0)
                    reading->history.capacities[{account, names.back()}] = units * TokensOfAUnit;
            }
            readDeployments(reading);
        });
}

void ApimSetups::readJournal(const ReadingPtr& reading)
{
    if (m_sources.journal == nullptr)
        return reading->done.settle(std::move(reading->history));
    m_sources.journal->entries(reading->stop)
        .then(this, [this, reading](const Result<std::vector<JournalEntry>>& entries) {
            if (!entries)
                return reading->done.settle(fail(entries.error()));
            std::copy_if(
                entries->begin(), entries->end(), std::back_inserter(reading->history.changes),
                [this](const JournalEntry& one) { return equalsIgnoreCase(one.scope, m_place.serviceId); });
            reading->done.settle(std::move(reading->history));
        });
}

} // namespace gatehouse::jobs
