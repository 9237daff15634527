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
[[nodiscard]] inline Json fragmentOf(const std::string& xml)
{
    return Json{{"format", "xml"}, {"value", xml}};
}

/// A change of the fragment gatehouse-quotas from one text to another.
[[nodiscard]] inline jobs::Change fragmentChange(const std::string& before, const std::string& after,
                                                 const std::string& name = "gatehouse-quotas")
{
    return {std::string(FakeScope) + "/policyFragments/" + name,
            "Limits (" + name + ")",
            fragmentOf(before),
            fragmentOf(after),
            {}};
}

/// Nobody else changed anything: what is wanted is what would be written.
[[nodiscard]] inline jobs::Review plainReview(const jobs::ChangeSet& set)
{
    jobs::Review review;
    review.set = set;
    review.readAt = DateTime::fromCivil(2026, 6, 3) + std::chrono::hours(15);
    for (const jobs::Change& change : set.changes)
        review.changes.push_back({change, change.base, change.wanted, "\"1\"", false, {}});
    return review;
}

/// Somebody else made it theirs meanwhile: a conflict unless the draft overrides that very version.
[[nodiscard]] inline jobs::Review conflictReview(const jobs::ChangeSet& set, const Json& theirs,
                                                 const std::string& version = "\"2\"")
{
    jobs::Review review = plainReview(set);
    for (jobs::ReviewedChange& reviewed : review.changes) {
        reviewed.now = theirs;
        reviewed.version = version;
        if (reviewed.change.overrides != version) {
            reviewed.result.reset();
            reviewed.conflicts = {"tokens per minute of checkout-assistant"};
        }
    }
    return review;
}

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

    FakeChanges()
    {
        jobs::JournalEntry entry;
        entry.number = 12;
        entry.result = jobs::JournalEntry::Result::Applied;
        applies.always(entry);
        unfinishedAnswers.always(std::vector<jobs::JournalEntry>());
        resumes.always(entry);
        rollBacks.always(entry);
    }

    QFuture<Result<jobs::Review>> review(jobs::ChangeSet set, std::stop_token stop) override
    {
        reviewed.push_back(set);
        if (make)
            reviews.always(make(set));
        return reviews.ask(std::move(stop));
    }
    QFuture<Entry> apply(jobs::Review review, std::stop_token stop) override
    {
        written.push_back(std::move(review));
        return applies.ask(std::move(stop));
    }
    Result<jobs::ChangeSet> undo(const jobs::JournalEntry& /*entry*/) const override { return undoAnswer; }
    QFuture<Entries> unfinished(std::stop_token stop) override
    {
        return unfinishedAnswers.ask(std::move(stop));
    }
    QFuture<Entry> resume(std::int64_t number, std::stop_token stop) override
    {
        resumed.push_back(number);
        return resumes.ask(std::move(stop));
    }
    QFuture<Entry> rollBack(std::int64_t number, std::stop_token stop) override
    {
        rolledBack.push_back(number);
        return rollBacks.ask(std::move(stop));
    }
};

class FakeJournal final : public jobs::JournalService
{
public:
    Answers<Result<std::vector<jobs::JournalEntry>>> entryAnswers;
    Answers<Result<jobs::JournalVerdict>> verdicts;

    FakeJournal()
    {
        entryAnswers.always(std::vector<jobs::JournalEntry>());
        verdicts.always(jobs::JournalVerdict{});
    }
    QFuture<Result<std::vector<jobs::JournalEntry>>> entries(std::stop_token stop) override
    {
        return entryAnswers.ask(std::move(stop));
    }
    QFuture<Result<jobs::JournalVerdict>> verify(std::stop_token stop) override
    {
        return verdicts.ask(std::move(stop));
    }
};

class FakeAccess final : public jobs::AccessService
{
public:
    Answers<Result<jobs::Access>> answers;

    FakeAccess() { answers.always(jobs::Access{true, true, {}, {}}); }
    QFuture<Result<jobs::Access>> access(std::stop_token stop) override
    {
        return answers.ask(std::move(stop));
    }
    /// As the persona Manager: may look, not change.
    void mayOnlyRead()
    {
        answers.always(jobs::Access{true, false, "Microsoft.ApiManagement/service/policyFragments/write",
                                    "API Management Service Contributor"});
    }
};

/// The three together, for FakeWorld::extend.
struct FakeWrites
{
    FakeChanges changes;
    FakeJournal journal;
    FakeAccess access;

    void addTo(jobs::Services& services)
    {
        services.changes = &changes;
        services.journal = &journal;
        services.access = &access;
    }
};

} // namespace gatehouse::test
