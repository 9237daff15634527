// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/fakes/fakechanges.h"

namespace gatehouse::test {

Json fragmentOf(const std::string& xml)
{
    return Json{{"format", "xml"}, {"value", xml}};
}

jobs::Change fragmentChange(const std::string& before, const std::string& after, const std::string& name)
{
    return {std::string(FakeScope) + "/policyFragments/" + name,
            "Limits (" + name + ")",
            fragmentOf(before),
            fragmentOf(after),
            {}};
}

jobs::Review plainReview(const jobs::ChangeSet& set)
{
    jobs::Review review;
    review.set = set;
    review.readAt = DateTime::fromCivil(2026, 6, 3) + std::chrono::hours(15);
    for (const jobs::Change& change : set.changes)
        review.changes.push_back({change, change.base, change.wanted, "\"1\"", false, {}});
    return review;
}

jobs::Review conflictReview(const jobs::ChangeSet& set, const Json& theirs, const std::string& version)
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

FakeChanges::FakeChanges()
{
    jobs::JournalEntry entry;
    entry.number = 12;
    entry.result = jobs::JournalEntry::Result::Applied;
    applies.always(entry);
    unfinishedAnswers.always(std::vector<jobs::JournalEntry>());
    resumes.always(entry);
    rollBacks.always(entry);
}

FakeChanges::~FakeChanges() = default;

QFuture<Result<jobs::Review>> FakeChanges::review(jobs::ChangeSet set, std::stop_token stop)
{
    reviewed.push_back(set);
    if (make)
        reviews.always(make(set));
    return reviews.ask(std::move(stop));
}

QFuture<FakeChanges::Entry> FakeChanges::apply(jobs::Review review, std::stop_token stop)
{
    written.push_back(std::move(review));
    return applies.ask(std::move(stop));
}

Result<jobs::ChangeSet> FakeChanges::undo(const jobs::JournalEntry& /*entry*/) const
{
    return undoAnswer;
}

QFuture<FakeChanges::Entries> FakeChanges::unfinished(std::stop_token stop)
{
    return unfinishedAnswers.ask(std::move(stop));
}

QFuture<FakeChanges::Entry> FakeChanges::resume(std::int64_t number, std::stop_token stop)
{
    resumed.push_back(number);
    return resumes.ask(std::move(stop));
}

QFuture<FakeChanges::Entry> FakeChanges::rollBack(std::int64_t number, std::stop_token stop)
{
    rolledBack.push_back(number);
    return rollBacks.ask(std::move(stop));
}

FakeJournal::FakeJournal()
{
    entryAnswers.always(std::vector<jobs::JournalEntry>());
    verdicts.always(jobs::JournalVerdict{});
}

FakeJournal::~FakeJournal() = default;

QFuture<Result<std::vector<jobs::JournalEntry>>> FakeJournal::entries(std::stop_token stop)
{
    return entryAnswers.ask(std::move(stop));
}

QFuture<Result<jobs::JournalVerdict>> FakeJournal::verify(std::stop_token stop)
{
    return verdicts.ask(std::move(stop));
}

FakeAccess::FakeAccess()
{
    answers.always(jobs::Access{true, true, {}, {}});
}

FakeAccess::~FakeAccess() = default;

QFuture<Result<jobs::Access>> FakeAccess::access(std::stop_token stop)
{
    return answers.ask(std::move(stop));
}

void FakeAccess::mayOnlyRead()
{
    answers.always(jobs::Access{true, false, "Microsoft.ApiManagement/service/policyFragments/write",
                                "API Management Service Contributor"});
}

FakeWrites::FakeWrites() = default;
FakeWrites::~FakeWrites() = default;

void FakeWrites::addTo(jobs::Services& services)
{
    services.changes = &changes;
    services.journal = &journal;
    services.access = &access;
}

template class Answers<Result<jobs::Review>>;
template class Answers<Result<jobs::JournalEntry>>;
template class Answers<Result<std::vector<jobs::JournalEntry>>>;
template class Answers<Result<jobs::JournalVerdict>>;
template class Answers<Result<jobs::Access>>;

} // namespace gatehouse::test
