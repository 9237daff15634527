// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/testmain.h"
#ifndef Q_MOC_RUN // Qt 6.4's moc does not read concepts
#include "core/gateway/merge/resourcemerge.h"
#include "tests/support/historychecker.h"
#include "tests/unit/jobs/changeworld.h"
#endif

using namespace gatehouse;
using namespace gatehouse::jobs;
using namespace gatehouse::jobs::test;

namespace {

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

/// Two consoles, and replies that are lost.
class TestChangeConflicts : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void theConflictMatrix_data();
    void theConflictMatrix();
    void anAmbiguousReplyIsOneOfThree_data();
    void anAmbiguousReplyIsOneOfThree();
    void anUnreachableServiceLeavesItUnknown();
};

void TestChangeConflicts::theConflictMatrix_data()
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

void TestChangeConflicts::theConflictMatrix()
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

void TestChangeConflicts::anAmbiguousReplyIsOneOfThree_data()
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

void TestChangeConflicts::anAmbiguousReplyIsOneOfThree()
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

void TestChangeConflicts::anUnreachableServiceLeavesItUnknown()
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

GATEHOUSE_TEST_MAIN(TestChangeConflicts)
#include "tst_changeconflicts.moc"
