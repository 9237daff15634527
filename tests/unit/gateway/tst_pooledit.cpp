// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/topology/drain.h"
#include "core/gateway/topology/pooledit.h"
#include "tests/support/testmain.h"

using namespace gatehouse;
using namespace gatehouse::gateway;

namespace {

const Json TwoMembers = {
    {"type", "Pool"},
    {"pool",
     {{"services", Json::array({{{"id", "/svc/backends/east"}, {"priority", "1"}, {"weight", "70"}},
                                {{"id", "/backends/west"}, {"priority", 2}}})}}}};

} // namespace

class TestPoolEdit : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anUnchangedPoolIsWrittenAsItWas()
    {
        const auto drafts = memberDrafts(TwoMembers);
        QCOMPARE(drafts.size(), 2U);
        QVERIFY((drafts[0] == MemberDraft{"east", "1", "70"}));
        QVERIFY((drafts[1] == MemberDraft{"west", "2", ""}));
        QVERIFY(*withMembers(TwoMembers, drafts, "/svc") == TwoMembers);
    }

    void aChangeIsANumberAndTheRestStays()
    {
        const auto changed =
            withMembers(TwoMembers, {{"east", "1", "60"}, {"west", "", "5"}, {"north", "3", ""}}, "/svc");
        QVERIFY(changed);
        const Json& services = (*changed)["pool"]["services"];
        QVERIFY(services[0] == Json({{"id", "/svc/backends/east"}, {"priority", "1"}, {"weight", 60}}));
        QVERIFY(services[1] == Json({{"id", "/backends/west"}, {"weight", 5}}));
        QVERIFY(services[2] == Json({{"id", "/svc/backends/north"}, {"priority", 3}}));
    }

    void wrongMembersAreRefusedWithThePlace_data()
    {
        QTest::addColumn<QString>("whichText");
        QTest::addColumn<QString>("place");
        QTest::newRow("none") << "none"
                              << "pool.services";
        QTest::newRow("31") << "31"
                            << "pool.services[30]";
        QTest::newRow("weight of text") << "text"
                                        << "pool.services[1].weight";
        QTest::newRow("weight with a blank") << "blank"
                                             << "pool.services[1].weight";
        QTest::newRow("weight 101") << "101"
                                    << "pool.services[1].weight";
        QTest::newRow("priority below 0") << "-1"
                                          << "pool.services[1].priority";
        QTest::newRow("twice") << "twice"
                               << "pool.services[1].id";
        QTest::newRow("nameless") << "nameless"
                                  << "pool.services[1].id";
    }
    void wrongMembersAreRefusedWithThePlace()
    {
        QFETCH(QString, whichText);
        const std::string which = whichText.toStdString();
        QFETCH(QString, place);
        std::vector<MemberDraft> members{{"a", "1", "1"}};
        if (which == "none")
            members.clear();
        for (int i = 0; which == "31" && i < 30; ++i)
            members.push_back({"b" + std::to_string(i), "1", "1"});
        if (which == "text")
            members.push_back({"b", "1", "heavy"});
        if (which == "blank")
            members.push_back({"b", "1", " 5"});
        if (which == "101")
            members.push_back({"b", "1", "101"});
        if (which == "-1")
            members.push_back({"b", "-1", "1"});
        if (which == "twice")
            members.push_back({"A", "1", "1"});
        if (which == "nameless")
            members.push_back({"", "1", "1"});
        const auto problems = problemsOf(members);
        QCOMPARE(problems.size(), 1U);
        QCOMPARE(QString::fromStdString(problems[0].place), place);
        const auto refusal = withMembers(TwoMembers, members, "/svc");
        QVERIFY(!refusal);
        QVERIFY(refusal.error().advice.find(place.toStdString()) != std::string::npos);
    }

    void thirtyAreAllowed()
    {
        std::vector<MemberDraft> members;
        for (int i = 0; i < 30; ++i)
            members.push_back({"b" + std::to_string(i), "0", "100"});
        QVERIFY(withMembers(TwoMembers, members, "/svc"));
    }

    void whoIsAddedAgainIsNotNotedAsDrained()
    {
        const Json without = *drained(TwoMembers, "east");
        const auto with = withMembers(without, {{"west", "2", ""}, {"east", "9", ""}}, "/svc");
        QVERIFY(with);
        QVERIFY(drainedMembers(*with).empty());
        QVERIFY(!with->contains("description"));
    }
};

GATEHOUSE_TEST_MAIN(TestPoolEdit)
#include "tst_pooledit.moc"
