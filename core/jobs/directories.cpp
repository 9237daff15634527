// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/directories.h"

namespace gatehouse::jobs {

namespace {

constexpr std::chrono::minutes KeepNames{5};
constexpr std::chrono::seconds KeepLayout{30};

tl::unexpected<Error> noService()
{
    return fail(Error::Kind::NotFound, "The profile names no API Management service.",
                "Pick one in the profile to see names and circuits.");
}

} // namespace

ApimDirectory::ApimDirectory(azure::ApimClient& client, const Clock& clock, std::string serviceId, QObject* parent)
    : QObject(parent)
    , m_client(client)
    , m_serviceId(std::move(serviceId))
    , m_names(clock, KeepNames, this)
    , m_layout(clock, KeepLayout, this)
{}

QFuture<Result<usage::ServiceNames>> ApimDirectory::serviceNames(std::stop_token stop)
{
    if (m_serviceId.empty())
        return http::settledFuture<usage::ServiceNames>(noService());
    return m_names.get(stop, [this](const std::stop_token& shared) {
        return m_client.subscriptionNames(m_serviceId, shared);
    });
}

QFuture<Result<GatewayLayout>> ApimDirectory::layout(std::stop_token stop)
{
    if (m_serviceId.empty())
        return http::settledFuture<GatewayLayout>(noService());
    return m_layout.get(stop, [this](const std::stop_token& shared) {
        return m_client.backends(m_serviceId, shared)
            .then(this, [](const Result<azure::ApimBackends>& found) -> Result<GatewayLayout> {
                if (!found)
                    return fail(found.error());
                return GatewayLayout{found->backends, found->pools};
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
