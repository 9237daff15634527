// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/local/gateway/endpoint.h"
#include "core/local/gateway/faults.h"
#include "core/local/gateway/sleeper.h"

#include <memory>
#include <string>

namespace gatehouse::local {

/// Any endpoint, with the faults that are set for its backend. Any thread. Board and sleeper must outlive it.
class FaultyEndpoint final : public Endpoint
{
public:
    FaultyEndpoint(std::string backend, std::shared_ptr<Endpoint> inner, FaultBoard& faults,
                   Sleeper& sleeper);

    [[nodiscard]] UpstreamAnswer call(const UpstreamRequest& request) override;

private:
    std::string m_backend;
    std::shared_ptr<Endpoint> m_inner;
    FaultBoard& m_faults;
    Sleeper& m_sleeper;
};

/// The body that Azure OpenAI sends with such a status, and Retry-After when it is above 0 s.
[[nodiscard]] UpstreamAnswer errorAnswer(int status, int retryAfterSeconds);

} // namespace gatehouse::local
