// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/encoding.h"
#include "core/local/arm/armcall.h"
#include "core/local/arm/metrics.h"
#include "core/local/arm/resourcestore.h"

#include <array>

namespace gatehouse::local {

namespace {

constexpr const char* RequestDimensions = "ModelDeploymentName,StatusCode,OperationName,Region";
constexpr const char* TokenDimensions = "ModelDeploymentName,Region";
constexpr const char* GatewayDimensions =
    "Location,LastErrorReason,BackendResponseCode,GatewayResponseCode,BackendResponseCodeCategory,"
    "GatewayResponseCodeCategory,ApiId";

constexpr const char* Failed = "iff(ResultCode startswith '5' or ResultCode == '0', 0.0, 100.0)";
constexpr const char* Latency = "iff(Success == true, DurationMs, real(null))";
constexpr const char* Requests = "todouble(ItemCount)";

// The older and the newer name of the same figures: which ones an account has depends on its age (§3.2).
constexpr std::array<MetricDefinition, 12> AccountMetrics = {{
    {"AzureOpenAIRequests", "Azure OpenAI Requests", "Count", "Total", RequestDimensions,
     MetricSource::Attempts, Requests},
    {"AzureOpenAIAvailabilityRate", "Azure OpenAI AvailabilityRate", "Percent", "Average", RequestDimensions,
     MetricSource::Attempts, Failed},
    {"AzureOpenAITimeToResponse", "Time to Response", "MilliSeconds", "Average", RequestDimensions,
     MetricSource::Attempts, Latency},
    {"ProcessedPromptTokens", "Processed Prompt Tokens", "Count", "Total", TokenDimensions,
     MetricSource::Tokens, "todouble(PromptTokens)"},
    {"GeneratedTokens", "Generated Completion Tokens", "Count", "Total", TokenDimensions,
     MetricSource::Tokens, "todouble(CompletionTokens)"},
    {"TokenTransaction", "Processed Inference Tokens", "Count", "Total", TokenDimensions,
     MetricSource::Tokens, "todouble(TotalTokens)"},
    {"ModelRequests", "Model Requests", "Count", "Total", RequestDimensions, MetricSource::Attempts,
     Requests},
    {"ModelAvailabilityRate", "Model Availability Rate", "Percent", "Average", RequestDimensions,
     MetricSource::Attempts, Failed},
    {"TimeToResponse", "Time to Response", "MilliSeconds", "Average", RequestDimensions,
     MetricSource::Attempts, Latency},
    {"InputTokens", "Input Tokens", "Count", "Total", TokenDimensions, MetricSource::Tokens,
     "todouble(PromptTokens)"},
    {"OutputTokens", "Output Tokens", "Count", "Total", TokenDimensions, MetricSource::Tokens,
     "todouble(CompletionTokens)"},
    {"TotalTokens", "Total Tokens", "Count", "Total", TokenDimensions, MetricSource::Tokens,
     "todouble(TotalTokens)"},
}};

constexpr std::array<MetricDefinition, 3> ServiceMetrics = {{
    {"Requests", "Requests", "Count", "Total", GatewayDimensions, MetricSource::Gateway, "1.0"},
    {"Duration", "Overall Duration of Gateway Requests", "MilliSeconds", "Average", "Location,ApiId",
     MetricSource::Gateway, "todouble(TotalTime)"},
    {"BackendDuration", "Duration of Backend Requests", "MilliSeconds", "Average", "Location,ApiId",
     MetricSource::Gateway, "iff(BackendId == '', real(null), todouble(BackendTime))"},
}};

constexpr std::array<const char*, 8> Grains = {"PT1M", "PT5M", "PT15M", "PT30M",
                                               "PT1H", "PT6H", "PT12H", "P1D"};

Json definitionBody(const Resource& resource, const MetricDefinition& metric)
{
    Json dimensions = Json::array();
    std::string_view rest = metric.dimensions;
    while (!rest.empty()) {
        const std::string_view name = rest.substr(0, rest.find(','));
        rest.remove_prefix(std::min(rest.size(), name.size() + 1));
        dimensions.push_back({{"value", name}, {"localizedValue", name}});
    }
    Json grains = Json::array();
    for (const char* grain : Grains)
        grains.push_back({{"timeGrain", grain}, {"retention", "P93D"}});
    return {
        {"id", resource.id + "/providers/microsoft.insights/metricdefinitions/" + std::string(metric.name)},
        {"resourceId", resource.id},
        {"namespace", resource.type},
        {"category", "Gatehouse"},
        {"name", {{"value", metric.name}, {"localizedValue", metric.title}}},
        {"displayDescription", metric.title},
        {"isDimensionRequired", false},
        {"unit", metric.unit},
        {"primaryAggregationType", metric.primary},
        {"supportedAggregationTypes", Json::array({"Total", "Average", "Minimum", "Maximum", "Count"})},
        {"metricAvailabilities", std::move(grains)},
        {"dimensions", std::move(dimensions)}};
}

} // namespace

std::span<const MetricDefinition> metricsOf(std::string_view resourceType)
{
    if (equalsIgnoreCase(resourceType, "Microsoft.CognitiveServices/accounts"))
        return AccountMetrics;
    if (equalsIgnoreCase(resourceType, "Microsoft.ApiManagement/service"))
        return ServiceMetrics;
    return {};
}

std::string metricRows(MetricSource source, const std::string& resourceName, const std::string& location)
{
    const std::string region = "Region = '" + location + "'";
    switch (source) {
    case MetricSource::Attempts:
        return "AppDependencies | where Target == '" + resourceName +
               "' | extend ModelDeploymentName = tostring(Properties.deployment), StatusCode = ResultCode, " +
               region;
    case MetricSource::Tokens:
        return "ApiManagementGatewayLlmLog | where DeploymentName != '' | join kind=inner "
               "(ApiManagementGatewayLogs "
               "| where BackendId == '" +
               resourceName +
               "' | project CorrelationId) on CorrelationId | extend ModelDeploymentName = DeploymentName, " +
               region;
    case MetricSource::Gateway:
        break;
    }
    return "ApiManagementGatewayLogs | extend Location = Region, GatewayResponseCode = "
           "tostring(ResponseCode), "
           "BackendResponseCode = tostring(BackendResponseCode), "
           "GatewayResponseCodeCategory = strcat(tostring(ResponseCode / 100), 'xx'), "
           "BackendResponseCodeCategory = iff(isnull(BackendResponseCode), '', "
           "strcat(tostring(BackendResponseCode / 100), 'xx'))";
}

void answerMetricDefinitions(ArmCall& call, const std::string& resourceId)
{
    const ResourcePtr resource = call.context.resources.get(resourceId);
    if (resource == nullptr)
        return answerArmError(call.exchange.response, 404, "ResourceNotFound", "The resource was not found.");
    std::vector<Json> items;
    for (const MetricDefinition& metric : metricsOf(resource->type))
        items.push_back(definitionBody(*resource, metric));
    answerList(call, items, false);
}

} // namespace gatehouse::local
