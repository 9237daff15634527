// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/azure/loganalyticsclient.h"
#include "core/http/gate.h"
#include "core/http/sharedcalls.h"
#include "core/jobs/services.h"

#include <string>

namespace gatehouse::jobs {

/// Workspace over Log Analytics. Equal questions that are under way are asked once; at most 5 run at a time
/// for the signed-in user (the service's own limit, contracts §2.4), first come first served. Main thread.
class WorkspaceQueries final : public Workspace
{
    Q_OBJECT
public:
    static constexpr int MaxInFlight = 5;

    /// The client must outlive this.
    WorkspaceQueries(azure::LogAnalyticsClient& client, std::string workspaceId, QObject* parent = nullptr);

    [[nodiscard]] QFuture<Result<QueryAnswerPtr>> ask(const Ask& ask, std::stop_token stop) override;
    [[nodiscard]] int inFlight() const override { return m_gate.inside(); }

private:
    [[nodiscard]] QFuture<Result<QueryAnswerPtr>> enter(const Ask& ask, const std::stop_token& stop);

    azure::LogAnalyticsClient& m_client;
    std::string m_workspaceId;
    http::Gate m_gate;
    http::SharedCalls<QueryAnswerPtr> m_shared;
};

} // namespace gatehouse::jobs
