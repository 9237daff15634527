// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/stack.h"

#include "core/base/files.h"
#include "core/local/arm/armcall.h"
#include "core/local/arm/resourcestore.h"
#include "core/local/arm/seed.h"
#include "core/local/directorylock.h"
#include "core/local/gateway/counterstore.h"
#include "core/local/gateway/faults.h"
#include "core/local/gateway/gatewayservice.h"
#include "core/local/gateway/routes.h"
#include "core/local/gateway/sleeper.h"
#include "core/local/http/httpserver.h"
#include "core/local/identity/authenticator.h"
#include "core/local/identity/identity.h"
#include "core/local/logs/logstore.h"
#include "core/local/logs/routes.h"
#include "core/local/rag/ragservice.h"
#include "core/local/sample/sample.h"
#include "core/local/upstream/upstream.h"

#include <chrono>
#include <filesystem>
#include <stop_token>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>

namespace gatehouse::local {

namespace {

constexpr rlim_t WantedDescriptors = 4'096;
/// How long a process waits for the one that owns the directory to become ready.
constexpr std::chrono::seconds AttachPatience{60};
constexpr std::chrono::milliseconds AttachInterval{50};

constexpr const char* ResourceFile = "/resources.sqlite";
constexpr const char* LogFile = "/logs.sqlite";
constexpr const char* CounterFile = "/counters.sqlite";
constexpr const char* RagFile = "/rag.sqlite";
/// There while sample history is being made; a store that was left so is made anew.
constexpr const char* HistoryMark = "/history.part";

/// The server holds two sockets for a streamed call; the usual soft limit of 1024 is too few for its
/// connections.
void raiseDescriptorLimit()
{
    rlimit limit = {};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= WantedDescriptors)
        return;
    limit.rlim_cur = std::min(limit.rlim_max, WantedDescriptors);
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

WorkspaceIdentity workspaceIdentity()
{
    WorkspaceIdentity identity;
    identity.workspaceId = seed::WorkspaceId;
    identity.workspaceName = seed::WorkspaceName;
    identity.workspaceResourceId = workspaceResourceId();
    identity.region = seed::Location;
    identity.subscriptionId = seed::SubscriptionId;
    identity.apimResourceId = apimResourceId();
    identity.clusterResourceId =
        resourceGroupId() + "/providers/Microsoft.ContainerService/managedClusters/aks-applications";
    return identity;
}

StackInfo infoFor(const std::string& origin)
{
    StackInfo info;
    info.origin = origin;
    info.tenantId = seed::TenantId;
    info.clientId = seed::ClientId;
    info.subscriptionId = seed::SubscriptionId;
    info.resourceGroup = seed::ResourceGroup;
    info.apimService = seed::ApimService;
    info.workspaceId = seed::WorkspaceId;
    info.gateway = origin + "/openai";
    info.rag = origin + "/rag";
    info.armAudience = seed::ArmAudience;
    info.logsAudience = seed::LogsAudience;
    info.gatewayAudience = seed::GatewayAudience;
    info.ragAudience = seed::RagAudience;
    info.pid = ::getpid();
    return info;
}

void removeStore(const std::string& path)
{
    std::error_code ignored;
    for (const char* suffix : {"", "-wal", "-shm"})
        std::filesystem::remove(path + suffix, ignored);
}

/// Moves a damaged store and what SQLite keeps beside it out of the way.
Status setStoreAside(const std::string& path, std::vector<std::string>& notices)
{
    const Result<std::string> moved = setAside(path);
    if (!moved)
        return fail(moved.error());
    std::error_code ignored;
    for (const char* suffix : {"-wal", "-shm"})
        std::filesystem::rename(path + suffix, *moved + suffix, ignored);
    notices.push_back("The file “" + path + "” was damaged. It was set aside as “" + *moved +
                      "”, and a new one was begun.");
    return {};
}

/// Opens a store; one that is damaged is set aside once.
template <typename Open>
auto openStore(const std::string& path, std::vector<std::string>& notices, Open open) -> decltype(open())
{
    auto store = open();
    if (store || store.error().serviceCode != "corrupt")
        return store;
    if (Status moved = setStoreAside(path, notices); !moved)
        return fail(moved.error());
    return open();
}

} // namespace

/// Everything that runs, in the order in which it is built; destroyed from the end.
struct Stack::Parts
{
    Parts(DirectoryLock directoryLock, const Clock& clock)
        : lock(std::move(directoryLock))
        , faults(clock)
    {}
    ~Parts();

    [[nodiscard]] Status openStores(const StackOptions& options, const Clock& clock);
    [[nodiscard]] Status makeSample(const StackOptions& options, const Clock& clock,
                                    const Progress& progress);
    [[nodiscard]] Status bindServer(const StackOptions& options, const Clock& clock);
    [[nodiscard]] Status restoreCounters(const std::string& directory);
    [[nodiscard]] Status openRag(const StackOptions& options, const Clock& clock);
    [[nodiscard]] Status build(const StackOptions& options, const Clock& clock);

    StackInfo info;
    std::vector<std::string> notices;
    DirectoryLock lock;
    std::stop_source stop;
    SystemSleeper sleeper;
    FaultBoard faults;
    std::unique_ptr<ResourceStore> resources;
    std::unique_ptr<LogStore> logs;
    std::unique_ptr<Identity> identity;
    std::unique_ptr<TokenAuthenticator> authenticator;
    std::unique_ptr<EndpointDirectory> endpoints;
    std::unique_ptr<CounterStore> counters;
    std::unique_ptr<GatewayService> gateway;
    std::unique_ptr<RagService> rag;
    Router router;
    std::unique_ptr<HttpServer> server;
    std::unique_ptr<CounterSaver> saver;
    std::unique_ptr<LiveTraffic> live;
};

/// Wakes whatever waits before anything waits for it.
Stack::Parts::~Parts()
{
    stop.request_stop();
    sleeper.stop();
    live.reset();
    if (server)
        server->stop();
    saver.reset(); // when nobody uses a quota any more
}

Status Stack::Parts::openStores(const StackOptions& options, const Clock& clock)
{
    const std::string& directory = options.dataDirectory;
    const std::string resourcePath = directory + ResourceFile;
    auto openedResources =
        openStore(resourcePath, notices, [&] { return ResourceStore::open(resourcePath); });
    if (!openedResources)
        return fail(openedResources.error());
    resources = std::move(*openedResources);
    if (Status seeded = seedResources(*resources); !seeded)
        return seeded;

    const std::string logPath = directory + LogFile;
    std::error_code ignored;
    if (std::filesystem::exists(directory + HistoryMark, ignored))
        removeStore(logPath); // no request was served on it, so nothing of anybody's is lost
    auto openedLogs = openStore(logPath, notices, [&] {
        LogStoreOptions logOptions;
        logOptions.path = logPath;
        logOptions.identity = workspaceIdentity();
        return LogStore::open(std::move(logOptions));
    });
    if (!openedLogs)
        return fail(openedLogs.error());
    logs = std::move(*openedLogs);

    std::string keySetAsideAs;
    Identity::Options identityOptions;
    identityOptions.directory = directory;
    identityOptions.origin = info.origin;
    identityOptions.approve = personaByKey(options.approvePersona);
    auto openedIdentity = Identity::open(std::move(identityOptions), clock, &keySetAsideAs);
    if (!openedIdentity)
        return fail(openedIdentity.error());
    identity = std::move(*openedIdentity);
    if (!keySetAsideAs.empty())
        notices.push_back("The signing key was damaged. It was set aside as “" + keySetAsideAs +
                          "”, and everybody has to sign in again.");
    return {};
}

Status Stack::Parts::makeSample(const StackOptions& options, const Clock& clock, const Progress& progress)
{
    const std::string mark = options.dataDirectory + HistoryMark;
    std::error_code ignored;
    if (options.sampleDays <= 0 || logs->rowCount(TableId::GatewayLogs) > 0) {
        std::filesystem::remove(mark, ignored);
        return {};
    }
    if (Status marked = atomicWrite(mark, "", 0600); !marked)
        return marked;
    SampleOptions sample;
    sample.days = options.sampleDays;
    sample.seed = options.sampleSeed;
    sample.end = options.sampleEnd.value_or(clock.now());
    const Status made = makeHistory(sample, *resources, *logs, [&progress](double fraction) {
        if (progress)
            progress("Making sample history", fraction);
    });
    if (made)
        std::filesystem::remove(mark, ignored);
    return made;
}

Status Stack::Parts::bindServer(const StackOptions& options, const Clock& clock)
{
    HttpServerOptions serverOptions;
    serverOptions.port = options.port;
    if (options.tls) {
        Result<CertificateFiles> files = ensureCertificate(options.dataDirectory, clock);
        if (!files)
            return fail(files.error());
        serverOptions.tls = std::move(*files);
    }
    auto bound = HttpServer::bind(serverOptions);
    if (!bound)
        return fail(bound.error());
    server = std::move(*bound);
    info = infoFor(server->origin());
    return {};
}

Status Stack::Parts::restoreCounters(const std::string& directory)
{
    const std::string path = directory + CounterFile;
    auto opened = openStore(path, notices, [&] { return CounterStore::open(path); });
    if (!opened)
        return fail(opened.error());
    counters = std::move(*opened);
    const auto kept = counters->load();
    if (!kept)
        return fail(kept.error());
    gateway->restoreCounters(*kept);
    saver = std::make_unique<CounterSaver>(*counters, [this] { return gateway->saveCounters(); });
    return {};
}

Status Stack::Parts::openRag(const StackOptions& options, const Clock& clock)
{
    const std::string path = options.dataDirectory + RagFile;
    auto opened = openStore(path, notices, [&] {
        return RagService::open(path, {*gateway, *resources, clock, !options.upstreamFile.empty()},
                                makeExtractor(extractionProgram()));
    });
    if (!opened)
        return fail(opened.error());
    rag = std::move(*opened);
    return {};
}

Status Stack::Parts::build(const StackOptions& options, const Clock& clock)
{
    authenticator = std::make_unique<TokenAuthenticator>(identity->tokens(), *resources, info.origin);
    endpoints = makeSimulatedEndpoints(*resources, faults, clock, sleeper, options.sampleSeed);
    if (!options.upstreamFile.empty()) {
        auto real = makeEndpointsFromFile(options.upstreamFile, std::move(endpoints), faults, sleeper);
        if (!real)
            return fail(real.error());
        endpoints = std::move(*real);
    }
    const TokenService& tokens = identity->tokens();
    gateway = std::make_unique<GatewayService>(
        GatewayParts{*resources, *logs, *endpoints, clock, sleeper,
                     [&tokens](std::string_view token) { return tokens.claimsOf(token); }});
    if (Status restored = restoreCounters(options.dataDirectory); !restored)
        return restored;
    if (Status opened = openRag(options, clock); !opened)
        return opened;
    identity->addRoutes(router);
    addArmRoutes(router, {*resources, *logs, clock, info.origin});
    addLogRoutes(router, *logs, *resources, clock, stop.get_token());
    addGatewayRoutes(router, *gateway, faults);
    addRagRoutes(router, *rag, info.origin);
    return {};
}

Stack::Stack(std::unique_ptr<Parts> parts)
    : m_parts(std::move(parts))
{}

Stack::~Stack() = default;

const StackInfo& Stack::info() const
{
    return m_parts->info;
}

const std::vector<std::string>& Stack::notices() const
{
    return m_parts->notices;
}

bool Stack::serving() const
{
    if (!m_parts->info.attached)
        return true;
    // A new owner may have taken over from the one that we know.
    const Result<StackInfo> owner = StackInfo::fromJson(m_parts->lock.read());
    return owner && owner->pid == m_parts->info.pid && !m_parts->lock.isFree();
}

namespace {

/// Another process has the directory: waits until it says where it serves. Empty with a value: it is gone,
/// and we own the directory now.
Result<std::optional<StackInfo>> attach(DirectoryLock& lock, const StackOptions& options)
{
    const auto patience = std::chrono::steady_clock::now() + AttachPatience;
    while (std::chrono::steady_clock::now() < patience) {
        if (lock.tryOwn())
            return std::optional<StackInfo>();
        Result<StackInfo> info = StackInfo::fromJson(lock.read());
        if (!info) {
            std::this_thread::sleep_for(AttachInterval);
            continue;
        }
        const std::string port = ":" + std::to_string(options.port);
        const bool otherPort = options.port != 0 && info->origin.substr(info->origin.rfind(':')) != port;
        if (otherPort || options.tls != (info->origin.substr(0, 5) == "https"))
            return fail(Error::Kind::InvalidInput,
                        "Another process (" + std::to_string(info->pid) + ") serves the data directory “" +
                            options.dataDirectory + "” with another port or without the same --tls.",
                        "End that process, or name another directory with --data.");
        info->attached = true;
        return std::optional(std::move(*info));
    }
    return fail(Error::Kind::Unavailable,
                "Another process has the data directory “" + options.dataDirectory +
                    "” but does not become ready.",
                "End that process, or name another directory with --data.");
}

} // namespace

Result<std::unique_ptr<Stack>> Stack::start(const StackOptions& options, const Clock& clock, Log& log,
                                            const Progress& progress)
{
    Result<DirectoryLock> lock = DirectoryLock::open(options.dataDirectory);
    if (!lock)
        return fail(lock.error());
    if (!lock->tryOwn()) {
        Result<std::optional<StackInfo>> owner = attach(*lock, options);
        if (!owner)
            return fail(owner.error());
        if (*owner) {
            auto attached = std::make_unique<Parts>(std::move(*lock), clock);
            attached->info = std::move(**owner);
            return std::unique_ptr<Stack>(new Stack(std::move(attached)));
        }
    }
    raiseDescriptorLimit();
    auto parts = std::make_unique<Parts>(std::move(*lock), clock);
    // The port first: whether it is free shows at once, and everything else is told the origin.
    for (const auto& step : {&Parts::bindServer, &Parts::openStores}) {
        if (Status done = ((*parts).*step)(options, clock); !done)
            return fail(done.error());
    }
    if (Status made = parts->makeSample(options, clock, progress); !made)
        return fail(made.error());
    if (Status built = parts->build(options, clock); !built)
        return fail(built.error());
    parts->server->start(parts->router, *parts->authenticator, log);
    if (Status told = parts->lock.write(parts->info.toJson()); !told)
        return fail(told.error());
    if (options.live)
        parts->live = std::make_unique<LiveTraffic>(*parts->gateway, clock, options.sampleSeed);
    return std::unique_ptr<Stack>(new Stack(std::move(parts)));
}

} // namespace gatehouse::local
