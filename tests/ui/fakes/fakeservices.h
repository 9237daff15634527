// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/jobs/quotaboard.h"
#include "core/jobs/routing.h"
#include "core/jobs/services.h"
#include "tests/ui/fakes/answers.h"
#include "tests/ui/fakes/fakecost.h"
#include "ui/shell/profilesession.h"

#include <functional>
#include <memory>
#include <vector>

/// Services under a test's control: an answer is given at once, or held back until the test lets it go.
namespace gatehouse::test {

using UsageAnswer = Result<std::shared_ptr<const usage::Report>>;
using HealthAnswer = Result<std::shared_ptr<const gateway::HealthReport>>;

class FakeUsage final : public jobs::UsageService
{
public:
    FakeUsage();
    ~FakeUsage() override;

    Answers<UsageAnswer> answers;
    std::function<UsageAnswer(usage::Dimension, TimeRange, const std::vector<usage::Filter>&)>
        make; ///< wins if set
    usage::Dimension lastDimension = usage::Dimension::Service;
    TimeRange lastRange;
    std::vector<usage::Filter> lastFilters;

    QFuture<UsageAnswer> report(usage::Dimension dimension, TimeRange range,
                                std::vector<usage::Filter> filters, std::stop_token stop) override;
};

class FakeHealth final : public jobs::HealthService
{
public:
    FakeHealth();
    ~FakeHealth() override;

    Answers<HealthAnswer> answers;
    std::function<HealthAnswer(TimeRange)> make; ///< wins if set

    QFuture<HealthAnswer> report(TimeRange range, std::stop_token stop) override;
};

using RoutingAnswer = Result<std::shared_ptr<const jobs::RoutingView>>;

/// Without an answer of the test's, a service that has no backends.
class FakeRouting final : public jobs::RoutingService
{
public:
    Answers<RoutingAnswer> answers;
    std::function<RoutingAnswer(TimeRange)> make; ///< wins if set

    FakeRouting();
    ~FakeRouting() override;

    QFuture<RoutingAnswer> view(TimeRange range, std::stop_token stop) override;
};

class FakeFaults final : public jobs::FaultService
{
public:
    std::vector<jobs::Fault> inForce;
    std::optional<Error> refusal;

    QFuture<Status> set(std::vector<jobs::Fault> faults, std::stop_token stop) override;
    QFuture<Result<std::vector<jobs::Fault>>> current(std::stop_token stop) override;
};

class FakeWorkspace final : public jobs::Workspace
{
    Q_OBJECT
public:
    int flying = 0;
    Answers<Result<QueryAnswerPtr>> answers;
    std::vector<jobs::Ask> asks;

    FakeWorkspace();
    ~FakeWorkspace() override;

    QFuture<Result<QueryAnswerPtr>> ask(const jobs::Ask& ask, std::stop_token stop) override;
    int inFlight() const override;
};

class FakeSchema final : public jobs::SchemaService
{
public:
    using Answer = Result<std::shared_ptr<const kql::language::Schema>>;

    FakeSchema();
    ~FakeSchema() override;

    Answers<Answer> answers;

    QFuture<Answer> schema(std::stop_token stop) override;
};

class FakeSignIn final : public jobs::SignIn
{
    Q_OBJECT
public:
    using jobs::SignIn::SignIn;
    int codes = 0;
    int browsers = 0;
    int cancels = 0;

    void startDeviceCode() override;
    void startBrowser() override;
    void cancel() override;
};

class FakeDiscovery final : public jobs::Discovery
{
public:
    FakeDiscovery();
    ~FakeDiscovery() override;

    Answers<Result<std::vector<jobs::Tenant>>> tenantAnswers;
    Answers<Result<std::vector<jobs::Subscription>>> subscriptionAnswers;
    Answers<Result<jobs::FoundResources>> resourceAnswers;

    QFuture<Result<std::vector<jobs::Tenant>>> tenants(std::stop_token stop) override;
    QFuture<Result<std::vector<jobs::Subscription>>> subscriptions(std::string /*tenantId*/,
                                                                   std::stop_token stop) override;
    QFuture<Result<jobs::FoundResources>> resources(std::string /*tenantId*/, std::string /*subscriptionId*/,
                                                    std::stop_token stop) override;
};

class FakeConnectionTest final : public jobs::ConnectionTest
{
public:
    FakeConnectionTest();
    ~FakeConnectionTest() override;

    Answers<Result<std::vector<jobs::Check>>> answers;
    QFuture<Result<std::vector<jobs::Check>>> run(std::stop_token stop) override;
};

class FakeQuotaBoard final : public jobs::QuotaBoardService
{
public:
    using Board = Result<std::shared_ptr<const jobs::QuotaBoard>>;
    using Impact = Result<std::shared_ptr<const jobs::QuotaImpact>>;

    FakeQuotaBoard();
    ~FakeQuotaBoard() override;

    Answers<Board> boards;
    Answers<Impact> impacts;
    jobs::QuotaBoardQuestion lastQuestion;
    jobs::QuotaImpactQuestion lastImpact;
    std::function<void(jobs::QuotaImpactProgress)> progress;

    QFuture<Board> board(jobs::QuotaBoardQuestion question, std::stop_token stop) override;
    QFuture<Impact> impact(jobs::QuotaImpactQuestion question,
                           std::function<void(jobs::QuotaImpactProgress)> tell,
                           std::stop_token stop) override;
};

/// Everything that a session stands on. Outlives the sessions that show it.
struct FakeWorld
{
    FakeWorld();
    ~FakeWorld();
    Q_DISABLE_COPY_MOVE(FakeWorld)

    FakeUsage usage;
    FakeHealth health;
    FakeRouting routing;
    FakeFaults faults;
    FakeWorkspace workspace;
    FakeSchema schema;
    FakeSignIn signIn;
    FakeDiscovery discovery;
    FakeConnectionTest connectionTest;
    FakeQuotaBoard quotaBoard;
    FakeCost cost;
    ui::ProfileSession::State stateAtStart = ui::ProfileSession::State::Ready;
    std::optional<Error> error;
    QString progressText;
    double progressFraction = -1;
    std::optional<jobs::Account> account;
    QString keychainNote;
    int started = 0;
    /// Adds services that a test brings along (fakechanges.h).
    std::function<void(jobs::Services&)> extend;
};

class FakeSession final : public ui::ProfileSession
{
    Q_OBJECT
public:
    FakeSession(FakeWorld& world, settings::Profile profile)
        : m_world(world)
        , m_profile(std::move(profile))
    {}

    void start() override;
    State state() const override;
    std::optional<Error> error() const override;
    QString progressText() const override;
    double progressFraction() const override;
    settings::Profile profile() const override;
    std::optional<jobs::Account> account() const override;
    QString keychainNote() const override;
    jobs::SignIn& signIn() override;
    jobs::Discovery& discovery() override;
    jobs::Services services() const override;
    void signOut() override;
    void changeProfile(settings::Profile profile) override;

    void setState(State state);

private:
    FakeWorld& m_world;
    settings::Profile m_profile;
    State m_state = State::Starting;
};

class FakeFactory final : public ui::SessionFactory
{
public:
    explicit FakeFactory(FakeWorld& world)
        : m_world(world)
    {}
    std::unique_ptr<ui::ProfileSession> open(const settings::Profile& profile) override;
    FakeSession* last = nullptr;

private:
    FakeWorld& m_world;
};

// Compiled once, in fakeservices.cpp.
extern template class Answers<UsageAnswer>;
extern template class Answers<HealthAnswer>;
extern template class Answers<RoutingAnswer>;
extern template class Answers<Result<QueryAnswerPtr>>;
extern template class Answers<FakeSchema::Answer>;
extern template class Answers<Result<std::vector<jobs::Tenant>>>;
extern template class Answers<Result<std::vector<jobs::Subscription>>>;
extern template class Answers<Result<jobs::FoundResources>>;
extern template class Answers<Result<std::vector<jobs::Check>>>;
extern template class Answers<FakeQuotaBoard::Board>;
extern template class Answers<FakeQuotaBoard::Impact>;

} // namespace gatehouse::test
