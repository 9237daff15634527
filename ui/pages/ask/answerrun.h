// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/jobs/ask.h"
#include "core/rag/conversation.h"

#include <QtCore/QObject>
#include <QtCore/QTimer>

#include <chrono>
#include <memory>

namespace gatehouse::ui {

/// What one answer may cost.
struct AnswerBounds
{
    std::chrono::milliseconds longest = std::chrono::minutes(3);
    std::size_t mostBytes = rag::Conversation::MaxAnswer;
    /// How long a stopped answer may take to say so.
    std::chrono::milliseconds farewell{300};
};

/// One answer on its way: what came of it so far, and the end of it in any case, since time and length are
/// bounded. Main thread; the service outlives it. Deleting it stops the answer.
class AnswerRun : public QObject
{
    Q_OBJECT
public:
    AnswerRun(jobs::AskService& service, const rag::Question& question, DateTime asked,
              const AnswerBounds& bounds, QObject* parent = nullptr);
    ~AnswerRun() override;

    [[nodiscard]] const rag::Turn& turn() const { return m_turn; }
    [[nodiscard]] bool stopping() const { return m_stopping; }
    [[nodiscard]] bool over() const { return m_over; }
    /// Nothing more is shown from now on; finished() follows within AnswerBounds::farewell.
    void stop();

Q_SIGNALS:
    void grounded();
    void grew(const QString& text);
    /// Once, last; turn() is final.
    void finished();

private:
    void take(const QString& text);
    void end(const rag::AnswerFacts& facts, const std::optional<Error>& error);
    void stopWith(const Error& error);

    AnswerBounds m_bounds;
    rag::Turn m_turn;
    std::unique_ptr<jobs::Answer> m_answer;
    std::optional<Error> m_verdict; ///< why it was stopped here
    QTimer m_deadline;
    bool m_stopping = false;
    bool m_over = false;
};

} // namespace gatehouse::ui
