// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/workspaceschema.h"

namespace gatehouse::jobs {

namespace {

/// Where an AI gateway, its clusters and its applications log to, the likeliest last: it is asked first.
constexpr const char* KnownTables[] = {"Usage",
                                       "Heartbeat",
                                       "AzureMetrics",
                                       "AzureDiagnostics",
                                       "AzureActivity",
                                       "KubeEvents",
                                       "KubePodInventory",
                                       "ContainerLogV2",
                                       "AppExceptions",
                                       "AppTraces",
                                       "AppMetrics",
                                       "AppRequests",
                                       "AppDependencies",
                                       "ApiManagementGatewayLlmLog",
                                       "ApiManagementGatewayLogs"};

SchemaPtr schemaFrom(const std::vector<azure::LogTableInfo>& tables)
{
    auto schema = std::make_shared<kql::language::Schema>();
    for (const azure::LogTableInfo& table : tables) {
        kql::language::TableInfo info{table.name, table.description, {}};
        for (const azure::LogTableInfo::Column& column : table.columns)
            info.columns.push_back({column.name, column.type});
        schema->tables.push_back(std::move(info));
    }
    return schema;
}

} // namespace

WorkspaceSchema::WorkspaceSchema(azure::LogAnalyticsClient& client, std::string workspaceId,
                                 Workspace& workspace, QObject* parent)
    : QObject(parent)
    , m_client(client)
    , m_workspaceId(std::move(workspaceId))
    , m_workspace(workspace)
{}

WorkspaceSchema::~WorkspaceSchema()
{
    m_stop.request_stop();
}

QFuture<Result<SchemaPtr>> WorkspaceSchema::schema(std::stop_token /*stop*/)
{
    // What is under way is kept for the next caller, so one caller's leaving does not stop it.
    if (m_known)
        return http::settledFuture<SchemaPtr>(m_known);
    http::Deferred<SchemaPtr> deferred;
    m_waiting.push_back(deferred);
    if (m_waiting.size() == 1)
        ask();
    return deferred.future();
}

void WorkspaceSchema::ask()
{
    m_client.metadata(m_workspaceId, m_stop.get_token())
        .then(this, [this](const Result<std::vector<azure::LogTableInfo>>& tables) {
            if (tables && !tables->empty()) {
                settle(schemaFrom(*tables));
                return;
            }
            if (!tables &&
                (tables.error().cancelled() || tables.error().kind == Error::Kind::SignInRequired)) {
                settle(fail(tables.error()));
                return;
            }
            m_firstError.reset();
            m_found = {};
            m_unasked.assign(std::begin(KnownTables), std::end(KnownTables));
            askNextTable();
        });
}

void WorkspaceSchema::askNextTable()
{
    if (m_unasked.empty()) {
        if (m_found.tables.empty() && m_firstError)
            settle(fail(*m_firstError));
        else
            settle(std::make_shared<const kql::language::Schema>(std::move(m_found)));
        return;
    }
    const std::string name = m_unasked.back();
    m_unasked.pop_back();
    m_workspace
        .ask({name + " | getschema | project ColumnName, ColumnType", std::nullopt, false},
             m_stop.get_token())
        .then(this, [this, name](const Result<QueryAnswerPtr>& answer) { takeTable(name, answer); });
}

void WorkspaceSchema::takeTable(const std::string& name, const Result<QueryAnswerPtr>& answer)
{
    if (!answer) {
        if (!m_firstError)
            m_firstError = answer.error();
        if (answer.error().kind != Error::Kind::InvalidInput)
            m_unasked.clear(); // no table is to blame: the service does not answer
    } else {
        const Table& rows = (*answer)->primary();
        const Column* const columns = rows.find("ColumnName");
        const Column* const types = rows.find("ColumnType");
        kql::language::TableInfo info{name, {}, {}};
        for (std::size_t row = 0; columns != nullptr && types != nullptr && row < rows.rowCount(); ++row) {
            if (const auto type = columnTypeFrom(types->displayAt(row)))
                info.columns.push_back({columns->displayAt(row), *type});
        }
        m_found.tables.push_back(std::move(info));
    }
    askNextTable();
}

void WorkspaceSchema::settle(const Result<SchemaPtr>& result)
{
    if (result)
        m_known = *result;
    const auto waiting = std::exchange(m_waiting, {});
    for (const http::Deferred<SchemaPtr>& deferred : waiting)
        deferred.settle(result);
}

} // namespace gatehouse::jobs
