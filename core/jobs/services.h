// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/gateway/health.h"
#include "core/gateway/policy/quotasheet.h"
#include "core/kql/language/language.h"
#include "core/table/queryanswer.h"
#include "core/usage/usage.h"

#include <QtCore/QFuture>
#include <QtCore/QObject>

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

/// The services that presenters (ui/pages) and the command line are given: abstract, so that tests hand in
/// fakes. All live on the main thread. A future always finishes with a value; a stopped call finishes with
/// Error::Kind::Cancelled. Callers continue with .then(context, …), one continuation a future.
namespace gatehouse::jobs {

/// One KQL query against the profile's workspace.
struct Ask
{
    std::string kql;
    std::optional<TimeRange> timespan;
    bool fresh = false;  ///< false lets the service answer from its cache (contracts §2.1)
    bool render = false; ///< also how the query wants to be drawn (QueryAnswer::render)
};

/// Runs queries: at most 5 in flight per signed-in user, identical ones shared, 429 waited for.
class Workspace : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;
    [[nodiscard]] virtual QFuture<Result<QueryAnswerPtr>> ask(const Ask& ask, std::stop_token stop) = 0;
    [[nodiscard]] virtual int inFlight() const = 0;
Q_SIGNALS:
    void inFlightChanged(int queries);
};

/// The tables and columns that queries may name, for completion and diagnosis in an editor.
class SchemaService
{
public:
    virtual ~SchemaService() = default;
    /// Asked for once and kept; a failure is tried again by the next call.
    [[nodiscard]] virtual QFuture<Result<std::shared_ptr<const kql::language::Schema>>>
    schema(std::stop_token stop) = 0;
};

/// Spend and traffic (Overview, Usage, `gatehouse-cli usage`).
class UsageService
{
public:
    virtual ~UsageService() = default;
    [[nodiscard]] virtual QFuture<Result<std::shared_ptr<const usage::Report>>>
    report(usage::Dimension dimension, TimeRange range, std::vector<usage::Filter> filters,
           std::stop_token stop) = 0;
};

/// Endpoints and circuits (Health, `gatehouse-cli health`).
class HealthService
{
public:
    virtual ~HealthService() = default;
    [[nodiscard]] virtual QFuture<Result<std::shared_ptr<const gateway::HealthReport>>>
    report(TimeRange range, std::stop_token stop) = 0;
};

/// What the endpoint behind a backend is told to do (INTERFACES: /faults). Only on this computer.
struct Fault
{
    std::string backend;
    bool down = false;
    int status = 0;
    int latencyMs = 0;
    double probability = 1.0;
    int forSeconds = 0; ///< 0: until healed
};

class FaultService
{
public:
    virtual ~FaultService() = default;
    /// Replaces all faults; an empty list heals everything.
    [[nodiscard]] virtual QFuture<Status> set(std::vector<Fault> faults, std::stop_token stop) = 0;
    [[nodiscard]] virtual QFuture<Result<std::vector<Fault>>> current(std::stop_token stop) = 0;
};

struct Account
{
    std::string objectId;
    std::string tenantId;
    std::string name;
    std::string username;
    bool stored =
        false; ///< the sign-in outlives the program (keychain); false: memory only, and the window says so
};

struct DeviceCode
{
    std::string userCode;
    std::string verificationUri; ///< the only one that may be opened
    DateTime expires;
};

/// One sign-in at a time: device code, or browser with PKCE on a loopback port. A new start ends the old one.
class SignIn : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;
    virtual void startDeviceCode() = 0;
    virtual void startBrowser() = 0;
    virtual void cancel() = 0;
Q_SIGNALS:
    void codeReady(const gatehouse::jobs::DeviceCode& code);
    /// The page to open for the browser flow.
    void browserNeeded(const QString& url);
    void signedIn(const gatehouse::jobs::Account& account);
    /// error.serviceCode says AADSTS53003 and its like; offerBrowser: device code is blocked by policy.
    void failed(const gatehouse::Error& error, bool offerBrowser);
};

struct Tenant
{
    std::string id;
    std::string name;
    std::string domain;
};

struct Subscription
{
    std::string id;
    std::string name;
    std::string tenantId;
};

/// A resource found by discovery.
struct FoundResource
{
    std::string id; ///< ARM id
    std::string name;
    std::string resourceGroup;
    std::string location;
    std::string workspaceGuid; ///< customerId, workspaces only
};

struct FoundResources
{
    std::vector<FoundResource> workspaces;
    std::vector<FoundResource> apimServices;
    std::vector<FoundResource> aiAccounts;
};

/// Finds what the signed-in user can read, so that nobody types a GUID.
class Discovery
{
public:
    virtual ~Discovery() = default;
    [[nodiscard]] virtual QFuture<Result<std::vector<Tenant>>> tenants(std::stop_token stop) = 0;
    [[nodiscard]] virtual QFuture<Result<std::vector<Subscription>>> subscriptions(std::string tenantId,
                                                                                   std::stop_token stop) = 0;
    [[nodiscard]] virtual QFuture<Result<FoundResources>>
    resources(std::string tenantId, std::string subscriptionId, std::stop_token stop) = 0;
};

/// One line of Test connection.
struct Check
{
    enum class Verdict { Holds, Fails, Unknown };
    std::string name; ///< "Query the workspace"
    Verdict verdict = Verdict::Unknown;
    std::string detail; ///< what was found
    std::string remedy; ///< the permission or setting that mends it
};

class ConnectionTest
{
public:
    virtual ~ConnectionTest() = default;
    [[nodiscard]] virtual QFuture<Result<std::vector<Check>>> run(std::stop_token stop) = 0;
};

/// The limits of each service, in APIM's policy fragment gatehouse-quotas (`gatehouse-cli quota`).
class QuotaService
{
public:
    virtual ~QuotaService() = default;
    [[nodiscard]] virtual QFuture<Result<gateway::QuotaSheet>> sheet(std::stop_token stop) = 0;
    /// Changes one row: edit gets it as it is (empty when the service has none) and gives what is to stand
    /// there (empty: no row). What others changed elsewhere meanwhile is kept. Conflict when somebody changed
    /// the same limit: nothing is written then. service "" is everybody else.
    using Edit =
        std::function<std::optional<gateway::ServiceQuota>(const std::optional<gateway::ServiceQuota>&)>;
    [[nodiscard]] virtual QFuture<Status> change(std::string service, Edit edit, std::stop_token stop) = 0;
};

class ChangeService;  // changes.h
class JournalService; // changes.h
class AccessService;  // changes.h
class AskService;     // ask.h
class CostService;    // cost.h
class QuotaBoardService;
class RoutingService;
class ExplainService;
class KeyService;
class PostureService;
class FactsService;        // servicefacts.h
class ChangeEffectService; // changeeffect.h
class AskService;          // ask.h

/// What a signed-in profile offers. Owned by the composition root; presenters hold references while it lives.
/// faults is null but on this computer.
struct Services
{
    Workspace* workspace = nullptr;
    UsageService* usage = nullptr;
    HealthService* health = nullptr;
    FaultService* faults = nullptr;
    ConnectionTest* connectionTest = nullptr;
    SchemaService* schema = nullptr;
    // Null without an APIM service:
    QuotaService* quotas = nullptr;
    ChangeService* changes = nullptr;
    JournalService* journal = nullptr;
    AccessService* access = nullptr;
    QuotaBoardService* quotaBoard = nullptr;
    RoutingService* routing = nullptr;
    ExplainService* explain = nullptr;
    KeyService* keys = nullptr;
    PostureService* posture = nullptr;
    FactsService* facts = nullptr;
    ChangeEffectService* changeEffect = nullptr; // with or without an APIM service
    AskService* ask = nullptr;                   // null when the profile names no RAG backend
    CostService* cost = nullptr;
};

} // namespace gatehouse::jobs
