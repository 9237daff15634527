// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/smokerun.h"

#include "core/http/scheduler.h"

#include <QtConcurrent/QtConcurrentRun>
#include <QtCore/QFileInfo>

#include <algorithm>

namespace gatehouse::jobs {

namespace {

using namespace rag::smoke;

constexpr std::size_t MaxAnswerBytes = 256U << 10U;
constexpr int MaxPatience = 5; ///< how often a question waits for a backend that asks for it
constexpr std::chrono::milliseconds UsualPause{5'000};
constexpr std::chrono::milliseconds LongestPause{60'000};

/// Ends an object that may be emitting right now.
template <typename T>
void dismiss(std::unique_ptr<T>& object, QObject* listener)
{
    if (object == nullptr)
        return;
    QObject::disconnect(object.get(), nullptr, listener, nullptr);
    object.release()->deleteLater();
}

} // namespace

/// One question to one member.
struct SmokeRun::Ask
{
    const Case* asked = nullptr;
    std::string backend;
    int round = 1;
    int waited = 0;
    bool tooLong = false;
    std::unique_ptr<Answer> answer; // only while it is under way
    Observation seen;
    std::optional<CaseResult> result;
};

struct SmokeRun::Pause
{
    http::Scheduler::Wait wait;
};

SmokeRun::SmokeRun(AskService& ask, const Clock& clock, SmokePlan plan, http::Scheduler* scheduler,
                   QObject* parent)
    : QObject(parent)
    , m_ask(ask)
    , m_clock(clock)
    , m_plan(std::move(plan))
    , m_ownScheduler(scheduler == nullptr ? std::make_unique<http::TimerScheduler>() : nullptr)
    , m_scheduler(scheduler == nullptr ? m_ownScheduler.get() : scheduler)
    , m_pause(std::make_unique<Pause>())
{
    if (m_plan.backends.empty())
        m_plan.backends.emplace_back();
    m_run.suite = m_plan.suite.name;
    m_run.profile = m_plan.profile;
    m_run.backends = m_plan.backends;
    for (const Case& one : m_plan.suite.cases) {
        for (const std::string& backend : m_plan.backends) {
            for (int round = 1; round <= m_plan.suite.repeat; ++round) {
                auto asking = std::make_unique<Ask>();
                asking->asked = &one;
                asking->backend = backend;
                asking->round = round;
                m_waiting.push_back(m_asks.size());
                m_asks.push_back(std::move(asking));
            }
        }
    }
}

SmokeRun::~SmokeRun() = default;

void SmokeRun::start()
{
    m_run.at = m_clock.now();
    if (m_asks.size() > Suite::MaxAsks) {
        Error error = fail(Error::Kind::InvalidInput,
                           "The suite asks more than " + std::to_string(Suite::MaxAsks) + " times.",
                           "Repeat it less, or name fewer backends.")
                          .value();
        QMetaObject::invokeMethod(
            this, [this, error] { end(error); }, Qt::QueuedConnection);
        return;
    }
    uploadNext();
}

void SmokeRun::uploadNext()
{
    if (m_documents.size() == m_plan.documents.size())
        return askMore();
    const QString path = QString::fromStdString(m_plan.documents[m_documents.size()]);
    const QString name = QFileInfo(path).fileName();
    m_upload = m_ask.upload(path);
    connect(m_upload.get(), &Upload::progress, this,
            [this, name](qint64 sent, qint64 total) { Q_EMIT uploading(name, sent, total); });
    connect(m_upload.get(), &Upload::finished, this, &SmokeRun::uploaded);
}

void SmokeRun::uploaded(const Result<rag::Document>& document)
{
    dismiss(m_upload, this);
    const QString path = QString::fromStdString(m_plan.documents[m_documents.size()]);
    const std::string name = QFileInfo(path).fileName().toStdString();
    if (!document) {
        Error error = document.error();
        error.message = "The document “" + name + "” was not taken: " + error.message;
        return end(error);
    }
    m_documents.push_back({name, document->id});
    uploadNext();
}

rag::Question SmokeRun::questionOf(const Ask& ask) const
{
    rag::Question question;
    question.text = ask.asked->question;
    question.deployment = m_plan.suite.deployment;
    question.feature = rag::SmokeFeature;
    if (!ask.backend.empty())
        question.task = testTask(ask.backend);
    for (const SuiteDocument& document : m_documents) {
        // The same bytes under two names are one document.
        const bool known = std::find(question.documents.begin(), question.documents.end(), document.id) !=
                           question.documents.end();
        if (!document.id.empty() && !known)
            question.documents.push_back(document.id);
    }
    // Where the backend does not name every document, it cannot be told which to leave out.
    if (std::any_of(m_documents.begin(), m_documents.end(),
                    [](const SuiteDocument& document) { return document.id.empty(); }))
        question.documents.clear();
    return question;
}

void SmokeRun::askMore()
{
    while (!m_paused && !m_ended && !m_waiting.empty() && m_underWay < m_plan.suite.maxParallel) {
        const std::size_t index = m_waiting.front();
        m_waiting.pop_front();
        ++m_underWay;
        askOne(index);
    }
}

void SmokeRun::askOne(std::size_t index)
{
    Ask& ask = *m_asks[index];
    ask.seen = {};
    ask.seen.documents = m_documents;
    ask.answer = m_ask.ask(questionOf(ask));
    connect(ask.answer.get(), &Answer::grounded, this,
            [&ask](const rag::Grounding& grounding) { ask.seen.grounding = grounding; });
    connect(ask.answer.get(), &Answer::delta, this, [&ask](const QString& text) {
        ask.seen.answer += text.toStdString();
        if (ask.seen.answer.size() <= MaxAnswerBytes || ask.tooLong)
            return;
        ask.tooLong = true;
        ask.answer->stop();
    });
    connect(ask.answer.get(), &Answer::finished, this,
            [this, index](const rag::AnswerFacts& facts, const std::optional<Error>& error) {
                answered(index, facts, error);
            });
}

void SmokeRun::answered(std::size_t index, const rag::AnswerFacts& facts, const std::optional<Error>& error)
{
    Ask& ask = *m_asks[index];
    dismiss(ask.answer, this);
    ask.seen.facts = facts;
    if (error && !ask.tooLong && error->kind == Error::Kind::Throttled && ask.waited < MaxPatience)
        return waitFor(index, error->retryAfter.value_or(UsualPause));
    if (ask.tooLong)
        return keep(index, broken(*ask.asked, ask.backend, ask.seen,
                                  fail(Error::Kind::Protocol, "The answer is longer than 256 KB.").value()));
    if (error)
        return keep(index, broken(*ask.asked, ask.backend, ask.seen, *error));
    // An answer may be long, and expressions many.
    QtConcurrent::run([asked = *ask.asked, backend = ask.backend, seen = ask.seen] {
        return judge(asked, backend, seen);
    }).then(this, [this, index](const CaseResult& result) { keep(index, result); });
}

void SmokeRun::waitFor(std::size_t index, std::chrono::milliseconds pause)
{
    ++m_asks[index]->waited;
    m_waiting.push_front(index);
    --m_underWay;
    if (m_paused)
        return;
    m_paused = true;
    m_pause->wait = m_scheduler->callAfter(std::min(pause, LongestPause), [this] {
        m_paused = false;
        askMore();
    });
}

void SmokeRun::keep(std::size_t index, CaseResult result)
{
    if (m_ended)
        return;
    result.round = m_asks[index]->round;
    m_asks[index]->result = std::move(result);
    m_asks[index]->seen = {};
    --m_underWay;
    ++m_judged;
    Q_EMIT judged(*m_asks[index]->result);
    Q_EMIT progress(m_judged, total());
    if (m_judged == total())
        return end(std::nullopt);
    askMore();
}

void SmokeRun::cancel()
{
    if (m_ended)
        return;
    m_waiting.clear();
    m_pause->wait.cancel();
    if (m_upload != nullptr)
        m_upload->cancel();
    dismiss(m_upload, this);
    for (const auto& ask : m_asks) {
        if (ask->answer == nullptr)
            continue;
        QObject::disconnect(ask->answer.get(), nullptr, this, nullptr);
        ask->answer->stop();
        dismiss(ask->answer, this);
    }
    m_ended = true; // what is still judged comes to nothing
    QMetaObject::invokeMethod(
        this,
        [this] {
            m_ended = false;
            end(fail(Error::Kind::Cancelled, "The run was stopped.").value());
        },
        Qt::QueuedConnection);
}

void SmokeRun::end(const std::optional<Error>& error)
{
    if (m_ended)
        return;
    m_ended = true;
    for (const auto& ask : m_asks) {
        if (ask->result)
            m_run.results.push_back(*ask->result);
    }
    Q_EMIT finished(m_run, error);
}

} // namespace gatehouse::jobs
