// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/usage/prices/priceversions.h"
#include "tests/support/manualclock.h"
#include "tests/support/testmain.h"
#include "tests/ui/fakes/fakecost.h"
#include "ui/pages/ask/answerprices.h"

#include <QtTest/QSignalSpy>

using namespace gatehouse;
using namespace Qt::StringLiterals;
using Source = rag::TokenUsage::Source;

namespace {

cost::PriceBook book()
{
    cost::PriceBook none(*cost::Currency::parse("USD"));
    const auto price = [](cost::Direction direction, cost::Pico amount) {
        cost::Price one;
        one.key = {"gpt-4o", "", direction};
        one.amount = amount;
        one.unit = cost::Unit::Million;
        one.currency = *cost::Currency::parse("USD");
        one.since = cost::Day{std::chrono::year{2026} / 1 / 1};
        return one;
    };
    const auto priced = none.with({price(cost::Direction::Input, 2'500'000'000'000),
                                   price(cost::Direction::Output, 10'000'000'000'000)});
    return *priced->withReservations(
        {{"night", "aoai-westus", cost::PicoPerUnit, *cost::Currency::parse("USD"),
          cost::Day{std::chrono::year{2026} / 1 / 1}, std::nullopt}});
}

} // namespace

/// What an answer is said to have cost.
class TestAnswerPrices : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void costIsSaidWhereItIsKnown_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("backend");
        QTest::addColumn<int>("source");
        QTest::addColumn<QString>("said");
        QTest::newRow("measured") << u"gpt-4o"_s << u"aoai-eastus"_s << 2 << u"0.0054875 USD"_s;
        QTest::newRow("a version of the model")
            << u"gpt-4o-2024-11-20"_s << u"aoai-eastus"_s << 2 << u"0.0054875 USD"_s;
        QTest::newRow("estimated") << u"gpt-4o"_s << u"aoai-eastus"_s << 1 << u"estimated: 0.0054875 USD"_s;
        QTest::newRow("not counted") << u"gpt-4o"_s << u"aoai-eastus"_s << 0
                                     << u"unknown: nobody counted the tokens"_s;
        QTest::newRow("no price") << u"phi-4"_s << u"aoai-eastus"_s << 2
                                  << u"unknown: no price of this model"_s;
        QTest::newRow("reserved") << u"gpt-4o"_s << u"aoai-westus"_s << 2 << u"part of a reservation"_s;
    }

    void costIsSaidWhereItIsKnown()
    {
        QFETCH(QString, model);
        QFETCH(QString, backend);
        QFETCH(int, source);
        QFETCH(QString, said);
        test::FakeCost ledger;
        jobs::CostPrices prices;
        prices.versions = std::make_shared<const cost::PriceVersions>(book());
        ledger.priceAnswers.always(prices);
        jobs::Services services;
        services.cost = &ledger;
        ui::AnswerPrices shown(m_clock);
        const QSignalSpy changed(&shown, &ui::AnswerPrices::changed);
        shown.setServices(&services);
        QTRY_COMPARE(changed.size(), 1);
        rag::AnswerFacts facts;
        facts.model = model.toStdString();
        facts.backend = backend.toStdString();
        facts.usage = {static_cast<Source>(source), 2'007, 47};
        QCOMPARE(shown.costText(facts), said);
        shown.setServices(nullptr);
        QVERIFY(shown.costText(facts).startsWith(u"unknown: no"_s));
    }

    void pricesThatComeTooLateAreNotTaken()
    {
        test::FakeCost ledger;
        jobs::Services services;
        services.cost = &ledger;
        ui::AnswerPrices shown(m_clock);
        const QSignalSpy changed(&shown, &ui::AnswerPrices::changed);
        shown.setServices(&services);
        shown.setServices(nullptr);
        QVERIFY(ledger.priceAnswers.stopped(0));
        jobs::CostPrices prices;
        prices.versions = std::make_shared<const cost::PriceVersions>(book());
        ledger.priceAnswers.release(prices);
        QCoreApplication::processEvents();
        QCOMPARE(changed.size(), 0);
    }

private:
    test::ManualClock m_clock{DateTime::fromCivil(2026, 6, 3)};
};

GATEHOUSE_TEST_MAIN(TestAnswerPrices)
#include "tst_answerprices.moc"
