// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/azure/gatewayclient.h"
#include "core/jobs/services.h"

namespace gatehouse::jobs {

/// FaultService over the embedded gateway's /faults (INTERFACES). Main thread.
class GatewayFaults final : public QObject, public FaultService
{
public:
    explicit GatewayFaults(azure::GatewayClient& client, QObject* parent = nullptr);

    [[nodiscard]] QFuture<Status> set(std::vector<Fault> faults, std::stop_token stop) override;
    [[nodiscard]] QFuture<Result<std::vector<Fault>>> current(std::stop_token stop) override;

private:
    azure::GatewayClient& m_client;
};

} // namespace gatehouse::jobs
