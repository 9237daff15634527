// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/testmain.h"

#include "core/gateway/balancer.h"

#include <map>

using namespace gatehouse::gateway;

namespace {

using States = std::map<std::string, MemberState>;

Choice chooseFrom(const Pool& pool, const States& states, double draw = 0.0)
{
    return choose(
        pool,
        [&](const std::string& name) {
            const auto found = states.find(name);
            return found == states.end() ? MemberState{} : found->second;
        },
        draw);
}

const MemberState Open{false, false, false};
const MemberState Parked{true, true, false};
const MemberState Tried{true, false, true};
const MemberState ParkedAndTried{true, true, true};
const Pool Regions{"pool", {{"east", 1, 1}, {"west", 2, 1}, {"europe", 3, 1}}};

} // namespace

class TestBalancer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void prefers_data()
    {
        QTest::addColumn<States>("states");
        QTest::addColumn<QString>("chosen");
        QTest::newRow("the first priority") << States{} << "east";
        QTest::newRow("the next one when the first is open") << States{{"east", Open}} << "west";
        QTest::newRow("another when one is parked") << States{{"east", Parked}} << "west";
        QTest::newRow("another when one was tried") << States{{"east", Tried}, {"west", Open}} << "europe";
        QTest::newRow("a parked one before a tried one")
            << States{{"east", Tried}, {"west", Open}, {"europe", Parked}} << "europe";
        QTest::newRow("a tried one before none")
            << States{{"east", Open}, {"west", Tried}, {"europe", Open}} << "west";
        QTest::newRow("a tried one before one that is parked, too")
            << States{{"east", ParkedAndTried}, {"west", Open}, {"europe", Tried}} << "europe";
        QTest::newRow("nobody when all are open")
            << States{{"east", Open}, {"west", Open}, {"europe", Open}} << "";
    }

    void prefers()
    {
        QFETCH(States, states);
        QFETCH(QString, chosen);
        QCOMPARE(QString::fromStdString(chooseFrom(Regions, states).backend), chosen);
    }

    void weightsShareTheDraw()
    {
        const Pool pool{"pool", {{"a", 1, 3}, {"b", 1, 1}, {"c", 2, 100}}};
        std::map<std::string, int> drawn;
        for (int i = 0; i < 400; ++i)
            ++drawn[chooseFrom(pool, {}, i / 400.0).backend];
        QCOMPARE(drawn, (std::map<std::string, int>{{"a", 300}, {"b", 100}}));
    }

    void aWeightOfZeroIsDrawnOnlyWhenTheOthersAreOut()
    {
        const Pool pool{"pool", {{"a", 1, 0}, {"b", 1, 5}}};
        for (const double draw : {0.0, 0.5, 0.999999})
            QCOMPARE(chooseFrom(pool, {}, draw).backend, std::string("b"));
        QCOMPARE(chooseFrom(pool, {{"b", Open}}, 0.5).backend, std::string("a"));
        const Pool zeros{"pool", {{"a", 1, 0}, {"b", 1, 0}}};
        QCOMPARE(chooseFrom(zeros, {}, 0.4).backend, std::string("a"));
        QCOMPARE(chooseFrom(zeros, {}, 0.999999).backend, std::string("b"));
    }

    void everyOtherMemberIsNamedWithItsReason()
    {
        const Pool pool{
            "pool",
            {{"open", 1, 1}, {"parked", 1, 1}, {"tried", 1, 1}, {"a", 2, 1}, {"b", 2, 1}, {"low", 3, 1}}};
        const Choice choice = chooseFrom(pool, {{"open", Open}, {"parked", Parked}, {"tried", Tried}}, 0.9);
        QCOMPARE(choice.backend, std::string("b"));
        std::map<std::string, std::string> reasons;
        for (const Passed& passed : choice.passed)
            reasons[passed.backend] = std::string(toString(passed.reason));
        QCOMPARE(reasons, (std::map<std::string, std::string>{{"open", "open circuit"},
                                                              {"parked", "parked by Retry-After"},
                                                              {"tried", "already tried"},
                                                              {"a", "draw by weight"},
                                                              {"low", "lower priority"}}));
    }
};

GATEHOUSE_TEST_MAIN(TestBalancer)
#include "tst_balancer.moc"
