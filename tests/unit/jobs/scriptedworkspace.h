// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/jobs/services.h"

#include <QtCore/QPromise>
#include <QtTest/QTest>

#include <functional>
#include <vector>

namespace gatehouse::test {

/// A workspace that answers by a function of the query, at once or when the test says so. It remembers what
/// it was asked.
class ScriptedWorkspace final : public jobs::Workspace
{
    Q_OBJECT
public:
    using Answer = std::function<Result<QueryAnswerPtr>(const jobs::Ask&)>;

    explicit ScriptedWorkspace(Answer answer)
        : m_answer(std::move(answer))
    {}

    QFuture<Result<QueryAnswerPtr>> ask(const jobs::Ask& ask, std::stop_token stop) override
    {
        asks.push_back(ask);
        QPromise<Result<QueryAnswerPtr>> promise;
        promise.start();
        QFuture<Result<QueryAnswerPtr>> future = promise.future();
        m_waiting.push_back({std::move(promise), ask, stop});
        if (!hold)
            answerAll();
        return future;
    }

    [[nodiscard]] int inFlight() const override { return static_cast<int>(m_waiting.size()); }

    void answerAll()
    {
        auto waiting = std::move(m_waiting);
        m_waiting.clear();
        for (Waiting& one : waiting) {
            if (one.stop.stop_requested())
                one.promise.addResult(Result<QueryAnswerPtr>(fail(Error::Kind::Cancelled, "stopped")));
            else
                one.promise.addResult(m_answer(one.ask));
            one.promise.finish();
        }
    }

    std::vector<jobs::Ask> asks;
    bool hold = false;

private:
    struct Waiting
    {
        QPromise<Result<QueryAnswerPtr>> promise;
        jobs::Ask ask;
        std::stop_token stop;
    };

    Answer m_answer;
    std::vector<Waiting> m_waiting;
};

[[nodiscard]] inline QueryAnswerPtr answerOf(Table table)
{
    auto answer = std::make_shared<QueryAnswer>();
    answer->tables.push_back(std::move(table));
    return answer;
}

/// The refusal of a workspace without the table.
[[nodiscard]] inline Error missingTable(const std::string& table)
{
    Error error;
    error.kind = Error::Kind::InvalidInput;
    error.serviceCode = "SEM0100";
    error.message = "'where' operator: Failed to resolve table or column expression named '" + table + "'";
    return error;
}

/// Waits for a future without a nested loop of its own.
template <typename T>
[[nodiscard]] bool finished(const QFuture<T>& future)
{
    return QTest::qWaitFor([&future] { return future.isFinished(); }, 5000);
}

} // namespace gatehouse::test
