// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/gatewayfaults.h"

namespace gatehouse::jobs {

namespace {

/// Only what is not as it always is: an endpoint without any field is healthy.
Json toJson(const Fault& fault)
{
    Json object = Json::object();
    if (fault.down)
        object["down"] = true;
    if (fault.status != 0)
        object["status"] = fault.status;
    if (fault.latencyMs > 0)
        object["latencyMs"] = fault.latencyMs;
    if (fault.probability < 1.0)
        object["probability"] = fault.probability;
    if (fault.forSeconds > 0)
        object["forSeconds"] = fault.forSeconds;
    return object;
}

Fault faultFrom(const std::string& backend, const Json& object)
{
    Fault fault;
    fault.backend = backend;
    fault.down = boolAt(object, "down");
    fault.status = static_cast<int>(integerAt(object, "status"));
    fault.latencyMs = static_cast<int>(integerAt(object, "latencyMs"));
    const Json& probability = memberAt(object, "probability");
    if (probability.is_number())
        fault.probability = probability.get<double>();
    fault.forSeconds = static_cast<int>(integerAt(object, "forSeconds"));
    return fault;
}

} // namespace

GatewayFaults::GatewayFaults(azure::GatewayClient& client, QObject* parent)
    : QObject(parent)
    , m_client(client)
{}

QFuture<Status> GatewayFaults::set(std::vector<Fault> faults, std::stop_token stop)
{
    Json document = Json::object();
    for (const Fault& fault : faults)
        document[fault.backend] = toJson(fault);
    return m_client.setFaults(document, std::move(stop));
}

QFuture<Result<std::vector<Fault>>> GatewayFaults::current(std::stop_token stop)
{
    return m_client.faults(std::move(stop))
        .then(this, [](const Result<Json>& document) -> Result<std::vector<Fault>> {
            if (!document)
                return fail(document.error());
            if (!document->is_object())
                return fail(Error::Kind::Protocol, "The gateway's list of faults cannot be read.");
            std::vector<Fault> faults;
            for (const auto& [backend, object] : document->items()) {
                if (!object.empty())
                    faults.push_back(faultFrom(backend, object));
            }
            return faults;
        });
}

} // namespace gatehouse::jobs
