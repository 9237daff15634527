// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/ask/smokepresenter.h"

#include "core/base/files.h"
#include "core/gateway/backend.h"
#include "core/jobs/ask.h"
#include "core/jobs/smokerules.h"
#include "core/rag/smoke/junit.h"

#include <QtConcurrent/QtConcurrentRun>
#include <QtCore/QFileInfo>

#include <algorithm>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;
using namespace rag::smoke;

namespace {

QString text(const std::string& value)
{
    return QString::fromStdString(value);
}

} // namespace

SmokePresenter::SmokePresenter(const Clock& clock, ChangeFlow& flow, std::string dataDirectory)
    : m_clock(clock)
    , m_flow(flow)
    , m_history(std::move(dataDirectory))
{
    m_files.setMaxThreadCount(1);
    // Rules were written, or a pool was changed: what was read of the gateway is old.
    connect(&m_flow, &ChangeFlow::applied, this, &SmokePresenter::loadSetup);
}

SmokePresenter::~SmokePresenter()
{
    m_stop.request_stop();
    m_run.reset();
    m_files.waitForDone();
}

void SmokePresenter::setProfile(const std::string& name)
{
    if (name == m_profile)
        return;
    m_profile = name;
    m_run.reset();
    m_runs.clear();
    m_shown.reset();
    m_pool.clear();
    reopen();
}

void SmokePresenter::setServices(const jobs::Services* services)
{
    m_stop.request_stop();
    m_run.reset();
    m_stopping = false;
    m_setup.reset();
    m_setupProblem.reset();
    m_pools.clear();
    m_services = services;
    m_service = services != nullptr ? services->ask : nullptr;
    findMembers();
    loadSetup();
    Q_EMIT changed();
}

void SmokePresenter::open(const QString& path, const QStringList& folders)
{
    if (running())
        return;
    if (path != m_path)
        m_pool.clear();
    m_folders.clear();
    for (const QString& folder : folders)
        m_folders.push_back(folder.toStdString());
    m_path = path;
    reopen();
}

void SmokePresenter::addFolder(const QString& folder)
{
    m_folders.push_back(folder.toStdString());
    reopen();
}

SmokePresenter::Read SmokePresenter::read(const QString& path, const std::vector<std::string>& folders,
                                          const History& history)
{
    Read read{loadSuite(path.toStdString()), std::vector<std::string>(), {}, {}};
    if (!read.suite)
        return read;
    read.documents = documentPaths(*read.suite, path.toStdString(), folders);
    if (Result<History::Past> past = history.load(read.suite->name)) {
        read.runs = std::move(past->runs);
        read.setAside = text(past->setAside);
    }
    return read;
}

void SmokePresenter::reopen()
{
    if (m_path.isEmpty() || running())
        return;
    m_reading = true;
    const quint64 reading = ++m_readings;
    auto work = QtConcurrent::run(&m_files, [path = m_path, folders = m_folders, history = m_history] {
        return read(path, folders, history);
    });
    work.then(this, [this, reading](const Read& read) {
        if (reading == m_readings)
            take(read);
    });
    Q_EMIT changed();
}

void SmokePresenter::take(const Read& read)
{
    m_reading = false;
    m_suite.reset();
    m_problem.reset();
    m_documentProblem.reset();
    m_documents.clear();
    m_runs.clear();
    m_shown.reset();
    if (read.suite)
        m_suite = *read.suite;
    else
        m_problem = read.suite.error();
    if (read.documents)
        m_documents = *read.documents;
    else
        m_documentProblem = read.documents.error();
    for (const Run& run : read.runs) {
        if (run.profile == m_profile)
            m_runs.push_back(run);
    }
    findMembers();
    Q_EMIT changed();
    if (!read.setAside.isEmpty())
        Q_EMIT told(tr("Damaged lines of the history were left out; the file that held them is %1.")
                        .arg(read.setAside));
    if (m_suite && !m_setup)
        loadSetup();
}

void SmokePresenter::loadSetup()
{
    m_stop.request_stop();
    m_setup.reset();
    if (!m_suite || m_services == nullptr || m_services->explain == nullptr)
        return;
    m_stop = std::stop_source();
    const std::stop_token stop = m_stop.get_token();
    m_services->explain->setup(stop).then(this, [this, stop](const Result<jobs::SetupNow>& now) {
        if (stop.stop_requested())
            return;
        m_setup.reset();
        m_setupProblem.reset();
        m_pools.clear();
        if (now) {
            m_setup = *now;
            for (const auto& [name, resource] : now->resources.backends) {
                if (gateway::isPool(resource))
                    m_pools.append(text(name));
            }
        } else {
            m_setupProblem = now.error();
        }
        findMembers();
        Q_EMIT changed();
    });
}

void SmokePresenter::findMembers()
{
    m_members.clear();
    if (!m_suite)
        return;
    const std::string pool = m_pool.isEmpty() ? m_suite->pool : m_pool.toStdString();
    if (pool.empty()) {
        m_members = m_suite->backends.empty() ? std::vector<std::string>{std::string()} : m_suite->backends;
        return;
    }
    if (!m_setup) {
        m_problem = m_setupProblem;
        return;
    }
    m_problem.reset();
    Result<std::vector<std::string>> members = jobs::poolMembers(*m_setup, pool);
    if (members)
        m_members = std::move(*members);
    else
        m_problem = members.error();
}

void SmokePresenter::choosePool(const QString& pool)
{
    if (pool == m_pool || running())
        return;
    m_pool = pool;
    m_problem.reset();
    findMembers();
    Q_EMIT changed();
}

std::optional<bool> SmokePresenter::routed() const
{
    return m_setup ? std::optional(jobs::routingIncluded(*m_setup)) : std::nullopt;
}

QString SmokePresenter::whyNotStart() const
{
    if (m_service == nullptr)
        return tr("This profile names no document service, so there is nobody to ask.");
    if (running())
        return tr("A run is on its way.");
    if (!m_suite)
        return m_reading ? tr("The suite is being read.") : tr("Open a suite first.");
    if (m_documentProblem)
        return text(m_documentProblem->message);
    if (m_members.empty())
        return m_problem                        ? text(m_problem->message)
               : m_services->explain == nullptr ? tr("This profile has no API Management service that could "
                                                     "say which members the pool has.")
                                                : tr("The members of the pool are being read.");
    return {};
}

Status SmokePresenter::start()
{
    if (const QString why = whyNotStart(); !why.isEmpty())
        return fail(Error::Kind::InvalidInput, why.toStdString());
    m_problem.reset();
    m_stopping = false;
    m_judged = 0;
    m_uploading.clear();
    m_partial = Run{m_suite->name, m_profile, m_clock.now(), m_members, {}};
    m_run = std::make_unique<jobs::SmokeRun>(*m_service, m_clock,
                                             jobs::SmokePlan{*m_suite, m_documents, m_members, m_profile});
    connect(m_run.get(), &jobs::SmokeRun::uploading, this,
            [this](const QString& document, qint64 sent, qint64 total) {
                m_uploading = document;
                m_uploaded = total > 0 && sent < total ? double(sent) / double(total) : -1;
                Q_EMIT progressed();
            });
    connect(m_run.get(), &jobs::SmokeRun::judged, this,
            [this](const CaseResult& result) { m_partial.results.push_back(result); });
    connect(m_run.get(), &jobs::SmokeRun::progress, this, [this](int judged, int /*total*/) {
        m_judged = judged;
        m_uploading.clear();
        Q_EMIT changed();
    });
    connect(m_run.get(), &jobs::SmokeRun::finished, this, &SmokePresenter::onFinished);
    m_run->start();
    Q_EMIT changed();
    return {};
}

void SmokePresenter::cancel()
{
    if (!running() || m_stopping)
        return;
    m_stopping = true;
    m_run->cancel();
    Q_EMIT changed();
}

void SmokePresenter::onFinished(const Run& run, const std::optional<Error>& error)
{
    m_run.release()->deleteLater(); // it is the sender of what is handled here
    m_stopping = false;
    m_shown.reset();
    if (error) {
        // Half a run proves nothing, so it is no history.
        if (!error->cancelled())
            m_problem = error;
        Q_EMIT told(error->cancelled() ? tr("The run was stopped. It is not kept.") : text(error->message));
        Q_EMIT changed();
        return;
    }
    m_runs.push_back(run);
    keep(run);
    const Tally all = tally(run.results);
    Q_EMIT changed();
    Q_EMIT told(tr("%1 of %2 passed").arg(all.passed).arg(all.total()));
}

void SmokePresenter::keep(const Run& run)
{
    auto writing = QtConcurrent::run(&m_files, [history = m_history, run] { return history.append(run); });
    writing.then(this, [this](const Status& kept) {
        if (!kept)
            Q_EMIT told(tr("The run is not kept: %1").arg(text(kept.error().message)));
    });
}

QString SmokePresenter::progressText() const
{
    if (!running())
        return {};
    if (m_stopping)
        return tr("Stopping…");
    if (!m_uploading.isEmpty())
        return m_uploaded < 0 ? tr("Indexing %1").arg(m_uploading) : tr("Sending %1").arg(m_uploading);
    return tr("%1 of %2 questions").arg(m_judged).arg(m_run->total());
}

double SmokePresenter::progress() const
{
    if (!running() || m_run->total() == 0)
        return -1;
    if (!m_uploading.isEmpty())
        return m_uploaded;
    return double(m_judged) / double(m_run->total());
}

const Run* SmokePresenter::shown() const
{
    if (running())
        return &m_partial;
    const std::size_t index = shownIndex();
    return index < m_runs.size() ? &m_runs[index] : nullptr;
}

std::size_t SmokePresenter::shownIndex() const
{
    if (running() || m_runs.empty())
        return m_runs.size();
    return m_shown.value_or(m_runs.size() - 1);
}

void SmokePresenter::show(std::size_t run)
{
    if (running() || run >= m_runs.size() || run == shownIndex())
        return;
    m_shown = run;
    Q_EMIT changed();
}

void SmokePresenter::saveJUnit(const QString& path)
{
    const Run* const run = shown();
    if (run == nullptr || running())
        return;
    auto writing = QtConcurrent::run(
        &m_files, [path = path.toStdString(), run = *run] { return atomicWrite(path, toJUnit(run), 0644); });
    writing.then(this, [this](const Status& done) {
        Q_EMIT told(done ? tr("Saved") : tr("Not saved: %1").arg(text(done.error().message)));
    });
}

QString SmokePresenter::whyNotAddRules() const
{
    if (!m_setup)
        return tr("It is not known which rules the gateway has.");
    if (m_members.empty() || m_members.front().empty())
        return tr("The suite asks whoever the gateway chooses; that needs no rule.");
    return m_flow.lock().whyNot();
}

void SmokePresenter::addTestRules()
{
    if (!whyNotAddRules().isEmpty())
        return;
    Result<jobs::ChangeSet> set = jobs::addTestRules(*m_setup, m_members);
    if (!set)
        Q_EMIT told(text(set.error().message));
    else if (set->changes.empty())
        Q_EMIT told(tr("The rules for these members are there already."));
    else
        m_flow.propose(std::move(*set));
}

} // namespace gatehouse::ui
