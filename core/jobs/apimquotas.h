// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/azure/apimclient.h"
#include "core/jobs/services.h"

#include <memory>

namespace gatehouse::jobs {

/// QuotaService over the policy fragment gatehouse-quotas. A change is one edit of one row: read, edit, write
/// over the version that was read. Where somebody came in between, it reads again and repeats its edit on
/// what stands there now, unless the very row was changed. A reply that was lost is resolved by reading,
/// never by sending again. Main thread.
class ApimQuotas final : public QObject, public QuotaService
{
public:
    ApimQuotas(azure::ApimClient& apim, std::string serviceId, QObject* parent = nullptr);

    [[nodiscard]] QFuture<Result<gateway::QuotaSheet>> sheet(std::stop_token stop) override;
    [[nodiscard]] QFuture<Status> change(std::string service, Edit edit, std::stop_token stop) override;

private:
    struct Change;
    using ChangePtr = std::shared_ptr<Change>;

    void read(const ChangePtr& change);
    void apply(const ChangePtr& change, const azure::PolicyFragment& fragment);
    void write(const ChangePtr& change, const azure::PolicyFragment& fragment);
    void afterWrite(const ChangePtr& change, const Status& written);
    void resolve(const ChangePtr& change, const Error& lost);

    azure::ApimClient& m_apim;
    std::string m_serviceId;
};

} // namespace gatehouse::jobs
