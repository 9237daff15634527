// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/azure/apimclient.h"
#include "core/base/clock.h"
#include "core/jobs/changes.h"
#include "core/jobs/services.h"

namespace gatehouse::jobs {

/// QuotaService over the policy fragment gatehouse-quotas. A change is one edit of one row: read, edit, and
/// applied by the change service like every other write, with its journal. Main thread.
class ApimQuotas final : public QObject, public QuotaService
{
public:
    /// All must outlive this.
    ApimQuotas(azure::ApimClient& apim, std::string serviceId, ChangeService& changes, const Clock& clock,
               QObject* parent = nullptr);

    [[nodiscard]] QFuture<Result<gateway::QuotaSheet>> sheet(std::stop_token stop) override;
    [[nodiscard]] QFuture<Status> change(std::string service, Edit edit, std::stop_token stop) override;

private:
    [[nodiscard]] Result<Review> reviewOf(const azure::PolicyFragment& fragment, const std::string& service,
                                          const Edit& edit) const;

    azure::ApimClient& m_apim;
    std::string m_serviceId;
    ChangeService& m_changes;
    const Clock& m_clock;
};

} // namespace gatehouse::jobs
