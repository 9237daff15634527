// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/azure/armclient.h"
#include "core/base/clock.h"
#include "core/jobs/posture.h"

#include <functional>
#include <memory>

namespace gatehouse::jobs {

/// PostureService over Azure Resource Manager: the service with its policies, backends and diagnostics, then
/// the accounts that its backends lead to, then the workspaces that they log to. Only reads. What one read is
/// refused becomes an unknown in the report. Main thread.
class ArmPosture final : public QObject, public PostureService
{
public:
    ArmPosture(azure::ArmClient& arm, const Clock& clock, std::string serviceId, QObject* parent = nullptr);

    [[nodiscard]] QFuture<Result<std::shared_ptr<const PostureReport>>> report(std::stop_token stop) override;

private:
    struct Run;
    using RunPtr = std::shared_ptr<Run>;
    using TakeList = std::function<void(const Result<std::vector<Json>>&)>;
    using TakeOne = std::function<void(const Result<Json>&)>;

    void list(const RunPtr& run, const azure::ArmPath& path, const TakeList& take);
    void get(const RunPtr& run, const azure::ArmPath& path, const TakeOne& take);
    /// One read of the stage has ended; the last one opens the next stage.
    void leave(const RunPtr& run);
    void next(const RunPtr& run);

    void readService(const RunPtr& run);
    void readServiceLists(const RunPtr& run);
    void readRegister(const RunPtr& run);
    void readPolicies(const RunPtr& run);
    void readPolicy(const RunPtr& run, const std::string& place, const std::string& path, bool fragment);
    void readAccounts(const RunPtr& run);
    void readAccount(const RunPtr& run, std::size_t index);
    void readWorkspaces(const RunPtr& run);
    void finish(const RunPtr& run);

    azure::ArmClient& m_arm;
    const Clock& m_clock;
    std::string m_serviceId;
};

} // namespace gatehouse::jobs
