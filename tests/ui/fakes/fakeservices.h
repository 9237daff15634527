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
    Answers<UsageAnswer> answers;
    std::function<UsageAnswer(usage::Dimension, TimeRange, const std::vector<usage::Filter>&)>
        make; ///< wins if set
    usage::Dimension lastDimension = usage::Dimension::Service;
    TimeRange lastRange;
    std::vector<usage::Filter> lastFilters;

    QFuture<UsageAnswer> report(usage::Dimension dimension, TimeRange range,
                                std::vector<usage::Filter> filters, std::stop_token stop) override
    {
        lastDimension = dimension;
        lastRange = range;
        lastFilters = filters;
        if (make)
            answers.always(make(dimension, range, filters));
        return answers.ask(std::move(stop));
    }
};

class FakeHealth final : public jobs::HealthService
{
public:
    Answers<HealthAnswer> answers;
    std::function<HealthAnswer(TimeRange)> make; ///< wins if set

    QFuture<HealthAnswer> report(TimeRange range, std::stop_token stop) override
    {
        if (make)
            answers.always(make(range));
        return answers.ask(std::move(stop));
    }
};

using RoutingAnswer = Result<std::shared_ptr<const jobs::RoutingView>>;

/// Without an answer of the test's, a service that has no backends.
class FakeRouting final : public jobs::RoutingService
{
public:
    Answers<RoutingAnswer> answers;
    std::function<RoutingAnswer(TimeRange)> make; ///< wins if set

    FakeRouting() { answers.always(std::make_shared<const jobs::RoutingView>()); }

    QFuture<RoutingAnswer> view(TimeRange range, std::stop_token stop) override
    {
        if (make)
            answers.always(make(range));
        return answers.ask(std::move(stop));
    }
};

class FakeFaults final : public jobs::FaultService
{
public:
    std::vector<jobs::Fault> inForce;
    std::optional<Error> refusal;

    QFuture<Status> set(std::vector<jobs::Fault> faults, std::stop_token stop) override
    {
        Answers<Status> answers;
        if (refusal) {
            answers.always(fail(*refusal));
        } else {
            inForce = std::move(faults);
            answers.always(Status());
        }
        return answers.ask(std::move(stop));
    }
    QFuture<Result<std::vector<jobs::Fault>>> current(std::stop_token stop) override
    {
        Answers<Result<std::vector<jobs::Fault>>> answers;
        answers.always(inForce);
        return answers.ask(std::move(stop));
    }
};

class FakeWorkspace final : public jobs::Workspace
{
    Q_OBJECT
public:
    int flying = 0;
    Answers<Result<QueryAnswerPtr>> answers;
    std::vector<jobs::Ask> asks;

    FakeWorkspace() { answers.always(fail(Error::Kind::Unavailable, "Not in this test.")); }

    QFuture<Result<QueryAnswerPtr>> ask(const jobs::Ask& ask, std::stop_token stop) override
    {
        asks.push_back(ask);
        return answers.ask(std::move(stop));
    }
    int inFlight() const override { return flying; }
};

class FakeSchema final : public jobs::SchemaService
{
public:
    using Answer = Result<std::shared_ptr<const kql::language::Schema>>;
    Answers<Answer> answers;

    QFuture<Answer> schema(std::stop_token stop) override { return answers.ask(std::move(stop)); }
};

class FakeSignIn final : public jobs::SignIn
{
    Q_OBJECT
public:
    using jobs::SignIn::SignIn;
    int codes = 0;
    int browsers = 0;
    int cancels = 0;

    void startDeviceCode() override { ++codes; }
    void startBrowser() override { ++browsers; }
    void cancel() override { ++cancels; }
};

class FakeDiscovery final : public jobs::Discovery
{
public:
    Answers<Result<std::vector<jobs::Tenant>>> tenantAnswers;
    Answers<Result<std::vector<jobs::Subscription>>> subscriptionAnswers;
    Answers<Result<jobs::FoundResources>> resourceAnswers;

    QFuture<Result<std::vector<jobs::Tenant>>> tenants(std::stop_token stop) override
    {
        return tenantAnswers.ask(std::move(stop));
    }
    QFuture<Result<std::vector<jobs::Subscription>>> subscriptions(std::string /*tenantId*/,
                                                                   std::stop_token stop) override
    {
        return subscriptionAnswers.ask(std::move(stop));
    }
    QFuture<Result<jobs::FoundResources>> resources(std::string /*tenantId*/, std::string /*subscriptionId*/,
                                                    std::stop_token stop) override
    {
        return resourceAnswers.ask(std::move(stop));
    }
};

class FakeConnectionTest final : public jobs::ConnectionTest
{
public:
    Answers<Result<std::vector<jobs::Check>>> answers;
    QFuture<Result<std::vector<jobs::Check>>> run(std::stop_token stop) override
    {
        return answers.ask(std::move(stop));
    }
};

class FakeQuotaBoard final : public jobs::QuotaBoardService
{
public:
    using Board = Result<std::shared_ptr<const jobs::QuotaBoard>>;
    using Impact = Result<std::shared_ptr<const jobs::QuotaImpact>>;

    Answers<Board> boards;
    Answers<Impact> impacts;
    jobs::QuotaBoardQuestion lastQuestion;
    jobs::QuotaImpactQuestion lastImpact;
    std::function<void(jobs::QuotaImpactProgress)> progress;

    QFuture<Board> board(jobs::QuotaBoardQuestion question, std::stop_token stop) override
    {
        lastQuestion = std::move(question);
        return boards.ask(std::move(stop));
    }
    QFuture<Impact> impact(jobs::QuotaImpactQuestion question,
                           std::function<void(jobs::QuotaImpactProgress)> tell, std::stop_token stop) override
    {
        lastImpact = std::move(question);
        progress = std::move(tell);
        return impacts.ask(std::move(stop));
    }
};

/// Everything that a session stands on. Outlives the sessions that show it.
struct FakeWorld
{
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

    void start() override
    {
        ++m_world.started;
        setState(m_world.stateAtStart);
    }
    State state() const override { return m_state; }
    std::optional<Error> error() const override { return m_world.error; }
    QString progressText() const override { return m_world.progressText; }
    double progressFraction() const override { return m_world.progressFraction; }
    settings::Profile profile() const override { return m_profile; }
    std::optional<jobs::Account> account() const override { return m_world.account; }
    QString keychainNote() const override { return m_world.keychainNote; }
    jobs::SignIn& signIn() override { return m_world.signIn; }
    jobs::Discovery& discovery() override { return m_world.discovery; }
    jobs::Services services() const override
    {
        jobs::Services services{&m_world.workspace,      &m_world.usage,
                                &m_world.health,         m_profile.isLocal() ? &m_world.faults : nullptr,
                                &m_world.connectionTest, &m_world.schema};
        services.routing = &m_world.routing;
        services.quotaBoard = &m_world.quotaBoard;
        services.cost = &m_world.cost;
        if (m_world.extend)
            m_world.extend(services);
        return services;
    }
    void signOut() override
    {
        m_world.account.reset();
        setState(State::SignedOut);
    }
    void changeProfile(settings::Profile profile) override { m_profile = std::move(profile); }

    void setState(State state)
    {
        m_state = state;
        Q_EMIT stateChanged();
    }

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
    std::unique_ptr<ui::ProfileSession> open(const settings::Profile& profile) override
    {
        auto session = std::make_unique<FakeSession>(m_world, profile);
        last = session.get();
        return session;
    }
    FakeSession* last = nullptr;

private:
    FakeWorld& m_world;
};

} // namespace gatehouse::test
