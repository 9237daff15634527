// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/logs/schemas.h"

#include <algorithm>
#include <array>
#include <utility>

namespace gatehouse::local {

namespace {

// The columns of Azure Monitor's reference pages as "Name:t", t being the type: s string, i int, l long, r
// real, b bool, d dynamic, t datetime, g guid. The columns that every table has are added by storedColumns().
constexpr std::array Specs{
    TableSpec{TableId::GatewayLogs, "ApiManagementGatewayLogs", GatewayLogsColumns, "API Management"},
    TableSpec{TableId::LlmLog, "ApiManagementGatewayLlmLog", LlmLogColumns, "API Management"},
    TableSpec{
        TableId::McpLog, "ApiManagementGatewayMCPLog",
        "ApiType:s AuthenticationMethod:s ClientName:s ClientVersion:s CorrelationId:s Error:s ErrorType:s "
        "McpServerEndpoint:s Method:s OperationName:s ProtocolVersion:s Region:s ServerName:s "
        "ServerVersion:s "
        "SessionId:s ToolCount:i ToolName:s TransportType:s",
        "API Management"},
    TableSpec{TableId::WebSocketLogs, "ApiManagementWebSocketConnectionLogs",
              "CorrelationId:s Destination:s Error:s EventName:s Region:s Source:s", "API Management"},
    TableSpec{
        TableId::AppRequests, "AppRequests",
        "AppRoleInstance:s AppRoleName:s AppVersion:s ClientBrowser:s ClientCity:s ClientCountryOrRegion:s "
        "ClientIP:s ClientModel:s ClientOS:s ClientStateOrProvince:s ClientType:s DurationMs:r IKey:s Id:s "
        "ItemCount:i Measurements:d Name:s OperationId:s OperationName:s ParentId:s Properties:d "
        "ReferencedItemId:s ReferencedType:s ResourceGUID:s ResultCode:s SDKVersion:s SessionId:s Source:s "
        "Success:b SyntheticSource:s Url:s UserAccountId:s UserAuthenticatedId:s UserId:s",
        "Applications"},
    TableSpec{TableId::AppDependencies, "AppDependencies", DependencyColumns, "Applications"},
    TableSpec{
        TableId::AppMetrics, "AppMetrics",
        "AppRoleInstance:s AppRoleName:s AppVersion:s ClientBrowser:s ClientCity:s ClientCountryOrRegion:s "
        "ClientIP:s ClientModel:s ClientOS:s ClientStateOrProvince:s ClientType:s IKey:s ItemCount:i Max:r "
        "Min:r Name:s OperationId:s OperationName:s ParentId:s Properties:d ResourceGUID:s SDKVersion:s "
        "SessionId:s Sum:r SyntheticSource:s UserAccountId:s UserAuthenticatedId:s UserId:s",
        "Applications"},
    TableSpec{
        TableId::AppTraces, "AppTraces",
        "AppRoleInstance:s AppRoleName:s AppVersion:s ClientBrowser:s ClientCity:s ClientCountryOrRegion:s "
        "ClientIP:s ClientModel:s ClientOS:s ClientStateOrProvince:s ClientType:s IKey:s ItemCount:i "
        "Measurements:d Message:s OperationId:s OperationName:s ParentId:s Properties:d ReferencedItemId:s "
        "ReferencedType:s ResourceGUID:s SDKVersion:s SessionId:s SeverityLevel:i SyntheticSource:s "
        "UserAccountId:s UserAuthenticatedId:s UserId:s",
        "Applications"},
    TableSpec{
        TableId::AppExceptions, "AppExceptions",
        "AppRoleInstance:s AppRoleName:s AppVersion:s Assembly:s ClientBrowser:s ClientCity:s "
        "ClientCountryOrRegion:s ClientIP:s ClientModel:s ClientOS:s ClientStateOrProvince:s ClientType:s "
        "Details:d ExceptionType:s HandledAt:s IKey:s InnermostAssembly:s InnermostMessage:s "
        "InnermostMethod:s InnermostType:s ItemCount:i Measurements:d Message:s Method:s OperationId:s "
        "OperationName:s OuterAssembly:s OuterMessage:s OuterMethod:s OuterType:s ParentId:s ProblemId:s "
        "Properties:d ResourceGUID:s SDKVersion:s SessionId:s SeverityLevel:i SyntheticSource:s "
        "UserAccountId:s UserAuthenticatedId:s UserId:s",
        "Applications"},
    TableSpec{
        TableId::AzureMetrics, "AzureMetrics",
        "Average:r CallerIpAddress:s Category:s Confidence:s CorrelationId:s Count:r Description:s "
        "DurationMs:l FirstReportedDateTime:s IndicatorThreatType:s IsActive:s LastReportedDateTime:s "
        "MaliciousIP:s Maximum:r MetricName:s Minimum:r OperationName:s OperationVersion:s RemoteIPCountry:s "
        "RemoteIPLatitude:r RemoteIPLongitude:r Resource:s ResourceGroup:s ResourceId:s ResourceProvider:s "
        "ResultDescription:s ResultSignature:s ResultType:s Severity:i SubscriptionId:s TLPLevel:s "
        "TimeGrain:s Total:r UnitName:s",
        "Azure Resources"},
    TableSpec{
        TableId::AzureDiagnostics, "AzureDiagnostics",
        "ActivityId_g:g CallerIPAddress:s Category:s CorrelationId:s DurationMs:l Level:s Message:s "
        "OperationName:s OperationVersion:s Resource:s ResourceGroup:s ResourceId:s ResourceProvider:s "
        "ResourceType:s ResultDescription:s ResultSignature:s ResultType:s SubscriptionId:s properties_s:s",
        "Azure Resources"},
    TableSpec{
        TableId::ContainerLogV2, "ContainerLogV2",
        "Computer:s ContainerId:s ContainerName:s KubernetesMetadata:d LogLevel:s LogMessage:d LogSource:s "
        "PodName:s PodNamespace:s",
        "Containers"},
    TableSpec{
        TableId::KubePodInventory, "KubePodInventory",
        "ClusterId:s ClusterName:s Computer:s ContainerCreationTimeStamp:t ContainerID:s "
        "ContainerLastStatus:s ContainerName:s ContainerRestartCount:i ContainerStartTime:t "
        "ContainerStatus:s "
        "ContainerStatusReason:s ControllerKind:s ControllerName:s InstanceName:s Name:s Namespace:s "
        "PodCreationTimeStamp:t PodIp:s PodLabel:s PodRestartCount:i PodStartTime:t PodStatus:s PodUid:s "
        "ServiceName:s",
        "Containers"},
    TableSpec{TableId::KubeEvents, "KubeEvents",
              "ClusterId:s ClusterName:s Computer:s Count:r FirstSeen:t KubeEventType:s LastSeen:t Message:s "
              "Name:s "
              "Namespace:s ObjectKind:s Reason:s SourceComponent:s",
              "Containers"},
    TableSpec{
        TableId::Usage, "Usage",
        "AvgLatencyInSeconds:r BatchesCapped:l BatchesOutsideSla:l BatchesWithinSla:l Computer:s DataType:s "
        "EndTime:t IsBillable:b LinkedMeterId:s LinkedResourceUri:s MeterId:s Plan:s Quantity:r "
        "QuantityUnit:s ResourceUri:s Solution:s StartTime:t TotalBatches:l",
        "Management"},
    TableSpec{
        TableId::Heartbeat, "Heartbeat",
        "Category:s Computer:s ComputerEnvironment:s ComputerIP:s ComputerPrivateIPs:d IsGatewayInstalled:b "
        "ManagementGroupName:s OSMajorVersion:s OSMinorVersion:s OSName:s OSType:s RemoteIPCountry:s "
        "RemoteIPLatitude:r RemoteIPLongitude:r Resource:s ResourceGroup:s ResourceId:s ResourceProvider:s "
        "ResourceType:s SCAgentChannel:s Solutions:s SubscriptionId:s VMUUID:s Version:s MG:g "
        "SourceComputerId:g",
        "Management"},
    TableSpec{
        TableId::LAQueryLogs, "LAQueryLogs",
        "AADClientId:s AADEmail:s AADObjectId:s AADTenantId:s ConditionalDataAccess:s CorrelationId:s "
        "IsBillableQuery:b IsWorkspaceInFailover:b QueryText:s QueryThumbprint:s QueryTimeRangeEnd:t "
        "QueryTimeRangeStart:t RecordKind:s RequestClientApp:s RequestContext:d RequestContextFilters:d "
        "RequestTarget:s ResponseCode:i ResponseDurationMs:r ResponseRowCount:i ScannedGB:r StatsCPUTimeMs:r "
        "StatsDataProcessedEnd:t StatsDataProcessedStart:t StatsRegionCount:i StatsWorkspaceCount:i "
        "WorkspaceRegion:s",
        "Management"},
    TableSpec{
        TableId::AzureActivity, "AzureActivity",
        "ActivityStatus:s ActivityStatusValue:s ActivitySubstatus:s ActivitySubstatusValue:s Authorization:s "
        "Authorization_d:d Caller:s CallerIpAddress:s Category:s CategoryValue:s Claims:s Claims_d:d "
        "CorrelationId:s EventDataId:s EventSubmissionTimestamp:t HTTPRequest:s Hierarchy:s Level:s "
        "OperationId:s OperationName:s OperationNameValue:s Properties:s Properties_d:d Resource:s "
        "ResourceGroup:s ResourceId:s ResourceProvider:s ResourceProviderValue:s SubscriptionId:s",
        "Azure Resources"},
    TableSpec{TableId::InsightsMetrics, "InsightsMetrics",
              "AgentId:s Computer:s Name:s Namespace:s Origin:s Tags:s Val:r Value:s", "Virtual Machines"},
    TableSpec{TableId::Perf, "Perf",
              "BucketEndTime:t BucketStartTime:t Computer:s CounterName:s CounterPath:s CounterValue:r "
              "InstanceName:s Max:r Min:r ObjectName:s SampleCount:i StandardDeviation:r",
              "Virtual Machines"},
};

ColumnType typeOf(char letter)
{
    switch (letter) {
    case 'i':
        return ColumnType::Int;
    case 'l':
        return ColumnType::Long;
    case 'r':
        return ColumnType::Real;
    case 'b':
        return ColumnType::Bool;
    case 'd':
        return ColumnType::Dynamic;
    case 't':
        return ColumnType::DateTime;
    case 'g':
        return ColumnType::Guid;
    default:
        return ColumnType::String;
    }
}

const std::string& resourceOf(TableId id, const WorkspaceIdentity& identity)
{
    switch (id) {
    case TableId::ContainerLogV2:
    case TableId::KubePodInventory:
    case TableId::KubeEvents:
    case TableId::InsightsMetrics:
    case TableId::Perf:
    case TableId::Heartbeat:
        return identity.clusterResourceId;
    case TableId::Usage:
    case TableId::LAQueryLogs:
        return identity.workspaceResourceId;
    default:
        return identity.apimResourceId;
    }
}

std::string lowered(std::string text)
{
    std::ranges::transform(text, text.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return text;
}

/// What all rows of the gateway's tables have in common.
std::string constantOf(TableId id, std::string_view column)
{
    using Constant = std::pair<std::string_view, std::string_view>;
    static constexpr std::array Gateway{Constant{"ApiRevision", "1"},
                                        Constant{"BackendProtocol", "HTTP/1.1"},
                                        Constant{"Cache", "none"},
                                        Constant{"Category", "GatewayLogs"},
                                        Constant{"ClientProtocol", "HTTP/1.1"},
                                        Constant{"OperationName", "Microsoft.ApiManagement/GatewayLogs"}};
    static constexpr std::array Llm{Constant{"OperationName", "Microsoft.ApiManagement/GatewayLlmLogs"}};
    static constexpr std::array Dependency{Constant{"DependencyType", "HTTP"},
                                           Constant{"SDKVersion", "apim:gatehouse"}};
    const auto in = [&](const auto& list) -> std::string {
        for (const auto& [name, value] : list)
            if (name == column)
                return std::string(value);
        return {};
    };
    switch (id) {
    case TableId::GatewayLogs:
        return in(Gateway);
    case TableId::LlmLog:
        return in(Llm);
    case TableId::AppDependencies:
        return in(Dependency);
    default:
        return {};
    }
}

} // namespace

std::span<const TableSpec> tableSpecs()
{
    return Specs;
}

std::vector<StoredColumn> storedColumns(const TableSpec& spec, const WorkspaceIdentity& identity)
{
    std::vector<StoredColumn> columns;
    const auto add = [&columns](std::string name, ColumnType type, std::string constant = {}) {
        columns.push_back(StoredColumn{kql::SchemaColumn{std::move(name), type}, std::move(constant)});
    };
    std::string_view rest = spec.columns;
    while (!rest.empty()) {
        const std::size_t space = rest.find(' ');
        const std::string_view item = rest.substr(0, space);
        const std::size_t colon = item.find(':');
        const std::string_view name = item.substr(0, colon);
        add(std::string(name), typeOf(item[colon + 1]), constantOf(spec.id, name));
        rest = space == std::string_view::npos ? std::string_view{} : rest.substr(space + 1);
    }
    add("TimeGenerated", ColumnType::DateTime);
    add("TenantId", ColumnType::String, identity.workspaceId);
    add("SourceSystem", ColumnType::String, "Azure");
    add("Type", ColumnType::String, std::string(spec.name));
    add("_BilledSize", ColumnType::Real);
    add("_IsBillable", ColumnType::String, "true");
    add("_ResourceId", ColumnType::String, lowered(resourceOf(spec.id, identity)));
    add("_SubscriptionId", ColumnType::String, identity.subscriptionId);
    return columns;
}

} // namespace gatehouse::local
