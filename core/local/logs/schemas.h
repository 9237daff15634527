// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kql/engine.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::local {

/// The tables of the workspace. The number is stored in the file: append, never reorder.
enum class TableId : std::uint8_t {
    GatewayLogs,
    LlmLog,
    McpLog,
    WebSocketLogs,
    AppRequests,
    AppDependencies,
    AppMetrics,
    AppTraces,
    AppExceptions,
    AzureMetrics,
    AzureDiagnostics,
    ContainerLogV2,
    KubePodInventory,
    KubeEvents,
    Usage,
    Heartbeat,
    LAQueryLogs,
    AzureActivity,
    InsightsMetrics,
    Perf,
};

/// One table as Azure Monitor's reference describes it. columns is "Name:t Name:t …" (see schemas.cpp); a row
/// in the file names its columns by their position, so new ones are appended.
struct TableSpec
{
    TableId id;
    std::string_view name;
    std::string_view columns;
    std::string_view category; ///< of /metadata
};

/// All tables, in the order of TableId.
[[nodiscard]] std::span<const TableSpec> tableSpecs();

/// Which resources the rows belong to; constant for a data directory.
struct WorkspaceIdentity
{
    std::string workspaceId; ///< customer id; TenantId of every row
    std::string workspaceName;
    std::string workspaceResourceId;
    std::string region;
    std::string subscriptionId;
    std::string apimResourceId;
    std::string clusterResourceId; ///< _ResourceId of the Kubernetes tables
};

/// A column of the stored table: its schema and what a row that does not carry it shows.
struct StoredColumn
{
    kql::SchemaColumn schema;
    std::string constant; ///< texts only; "" for none
};

/// The table's own columns in order, then those that every table has.
[[nodiscard]] std::vector<StoredColumn> storedColumns(const TableSpec& spec,
                                                      const WorkspaceIdentity& identity);

/// The position of a column in a spec, found while compiling; a wrong name does not compile.
consteval std::size_t columnAt(std::string_view columns, std::string_view name)
{
    std::size_t index = 0;
    while (!columns.empty()) {
        const std::size_t space = columns.find(' ');
        const std::string_view item = columns.substr(0, space);
        if (item.substr(0, item.find(':')) == name)
            return index;
        columns = space == std::string_view::npos ? std::string_view{} : columns.substr(space + 1);
        ++index;
    }
    throw "no such column";
}

inline constexpr std::string_view GatewayLogsColumns =
    "ApiId:s ApiRevision:s ApimSubscriptionId:s BackendId:s BackendMethod:s BackendProtocol:s "
    "BackendRequestBody:s BackendRequestHeaders:d BackendResponseBody:s BackendResponseCode:i "
    "BackendResponseHeaders:d BackendTime:l BackendUrl:s Cache:s CacheTime:l CallerIpAddress:s Category:s "
    "ClientProtocol:s ClientTime:l ClientTlsVersion:s CorrelationId:s Errors:d IsMasterTrace:b "
    "IsRequestSuccess:b IsTraceAllowed:b IsTraceExpired:b IsTraceRequested:b LastErrorElapsed:l "
    "LastErrorMessage:s LastErrorReason:s LastErrorScope:s LastErrorSection:s LastErrorSource:s Method:s "
    "OperationId:s OperationName:s ProductId:s Region:s RequestBody:s RequestHeaders:d RequestSize:i "
    "ResponseBody:s ResponseCode:i ResponseHeaders:d ResponseSize:i TotalTime:l TraceRecords:d Url:s "
    "UserId:s WorkspaceId:s";

inline constexpr std::string_view LlmLogColumns =
    "ApiVersion:s CompletionTokens:i CorrelationId:s DeploymentName:s IsStreamCompletion:b ModelName:s "
    "OperationName:s PromptTokens:i Region:s RequestId:s RequestMessages:d ResponseMessages:d "
    "SequenceNumber:i TotalTokens:i";

inline constexpr std::string_view DependencyColumns =
    "AppRoleInstance:s AppRoleName:s AppVersion:s ClientBrowser:s ClientCity:s ClientCountryOrRegion:s "
    "ClientIP:s ClientModel:s ClientOS:s ClientStateOrProvince:s ClientType:s Data:s DependencyType:s "
    "DurationMs:r IKey:s Id:s ItemCount:i Measurements:d Name:s OperationId:s OperationName:s ParentId:s "
    "Properties:d ReferencedItemId:s ReferencedType:s ResourceGUID:s ResultCode:s SDKVersion:s "
    "SessionId:s Success:b SyntheticSource:s Target:s UserAccountId:s UserAuthenticatedId:s UserId:s";

} // namespace gatehouse::local
