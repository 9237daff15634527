// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/testmain.h"
#ifndef Q_MOC_RUN // Qt 6.4's moc does not read concepts
#include "core/gateway/merge/resourcemerge.h"
#include "core/jobs/changes/azureaccess.h"
#include "tests/support/fakearm.h"
#include "tests/support/historychecker.h"
#include "tests/support/seed.h"
#endif

using namespace gatehouse;
using namespace gatehouse::jobs;
using namespace gatehouse::test;

namespace {

const std::string Backend = ApimService + "/backends/aoai-eastus";
const std::string Policy = ApimService + "/apis/chat/policies/policy";
const std::string Quotas = ApimService + "/policyFragments/gatehouse-quotas";

Json policyOf(const std::string& xml)
{
    return {{"format", "xml"}, {"value", xml}};
}

std::string withRow(const std::string& xml, const std::string& service, int tokens, int calls = 0)
{
    const auto document = gateway::PolicyDocument::parse(xml, gateway::PolicyDocument::Root::Fragment);
    gateway::ServiceQuota row;
    for (const gateway::ServiceQuota& one : gateway::readQuotaSheet(*document).services) {
        if (one.service == service)
            row = one;
    }
    row.service = service;
    if (tokens > 0)
        row.limits.tokensPerMinute = gateway::LimitValue::of(tokens);
    if (calls > 0)
        row.limits.calls = gateway::LimitValue::of(calls);
    return gateway::setServiceQuota(*document, row)->text();
}

Json with(Json properties, const char* member, const char* value)
{
    properties[member] = value;
    return properties;
}

ChangeSet setOf(const std::string& id, std::optional<Json> base, std::optional<Json> wanted)
{
    return {"A change", "CHG-7", {{id, "It", std::move(base), std::move(wanted), {}}}};
}

enum class Moment { BeforeRead, BetweenReadAndWrite, BetweenWriteAndReply, DuringOperation };

/// Two admins who opened the same page at the same time, and what the service does to the first one's write.
class Duel
{
public:
    explicit Duel(Moment moment, Trouble trouble)
        : m_moment(moment)
        , m_trouble(trouble)
        , m_other([this](const http::HttpRequest& request) { return arm.answer(request, 1); })
        , m_admin([this](const http::HttpRequest& request) { return answer(request); })
    {}

    /// What the other one does, one after the other; each as a draft of what stood there at the beginning or
    /// of what the one before left.
    std::vector<std::pair<std::optional<Json>, std::optional<Json>>> others;

    Result<JournalEntry> run(const std::string& id, const std::optional<Json>& base,
                             const std::optional<Json>& wanted)
    {
        m_id = id;
        if (m_moment == Moment::BeforeRead)
            interfere();
        const auto done = apply(m_admin, 0, base, wanted);
        if (!std::exchange(m_interfered, true)) // the moment never came
            interfereNow();
        return done;
    }

    FakeArm arm;
    std::vector<Draft> drafts;
    FakeConsole& admin() { return m_admin; }

private:
    Result<JournalEntry> apply(FakeConsole& console, int writer, const std::optional<Json>& base,
                               const std::optional<Json>& wanted)
    {
        const std::size_t at = drafts.size();
        drafts.push_back({writer, m_id, base, wanted, false, arm.commits.size(), SIZE_MAX});
        auto done = console.apply(setOf(m_id, base, wanted));
        drafts[at].acknowledged = done && done->result == JournalEntry::Result::Applied;
        drafts[at].endCommit = arm.commits.size();
        return done;
    }

    void interfere()
    {
        if (!std::exchange(m_interfered, true))
            interfereNow();
    }
    void interfereNow()
    {
        for (const auto& [base, wanted] : others)
            static_cast<void>(apply(m_other, 1, base, wanted));
    }

    FakeHttp::Answer answer(const http::HttpRequest& request)
    {
        const bool asks = request.url.find("/operations/") != std::string::npos;
        const bool writes = request.method != "GET";
        if ((asks && m_moment == Moment::DuringOperation) ||
            (writes && m_moment == Moment::BetweenReadAndWrite))
            interfere();
        if (asks && m_trouble == Trouble::ErrorAfter)
            return response(500, "{}");
        if (!writes)
            return arm.answer(request, 0);
        auto reply = arm.answer(request, 0, std::exchange(m_once, false) ? troubleNow() : Trouble::None);
        if (m_moment == Moment::BetweenWriteAndReply)
            interfere();
        return reply;
    }

    /// During an operation the trouble befalls the operation.
    [[nodiscard]] Trouble troubleNow() const
    {
        if (m_moment != Moment::DuringOperation)
            return m_trouble;
        switch (m_trouble) {
        case Trouble::LostReply:
            return Trouble::AcceptedLost;
        case Trouble::ErrorAfter:
            return Trouble::Accepted;
        default:
            return Trouble::AcceptedFails;
        }
    }

    Moment m_moment;
    Trouble m_trouble;
    bool m_once = true;
    bool m_interfered = false;
    std::string m_id;
    FakeConsole m_other;
    FakeConsole m_admin;
};

} // namespace

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
    void theConflictMatrix_data();
    void theConflictMatrix();
    void anAmbiguousReplyIsOneOfThree_data();
    void anAmbiguousReplyIsOneOfThree();
    void anUnreachableServiceLeavesItUnknown();
    void randomHistoriesLoseNothing();
    void aKillAtAnyBoundaryIsSettledByReading();
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

namespace {

/// Backends b0, b1, … with one change each.
ChangeSet manySteps(FakeArm& arm, int count)
{
    ChangeSet set{"Many", "CHG-8", {}};
    for (int i = 0; i < count; ++i) {
        const std::string id = ApimService + "/backends/b" + std::to_string(i);
        const Json base = {{"url", "old"}};
        arm.put(id, base);
        set.changes.push_back({id, "b" + std::to_string(i), base, with(base, "url", "new"), {}});
    }
    return set;
}

} // namespace

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

void TestChangeEngine::theConflictMatrix_data()
{
    QTest::addColumn<QString>("kind");
    QTest::addColumn<int>("moment");
    QTest::addColumn<int>("trouble");
    const std::pair<const char*, Moment> moments[] = {
        {"before read", Moment::BeforeRead},
        {"between read and write", Moment::BetweenReadAndWrite},
        {"between write and reply", Moment::BetweenWriteAndReply},
        {"during the operation", Moment::DuringOperation}};
    const std::pair<const char*, Trouble> troubles[] = {{"412", Trouble::Stale},
                                                        {"409", Trouble::Busy},
                                                        {"reply lost", Trouble::LostReply},
                                                        {"500 after commit", Trouble::ErrorAfter},
                                                        {"202 then failed", Trouble::AcceptedFails}};
    for (const char* kind :
         {"same field", "other field", "delete", "recreate", "policy XML", "quota counter"}) {
        for (const auto& [when, moment] : moments) {
            for (const auto& [what, trouble] : troubles)
                QTest::addRow("%s, %s, %s", kind, when, what)
                    << QString::fromLatin1(kind) << static_cast<int>(moment) << static_cast<int>(trouble);
        }
    }
}

void TestChangeEngine::theConflictMatrix()
{
    QFETCH(QString, kind);
    QFETCH(int, moment);
    QFETCH(int, trouble);
    Duel duel(static_cast<Moment>(moment), static_cast<Trouble>(trouble));
    const std::string what = kind.toStdString();
    std::string id = Backend;
    Json base = {{"url", "u"}, {"title", "t"}};
    Json wanted = with(base, "url", "mine");
    if (what == "same field") {
        duel.others = {{base, with(base, "url", "theirs")}};
    } else if (what == "other field") {
        duel.others = {{base, with(base, "title", "theirs")}};
    } else if (what == "delete") {
        duel.others = {{base, std::nullopt}};
    } else if (what == "recreate") {
        duel.others = {{base, std::nullopt}, {std::nullopt, Json{{"url", "again"}}}};
    } else if (what == "policy XML") {
        id = Policy;
        base = policyOf("<policies><inbound /></policies>");
        wanted = policyOf("<policies><inbound><base /></inbound></policies>");
        duel.others = {{base, policyOf("<policies><outbound /></policies>")}};
    } else {
        id = Quotas;
        const std::string sheet = withRow(gateway::emptyQuotaFragment().text(), "checkout", 100);
        base = policyOf(sheet);
        wanted = policyOf(withRow(sheet, "checkout", 150));
        duel.others = {{base, policyOf(withRow(withRow(sheet, "search", 7), "checkout", 0, 60))}};
    }
    duel.arm.put(id, base);
    const auto done = duel.run(id, base, wanted);

    const std::string wrong = checkHistory(duel.arm, duel.drafts);
    QVERIFY2(wrong.empty(), wrong.c_str());
    QCOMPARE(duel.arm.lawless, 0);
    // What both can have is refused to nobody but by a service that failed for good.
    const bool disjoint = what == "other field" || what == "quota counter";
    const bool fails =
        trouble == static_cast<int>(Trouble::AcceptedFails) ||
        (moment == static_cast<int>(Moment::DuringOperation) &&
         trouble != static_cast<int>(Trouble::LostReply) && trouble != static_cast<int>(Trouble::ErrorAfter));
    if (disjoint) {
        for (const Draft& draft : duel.drafts)
            QVERIFY(draft.acknowledged || (draft.writer == 0 && fails));
    } else if (!done) {
        QVERIFY(!done.error().advice.empty());
    }
    // Whoever was told "no" left nothing behind unless somebody replaced it.
    const auto entries = duel.admin().wait(duel.admin().journal.entries({}));
    QVERIFY(entries.has_value());
    for (const JournalEntry& entry : *entries)
        QVERIFY(entry.result != JournalEntry::Result::Pending);
    QVERIFY(duel.admin().wait(duel.admin().journal.verify({}))->holds);
}

void TestChangeEngine::anAmbiguousReplyIsOneOfThree_data()
{
    QTest::addColumn<int>("trouble");
    QTest::addColumn<QString>("other"); // what somebody else changes before the re-read
    QTest::addColumn<QString>("outcome");
    for (const auto& [name, trouble] :
         {std::pair("reply lost", Trouble::LostReply), std::pair("500 after commit", Trouble::ErrorAfter),
          std::pair("202, then no answer", Trouble::AcceptedLost)}) {
        QTest::addRow("%s", name) << static_cast<int>(trouble) << ""
                                  << "applied";
        QTest::addRow("%s, other field", name) << static_cast<int>(trouble) << "title"
                                               << "applied";
        QTest::addRow("%s, same field", name) << static_cast<int>(trouble) << "url"
                                              << "somebody else";
    }
    for (const auto& [name, trouble] :
         {std::pair("request lost", Trouble::LostRequest), std::pair("500", Trouble::ErrorBefore),
          std::pair("202 then failed", Trouble::AcceptedFails)}) {
        QTest::addRow("%s", name) << static_cast<int>(trouble) << ""
                                  << "not applied";
        QTest::addRow("%s, other field", name) << static_cast<int>(trouble) << "title"
                                               << "not applied";
        QTest::addRow("%s, same field", name) << static_cast<int>(trouble) << "url"
                                              << "somebody else";
    }
}

void TestChangeEngine::anAmbiguousReplyIsOneOfThree()
{
    QFETCH(int, trouble);
    QFETCH(QString, other);
    QFETCH(QString, outcome);
    FakeArm arm;
    const Json base = {{"url", "u"}, {"title", "t"}};
    arm.put(Backend, base);
    bool written = false;
    FakeConsole admin([&](const http::HttpRequest& request) {
        if (request.method == "GET") {
            if (written && !other.isEmpty() && request.url.find("/operations/") == std::string::npos) {
                arm.put(Backend, with(*arm.get(Backend), other.toUtf8().constData(), "theirs"));
                other.clear();
            }
            return arm.answer(request, 0);
        }
        written = true;
        return arm.answer(request, 0, static_cast<Trouble>(trouble));
    });
    const auto done = admin.apply(setOf(Backend, base, with(base, "url", "mine")));
    QCOMPARE(arm.writes, 1); // never sent again
    const auto entries = admin.wait(admin.journal.entries({}));
    if (outcome == QLatin1String("applied")) {
        QVERIFY(done && done->result == JournalEntry::Result::Applied);
    } else if (outcome == QLatin1String("not applied")) {
        QVERIFY(!done && done.error().advice.find("not changed") != std::string::npos);
        QVERIFY(entries->front().result == JournalEntry::Result::Failed);
    } else {
        QVERIFY(!done && done.error().kind == Error::Kind::Conflict);
        QVERIFY(done.error().message.find("somebody else") != std::string::npos);
    }
}

void TestChangeEngine::anUnreachableServiceLeavesItUnknown()
{
    FakeArm arm;
    bool reachable = true;
    FakeConsole admin([&](const http::HttpRequest& request) -> FakeHttp::Answer {
        if (!reachable)
            return networkFailure();
        if (request.method == "GET")
            return arm.answer(request, 0);
        reachable = request.url.find("/b1?") == std::string::npos;
        return arm.answer(request, 0, reachable ? Trouble::None : Trouble::LostReply);
    });
    const ChangeSet set = manySteps(arm, 3);
    const auto done = admin.apply(set);
    QVERIFY(!done && done.error().advice.find("not known") != std::string::npos);
    auto open = admin.wait(admin.engine.unfinished({}));
    QVERIFY(open && open->front().steps[1].outcome == JournalStep::Outcome::Unknown);
    reachable = true;
    open = admin.wait(admin.engine.unfinished({}));
    QVERIFY(open->front().steps[1].outcome == JournalStep::Outcome::Done);
    const auto resumed = admin.wait(admin.engine.resume(1, {}));
    QVERIFY(resumed && resumed->result == JournalEntry::Result::Applied);
    QCOMPARE(arm.writes, 3);
    QVERIFY(!admin.wait(admin.engine.resume(1, {})));
}

namespace {

/// Up to five consoles over one service whose requests are answered in any order.
class Crowd
{
public:
    explicit Crowd(std::mt19937_64& random)
        : m_random(random)
    {
        m_arm.put(Backend, {{"url", "u"}, {"title", "t"}, {"description", "d"}});
        m_arm.put(Quotas, policyOf(withRow(gateway::emptyQuotaFragment().text(), "checkout", 1, 1)));
        const std::size_t writers = 2 + random() % 4;
        for (std::size_t i = 0; i < writers; ++i)
            m_writers.push_back(std::make_unique<Writer>());
    }

    /// What is wrong; "" when nothing is.
    std::string run(int changes)
    {
        while (changes > 0 || anyUnderWay()) {
            const std::size_t index = m_random() % m_writers.size();
            Writer& writer = *m_writers[index];
            if (!writer.future.isFinished() && !writer.console.http.open.empty())
                answerOne(writer, static_cast<int>(index));
            else if (!writer.future.isFinished())
                static_cast<void>(writer.console.scheduler.advanceToNext());
            else if (writer.draft != SIZE_MAX)
                endDraft(writer);
            else if (changes-- > 0)
                begin(writer, static_cast<int>(index));
            if (++m_steps > 100'000)
                return "it does not end";
        }
        if (m_arm.lawless > 0)
            return "a write without its version";
        return checkHistory(m_arm, m_drafts);
    }

    int acknowledged = 0;
    int refused = 0;

private:
    struct Writer
    {
        FakeConsole console;
        QFuture<Result<JournalEntry>> future = http::settledFuture<JournalEntry>(JournalEntry());
        std::size_t draft = SIZE_MAX;
        std::map<std::string, std::optional<Json>> page; ///< as it was opened, perhaps long ago
    };

    [[nodiscard]] bool anyUnderWay() const
    {
        return std::any_of(m_writers.begin(), m_writers.end(),
                           [](const auto& writer) { return writer->draft != SIZE_MAX; });
    }

    void answerOne(Writer& writer, int index)
    {
        FakeHttp& http = writer.console.http;
        const http::HttpRequest request = http.requests[http.requests.size() - http.open.size()];
        Trouble trouble = Trouble::None;
        if (request.method != "GET" && m_random() % 3 == 0)
            trouble = static_cast<Trouble>(1 + m_random() % 9);
        http.answer(m_arm.answer(request, index, trouble));
    }

    void endDraft(Writer& writer)
    {
        const auto done = writer.future.result();
        Draft& draft = m_drafts[writer.draft];
        draft.acknowledged = done && done->result == JournalEntry::Result::Applied;
        draft.endCommit = m_arm.commits.size();
        acknowledged += draft.acknowledged ? 1 : 0;
        refused += draft.acknowledged ? 0 : 1;
        writer.draft = SIZE_MAX;
    }

    void begin(Writer& writer, int index)
    {
        const std::string& id = m_random() % 2 == 0 ? Backend : Quotas;
        if (!writer.page.contains(id) || m_random() % 3 > 0)
            writer.page[id] = m_arm.get(id); // the page is opened, or still open from before
        const std::optional<Json> base = writer.page[id];
        const std::optional<Json> wanted = edited(id, base);
        m_drafts.push_back({index, id, base, wanted, false, m_arm.commits.size(), SIZE_MAX});
        writer.draft = m_drafts.size() - 1;
        writer.console.clock.advance(std::chrono::seconds(m_random() % 20));
        Review review{setOf(id, base, wanted), {}, DateTime()}; // too old: it is read by apply
        review.changes.push_back({review.set.changes.front(), base, wanted, "", false, {}});
        writer.future = writer.console.engine.apply(review, {});
    }

    std::optional<Json> edited(const std::string& id, const std::optional<Json>& base)
    {
        const std::string value = "x" + std::to_string(++m_values);
        if (id == Quotas) {
            const char* service = m_random() % 2 == 0 ? "checkout" : "search";
            const bool tokens = m_random() % 2 == 0;
            return policyOf(
                withRow(textAt(*base, "value"), service, tokens ? m_values : 0, tokens ? 0 : m_values));
        }
        if (!base)
            return Json{{"url", value}};
        if (m_random() % 6 == 0)
            return std::nullopt;
        static constexpr const char* Members[] = {"url", "title", "description"};
        return with(*base, Members[m_random() % 3], value.c_str());
    }

    std::mt19937_64& m_random;
    FakeArm m_arm;
    std::vector<std::unique_ptr<Writer>> m_writers;
    std::vector<Draft> m_drafts;
    int m_values = 0;
    int m_steps = 0;
};

} // namespace

/// GATEHOUSE_HISTORIES sets their number; 5,000 are the bar of the long run.
void TestChangeEngine::randomHistoriesLoseNothing()
{
    const std::uint64_t first = seed();
    const QByteArray wanted = qgetenv("GATEHOUSE_HISTORIES");
    const int histories = wanted.isEmpty() ? 1'000 : wanted.toInt();
    int acknowledged = 0;
    int refused = 0;
    for (int history = 0; history < histories; ++history) {
        std::mt19937_64 random(first + static_cast<std::uint64_t>(history));
        Crowd crowd(random);
        const std::string wrong = crowd.run(8);
        QVERIFY2(wrong.empty(), (wrong + ", SEED=" + std::to_string(first + history)).c_str());
        acknowledged += crowd.acknowledged;
        refused += crowd.refused;
    }
    qInfo("%d histories: %d changes acknowledged, %d refused", histories, acknowledged, refused);
    QVERIFY(histories < 100 || (acknowledged > histories && refused > histories / 10));
}

namespace {

/// A process whose effects, on the journal and on the service, end at one of them: before it, after it, or,
/// in the journal, in the middle of a line.
class Mortal
{
public:
    static constexpr int Steps = 10;

    /// lifetime effects happen whole; the next one happens to this part of it: 0, 1, or between.
    Mortal(int lifetime, double part)
        : m_left(lifetime)
        , m_part(part)
        , m_set(manySteps(arm, Steps))
    {
        auto process = std::make_unique<FakeConsole>(
            [this](const http::HttpRequest& request) -> FakeHttp::Answer {
                if (request.method == "GET")
                    return dead() ? FakeHttp::Answer(networkFailure()) : arm.answer(request, 0);
                return effect([&] { return arm.answer(request, 0); });
            },
            disk);
        disk->beforeAppend = [this]() -> Status {
            if (m_left >= 0)
                m_anchor = disk->anchor; // it moves on behind the line
            if (m_left-- > 0)
                return {};
            if (m_left == -1 && m_part > 0)
                m_torn = true; // the line that is being written now, or a part of it
            if (m_torn && m_left == -1)
                return {};
            return fail(Error::Kind::Storage, "dead");
        };
        static_cast<void>(process->apply(m_set));
        survived = m_left >= 0;
        process.reset();
        disk->beforeAppend = {};
        disk->applying.reset();
        if (m_torn && m_part < 1) {
            const std::size_t line = disk->bytes.rfind('\n', disk->bytes.size() - 2) + 1;
            disk->bytes.resize(
                line + static_cast<std::size_t>(m_part * static_cast<double>(disk->bytes.size() - line)));
            disk->anchor = m_anchor;
        }
    }

    [[nodiscard]] bool isWritten(int step) const
    {
        return textAt(*arm.get(m_set.changes[static_cast<std::size_t>(step)].resourceId), "url") == "new";
    }

    FakeArm arm;
    std::shared_ptr<JournalDisk> disk = std::make_shared<JournalDisk>();
    bool survived = false;

private:
    [[nodiscard]] bool dead() const { return m_left < 0; }
    template <typename Effect>
    FakeHttp::Answer effect(Effect happen)
    {
        if (m_left-- > 0)
            return happen();
        if (m_left == -1 && m_part >= 1)
            static_cast<void>(happen()); // it arrived; nobody is there for the reply
        return networkFailure();
    }

    int m_left;
    double m_part;
    bool m_torn = false;
    std::string m_anchor;
    ChangeSet m_set;
};

} // namespace

/// Every boundary of a change of ten steps, and 200 random points within.
void TestChangeEngine::aKillAtAnyBoundaryIsSettledByReading()
{
    std::mt19937_64 random(seed());
    std::vector<std::pair<int, double>> points;
    constexpr int Effects = 2 + 2 * Mortal::Steps + 1; // head, intent, write and outcome of each, end
    for (int lifetime = 0; lifetime < Effects; ++lifetime) {
        points.emplace_back(lifetime, 0.0);
        points.emplace_back(lifetime, 1.0);
    }
    for (int i = 0; i < 200; ++i)
        points.emplace_back(static_cast<int>(random() % Effects),
                            static_cast<double>(random() % 1000) / 1000);
    int open = 0;
    for (const auto& [lifetime, part] : points) {
        Mortal mortal(lifetime, part);
        QVERIFY(!mortal.survived || lifetime == Effects);
        const auto handler = [&](const http::HttpRequest& request) { return mortal.arm.answer(request, 0); };
        FakeConsole next(handler, mortal.disk);
        const auto found = next.wait(next.engine.unfinished({}));
        QVERIFY2(found, found ? "" : found.error().message.c_str());
        const int writes = mortal.arm.writes;
        int written = 0;
        for (int step = 0; step < Mortal::Steps; ++step)
            written += mortal.isWritten(step) ? 1 : 0;
        if (found->empty()) {
            // Before its intent was whole nothing was sent; after its end everything was.
            QVERIFY(written == 0 || written == Mortal::Steps);
            continue;
        }
        ++open;
        QCOMPARE(found->size(), 1U);
        for (int step = 0; step < Mortal::Steps; ++step)
            QVERIFY(found->front().steps[static_cast<std::size_t>(step)].outcome ==
                    (mortal.isWritten(step) ? JournalStep::Outcome::Done : JournalStep::Outcome::NotDone));
        const bool forward = random() % 2 == 0;
        const auto ended = next.wait(forward ? next.engine.resume(1, {}) : next.engine.rollBack(1, {}));
        QVERIFY2(ended, ended ? "" : ended.error().message.c_str());
        for (int step = 0; step < Mortal::Steps; ++step)
            QCOMPARE(mortal.isWritten(step), forward);
        QCOMPARE(mortal.arm.writes - writes, forward ? Mortal::Steps - written : written);
        const auto entry = next.wait(next.journal.entry(1));
        QVERIFY(entry->result == (forward        ? JournalEntry::Result::Applied
                                  : written == 0 ? JournalEntry::Result::Failed
                                                 : JournalEntry::Result::Undone));
        QVERIFY(next.wait(next.engine.unfinished({}))->empty());
        QVERIFY(next.wait(next.journal.verify({}))->holds);
        QCOMPARE(mortal.arm.lawless, 0);
    }
    qInfo("%zu deaths, %d of them in the middle of the change", points.size(), open);
    QVERIFY(open > 150);
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
