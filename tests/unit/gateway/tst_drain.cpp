// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/topology/drain.h"
#include "core/gateway/topology/shares.h"
#include "tests/support/seed.h"
#include "tests/support/testmain.h"

#include <algorithm>
#include <random>

using namespace gatehouse;
using namespace gatehouse::gateway;

namespace {

Json member(const std::string& name, Json priority = 1, Json weight = 1)
{
    return {
        {"id", "/svc/backends/" + name}, {"priority", std::move(priority)}, {"weight", std::move(weight)}};
}

Json poolOf(Json services)
{
    return {{"type", "Pool"}, {"title", "Nearest first"}, {"pool", {{"services", std::move(services)}}}};
}

/// Priorities and weights as numbers, as text, as null or left out, ids of both spellings, with or without a
/// description.
Json randomPool(std::mt19937_64& random)
{
    const auto upTo = [&random](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
    Json services = Json::array();
    const int count = 2 + upTo(5);
    for (int i = 0; i < count; ++i) {
        const std::string name = "b" + std::to_string(i);
        Json one = {{"id", (upTo(2) == 0 ? "/subscriptions/s/service/x/backends/" : "/backends/") + name}};
        for (const char* const key : {"priority", "weight"}) {
            const int number = upTo(101);
            switch (upTo(4)) {
            case 0:
                one[key] = number;
                break;
            case 1:
                one[key] = std::to_string(number);
                break;
            case 2:
                one[key] = nullptr;
                break;
            default:
                break;
            }
        }
        services.push_back(std::move(one));
    }
    Json pool = poolOf(std::move(services));
    const char* const descriptions[] = {"", "Nearest region first",
                                        "odd [gatehouse drained: ", "ends in a bracket ]", " blank before"};
    if (const int which = upTo(6); which < 5)
        pool["description"] = descriptions[which];
    return pool;
}

} // namespace

class TestDrain : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aDrainedMemberLeavesThePoolAndIsNoted()
    {
        const Json pool = poolOf({member("east", 1, "70"), member("west", 1, 30)});
        const auto without = drained(pool, "EAST");
        QVERIFY(without);
        const auto read = poolFromArm({{"name", "p"}, {"properties", *without}});
        QVERIFY(read);
        QCOMPARE(read->members.size(), 1U);
        QCOMPARE(read->members[0].backend, std::string("west"));
        const auto noted = drainedMembers(*without);
        QCOMPARE(noted.size(), 1U);
        QCOMPARE(noted[0].member.backend, std::string("east"));
        QCOMPARE(noted[0].member.weight, 70);
        const auto again = restored(*without, "east");
        QVERIFY(again);
        QVERIFY(*again == pool); // the weight is text again
    }

    void drainAndRestoreInAnyOrderGiveBackRandomPools()
    {
        std::mt19937_64 random(test::seed());
        for (int round = 0; round < 2'000; ++round) {
            const Json pool = randomPool(random);
            std::vector<std::string> names;
            for (std::size_t i = 0; i < pool["pool"]["services"].size(); ++i)
                names.push_back("b" + std::to_string(i));
            std::ranges::shuffle(names, random);
            names.resize(1 + random() % (names.size() - 1)); // one stays
            Json now = pool;
            for (const std::string& name : names) {
                const auto without = drained(now, name);
                QVERIFY2(without, qPrintable(QString::fromStdString(without ? "" : without.error().message)));
                now = *without;
            }
            QCOMPARE(drainedMembers(now).size(), names.size());
            QCOMPARE(descriptionOf(now), textAt(pool, "description"));
            std::ranges::shuffle(names, random);
            for (const std::string& name : names) {
                const auto with = restored(now, name);
                QVERIFY(with);
                now = *with;
            }
            QVERIFY2(now == pool, dumpJson(now).c_str());
        }
    }

    void theLastMemberStays()
    {
        const auto refused = drained(poolOf({member("east")}), "east");
        QVERIFY(!refused);
        QVERIFY(refused.error().kind == Error::Kind::InvalidInput);
        QVERIFY(refused.error().message.find("only member") != std::string::npos);
    }

    void whatIsNotThereIsRefused()
    {
        const Json pool = poolOf({member("east"), member("west")});
        QVERIFY(!drained(pool, "north"));
        QVERIFY(!restored(pool, "east"));
        QVERIFY(!drained(Json::object(), "east"));
        QVERIFY(!restored({{"description", 5}}, "east"));
    }

    void aDescriptionWithoutRoomIsRefused()
    {
        Json pool = poolOf({member("east"), member("west")});
        pool["description"] = std::string(1990, 'x');
        const auto refused = drained(pool, "east");
        QVERIFY(!refused);
        QVERIFY(refused.error().advice.find("Shorten") != std::string::npos);
    }

    void whatOthersDidMeanwhileStays()
    {
        const auto without =
            drained(poolOf({member("east", 1), member("west", 2), member("europe", 3)}), "east");
        QVERIFY(without);
        Json changed = *without;
        changed["pool"]["services"] = Json::array({member("north", 5), member("europe", 3, 9)});
        const auto with = restored(changed, "east");
        QVERIFY(with);
        const auto read = poolFromArm({{"name", "p"}, {"properties", *with}});
        QVERIFY(read);
        QCOMPARE(read->members.size(), 3U);
        QCOMPARE(read->members[0].backend, std::string("east"));
        QCOMPARE(read->members[2].weight, 9);
    }

    void whoWasAddedByHandIsNotDrainedAnyMore()
    {
        Json now = *drained(poolOf({member("east"), member("west")}), "east");
        now["pool"]["services"].push_back(member("east", 7));
        QVERIFY(drainedMembers(now).empty());
        QVERIFY(!restored(now, "east"));
    }

    void hostileNotesAreText_data()
    {
        QTest::addColumn<QString>("description");
        QTest::newRow("no json") << "x [gatehouse drained: nonsense]";
        QTest::newRow("no list") << "x [gatehouse drained: {\"at\":1}]";
        QTest::newRow("no id") << "x [gatehouse drained: [{\"at\":1,\"service\":{}}]]";
        QTest::newRow("deep")
            << QStringLiteral("x [gatehouse drained: %1%2]").arg(QString(100, u'['), QString(100, u']'));
        QTest::newRow("empty") << "[gatehouse drained: ]";
    }
    void hostileNotesAreText()
    {
        QFETCH(QString, description);
        Json pool = poolOf({member("east"), member("west")});
        pool["description"] = description.toStdString();
        QVERIFY(drainedMembers(pool).empty());
        QCOMPARE(descriptionOf(pool), description.toStdString());
        const auto without = drained(pool, "east");
        QVERIFY(without);
        QVERIFY(*restored(*without, "east") == pool);
    }

    void sharesFollowPriorityWeightAndState()
    {
        const Pool pool{"p", {{"a", 1, 3}, {"b", 1, 1}, {"c", 2, 1}, {"d", 2, 0}}};
        std::vector<std::string> open;
        const auto expected = [&] {
            std::vector<double> shares;
            for (const MemberShare& share : sharesOf(
                     pool,
                     [&](const std::string& name) { return std::ranges::find(open, name) == open.end(); },
                     [](const std::string& name) { return name == "a"   ? 30
                                                          : name == "c" ? 10
                                                                        : 0; }))
                shares.push_back(share.expected);
            return shares;
        };
        QCOMPARE(expected(), (std::vector<double>{0.75, 0.25, 0, 0}));
        open = {"a"};
        QCOMPARE(expected(), (std::vector<double>{0, 1, 0, 0}));
        open = {"a", "b"};
        QCOMPARE(expected(), (std::vector<double>{0, 0, 1, 0}));
        open = {"a", "b", "c"};
        QCOMPARE(expected(), (std::vector<double>{0, 0, 0, 1})); // zeros share what is left
        open = {"a", "b", "c", "d"};
        QCOMPARE(expected(), (std::vector<double>{0, 0, 0, 0}));
        const auto seen = sharesOf(
            pool, [](const std::string&) { return true; },
            [](const std::string& name) { return name == "a"   ? 30
                                                 : name == "c" ? 10
                                                               : 0; });
        QCOMPARE(seen[0].seen, std::optional(0.75));
        QCOMPARE(seen[2].seen, std::optional(0.25));
        const auto none = sharesOf(
            pool, [](const std::string&) { return true; }, [](const std::string&) { return 0; });
        QVERIFY(!none[0].seen);
    }
};

GATEHOUSE_TEST_MAIN(TestDrain)
#include "tst_drain.moc"
