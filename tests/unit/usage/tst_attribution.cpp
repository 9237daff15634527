// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/usage/attribution/attribution.h"
#include "tests/support/seed.h"
#include "tests/support/testmain.h"
#include "tests/unit/usage/ledgerdraw.h"

using namespace gatehouse;
using namespace gatehouse::cost;
using namespace gatehouse::test;

namespace {

using Uses = std::map<std::string, ModelUse>;

bool isOnly(const ChangeCauses& causes, Int128 ChangeCauses::*cause, Int128 amount)
{
    return causes.*cause == amount && causes.sum() == amount;
}

} // namespace

class TestAttribution : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void eachCauseIsNamed();
    void causesSumToTheDifference();
    void theLedgersDifferenceIsExplained();
};

void TestAttribution::eachCauseIsNamed()
{
    const Uses before = {{"large", {100, 10'000, 1'000'000}}, {"small", {100, 10'000, 100'000}}};
    const Uses twice = {{"large", {200, 20'000, 2'000'000}}, {"small", {200, 20'000, 200'000}}};
    QVERIFY(isOnly(causesOf(before, twice), &ChangeCauses::volume, 1'100'000));
    const Uses longer = {{"large", {100, 20'000, 2'000'000}}, {"small", {100, 10'000, 100'000}}};
    QVERIFY(isOnly(causesOf(before, longer), &ChangeCauses::tokensPerCall, 1'000'000));
    const Uses dearer = {{"large", {100, 10'000, 1'000'000}}, {"small", {100, 10'000, 300'000}}};
    QVERIFY(isOnly(causesOf(before, dearer), &ChangeCauses::price, 200'000));
    const Uses mixed = {{"large", {150, 15'000, 1'500'000}}, {"small", {50, 5'000, 50'000}}};
    QVERIFY(isOnly(causesOf(before, mixed), &ChangeCauses::modelMix, 450'000));
    const Uses another = {{"huge", {200, 20'000, 9'000'000}}};
    QVERIFY(isOnly(causesOf(before, another), &ChangeCauses::modelMix, 7'900'000));
    QVERIFY(causesOf(before, {}).volume == -1'100'000);
    QVERIFY(causesOf({}, before).sum() == 1'100'000);
    QVERIFY(causesOf({}, {}).sum() == 0);
}

void TestAttribution::causesSumToTheDifference()
{
    Random random(seed());
    for (int round = 0; round < 20'000; ++round) {
        Uses before;
        Uses now;
        Int128 difference = 0;
        for (int i = 0; i < 5; ++i) {
            for (Uses* uses : {&before, &now}) {
                if (random() % 3 == 0)
                    continue;
                const ModelUse use{static_cast<std::int64_t>(random() % 1'000'000),
                                   static_cast<std::int64_t>(random() % 1'000'000'000'000),
                                   static_cast<Pico>(random() >> 2U)};
                (*uses)["model-" + std::to_string(i)] = use;
                difference += uses == &now ? use.pico : -use.pico;
            }
        }
        QVERIFY(causesOf(before, now).sum() == difference);
    }
}

void TestAttribution::theLedgersDifferenceIsExplained()
{
    Random random(seed());
    const DayRange june{day("2026-06-01"), day("2026-07-01")};
    const DayRange july{day("2026-07-01"), day("2026-08-01")};
    for (int round = 0; round < 100; ++round) {
        MemoryArchive archive;
        Ledger ledger(archive, {}, PriceVersions(drawBook(random)));
        std::vector<UsageRow> rows(60);
        for (UsageRow& row : rows)
            row = drawRow(random, 1'000);
        QVERIFY(ledger.fold(rows));
        const Grouping grouping =
            group(ledger, someFacts(), {CostDimension::Service, july, june, Step::Monthly, {}});
        QVERIFY(causesOf(ledger, someFacts(), june, july, {}).sum() ==
                grouping.now.pico - grouping.before.pico);
    }
}

GATEHOUSE_TEST_MAIN(TestAttribution)
#include "tst_attribution.moc"
