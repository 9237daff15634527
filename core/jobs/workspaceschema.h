// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/azure/loganalyticsclient.h"
#include "core/http/deferred.h"
#include "core/jobs/services.h"

#include <QtCore/QObject>

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace gatehouse::jobs {

using SchemaPtr = std::shared_ptr<const kql::language::Schema>;

/// The workspace's schema from its metadata. The stable API does not promise metadata, so without it the
/// tables that an AI gateway logs to are asked for one by one with getschema; those that the workspace does
/// not have are left out. Main thread.
class WorkspaceSchema final : public QObject, public SchemaService
{
public:
    /// Client and workspace must outlive this.
    WorkspaceSchema(azure::LogAnalyticsClient& client, std::string workspaceId, Workspace& workspace,
                    QObject* parent = nullptr);
    ~WorkspaceSchema() override;

    [[nodiscard]] QFuture<Result<SchemaPtr>> schema(std::stop_token stop) override;

private:
    void ask();
    void askNextTable();
    void takeTable(const std::string& name, const Result<QueryAnswerPtr>& answer);
    void settle(const Result<SchemaPtr>& result);

    azure::LogAnalyticsClient& m_client;
    std::string m_workspaceId;
    Workspace& m_workspace;
    SchemaPtr m_known;
    std::vector<http::Deferred<SchemaPtr>> m_waiting;
    std::stop_source m_stop;
    // Without metadata:
    std::vector<std::string> m_unasked;
    kql::language::Schema m_found;
    std::optional<Error> m_firstError;
};

} // namespace gatehouse::jobs
