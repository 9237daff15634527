// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/jobs/changes/armresources.h"
#include "core/jobs/servicefacts.h"

namespace gatehouse::jobs {

/// The directory in the named value gatehouse-directory of an API Management service. Main thread.
class ApimFacts final : public FactsService
{
public:
    ApimFacts(azure::ArmClient& arm, const std::string& serviceId);

    [[nodiscard]] QFuture<Result<FactsNow>> facts(std::stop_token stop) override;

private:
    ArmResources m_resources;
    std::string m_resourceId;
};

} // namespace gatehouse::jobs
