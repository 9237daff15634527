// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/directories.h"

#include "core/azure/regions.h"
#include "core/http/deferred.h"

#include <QtCore/QUrl>

#include <algorithm>

namespace gatehouse::jobs {

namespace {

constexpr std::chrono::minutes KeepNames{5};
constexpr std::chrono::seconds KeepBackends{30};
constexpr std::chrono::minutes KeepRegions{10};

tl::unexpected<Error> noService()
{
    return fail(Error::Kind::NotFound, "The profile names no API Management service.",
                "Pick one in the profile to see names and circuits.");
}

std::string hostOf(const std::string& url)
{
    return QUrl(QString::fromStdString(url)).host().toStdString(); // lower case
}

bool lacksRegion(const gateway::Backend& backend)
{
    return backend.region.empty();
}

} // namespace

ApimDirectory::ApimDirectory(azure::ApimClient& client, azure::DiscoveryClient& discovery, const Clock& clock,
                             Place place, QObject* parent)
    : QObject(parent)
    , m_client(client)
    , m_discovery(discovery)
    , m_place(std::move(place))
    , m_names(clock, KeepNames, this)
    , m_backends(clock, KeepBackends, this)
    , m_regions(clock, KeepRegions, this)
{}

QFuture<Result<usage::ServiceNames>> ApimDirectory::serviceNames(std::stop_token stop)
{
    if (m_place.serviceId.empty())
        return http::settledFuture<usage::ServiceNames>(noService());
    return m_names.get(stop, [this](const std::stop_token& shared) {
        return m_client.subscriptionNames(m_place.serviceId, shared);
    });
}

QFuture<Result<GatewayLayout>> ApimDirectory::layout(std::stop_token stop)
{
    if (m_place.serviceId.empty())
        return http::settledFuture<GatewayLayout>(noService());
    http::Deferred<GatewayLayout> layout;
    const auto ask = [this](const std::stop_token& shared) {
        return m_client.backends(m_place.serviceId, shared);
    };
    m_backends.get(stop, ask).then(
        this, [this, layout, stop](const Result<azure::ApimBackends>& found) mutable {
            if (!found) {
                layout.settle(fail(found.error()));
                return;
            }
            GatewayLayout known{found->backends, found->pools};
            if (std::none_of(known.backends.begin(), known.backends.end(), lacksRegion)) {
                layout.settle(std::move(known));
                return;
            }
            regions(stop).then(this, [layout, known](const Result<RegionByHost>& byHost) mutable {
                if (!byHost) {
                    layout.settle(fail(byHost.error()));
                    return;
                }
                for (gateway::Backend& backend : known.backends) {
                    const auto at = byHost->find(hostOf(backend.url));
                    if (lacksRegion(backend) && at != byHost->end())
                        backend.region = at->second;
                }
                layout.settle(std::move(known));
            });
        });
    return layout.future();
}

QFuture<Result<ApimDirectory::RegionByHost>> ApimDirectory::regions(const std::stop_token& stop)
{
    return m_regions.get(stop, [this](const std::stop_token& shared) {
        return m_discovery.resources(m_place.tenantId, m_place.subscriptionId, shared)
            .then(this, [](const Result<std::vector<azure::ResourceInfo>>& found) -> Result<RegionByHost> {
                if (!found && found.error().cancelled())
                    return fail(found.error());
                // Who may not read the accounts is not asked to try with every refresh.
                RegionByHost regions;
                for (const azure::ResourceInfo& resource :
                     found.value_or(std::vector<azure::ResourceInfo>())) {
                    const std::string host = hostOf(textAt(resource.properties, "endpoint"));
                    if (!host.empty() && resource.type == "microsoft.cognitiveservices/accounts")
                        regions.emplace(host, azure::regionName(resource.location));
                }
                return regions;
            });
    });
}

GatewayReporter::GatewayReporter(azure::GatewayClient& client, QObject* parent)
    : QObject(parent)
    , m_client(client)
{}

QFuture<Result<std::vector<gateway::ReportedCircuit>>> GatewayReporter::circuits(std::stop_token stop)
{
    return m_client.status(std::move(stop))
        .then(this, [](const Result<Json>& status) -> Result<std::vector<gateway::ReportedCircuit>> {
            if (!status)
                return fail(status.error());
            return gateway::circuitsFromStatus(*status);
        });
}

} // namespace gatehouse::jobs
