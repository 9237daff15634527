// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/fakes/fakeservices.h"

namespace gatehouse::test {

FakeUsage::FakeUsage() = default;
FakeUsage::~FakeUsage() = default;

QFuture<UsageAnswer> FakeUsage::report(usage::Dimension dimension, TimeRange range,
                                       std::vector<usage::Filter> filters, std::stop_token stop)
{
    lastDimension = dimension;
    lastRange = range;
    lastFilters = filters;
    if (make)
        answers.always(make(dimension, range, filters));
    return answers.ask(std::move(stop));
}

FakeHealth::FakeHealth() = default;
FakeHealth::~FakeHealth() = default;

QFuture<HealthAnswer> FakeHealth::report(TimeRange range, std::stop_token stop)
{
    if (make)
        answers.always(make(range));
    return answers.ask(std::move(stop));
}

FakeRouting::FakeRouting()
{
    answers.always(std::make_shared<const jobs::RoutingView>());
}

FakeRouting::~FakeRouting() = default;

QFuture<RoutingAnswer> FakeRouting::view(TimeRange range, std::stop_token stop)
{
    if (make)
        answers.always(make(range));
    return answers.ask(std::move(stop));
}

QFuture<Status> FakeFaults::set(std::vector<jobs::Fault> faults, std::stop_token stop)
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

QFuture<Result<std::vector<jobs::Fault>>> FakeFaults::current(std::stop_token stop)
{
    Answers<Result<std::vector<jobs::Fault>>> answers;
    answers.always(inForce);
    return answers.ask(std::move(stop));
}

FakeWorkspace::FakeWorkspace()
{
    answers.always(fail(Error::Kind::Unavailable, "Not in this test."));
}

FakeWorkspace::~FakeWorkspace() = default;

QFuture<Result<QueryAnswerPtr>> FakeWorkspace::ask(const jobs::Ask& ask, std::stop_token stop)
{
    asks.push_back(ask);
    return answers.ask(std::move(stop));
}

int FakeWorkspace::inFlight() const
{
    return flying;
}

FakeSchema::FakeSchema() = default;
FakeSchema::~FakeSchema() = default;

QFuture<FakeSchema::Answer> FakeSchema::schema(std::stop_token stop)
{
    return answers.ask(std::move(stop));
}

void FakeSignIn::startDeviceCode()
{
    ++codes;
}

void FakeSignIn::startBrowser()
{
    ++browsers;
}

void FakeSignIn::cancel()
{
    ++cancels;
}

FakeDiscovery::FakeDiscovery() = default;
FakeDiscovery::~FakeDiscovery() = default;

QFuture<Result<std::vector<jobs::Tenant>>> FakeDiscovery::tenants(std::stop_token stop)
{
    return tenantAnswers.ask(std::move(stop));
}

QFuture<Result<std::vector<jobs::Subscription>>> FakeDiscovery::subscriptions(std::string /*tenantId*/,
                                                                              std::stop_token stop)
{
    return subscriptionAnswers.ask(std::move(stop));
}

QFuture<Result<jobs::FoundResources>>
FakeDiscovery::resources(std::string /*tenantId*/, std::string /*subscriptionId*/, std::stop_token stop)
{
    return resourceAnswers.ask(std::move(stop));
}

FakeConnectionTest::FakeConnectionTest() = default;
FakeConnectionTest::~FakeConnectionTest() = default;

QFuture<Result<std::vector<jobs::Check>>> FakeConnectionTest::run(std::stop_token stop)
{
    return answers.ask(std::move(stop));
}

FakeQuotaBoard::FakeQuotaBoard() = default;
FakeQuotaBoard::~FakeQuotaBoard() = default;

QFuture<FakeQuotaBoard::Board> FakeQuotaBoard::board(jobs::QuotaBoardQuestion question, std::stop_token stop)
{
    lastQuestion = std::move(question);
    return boards.ask(std::move(stop));
}

QFuture<FakeQuotaBoard::Impact> FakeQuotaBoard::impact(jobs::QuotaImpactQuestion question,
                                                       std::function<void(jobs::QuotaImpactProgress)> tell,
                                                       std::stop_token stop)
{
    lastImpact = std::move(question);
    progress = std::move(tell);
    return impacts.ask(std::move(stop));
}

FakeWorld::FakeWorld() = default;
FakeWorld::~FakeWorld() = default;

void FakeSession::start()
{
    ++m_world.started;
    setState(m_world.stateAtStart);
}

ui::ProfileSession::State FakeSession::state() const
{
    return m_state;
}

std::optional<Error> FakeSession::error() const
{
    return m_world.error;
}

QString FakeSession::progressText() const
{
    return m_world.progressText;
}

double FakeSession::progressFraction() const
{
    return m_world.progressFraction;
}

settings::Profile FakeSession::profile() const
{
    return m_profile;
}

std::optional<jobs::Account> FakeSession::account() const
{
    return m_world.account;
}

QString FakeSession::keychainNote() const
{
    return m_world.keychainNote;
}

jobs::SignIn& FakeSession::signIn()
{
    return m_world.signIn;
}

jobs::Discovery& FakeSession::discovery()
{
    return m_world.discovery;
}

jobs::Services FakeSession::services() const
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

void FakeSession::signOut()
{
    m_world.account.reset();
    setState(State::SignedOut);
}

void FakeSession::changeProfile(settings::Profile profile)
{
    m_profile = std::move(profile);
}

void FakeSession::setState(State state)
{
    m_state = state;
    Q_EMIT stateChanged();
}

std::unique_ptr<ui::ProfileSession> FakeFactory::open(const settings::Profile& profile)
{
    auto session = std::make_unique<FakeSession>(m_world, profile);
    last = session.get();
    return session;
}

template class Answers<UsageAnswer>;
template class Answers<HealthAnswer>;
template class Answers<RoutingAnswer>;
template class Answers<Result<QueryAnswerPtr>>;
template class Answers<FakeSchema::Answer>;
template class Answers<Result<std::vector<jobs::Tenant>>>;
template class Answers<Result<std::vector<jobs::Subscription>>>;
template class Answers<Result<jobs::FoundResources>>;
template class Answers<Result<std::vector<jobs::Check>>>;
template class Answers<FakeQuotaBoard::Board>;
template class Answers<FakeQuotaBoard::Impact>;

} // namespace gatehouse::test
