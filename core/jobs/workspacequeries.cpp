// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/workspacequeries.h"

namespace gatehouse::jobs {

WorkspaceQueries::WorkspaceQueries(azure::LogAnalyticsClient& client, std::string workspaceId,
                                   QObject* parent)
    : Workspace(parent)
    , m_client(client)
    , m_workspaceId(std::move(workspaceId))
    , m_gate(MaxInFlight)
    , m_shared(this)
{
    connect(&m_gate, &http::Gate::insideChanged, this, &Workspace::inFlightChanged);
}

QFuture<Result<QueryAnswerPtr>> WorkspaceQueries::ask(const Ask& ask, std::stop_token stop)
{
    // The parts cannot run into each other: neither a time range nor a flag holds a line break.
    std::string key(ask.fresh ? "fresh\n" : "cached\n");
    key += ask.render ? "drawn\n" : "plain\n";
    key += ask.timespan ? formatTimeRange(*ask.timespan) : std::string();
    key += '\n';
    key += ask.kql;
    return m_shared.share(key, stop,
                          [this, ask](const std::stop_token& shared) { return enter(ask, shared); });
}

QFuture<Result<QueryAnswerPtr>> WorkspaceQueries::enter(const Ask& ask, const std::stop_token& stop)
{
    http::Deferred<QueryAnswerPtr> deferred;
    m_gate.enter(stop, [this, ask, stop, deferred](const Result<http::Gate::Permit>& permit) {
        if (!permit) {
            deferred.settle(fail(permit.error()));
            return;
        }
        azure::LogQuery query;
        query.workspaceId = m_workspaceId;
        query.kql = ask.kql;
        query.timespan = ask.timespan;
        query.fresh = ask.fresh;
        query.render = ask.render;
        // The permit lives in the continuation, so its place is free once the answer is in.
        m_client.query(query, stop)
            .then(this, [deferred, held = *permit](const Result<QueryAnswerPtr>& answer) mutable {
                held.reset();
                deferred.settle(answer);
            });
    });
    return deferred.future();
}

} // namespace gatehouse::jobs
