// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/datetime.h"
#include "core/base/json.h"
#include "core/base/result.h"
#include "core/journal/entry.h"

#include <QtCore/QFuture>
#include <QtCore/QObject>

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

/// How every write goes: draft → review against the service as it is now → apply with If-Match → journal →
/// undo. Abstract, so that presenters are tested with fakes. All on the main thread.
namespace gatehouse::jobs {

/// What is to become of one resource of ARM. base and wanted are its "properties"; a policy stands in them
/// as format "xml" with its text in "value".
struct Change
{
    std::string resourceId;     ///< ARM id
    std::string title;          ///< for people: "Limits of Checkout assistant"
    std::optional<Json> base;   ///< as the draft found it; empty: it was not there, and is created
    std::optional<Json> wanted; ///< as the draft leaves it; empty: it is removed
    /// The ETag of a version that was seen: where it and the draft changed the same, the draft wins. ""
    /// where nothing was seen; any other version is a conflict again.
    std::string overrides;
};

/// What belongs together: written in this order, and undone in the other one.
struct ChangeSet
{
    std::string title;
    std::string ticket; ///< may be ""
    std::vector<Change> changes;
    std::int64_t undoes = 0; ///< the entry of the journal that it takes back; 0: none
};

/// One change against the service's state of the moment of the review.
struct ReviewedChange
{
    Change change;
    std::optional<Json> now;    ///< as it stands; empty: not there
    std::optional<Json> result; ///< what would be written: wanted, with what others changed meanwhile
    std::string version;        ///< the ETag of now; "" where it is not there
    bool merged = false;        ///< somebody else changed it since base, elsewhere than this draft
    /// Both changed the same: what, for people ("tokens per minute of checkout-assistant"). Nothing may be
    /// applied then; now and change.wanted are the two versions to choose from.
    std::vector<std::string> conflicts;
};

struct Review
{
    ChangeSet set;
    std::vector<ReviewedChange> changes; ///< those that would change nothing are not in it
    DateTime readAt;

    [[nodiscard]] bool hasConflict() const
    {
        for (const ReviewedChange& change : changes) {
            if (!change.conflicts.empty())
                return true;
        }
        return false;
    }
};

using journal::JournalEntry;
using journal::JournalStep;
using journal::JournalVerdict;

/// Writes to Azure. Each write carries the ETag of what was reviewed; a create reads 404 first and reads
/// back. A lost reply is resolved by reading. Every apply is in the journal before the first byte is sent.
class ChangeService : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;
    /// Reads every resource of the set as it is now and merges. NotFound, Denied, … as the service says.
    [[nodiscard]] virtual QFuture<Result<Review>> review(ChangeSet set, std::stop_token stop) = 0;
    /// Writes the review's results. Reviews again by itself when the review is older than 10 s or a write
    /// meets another version; merges what others changed elsewhere. Conflict, with nothing more written, when
    /// they changed the same. The entry as it stands in the journal; when some steps are done and one failed,
    /// its result is Partial.
    [[nodiscard]] virtual QFuture<Result<JournalEntry>> apply(Review review, std::stop_token stop) = 0;
    /// What takes an applied entry back, to be reviewed and applied like any other.
    [[nodiscard]] virtual Result<ChangeSet> undo(const JournalEntry& entry) const = 0;
    /// Entries that were begun and not ended: each Unknown step is settled by reading.
    [[nodiscard]] virtual QFuture<Result<std::vector<JournalEntry>>> unfinished(std::stop_token stop) = 0;
    /// Writes the steps of an unfinished entry that are not done.
    [[nodiscard]] virtual QFuture<Result<JournalEntry>> resume(std::int64_t number, std::stop_token stop) = 0;
    /// Takes the done steps of an unfinished entry back.
    [[nodiscard]] virtual QFuture<Result<JournalEntry>> rollBack(std::int64_t number,
                                                                 std::stop_token stop) = 0;
Q_SIGNALS:
    /// Something was written: whoever shows the service asks again.
    void applied(const gatehouse::jobs::JournalEntry& entry);
};

/// The journal of this computer (Activity, `gatehouse-cli journal`).
class JournalService
{
public:
    virtual ~JournalService() = default;
    /// Newest first.
    [[nodiscard]] virtual QFuture<Result<std::vector<JournalEntry>>> entries(std::stop_token stop) = 0;
    [[nodiscard]] virtual QFuture<Result<JournalVerdict>> verify(std::stop_token stop) = 0;
};

/// What the signed-in user may do, from ARM's permissions.
struct Access
{
    bool known = false;
    bool mayEdit = false; ///< policies, backends, subscriptions of the API Management service
    std::string
        missing; ///< the action that is not allowed: "Microsoft.ApiManagement/service/policyFragments/write"
    std::string role; ///< the built-in role that would allow it: "API Management Service Contributor"
};

class AccessService
{
public:
    virtual ~AccessService() = default;
    [[nodiscard]] virtual QFuture<Result<Access>> access(std::stop_token stop) = 0;
};

} // namespace gatehouse::jobs
