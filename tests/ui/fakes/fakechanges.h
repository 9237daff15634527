// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/jobs/changes.h"
#include "tests/ui/fakes/fakeservices.h"

/// The write path under a test's control: what is reviewed and written is remembered, nothing leaves the
/// program.
namespace gatehouse::test {

inline constexpr const char* FakeScope = "/subscriptions/0f1e/resourceGroups/rg-ai/providers/"
                                         "Microsoft.ApiManagement/service/apim-ai";

/// A policy fragment's properties.
[[nodiscard]] Json fragmentOf(const std::string& xml);

/// A change of the fragment gatehouse-quotas from one text to another.
[[nodiscard]] jobs::Change fragmentChange(const std::string& before, const std::string& after,
                                          const std::string& name = "gatehouse-quotas");

/// Nobody else changed anything: what is wanted is what would be written.
[[nodiscard]] jobs::Review plainReview(const jobs::ChangeSet& set);

/// Somebody else made it theirs meanwhile: a conflict unless the draft overrides that very version.
[[nodiscard]] jobs::Review conflictReview(const jobs::ChangeSet& set, const Json& theirs,
                                          const std::string& version = "\"2\"");

class FakeChanges final : public jobs::ChangeService
{
    Q_OBJECT
public:
    using Entry = Result<jobs::JournalEntry>;
    using Entries = Result<std::vector<jobs::JournalEntry>>;

    Answers<Result<jobs::Review>> reviews;
    std::function<Result<jobs::Review>(const jobs::ChangeSet&)> make = plainReview; ///< wins if set
    Answers<Entry> applies;
    Answers<Entries> unfinishedAnswers;
    Answers<Entry> resumes;
    Answers<Entry> rollBacks;
    Result<jobs::ChangeSet> undoAnswer = fail(Error::Kind::Conflict, "Not in this test.");
    std::vector<jobs::ChangeSet> reviewed; ///< every set that was reviewed, in order
    std::vector<jobs::Review> written;     ///< every review that was applied, in order
    std::vector<std::int64_t> resumed;
    std::vector<std::int64_t> rolledBack;

    FakeChanges();
    ~FakeChanges() override;

    QFuture<Result<jobs::Review>> review(jobs::ChangeSet set, std::stop_token stop) override;
    QFuture<Entry> apply(jobs::Review review, std::stop_token stop) override;
    Result<jobs::ChangeSet> undo(const jobs::JournalEntry& /*entry*/) const override;
    QFuture<Entries> unfinished(std::stop_token stop) override;
    QFuture<Entry> resume(std::int64_t number, std::stop_token stop) override;
    QFuture<Entry> rollBack(std::int64_t number, std::stop_token stop) override;
};

class FakeJournal final : public jobs::JournalService
{
public:
    Answers<Result<std::vector<jobs::JournalEntry>>> entryAnswers;
    Answers<Result<jobs::JournalVerdict>> verdicts;

    FakeJournal();
    ~FakeJournal() override;
    QFuture<Result<std::vector<jobs::JournalEntry>>> entries(std::stop_token stop) override;
    QFuture<Result<jobs::JournalVerdict>> verify(std::stop_token stop) override;
};

class FakeAccess final : public jobs::AccessService
{
public:
    Answers<Result<jobs::Access>> answers;

    FakeAccess();
    ~FakeAccess() override;
    QFuture<Result<jobs::Access>> access(std::stop_token stop) override;
    /// As the persona Manager: may look, not change.
    void mayOnlyRead();
};

/// The three together, for FakeWorld::extend.
struct FakeWrites
{
    FakeWrites();
    ~FakeWrites();
    Q_DISABLE_COPY_MOVE(FakeWrites)

    FakeChanges changes;
    FakeJournal journal;
    FakeAccess access;

    void addTo(jobs::Services& services);
};

// Compiled once, in fakechanges.cpp.
extern template class Answers<Result<jobs::Review>>;
extern template class Answers<Result<jobs::JournalEntry>>;
extern template class Answers<Result<std::vector<jobs::JournalEntry>>>;
extern template class Answers<Result<jobs::JournalVerdict>>;
extern template class Answers<Result<jobs::Access>>;

} // namespace gatehouse::test
