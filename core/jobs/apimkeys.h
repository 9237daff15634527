// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/azure/subscriptionclient.h"
#include "core/base/clock.h"
#include "core/http/deferred.h"
#include "core/jobs/changes.h"
#include "core/jobs/keys.h"
#include "core/jobs/question.h"

#include <memory>

namespace gatehouse::jobs {

/// Where an action that is no change of a resource is written down: begun before the first byte is sent,
/// ended with what came of it. Never sees a key. The entry has no steps, so nothing can take it back or
/// resume it: a key that has ended does not come again.
class ActionJournal
{
public:
    ActionJournal() = default;
    ActionJournal(const ActionJournal&) = delete;
    ActionJournal& operator=(const ActionJournal&) = delete;
    virtual ~ActionJournal() = default;

    /// The entry's number. Nothing is sent when it cannot be written.
    [[nodiscard]] virtual QFuture<Result<std::int64_t>> begin(const JournalEntry& entry) = 0;
    /// Partial: whether it was done is not known, as message says.
    [[nodiscard]] virtual QFuture<Status> end(std::int64_t number, JournalEntry::Result result,
                                              std::string message) = 0;
};

/// KeyService over an API Management service and its log. A regeneration reads the keys, writes the journal,
/// sends its one request and reads the keys again, so that a lost reply is settled by comparison and never by
/// sending again. Main thread.
class ApimKeyService final : public QObject, public KeyService
{
public:
    struct Parts
    {
        azure::SubscriptionClient& subscriptions;
        Workspace& workspace;
        const Clock& clock;
        std::string serviceId;
        ActionJournal* journal = nullptr; ///< null: nothing is written down, and NewKey says so
    };

    explicit ApimKeyService(Parts parts, QObject* parent = nullptr);

    [[nodiscard]] QFuture<Result<KeyReport>> report(std::stop_token stop) override;
    [[nodiscard]] QFuture<Result<NewKey>> regenerate(std::string subscription, KeySlot slot,
                                                     std::stop_token stop) override;

private:
    struct Regeneration;
    using RegenerationPtr = std::shared_ptr<Regeneration>;

    void askCallers(const http::Deferred<KeyReport>& done, KeyReport report, std::stop_token stop);
    void writeDown(const RegenerationPtr& run);
    void send(const RegenerationPtr& run);
    void readBack(const RegenerationPtr& run, const Status& sent);
    void settle(const RegenerationPtr& run, JournalEntry::Result outcome, Result<NewKey> result);

    Parts m_parts;
};

} // namespace gatehouse::jobs
