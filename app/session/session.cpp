// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/session.h"

#include "app/session/connection.h"
#include "app/session/forwarders.h"
#include "app/session/localcloud.h"
#include "app/session/serviceset.h"
#include "app/session/signinmarkers.h"
#include "core/base/files.h"

#include <QtConcurrent/QtConcurrentRun>

namespace gatehouse::app {

namespace {

/// A stack of another process may not approve codes by itself; then a person has to.
constexpr std::chrono::seconds SilentSignIn{5};
/// A keyring that was locked is tried again this often, so that unlocking it is enough.
constexpr std::chrono::seconds RestoreAgain{15};

using StackResult = Result<std::shared_ptr<local::Stack>>;

local::StackOptions stackOptions(const Environment& environment)
{
    local::StackOptions options;
    options.dataDirectory = environment.dataDirectory;
    options.sampleDays = environment.sampleDays;
    options.live = true;
    options.approvePersona = "admin"; // whoever may start the stack on this computer owns it
    return options;
}

} // namespace

class Session::Parts
{
public:
    Parts(Session& session, Environment environment, settings::Profile profile)
        : m_session(session)
        , m_environment(std::move(environment))
        , m_profile(std::move(profile))
        , m_markers(m_environment.dataDirectory)
    {}
    Parts(const Parts&) = delete;
    Parts& operator=(const Parts&) = delete;
    ~Parts() { m_starting.waitForFinished(); }

    void start();
    void signOut();
    void changeProfile(settings::Profile profile);
    [[nodiscard]] QString keychainNote() const;

    Session& m_session;
    Environment m_environment;
    settings::Profile m_profile;
    State m_state = State::Starting;
    std::optional<Error> m_error;
    std::optional<jobs::Account> m_account;
    QString m_progressText;
    double m_progressFraction = -1;
    // In the order in which they stand on each other: destroyed from the last to the first.
    std::shared_ptr<local::Stack> m_stack;
    std::unique_ptr<Connection> m_connection;
    std::unique_ptr<ServiceSet> m_services;
    ForwardingSignIn m_signIn;
    ForwardingDiscovery m_discovery;

private:
    void startStack();
    void takeStack(const StackResult& result);
    void connectTo(const settings::Cloud& cloud);
    void watch();
    void restore();
    void becomeReady(const jobs::Account& account);
    void loseSignIn(const Error& why);
    void remember(const std::string& accountKey);
    void report(const QString& text, double fraction);
    void setState(State next);
    void failWith(Error why);

    SignInMarkers m_markers;
    QFuture<StackResult> m_starting;
    http::Scheduler::Wait m_wait;
};

void Session::Parts::start()
{
    m_error.reset();
    m_wait.cancel();
    m_services.reset();
    m_discovery.setTarget(nullptr);
    m_signIn.setTarget(nullptr);
    m_connection.reset();
    m_stack.reset();
    setState(State::Starting);
    if (const Status made = makeDirectory(m_environment.dataDirectory); !made) {
        failWith(made.error());
        return;
    }
    if (m_profile.isLocal()) {
        startStack();
        return;
    }
    if (const Status valid = settings::validate(m_profile); !valid) {
        failWith(valid.error());
        return;
    }
    m_profile.accountKey = m_markers.accountOf(m_profile.name).value_or(m_profile.accountKey);
    connectTo(*settings::azureCloud(m_profile.cloudId));
    if (m_profile.accountKey.empty() || !m_environment.keychain)
        setState(State::SignedOut);
    else
        restore();
}

void Session::Parts::startStack()
{
    report(tr("Starting this computer's gateway"), -1);
    // Posted to the session: it waits for this thread before it goes, and drops what is still in its queue.
    auto progress = [this](const std::string& what, double fraction) {
        QMetaObject::invokeMethod(
            &m_session, [this, text = QString::fromStdString(what), fraction] { report(text, fraction); },
            Qt::QueuedConnection);
    };
    m_starting = QtConcurrent::run([options = stackOptions(m_environment), progress,
                                    clock = m_environment.clock, log = m_environment.log]() -> StackResult {
        auto started = local::Stack::start(options, *clock, *log, progress);
        if (!started)
            return fail(started.error());
        return std::shared_ptr<local::Stack>(std::move(*started));
    });
    // A copy: on a future that is ready by now the continuation runs inside then(), and takeStack lets
    // m_starting go.
    QFuture<StackResult> starting = m_starting;
    starting.then(&m_session, [this](const StackResult& result) { takeStack(result); });
}

void Session::Parts::takeStack(const StackResult& result)
{
    m_starting = {};
    if (!result) {
        failWith(result.error());
        return;
    }
    m_stack = *result;
    m_profile = localProfile(m_stack->info(), m_profile);
    connectTo(localCloud(m_stack->info()));
    report(tr("Signing in"), -1);
    m_connection->signIn().startDeviceCode();
    m_wait = m_connection->scheduler().callAfter(SilentSignIn, [this] {
        if (m_state != State::Starting)
            return;
        m_connection->signIn().cancel();
        setState(State::SignedOut);
    });
}

void Session::Parts::connectTo(const settings::Cloud& cloud)
{
    m_connection = std::make_unique<Connection>(m_environment, cloud, m_profile);
    watch();
    // The session's own connections come first, so that it knows of a sign-in before its callers do.
    m_signIn.setTarget(&m_connection->signIn());
    m_discovery.setTarget(&m_connection->discovery());
}

void Session::Parts::watch()
{
    connect(&m_connection->signIn(), &jobs::SignIn::signedIn, &m_session,
            [this](const jobs::Account& account) {
                remember(account.stored ? account.objectId + "." + account.tenantId : std::string());
                becomeReady(account);
            });
    connect(&m_connection->signIn(), &jobs::SignIn::failed, &m_session, [this](const Error& why) {
        // Later failures are for whoever started that sign-in.
        if (m_state != State::Starting)
            return;
        m_error = why;
        setState(State::SignedOut);
    });
    connect(&m_connection->broker(), &auth::TokenBroker::signInRequired, &m_session,
            [this](const Error& why) { loseSignIn(why); });
    connect(&m_connection->broker(), &auth::TokenBroker::storedChanged, &m_session, [this](bool stored) {
        if (!m_account || m_profile.isLocal() || m_account->stored == stored)
            return;
        m_account->stored = stored;
        Q_EMIT m_session.accountChanged();
    });
}

void Session::Parts::restore()
{
    m_connection->broker().restore(m_profile.accountKey).then(&m_session, [this](const Status& restored) {
        if (m_state == State::Ready || (!restored && restored.error().cancelled()))
            return; // somebody signed in meanwhile
        if (restored) {
            becomeReady(jobs::accountFrom(*m_connection->broker().identity(), true));
            return;
        }
        m_error = restored.error();
        setState(State::SignedOut);
        m_wait = m_connection->scheduler().callAfter(RestoreAgain, [this] {
            if (m_state == State::SignedOut && !m_profile.accountKey.empty())
                restore();
        });
    });
}

void Session::Parts::becomeReady(const jobs::Account& account)
{
    m_error.reset();
    m_account = account;
    if (m_profile.isLocal())
        m_account->stored = true; // it signs in by itself at each start
    if (!m_services)
        m_services = std::make_unique<ServiceSet>(m_environment, *m_connection, m_profile);
    Q_EMIT m_session.accountChanged();
    setState(State::Ready);
}

void Session::Parts::loseSignIn(const Error& why)
{
    m_error = why;
    m_connection->signIn().requireClaims(why.claims);
    // The broker has forgotten a sign-in that is over; one that only lacks something is kept for later.
    if (!m_connection->broker().identity())
        remember({});
    m_account.reset();
    setState(State::SignedOut);
    Q_EMIT m_session.accountChanged();
}

void Session::Parts::signOut()
{
    if (!m_connection)
        return;
    m_connection->signIn().cancel();
    m_connection->broker().signOut();
    m_error.reset();
    m_account.reset();
    remember({});
    setState(State::SignedOut);
    Q_EMIT m_session.accountChanged();
}

void Session::Parts::changeProfile(settings::Profile profile)
{
    profile.accountKey = m_profile.accountKey;
    const bool sameAccount = profile.cloudId == m_profile.cloudId && profile.clientId == m_profile.clientId;
    m_profile = std::move(profile);
    if (!sameAccount) {
        start();
        return;
    }
    if (m_account && !m_profile.isLocal())
        remember(m_profile.accountKey); // perhaps under another name
    if (m_state != State::Ready)
        return;
    // Presenters let go of the old services before the new ones are there.
    std::unique_ptr<ServiceSet> old = std::move(m_services);
    setState(State::Starting);
    m_services = std::make_unique<ServiceSet>(m_environment, *m_connection, m_profile);
    setState(State::Ready);
}

QString Session::Parts::keychainNote() const
{
    if (m_profile.isLocal() || !m_account || m_account->stored)
        return {};
    if (!m_environment.keychain)
        return tr("The keychain is not used in this run, so the sign-in ends with the program.");
    return tr(
        "The keychain cannot be used, so the sign-in ends with the program. Unlock it or install a keychain "
        "service and sign in again.");
}

void Session::Parts::remember(const std::string& accountKey)
{
    m_profile.accountKey = accountKey;
    if (m_profile.isLocal())
        return;
    if (const Status written = m_markers.remember(m_profile.name, accountKey); !written)
        m_environment.log->write(Log::Level::Warning, "sign-in marker not written",
                                 {{"store_step", written.error().serviceCode}});
}

void Session::Parts::report(const QString& text, double fraction)
{
    m_progressText = text;
    m_progressFraction = fraction;
    Q_EMIT m_session.progressChanged();
}

void Session::Parts::setState(State next)
{
    if (m_state == next)
        return;
    m_state = next;
    Q_EMIT m_session.stateChanged();
}

void Session::Parts::failWith(Error why)
{
    m_error = std::move(why);
    setState(State::Failed);
}

Session::Session(Environment environment, settings::Profile profile, QObject* parent)
    : QObject(parent)
    , m_parts(std::make_unique<Parts>(*this, std::move(environment), std::move(profile)))
{}

Session::~Session() = default;

void Session::start()
{
    m_parts->start();
}

Session::State Session::state() const
{
    return m_parts->m_state;
}

const std::optional<Error>& Session::error() const
{
    return m_parts->m_error;
}

QString Session::progressText() const
{
    return m_parts->m_progressText;
}

double Session::progressFraction() const
{
    return m_parts->m_progressFraction;
}

const settings::Profile& Session::profile() const
{
    return m_parts->m_profile;
}

const std::optional<jobs::Account>& Session::account() const
{
    return m_parts->m_account;
}

QString Session::keychainNote() const
{
    return m_parts->keychainNote();
}

jobs::SignIn& Session::signIn()
{
    return m_parts->m_signIn;
}

jobs::Discovery& Session::discovery()
{
    return m_parts->m_discovery;
}

jobs::Services Session::services() const
{
    const bool ready = m_parts->m_services && m_parts->m_state == State::Ready;
    return ready ? m_parts->m_services->services() : jobs::Services();
}

void Session::signOut()
{
    m_parts->signOut();
}

void Session::changeProfile(settings::Profile profile)
{
    m_parts->changeProfile(std::move(profile));
}

} // namespace gatehouse::app
