// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/sample/cluster.h"

#include "core/base/encoding.h"
#include "core/local/arm/seed.h"
#include "core/local/gateway/draw.h"
#include "core/local/gateway/jsontext.h"
#include "core/local/sample/namedrow.h"

#include <algorithm>
#include <array>

namespace gatehouse::local {

namespace {

constexpr std::string_view Namespace = "ai-services";
constexpr std::string_view RestartingService = "document-search";
constexpr Ticks InventoryEvery = std::chrono::hours(1);
constexpr Ticks InventoryAtTheEnd = std::chrono::minutes(5); ///< in the last two hours
constexpr std::array<std::string_view, 2> Nodes = {"aks-system-0", "aks-system-1"};

struct Pod
{
    std::string name;
    std::string service;
    std::string uid;
    std::string node;
    std::string ip;
};

std::string hexOf(std::uint64_t number, std::size_t digits)
{
    std::string bytes;
    for (unsigned shift = 0; shift < 64; shift += 8)
        bytes += static_cast<char>(static_cast<unsigned char>(number >> shift));
    return toHex(bytes).substr(0, digits);
}

std::vector<Pod> makePods(std::uint64_t& random)
{
    std::vector<Pod> pods;
    for (const SeedService& service : seedServices()) {
        const std::size_t index = pods.size();
        const std::string uid = hexOf(nextRandom(random), 8) + "-" + hexOf(nextRandom(random), 4) + "-4" +
                                hexOf(nextRandom(random), 3) + "-8" + hexOf(nextRandom(random), 3) + "-" +
                                hexOf(nextRandom(random), 12);
        pods.push_back({service.id + "-" + hexOf(nextRandom(random), 9) + "-" + hexOf(nextRandom(random), 5),
                        service.id, uid, std::string(Nodes[index % Nodes.size()]),
                        "10.20.0." + std::to_string(10 + index)});
    }
    return pods;
}

void addInventory(const Pod& pod, DateTime moment, const TimeRange& range, const std::string& clusterId,
                  RowBatch& batch)
{
    const bool restarting = pod.service == RestartingService;
    const Ticks left = range.end - moment;
    // Four restarts in the last hour, one each quarter.
    const std::int64_t restarts =
        restarting ? 1 + std::clamp<std::int64_t>(4 - left / Ticks(std::chrono::minutes(15)), 0, 4) : 0;
    NamedRow row(TableId::KubePodInventory, moment);
    row.text("ClusterId", clusterId)
        .text("ClusterName", clusterId.substr(clusterId.rfind('/') + 1))
        .text("Computer", pod.node)
        .text("ContainerName", pod.uid + "/" + pod.service)
        .integer("ContainerRestartCount", restarts)
        .text("ContainerStatus", "running")
        .text("ContainerStatusReason", restarts > 1 ? "OOMKilled" : "")
        .text("ControllerKind", "ReplicaSet")
        .text("ControllerName", pod.name.substr(0, pod.name.rfind('-')))
        .text("Name", pod.name)
        .text("Namespace", std::string(Namespace))
        .time("PodCreationTimeStamp", range.start)
        .text("PodIp", pod.ip)
        .text("PodLabel", R"([{"app":")" + pod.service + R"(","azure.workload.identity/use":"true"}])")
        .integer("PodRestartCount", restarts)
        .time("PodStartTime", range.start)
        .text("PodStatus", "Running")
        .text("PodUid", pod.uid)
        .text("ServiceName", pod.service)
        .addTo(batch);
}

void addContainerLine(const Pod& pod, DateTime moment, std::string_view level, std::string_view message,
                      RowBatch& batch)
{
    std::string json = "{";
    appendMember(json, "message", message);
    json += '}';
    NamedRow(TableId::ContainerLogV2, moment)
        .text("Computer", pod.node)
        .text("ContainerId", hexOf(std::hash<std::string>{}(pod.name), 12))
        .text("ContainerName", pod.service)
        .text("LogLevel", std::string(level))
        .text("LogMessage", json)
        .text("LogSource", level == "error" ? "stderr" : "stdout")
        .text("PodName", pod.name)
        .text("PodNamespace", std::string(Namespace))
        .addTo(batch);
}

void addRestarts(const Pod& pod, const TimeRange& range, RowBatch& batch)
{
    for (int i = 1; i <= 4; ++i) {
        const DateTime moment = range.end - Ticks(std::chrono::minutes(15 * i - 1));
        if (moment < range.start)
            continue;
        addContainerLine(pod, moment, "error", "out of memory while indexing a batch", batch);
        NamedRow(TableId::KubeEvents, moment)
            .text("Computer", pod.node)
            .real("Count", i)
            .text("KubeEventType", "Warning")
            .text("Message", "Back-off restarting failed container " + pod.service)
            .text("Name", pod.name)
            .text("Namespace", std::string(Namespace))
            .text("ObjectKind", "Pod")
            .text("Reason", "BackOff")
            .text("SourceComponent", "kubelet")
            .addTo(batch);
    }
}

void addHeartbeats(DateTime moment, RowBatch& batch)
{
    for (const std::string_view node : Nodes)
        NamedRow(TableId::Heartbeat, moment)
            .text("Category", "Azure Monitor Agent")
            .text("Computer", std::string(node))
            .text("ComputerEnvironment", "Azure")
            .text("OSType", "Linux")
            .text("OSName", "Ubuntu")
            .text("ResourceGroup", std::string(seed::ResourceGroup))
            .text("SubscriptionId", std::string(seed::SubscriptionId))
            .text("Version", "1.33.1")
            .addTo(batch);
}

void addUsage(DateTime day, std::uint64_t& random, RowBatch& batch)
{
    static constexpr std::array<std::string_view, 3> Types = {
        "ApiManagementGatewayLogs", "ApiManagementGatewayLlmLog", "AppDependencies"};
    for (const std::string_view type : Types)
        NamedRow(TableId::Usage, day)
            .text("DataType", std::string(type))
            .time("StartTime", day - Ticks(std::chrono::hours(24)))
            .time("EndTime", day)
            .integer("IsBillable", 1)
            .real("Quantity", 0.6 + nextUnit(random))
            .text("QuantityUnit", "MBytes")
            .text("Solution", "LogManagement")
            .addTo(batch);
}

} // namespace

void addClusterRows(const TimeRange& range, std::uint64_t seed, const std::string& clusterId, RowBatch& batch)
{
    std::uint64_t random = seed ^ 0x706f6473U;
    const std::vector<Pod> pods = makePods(random);
    const DateTime lastHours = range.end - Ticks(std::chrono::hours(2));
    for (DateTime moment = range.start; moment < range.end;
         moment += moment < lastHours ? InventoryEvery : InventoryAtTheEnd) {
        for (const Pod& pod : pods)
            addInventory(pod, moment, range, clusterId, batch);
        addHeartbeats(moment, batch);
        const Pod& pod = pods[nextRandom(random) % pods.size()];
        addContainerLine(pod, moment, "info", "ready", batch);
        if (nextUnit(random) < 0.1)
            addContainerLine(pod, moment, "warning", "the gateway asked to retry later", batch);
    }
    for (const Pod& pod : pods)
        if (pod.service == RestartingService)
            addRestarts(pod, range, batch);
    const Ticks day = std::chrono::hours(24);
    for (DateTime moment = range.start + day; moment <= range.end; moment += day)
        addUsage(moment - Ticks(std::chrono::minutes(1)), random, batch);
}

} // namespace gatehouse::local
