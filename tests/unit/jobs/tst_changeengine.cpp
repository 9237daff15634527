// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/testmain.h"
#ifndef Q_MOC_RUN // Qt 6.4's moc does not read concepts
#include "core/jobs/changes/azureaccess.h"
#include "tests/unit/jobs/changeworld.h"
#endif

using namespace gatehouse;
using namespace gatehouse::jobs;
using namespace gatehouse::jobs::test;

/// One console: what is read, written and written down, in which order.
class TestChangeEngine : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aReviewShowsWhatWouldBeWritten();
    void aWriteCarriesTheVersionThatWasReviewed();
    void aCreateReads404FirstAndReadsBack();
    void removingCarriesTheVersion();
    void whatIsSoAlreadyIsNotWritten();
    void anOldReviewIsReadAgain();
    void aVersionThatWasSeenMayBeOverridden();
    void theIntentIsInTheJournalBeforeTheFirstRequest();
    void withoutAJournalNothingIsSent();
    void aJournalThatFailsOnTheWayStopsTheRest();
    void aFailedStepStopsTheRestAndIsPartial();
    void stoppingEndsBetweenTwoSteps();
    void undoTakesBackInTheOtherOrder();
    void aSecretIsNeverWrittenFromTheJournal();
    void changesWaitForEachOther();
    void aBusyServiceIsAskedAgainAFewTimes();
    void aTypeThatIsNotChangedHereIsRefused();
    void anActionWithoutStepsIsNotResumed();
    void accessNamesWhatIsMissing();
};

void TestChangeEngine::aReviewShowsWhatWouldBeWritten()
{
    FakeArm arm;
    arm.put(Backend, {{"url", "u"}, {"title", "theirs"}});
    FakeConsole admin([&](const http::HttpRequest& request) { return arm.answer(request, 0); });
    const Json base = {{"url", "u"}, {"title", "t"}};
    const auto review = admin.wait(admin.engine.review(setOf(Backend, base, with(base, "url", "mine")), {}));
    QVERIFY(review && review->changes.size() == 1);
    const ReviewedChange& change = review->changes.front();
    QVERIFY(change.merged);
    QCOMPARE(textAt(*change.result, "title"), std::string("theirs"));
    QCOMPARE(textAt(*change.result, "url"), std::string("mine"));
    QCOMPARE(change.version, std::string("\"v1\""));
    const auto conflict =
        admin.wait(admin.engine.review(setOf(Backend, base, with(base, "title", "mine")), {}));
    QVERIFY(conflict->hasConflict());
    QCOMPARE(conflict->changes.front().conflicts, std::vector<std::string>{"title"});
    const auto refused = admin.wait(admin.engine.apply(*conflict, {}));
    QVERIFY(!refused && refused.error().kind == Error::Kind::Conflict);
    QCOMPARE(arm.writes, 0);
}

void TestChangeEngine::aWriteCarriesTheVersionThatWasReviewed()
{
    FakeArm arm;
    const Json base = {{"url", "u"}};
    arm.put(Backend, base);
    FakeConsole admin([&](const http::HttpRequest& request) { return arm.answer(request, 0); });
    const auto done = admin.apply(setOf(Backend, base, with(base, "url", "mine")));
    QVERIFY(done && done->result == JournalEntry::Result::Applied);
    QCOMPARE(done->number, 1);
    QCOMPARE(done->name, std::string("Anna Ek"));
    QCOMPARE(done->ticket, std::string("CHG-7"));
    QCOMPARE(done->scope, ApimService);
    QVERIFY(done->steps.front().outcome == JournalStep::Outcome::Done);
    QCOMPARE(admin.http.requests.size(), 2U); // the review's read and the write
    QCOMPARE(admin.http.requests.back().headers.first("If-Match").value_or(""), std::string("\"v1\""));
    QCOMPARE(textAt(*arm.get(Backend), "url"), std::string("mine"));
}

void TestChangeEngine::aCreateReads404FirstAndReadsBack()
{
    FakeArm arm;
    FakeConsole admin([&](const http::HttpRequest& request) { return arm.answer(request, 0); });
    QVERIFY(admin.apply(setOf(Backend, std::nullopt, Json{{"url", "u"}})).has_value());
    QCOMPARE(admin.http.requests.size(), 3U);
    QCOMPARE(admin.http.requests[0].method, std::string("GET"));
    QCOMPARE(admin.http.requests[1].headers.first("If-None-Match").value_or(""), std::string("*"));
    QVERIFY(!admin.http.requests[1].headers.first("If-Match"));
    QCOMPARE(admin.http.requests[2].method, std::string("GET"));
    QVERIFY(arm.get(Backend).has_value());
    const auto again = admin.apply(setOf(Backend, std::nullopt, Json{{"url", "other"}}));
    QVERIFY(!again && again.error().kind == Error::Kind::Conflict);
}

void TestChangeEngine::removingCarriesTheVersion()
{
    FakeArm arm;
    const Json base = {{"url", "u"}};
    arm.put(Backend, base);
    FakeConsole admin([&](const http::HttpRequest& request) { return arm.answer(request, 0); });
    QVERIFY(admin.apply(setOf(Backend, base, std::nullopt)).has_value());
    QVERIFY(!arm.get(Backend));
    QCOMPARE(arm.lawless, 0);
}

void TestChangeEngine::whatIsSoAlreadyIsNotWritten()
{
    FakeArm arm;
    arm.put(Backend, {{"url", "mine"}});
    FakeConsole admin([&](const http::HttpRequest& request) { return arm.answer(request, 0); });
    const auto done = admin.apply(setOf(Backend, Json{{"url", "u"}}, Json{{"url", "mine"}}));
    QVERIFY(done && done->result == JournalEntry::Result::Applied);
    QCOMPARE(done->number, 0); // nothing to note either
    QCOMPARE(arm.writes, 0);
}

void TestChangeEngine::anOldReviewIsReadAgain()
{
    FakeArm arm;
    const Json base = {{"url", "u"}, {"title", "t"}};
    arm.put(Backend, base);
    FakeConsole admin([&](const http::HttpRequest& request) { return arm.answer(request, 0); });
    const auto review = admin.wait(admin.engine.review(setOf(Backend, base, with(base, "url", "mine")), {}));
    arm.put(Backend, with(base, "title", "theirs"));
    admin.clock.advance(std::chrono::seconds(11));
    const auto done = admin.wait(admin.engine.apply(*review, {}));
    QVERIFY(done && done->result == JournalEntry::Result::Applied);
    QCOMPARE(arm.writes, 1); // not one that meets another version first
    QCOMPARE(textAt(*arm.get(Backend), "title"), std::string("theirs"));
    QCOMPARE(textAt(*done->steps.front().before, "title"), std::string("theirs"));
}

void TestChangeEngine::aVersionThatWasSeenMayBeOverridden()
{
    FakeArm arm;
    const Json base = {{"url", "u"}, {"title", "t"}};
    arm.put(Backend, with(with(base, "url", "theirs"), "title", "theirs too"));
    FakeConsole admin([&](const http::HttpRequest& request) { return arm.answer(request, 0); });
    ChangeSet set = setOf(Backend, base, with(base, "url", "mine"));
    set.changes.front().overrides = "\"v1\"";
    QVERIFY(admin.apply(set).has_value());
    QCOMPARE(textAt(*arm.get(Backend), "url"), std::string("mine"));
    QCOMPARE(textAt(*arm.get(Backend), "title"), std::string("theirs too"));
    arm.put(Backend, with(*arm.get(Backend), "url", "newer"));
    const auto again = admin.apply(set); // another version than the one that was seen
    QVERIFY(!again && again.error().kind == Error::Kind::Conflict);
}

void TestChangeEngine::theIntentIsInTheJournalBeforeTheFirstRequest()
{
    FakeArm arm;
    const Json base = {{"url", "u"}};
    arm.put(Backend, base);
    int appendsAtWrite = -1;
    std::shared_ptr<JournalDisk> disk = std::make_shared<JournalDisk>();
    FakeConsole admin(
        [&](const http::HttpRequest& request) {
            if (request.method == "PUT")
                appendsAtWrite = disk->appends;
            return arm.answer(request, 0);
        },
        disk);
    QVERIFY(admin.apply(setOf(Backend, base, with(base, "url", "mine"))).has_value());
    QCOMPARE(appendsAtWrite, 2); // the head of the file and the intent
    QCOMPARE(disk->appends, 4);  // the step and the end
}

void TestChangeEngine::withoutAJournalNothingIsSent()
{
    FakeArm arm;
    const Json base = {{"url", "u"}};
    arm.put(Backend, base);
    FakeConsole admin([&](const http::HttpRequest& request) { return arm.answer(request, 0); });
    admin.disk->beforeAppend = [] { return fail(Error::Kind::Storage, "full"); };
    const auto done = admin.apply(setOf(Backend, base, with(base, "url", "mine")));
    QVERIFY(!done && done.error().kind == Error::Kind::Storage);
    QCOMPARE(arm.writes, 0);
}

void TestChangeEngine::aJournalThatFailsOnTheWayStopsTheRest()
{
    FakeArm arm;
    FakeConsole admin([&](const http::HttpRequest& request) { return arm.answer(request, 0); });
    const ChangeSet set = manySteps(arm, 3);
    admin.disk->beforeAppend = [disk = admin.disk.get()]() -> Status {
        if (disk->appends < 3)
            return {};
        return fail(Error::Kind::Storage, "full", "Free some space.");
    };
    const auto done = admin.apply(set);
    QVERIFY(!done && done.error().kind == Error::Kind::Storage);
    QCOMPARE(arm.writes, 2); // the second one's outcome could not be noted any more
    admin.disk->beforeAppend = {};
    const auto open = admin.wait(admin.engine.unfinished({}));
    QVERIFY(open && open->size() == 1);
    QVERIFY(open->front().steps[1].outcome == JournalStep::Outcome::Done);
    QVERIFY(open->front().steps[2].outcome == JournalStep::Outcome::NotDone);
}

void TestChangeEngine::aFailedStepStopsTheRestAndIsPartial()
{
    FakeArm arm;
    FakeConsole admin([&](const http::HttpRequest& request) -> FakeHttp::Answer {
        if (request.method == "PUT" && request.url.find("/b1?") != std::string::npos)
            return response(403, R"({"error":{"code":"AuthorizationFailed","message":"not you"}})");
        return arm.answer(request, 0);
    });
    int signalled = 0;
    QObject::connect(&admin.engine, &ChangeService::applied, &admin.engine,
                     [&signalled](const JournalEntry&) { ++signalled; });
    const ChangeSet set = manySteps(arm, 3);
    const auto done = admin.apply(set);
    QVERIFY(done && done->result == JournalEntry::Result::Partial);
    QVERIFY(done->steps[0].outcome == JournalStep::Outcome::Done);
    QVERIFY(done->steps[1].outcome == JournalStep::Outcome::NotDone);
    QVERIFY(done->steps[2].outcome == JournalStep::Outcome::NotDone);
    QVERIFY(!done->message.empty());
    QCOMPARE(signalled, 1);
    // The first step alone is a failure with its own error.
    ChangeSet one = set;
    one.changes.erase(one.changes.begin());
    const auto refused = admin.apply(one);
    QVERIFY(!refused && refused.error().kind == Error::Kind::Denied);
    QCOMPARE(signalled, 1);
    const auto entries = admin.wait(admin.journal.entries({}));
    QVERIFY(entries->front().result == JournalEntry::Result::Failed);
}

void TestChangeEngine::stoppingEndsBetweenTwoSteps()
{
    FakeArm arm;
    std::stop_source stop;
    FakeConsole admin([&](const http::HttpRequest& request) {
        if (request.method == "PUT")
            stop.request_stop();
        return arm.answer(request, 0);
    });
    const auto review = admin.wait(admin.engine.review(manySteps(arm, 3), {}));
    const auto done = admin.wait(admin.engine.apply(*review, stop.get_token()));
    QVERIFY(done && done->result == JournalEntry::Result::Partial);
    QCOMPARE(arm.writes, 1);
}

void TestChangeEngine::undoTakesBackInTheOtherOrder()
{
    FakeArm arm;
    FakeConsole admin([&](const http::HttpRequest& request) { return arm.answer(request, 0); });
    ChangeSet set = manySteps(arm, 3);
    set.changes.push_back({Backend, "new", std::nullopt, Json{{"url", "n"}}, {}});
    const auto done = admin.apply(set);
    QVERIFY(done.has_value());
    arm.put(set.changes[1].resourceId, {{"url", "new"}, {"title", "a colleague's"}});
    const auto back = admin.engine.undo(*done);
    QVERIFY(back && back->changes.size() == 4 && back->undoes == done->number);
    QCOMPARE(back->changes.front().resourceId, Backend);
    const auto undone = admin.apply(*back);
    QVERIFY(undone && undone->result == JournalEntry::Result::Applied && undone->undoes == 1);
    QVERIFY(!arm.get(Backend));
    QCOMPARE(textAt(*arm.get(set.changes[0].resourceId), "url"), std::string("old"));
    QCOMPARE(textAt(*arm.get(set.changes[1].resourceId), "title"), std::string("a colleague's"));
    const auto entries = admin.wait(admin.journal.entries({}));
    QVERIFY(entries->back().result == JournalEntry::Result::Undone);
    QVERIFY(!admin.engine.undo(entries->back()));
    QVERIFY(admin.engine.undo(entries->front()).has_value());
}

void TestChangeEngine::aSecretIsNeverWrittenFromTheJournal()
{
    FakeArm arm;
    const Json base = {{"url", "u"}, {"proxy", {{"password", "canary-1"}, {"url", "p"}}}};
    arm.put(Backend, base);
    FakeConsole admin([&](const http::HttpRequest& request) { return arm.answer(request, 0); });
    // One that stays is neither kept nor touched by an undo.
    const auto done = admin.apply(setOf(Backend, base, with(base, "url", "mine")));
    const auto undone = admin.apply(*admin.engine.undo(*done));
    QVERIFY(undone && undone->result == JournalEntry::Result::Applied);
    QVERIFY(*arm.get(Backend) == base);
    // One that was changed cannot be taken back.
    Json other = base;
    other["proxy"]["password"] = "canary-2";
    const auto changed = admin.apply(setOf(Backend, base, other));
    const int writes = arm.writes;
    const auto back = admin.apply(*admin.engine.undo(*changed));
    QVERIFY(!back && back.error().kind != Error::Kind::Internal);
    QCOMPARE(arm.writes, writes);
    QVERIFY(*arm.get(Backend) == other);
    QVERIFY(admin.disk->bytes.find("canary") == std::string::npos);
}

void TestChangeEngine::changesWaitForEachOther()
{
    FakeArm arm;
    const Json base = {{"url", "u"}, {"title", "t"}};
    arm.put(Backend, base);
    const auto disk = std::make_shared<JournalDisk>();
    const auto handler = [&](const http::HttpRequest& request) { return arm.answer(request, 0); };
    FakeConsole window(handler, disk);
    FakeConsole cli(handler, disk);
    const std::shared_ptr<void> held = *cli.journal.tryHoldApply();
    const auto review = window.wait(window.engine.review(setOf(Backend, base, with(base, "url", "m")), {}));
    auto first = window.engine.apply(*review, {});
    auto second = window.engine.apply(
        *window.wait(window.engine.review(setOf(Backend, base, with(base, "title", "n")), {})), {});
    QVERIFY(window.scheduler.advanceToNext());
    QVERIFY(!first.isFinished());
    QCOMPARE(arm.writes, 0);
    QVERIFY(window.wait(window.engine.unfinished({}))->empty());
    const_cast<std::shared_ptr<void>&>(held).reset();
    QVERIFY(window.wait(first).has_value());
    const auto done = window.wait(second);
    QVERIFY(done && done->number == 2);
    QCOMPARE(textAt(*arm.get(Backend), "url"), std::string("m"));
    QCOMPARE(textAt(*arm.get(Backend), "title"), std::string("n"));
    // Somebody who never lets go.
    const std::shared_ptr<void> forEver = *cli.journal.tryHoldApply();
    const auto late = window.apply(setOf(Backend, *arm.get(Backend), with(base, "url", "late")));
    QVERIFY(!late && late.error().kind == Error::Kind::Unavailable);
}

void TestChangeEngine::aBusyServiceIsAskedAgainAFewTimes()
{
    FakeArm arm;
    const Json base = {{"url", "u"}};
    arm.put(Backend, base);
    int busy = 3;
    FakeConsole admin([&](const http::HttpRequest& request) {
        const bool write = request.method != "GET";
        return arm.answer(request, 0, write && busy-- > 0 ? Trouble::Busy : Trouble::None);
    });
    QVERIFY(admin.apply(setOf(Backend, base, with(base, "url", "mine"))).has_value());
    busy = 1'000;
    const auto start = admin.clock.monotonic();
    const auto refused = admin.apply(setOf(Backend, *arm.get(Backend), with(base, "url", "never")));
    QVERIFY(!refused && refused.error().httpStatus == 409);
    QVERIFY(admin.clock.monotonic() - start >= std::chrono::seconds(31));
    QCOMPARE(arm.writes, 4 + 6);
}

void TestChangeEngine::aTypeThatIsNotChangedHereIsRefused()
{
    FakeArm arm;
    FakeConsole admin([&](const http::HttpRequest& request) { return arm.answer(request, 0); });
    const auto done = admin.apply(setOf("/subscriptions/s/providers/Microsoft.Compute/virtualMachines/x",
                                        std::nullopt, Json{{"a", 1}}));
    QVERIFY(!done && done.error().kind == Error::Kind::InvalidInput);
    QVERIFY(admin.http.requests.empty());
}

void TestChangeEngine::anActionWithoutStepsIsNotResumed()
{
    FakeArm arm;
    const auto disk = std::make_shared<JournalDisk>();
    FakeConsole window([&](const http::HttpRequest& request) { return arm.answer(request, 0); }, disk);
    JournalEntry action;
    action.title = "A new primary key";
    QVERIFY(window.wait(window.journal.begin(action)));
    QVERIFY(window.wait(window.engine.unfinished({}))->empty());
    const auto resumed = window.wait(window.engine.resume(1, {}));
    QVERIFY(!resumed && resumed.error().kind != Error::Kind::Internal);
    QVERIFY(window.wait(window.journal.entry(1))->result == JournalEntry::Result::Pending);
}

void TestChangeEngine::accessNamesWhatIsMissing()
{
    const auto accessWith = [](const char* actions) {
        FakeConsole console([actions](const http::HttpRequest&) {
            return response(200,
                            std::string(R"({"value":[{"actions":[)") + actions + R"(],"notActions":[]}]})");
        });
        azure::PermissionsClient permissions(console.arm);
        AzureAccess access(permissions, ApimService);
        return console.wait(access.access({}));
    };
    const auto admin = accessWith(R"("*")");
    QVERIFY(admin && admin->known && admin->mayEdit && admin->missing.empty());
    const auto manager = accessWith(R"("*/read")");
    QVERIFY(manager && manager->known && !manager->mayEdit);
    QCOMPARE(manager->missing, std::string("Microsoft.ApiManagement/service/policyFragments/write"));
    QCOMPARE(manager->role, std::string("API Management Service Contributor"));
}

GATEHOUSE_TEST_MAIN(TestChangeEngine)
#include "tst_changeengine.moc"
