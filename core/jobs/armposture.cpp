// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/armposture.h"

#include "core/http/deferred.h"

#include <algorithm>
#include <map>
#include <set>

namespace gatehouse::jobs {

using gateway::AccountFacts;
using gateway::BackendAccess;
using gateway::Reading;

namespace {

// Older versions leave out managed identities and the logging of models (contracts §4).
constexpr const char* ApimVersion = "2024-06-01-preview";
constexpr const char* AccountVersion = "2025-09-01";
constexpr const char* SettingsVersion = "2021-05-01-preview";
constexpr const char* WorkspaceVersion = "2023-09-01";
constexpr const char* SettingsPath = "/providers/Microsoft.Insights/diagnosticSettings";
/// Of one kind: more than that is not a gateway that a person looks over line by line.
constexpr std::size_t MostOfAKind = 60;

/// "/subscriptions/…" up to the next slash.
std::string subscriptionOf(const std::string& id)
{
    const std::size_t second = id.find('/', 1);
    return second == std::string::npos ? id : id.substr(0, id.find('/', second + 1));
}

std::string idOf(const Json& resource)
{
    return textAt(resource, "name", std::string(gateway::lastSegment(textAt(resource, "id"))));
}

/// Whether a backend leads to the account.
bool leadsTo(const BackendAccess& backend, const AccountFacts& account)
{
    return (!backend.accountId.empty() && equalsIgnoreCase(backend.accountId, account.id)) ||
           (!backend.host.empty() && backend.host == account.host);
}

} // namespace

struct ArmPosture::Run
{
    std::stop_token stop;
    int pending = 0;
    std::size_t stage = 0;
    std::optional<Error> error; ///< without the service there is nothing to report
    gateway::GatewayFacts gateway;
    std::vector<gateway::Pool> pools;
    std::vector<AccountFacts> accounts; ///< all that may be read, then those behind backends
    std::string accountsWhy;
    std::vector<std::string> apis;
    std::vector<std::string> products;
    std::vector<std::string> fragments;
    std::vector<gateway::LimitFacts> limits;
    std::string limitsWhy;                         ///< the first policy that could not be read
    std::map<std::string, Reading<int>> retention; ///< by workspace
    PostureReport report;
    http::Deferred<std::shared_ptr<const PostureReport>> done;
};

ArmPosture::ArmPosture(azure::ArmClient& arm, const Clock& clock, std::string serviceId, QObject* parent)
    : QObject(parent)
    , m_arm(arm)
    , m_clock(clock)
    , m_serviceId(std::move(serviceId))
{}

QFuture<Result<std::shared_ptr<const PostureReport>>> ArmPosture::report(std::stop_token stop)
{
    auto run = std::make_shared<Run>();
    run->stop = std::move(stop);
    QFuture<Result<std::shared_ptr<const PostureReport>>> future = run->done.future();
    next(run);
    return future;
}

void ArmPosture::list(const RunPtr& run, const azure::ArmPath& path, const TakeList& take)
{
    ++run->pending;
    m_arm.list(path, run->stop).then(this, [this, run, take](const Result<std::vector<Json>>& items) {
        take(items);
        leave(run);
    });
}

void ArmPosture::get(const RunPtr& run, const azure::ArmPath& path, const TakeOne& take)
{
    ++run->pending;
    m_arm.get(path, run->stop).then(this, [this, run, take](const Result<azure::ArmResource>& resource) {
        take(resource ? Result<Json>(resource->body) : Result<Json>(fail(resource.error())));
        leave(run);
    });
}

void ArmPosture::leave(const RunPtr& run)
{
    if (--run->pending == 0)
        next(run);
}

void ArmPosture::next(const RunPtr& run)
{
    using Stage = void (ArmPosture::*)(const RunPtr&);
    static constexpr std::array<Stage, 4> Stages{&ArmPosture::readService, &ArmPosture::readPolicies,
                                                 &ArmPosture::readAccounts, &ArmPosture::readWorkspaces};
    if (run->stop.stop_requested())
        return run->done.settle(fail(http::cancelledError()));
    if (run->error)
        return run->done.settle(fail(*run->error));
    if (run->stage == Stages.size())
        return finish(run);
    const Stage stage = Stages[run->stage++];
    // Held open until the stage has asked for everything: an answer may come at once.
    ++run->pending;
    (this->*stage)(run);
    leave(run);
}

void ArmPosture::readService(const RunPtr& run)
{
    get(run, {m_serviceId, ApimVersion, {}, {}}, [run](const Result<Json>& service) {
        Result<gateway::GatewayFacts> facts =
            service ? gateway::gatewayFacts(*service) : Result<gateway::GatewayFacts>(fail(service.error()));
        if (!facts) {
            run->error = facts.error();
            return;
        }
        // The lists may have come before.
        facts->logs = run->gateway.logs;
        facts->logsModels = run->gateway.logsModels;
        facts->backends = run->gateway.backends;
        run->gateway = std::move(*facts);
    });
    readServiceLists(run);
    readRegister(run);
    list(run,
         {subscriptionOf(m_serviceId) + "/providers/Microsoft.CognitiveServices/accounts",
          AccountVersion,
          {},
          {}},
         [run](const Result<std::vector<Json>>& items) {
             if (!items) {
                 run->accountsWhy = items.error().message;
                 return;
             }
             for (const Json& item : *items) {
                 if (Result<AccountFacts> facts = gateway::accountFacts(item))
                     run->accounts.push_back(std::move(*facts));
             }
         });
}

void ArmPosture::readServiceLists(const RunPtr& run)
{
    list(run, {m_serviceId + SettingsPath, SettingsVersion, {}, {}},
         [run](const Result<std::vector<Json>>& items) {
             run->gateway.logs = items ? Reading(gateway::logFacts(*items))
                                       : Reading<gateway::LogSettings>::unread(items.error().message);
         });
    list(run, {m_serviceId + "/diagnostics", ApimVersion, {}, {}},
         [run](const Result<std::vector<Json>>& items) {
             run->gateway.logsModels = items ? Reading(gateway::modelLogging(*items))
                                             : Reading<bool>::unread(items.error().message);
         });
    list(run, {m_serviceId + "/backends", ApimVersion, {}, {}},
         [run](const Result<std::vector<Json>>& items) {
             if (!items) {
                 run->gateway.backends = Reading<std::vector<BackendAccess>>::unread(items.error().message);
                 return;
             }
             std::vector<BackendAccess> backends;
             for (const Json& item : *items) {
                 if (auto access = gateway::backendAccess(item))
                     backends.push_back(std::move(*access));
                 else if (auto pool = gateway::poolFromArm(item))
                     run->pools.push_back(std::move(*pool));
             }
             run->gateway.backends = std::move(backends);
         });
    const auto names = [run](std::vector<std::string>& into, const char* what) {
        return [run, &into, what](const Result<std::vector<Json>>& items) {
            if (!items && items.error().kind != Error::Kind::NotFound)
                run->limitsWhy = items.error().message;
            else if (items && items->size() > MostOfAKind)
                run->limitsWhy = std::string("There are more than 60 ") + what + ".";
            else if (items)
                std::ranges::transform(*items, std::back_inserter(into), idOf);
        };
    };
    list(run, {m_serviceId + "/apis", ApimVersion, {}, {}}, names(run->apis, "APIs"));
    list(run, {m_serviceId + "/products", ApimVersion, {}, {}}, names(run->products, "products"));
    list(run, {m_serviceId + "/policyFragments", ApimVersion, {}, {}},
         names(run->fragments, "policy fragments"));
}

void ArmPosture::readRegister(const RunPtr& run)
{
    run->report.entriesId = m_serviceId + "/namedValues/" + std::string(gateway::ParityNamedValue);
    get(run, {run->report.entriesId, ApimVersion, {}, {}}, [run](const Result<Json>& value) {
        PostureReport& report = run->report;
        if (!value) {
            // Not there yet: an empty register, which the first certificate creates.
            if (value.error().kind != Error::Kind::NotFound)
                report.entriesError = value.error();
            return;
        }
        const Json& properties = memberAt(*value, "properties");
        if (boolAt(properties, "secret")) {
            report.entriesError =
                fail(Error::Kind::Protocol,
                     "The named value gatehouse-parity is marked as secret, so it cannot be read.",
                     "Make it a plain value; it holds no secret.")
                    .value();
            return;
        }
        Result<gateway::ParityRegister> entries = gateway::readParityRegister(textAt(properties, "value"));
        if (!entries) {
            report.entriesError = entries.error();
            return;
        }
        report.entries = std::move(*entries);
        report.entriesBase = properties;
    });
}

void ArmPosture::readPolicies(const RunPtr& run)
{
    readPolicy(run, "all APIs", "/policies/policy", false);
    for (const std::string& api : run->apis) {
        readPolicy(run, "API " + api, "/apis/" + api + "/policies/policy", false);
        list(run, {m_serviceId + "/apis/" + api + "/diagnostics", ApimVersion, {}, {}},
             [run](const Result<std::vector<Json>>& items) {
                 if (items && gateway::modelLogging(*items))
                     run->gateway.logsModels = true;
             });
    }
    for (const std::string& product : run->products)
        readPolicy(run, "product " + product, "/products/" + product + "/policies/policy", false);
    for (const std::string& fragment : run->fragments)
        readPolicy(run, "fragment " + fragment, "/policyFragments/" + fragment, true);
    if (run->gateway.privateEndpoints)
        return;
    list(run, {m_serviceId + "/privateEndpointConnections", ApimVersion, {}, {}},
         [run](const Result<std::vector<Json>>& items) {
             if (items)
                 run->gateway.privateEndpoints = gateway::endpointFacts(*items);
         });
}

void ArmPosture::readPolicy(const RunPtr& run, const std::string& place, const std::string& path,
                            bool fragment)
{
    get(run, {m_serviceId + path, ApimVersion, {{"format", "xml"}}, {}},
        [run, place, fragment](const Result<Json>& policy) {
            if (!policy) {
                // None at this scope is no error (contracts §4.3).
                if (policy.error().kind != Error::Kind::NotFound)
                    run->limitsWhy = "The policy of " + place + " could not be read.";
                return;
            }
            using Root = gateway::PolicyDocument::Root;
            const auto document = gateway::PolicyDocument::parse(
                textAt(memberAt(*policy, "properties"), "value"), fragment ? Root::Fragment : Root::Policies);
            if (!document) {
                run->limitsWhy = "The policy of " + place + " cannot be understood.";
                return;
            }
            std::ranges::move(gateway::limitFacts(place, *document), std::back_inserter(run->limits));
        });
}

void ArmPosture::readAccounts(const RunPtr& run)
{
    const std::vector<BackendAccess> none;
    const std::vector<BackendAccess>& backends = run->gateway.backends ? *run->gateway.backends : none;
    const std::size_t all = run->accounts.size();
    if (run->gateway.backends)
        std::erase_if(run->accounts, [&](const AccountFacts& account) {
            return std::ranges::none_of(backends,
                                        [&](const BackendAccess& one) { return leadsTo(one, account); });
        });
    if (const std::size_t others = all - run->accounts.size(); others > 0)
        run->report.notices.push_back(std::to_string(others) +
                                      " other accounts of the subscription are behind no backend.");
    if (!run->accountsWhy.empty())
        run->report.notices.push_back("The accounts could not be listed: " + run->accountsWhy);
    std::ranges::sort(run->accounts, {}, &AccountFacts::name);
    if (run->accounts.size() > MostOfAKind)
        run->accounts.resize(MostOfAKind);
    for (std::size_t i = 0; i < run->accounts.size(); ++i)
        readAccount(run, i);
}

void ArmPosture::readAccount(const RunPtr& run, std::size_t index)
{
    const std::string id = run->accounts[index].id;
    list(run, {id + "/deployments", AccountVersion, {}, {}},
         [run, index](const Result<std::vector<Json>>& items) {
             auto& deployments = run->accounts[index].deployments;
             if (!items) {
                 deployments.why = items.error().message;
                 return;
             }
             std::vector<gateway::DeploymentFacts> found;
             std::ranges::transform(*items, std::back_inserter(found), gateway::deploymentFacts);
             deployments = std::move(found);
         });
    list(run, {id + "/raiPolicies", AccountVersion, {}, {}},
         [run, index](const Result<std::vector<Json>>& items) {
             auto& filters = run->accounts[index].filters;
             if (!items) {
                 filters.why = items.error().message;
                 return;
             }
             std::vector<gateway::FilterPolicyFacts> found;
             std::ranges::transform(*items, std::back_inserter(found), gateway::filterFacts);
             filters = std::move(found);
         });
    list(run, {id + SettingsPath, SettingsVersion, {}, {}},
         [run, index](const Result<std::vector<Json>>& items) {
             run->accounts[index].logs = items ? Reading(gateway::logFacts(*items))
                                               : Reading<gateway::LogSettings>::unread(items.error().message);
         });
    if (run->accounts[index].privateEndpoints)
        return;
    list(run, {id + "/privateEndpointConnections", AccountVersion, {}, {}},
         [run, index](const Result<std::vector<Json>>& items) {
             auto& endpoints = run->accounts[index].privateEndpoints;
             if (items)
                 endpoints = gateway::endpointFacts(*items);
             else
                 endpoints.why = items.error().message;
         });
}

void ArmPosture::readWorkspaces(const RunPtr& run)
{
    std::set<std::string> workspaces;
    for (const AccountFacts& account : run->accounts) {
        if (account.logs)
            workspaces.insert(account.logs->workspaces.begin(), account.logs->workspaces.end());
    }
    for (const std::string& id : workspaces) {
        get(run, {id, WorkspaceVersion, {}, {}}, [run, id](const Result<Json>& workspace) {
            const std::int64_t days =
                workspace ? integerAt(memberAt(*workspace, "properties"), "retentionInDays") : 0;
            if (days > 0)
                run->retention[id] = static_cast<int>(days);
            else
                run->retention[id].why =
                    workspace ? "The workspace does not say how long it keeps." : workspace.error().message;
        });
    }
}

void ArmPosture::finish(const RunPtr& run)
{
    for (AccountFacts& account : run->accounts) {
        if (!account.logs)
            continue;
        for (const std::string& id : account.logs->workspaces) {
            const Reading<int>& days = run->retention[id];
            if (!days) {
                account.retentionDays = days;
                break;
            }
            account.retentionDays = account.retentionDays ? std::min(*account.retentionDays, *days) : *days;
        }
    }
    if (run->limitsWhy.empty())
        run->gateway.limits = std::move(run->limits);
    else
        run->gateway.limits.why = run->limitsWhy;

    PostureReport& report = run->report;
    report.readAt = m_clock.now();
    report.resources.push_back(gateway::gatewayPosture(run->gateway));
    for (const AccountFacts& account : run->accounts)
        report.resources.push_back(gateway::accountPosture(account));
    report.parity = gateway::checkPools(run->pools, run->gateway, run->accounts, run->accountsWhy,
                                        report.entries, report.readAt);
    run->done.settle(std::make_shared<const PostureReport>(std::move(report)));
}

} // namespace gatehouse::jobs
