// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/ask/answerrun.h"

namespace gatehouse::ui {

AnswerRun::AnswerRun(jobs::AskService& service, const rag::Question& question, DateTime asked,
                     const AnswerBounds& bounds, QObject* parent)
    : QObject(parent)
    , m_bounds(bounds)
    , m_answer(service.ask(question))
{
    m_turn.question = question.text;
    m_turn.documents = question.documents;
    m_turn.asked = asked;
    m_deadline.setSingleShot(true);
    connect(&m_deadline, &QTimer::timeout, this, [this] {
        if (m_stopping) {
            end(m_turn.facts, m_verdict);
            return;
        }
        stopWith(fail(Error::Kind::Timeout,
                      tr("The answer took longer than %1 s and was stopped.")
                          .arg(std::chrono::duration_cast<std::chrono::seconds>(m_bounds.longest).count())
                          .toStdString(),
                      tr("Ask again, or ask for less.").toStdString())
                     .value());
    });
    connect(m_answer.get(), &jobs::Answer::grounded, this, [this](const rag::Grounding& grounding) {
        m_turn.grounding = grounding;
        Q_EMIT grounded();
    });
    connect(m_answer.get(), &jobs::Answer::delta, this, &AnswerRun::take);
    connect(m_answer.get(), &jobs::Answer::finished, this, &AnswerRun::end);
    m_deadline.start(m_bounds.longest);
}

AnswerRun::~AnswerRun()
{
    if (m_answer)
        disconnect(m_answer.get(), nullptr, this, nullptr);
}

void AnswerRun::take(const QString& text)
{
    if (m_stopping || m_over)
        return;
    m_turn.answer += text.toStdString();
    Q_EMIT grew(text);
    if (m_turn.answer.size() > m_bounds.mostBytes)
        stopWith(fail(Error::Kind::Protocol,
                      tr("The answer was longer than is kept and was stopped.").toStdString(),
                      tr("What came until then is shown. Ask for less.").toStdString())
                     .value());
}

void AnswerRun::stop()
{
    if (!m_stopping && !m_over)
        stopWith(fail(Error::Kind::Cancelled, tr("You stopped this answer.").toStdString()).value());
}

void AnswerRun::stopWith(const Error& error)
{
    m_verdict = error;
    m_stopping = true;
    m_deadline.start(m_bounds.farewell);
    m_answer->stop();
}

void AnswerRun::end(const rag::AnswerFacts& facts, const std::optional<Error>& error)
{
    if (m_over)
        return;
    m_over = true;
    m_deadline.stop();
    m_turn.facts = facts;
    m_turn.error = m_verdict ? m_verdict : error;
    // It may be the sender of what is handled here.
    disconnect(m_answer.get(), nullptr, this, nullptr);
    m_answer.release()->deleteLater();
    Q_EMIT finished();
}

} // namespace gatehouse::ui
