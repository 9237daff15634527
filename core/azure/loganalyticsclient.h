// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/azure/authorizedclient.h"
#include "core/table/queryanswer.h"

#include <optional>
#include <string>
#include <vector>

namespace gatehouse::azure {

struct LogQuery
{
    std::string workspaceId; ///< customerId
    std::string kql;
    std::optional<TimeRange> timespan;
    bool fresh = false; ///< not from the service's cache (2 minutes)
    bool statistics = false;
    bool render = false;
};

/// A table as the workspace's metadata describes it.
struct LogTableInfo
{
    struct Column
    {
        std::string name;
        ColumnType type = ColumnType::String;
    };
    std::string name;
    std::string description;
    std::vector<Column> columns;
};

/// The tables of a metadata answer (contracts §2.5). What has no name or a type that nobody knows is left
/// out. Parse or Protocol when it is no such answer.
[[nodiscard]] Result<std::vector<LogTableInfo>> decodeLogMetadata(std::string_view body);

/// Queries of a Log Analytics workspace (contracts §2): POST /v1/workspaces/{id}/query. Answers are decoded
/// off the main thread. A PartialError comes beside the rows. Does not limit how many run: that is the
/// workspace job's business. Main thread.
class LogAnalyticsClient final : public QObject
{
public:
    LogAnalyticsClient(AuthorizedClient& client, std::string logsOrigin, std::string logsScope,
                       QObject* parent = nullptr);

    /// InvalidInput for KQL that the service does not accept, with its position where it says so.
    [[nodiscard]] QFuture<Result<QueryAnswerPtr>> query(const LogQuery& query, std::stop_token stop);
    /// The tables with their columns: GET …/metadata, which the stable API does not promise.
    [[nodiscard]] QFuture<Result<std::vector<LogTableInfo>>> metadata(const std::string& workspaceId,
                                                                      std::stop_token stop);

private:
    void take(const http::HttpResponse& response, const std::function<void(Result<QueryAnswerPtr>)>& done);

    AuthorizedClient& m_client;
    std::string m_origin;
    std::string m_scope;
};

} // namespace gatehouse::azure
