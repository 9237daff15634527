// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/azure/armclient.h"
#include "core/azure/discoveryclient.h"
#include "core/jobs/directories.h"
#include "core/jobs/explain/setuphistory.h"

namespace gatehouse::jobs {

/// The setups of an APIM service: backends, the two fragments, the policies that include them, and the
/// deployments of the AI accounts, kept for 30 s; the changes are those of this computer's journal. What may
/// not be read but the backends is left out and said so. Main thread.
class ApimSetups final : public QObject, public SetupDirectory
{
public:
    struct Sources
    {
        azure::ArmClient& arm;
        azure::DiscoveryClient& discovery;
        const Clock& clock;
        JournalService* journal = nullptr; ///< null: no change is known
        bool embedded = false;             ///< whose retry rule is known
    };

    ApimSetups(const Sources& sources, ApimDirectory::Place place, QObject* parent = nullptr);

    [[nodiscard]] QFuture<Result<SetupHistory>> history(std::stop_token stop) override;

private:
    struct Reading;
    using ReadingPtr = std::shared_ptr<Reading>;

    [[nodiscard]] QFuture<Result<SetupHistory>> read(std::stop_token stop);
    void readBackends(const ReadingPtr& reading);
    void readFragment(const ReadingPtr& reading, bool routing);
    void readServicePolicy(const ReadingPtr& reading);
    void readApis(const ReadingPtr& reading);
    void readApiPolicy(const ReadingPtr& reading);
    void readAccounts(const ReadingPtr& reading);
    void readDeployments(const ReadingPtr& reading);
    void readJournal(const ReadingPtr& reading);

    Sources m_sources;
    ApimDirectory::Place m_place;
    Remembered<SetupHistory> m_kept;
};

} // namespace gatehouse::jobs
