// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/azure/apimclient.h"
#include "core/azure/discoveryclient.h"
#include "core/azure/gatewayclient.h"
#include "core/base/clock.h"
#include "core/http/sharedcalls.h"
#include "core/jobs/healthquestions.h"
#include "core/jobs/usagequestions.h"

#include <chrono>
#include <optional>
#include <string>

namespace gatehouse::jobs {

/// Keeps the last good answer for a while and lets callers share one that is under way. Main thread.
template <typename T>
class Remembered
{
public:
    Remembered(const Clock& clock, std::chrono::seconds keep, QObject* context)
        : m_clock(clock)
        , m_keep(keep)
        , m_context(context)
        , m_shared(context)
    {}

    [[nodiscard]] QFuture<Result<T>> get(const std::stop_token& stop,
                                         const typename http::SharedCalls<T>::Start& fetch)
    {
        if (m_value && m_clock.monotonic() - m_since < m_keep)
            return http::settledFuture<T>(*m_value);
        return m_shared.share({}, stop, [this, fetch](const std::stop_token& shared) {
            return fetch(shared).then(m_context, [this](const Result<T>& result) {
                if (result) {
                    m_value = *result;
                    m_since = m_clock.monotonic();
                }
                return result;
            });
        });
    }

private:
    const Clock& m_clock;
    std::chrono::seconds m_keep;
    QObject* m_context;
    http::SharedCalls<T> m_shared;
    std::optional<T> m_value;
    std::chrono::nanoseconds m_since{0};
};

/// Callers and backends as the APIM service has them: names for 5 minutes, backends for 30 s, since a rule
/// that was changed must show soon. A backend does not name its region, so that comes from the AI account
/// whose endpoint is the host of the backend's URL; accounts are kept for 10 minutes, and where they cannot
/// be read the region stays unknown. A profile without a service answers NotFound. Main thread.
class ApimDirectory final : public QObject, public ServiceDirectory, public BackendDirectory
{
public:
    /// What of a profile says where to look.
    struct Place
    {
        std::string serviceId; ///< ARM id of the APIM service
        std::string tenantId;
        std::string subscriptionId; ///< whose AI accounts are looked at
    };

    ApimDirectory(azure::ApimClient& client, azure::DiscoveryClient& discovery, const Clock& clock,
                  Place place, QObject* parent = nullptr);

    [[nodiscard]] QFuture<Result<usage::ServiceNames>> serviceNames(std::stop_token stop) override;
    [[nodiscard]] QFuture<Result<GatewayLayout>> layout(std::stop_token stop) override;

private:
    using RegionByHost = std::map<std::string, std::string>;

    [[nodiscard]] QFuture<Result<RegionByHost>> regions(const std::stop_token& stop);

    azure::ApimClient& m_client;
    azure::DiscoveryClient& m_discovery;
    Place m_place;
    Remembered<usage::ServiceNames> m_names;
    Remembered<azure::ApimBackends> m_backends;
    Remembered<RegionByHost> m_regions;
};

/// Circuits as the gateway itself reports them on /status. Main thread.
class GatewayReporter final : public QObject, public CircuitReporter
{
public:
    explicit GatewayReporter(azure::GatewayClient& client, QObject* parent = nullptr);

    [[nodiscard]] QFuture<Result<std::vector<gateway::ReportedCircuit>>>
    circuits(std::stop_token stop) override;

private:
    azure::GatewayClient& m_client;
};

} // namespace gatehouse::jobs
