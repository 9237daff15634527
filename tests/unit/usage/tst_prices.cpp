// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/usage/prices/names.h"
#include "core/usage/prices/priceversions.h"
#include "core/usage/prices/pricing.h"
#include "tests/support/testmain.h"

using namespace gatehouse;
using namespace gatehouse::cost;

namespace {

const Currency Usd = *Currency::parse("USD");
const Currency Eur = *Currency::parse("EUR");

Day day(const char* text)
{
    return *parseDay(text);
}

Price price(const char* model, Direction direction, const char* amount, const char* since,
            const char* region = "", Unit unit = Unit::Million, Currency currency = Usd)
{
    return {{model, region, direction}, day(since), *parseAmount(amount), unit, currency};
}

PriceBook bookOf(const std::vector<Price>& prices)
{
    return *PriceBook(Usd).with(prices);
}

std::optional<Pico> priced(const PriceBook& book, const char* on, const Tokens& tokens,
                           const char* region = "eastus", const char* model = "gpt-4o",
                           const char* backend = "east")
{
    return costOf(tariffOf(book, model, region, backend, day(on)), tokens);
}

} // namespace

class TestPrices : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void namesHaveOneForm_data();
    void namesHaveOneForm();
    void aPriceHoldsFromItsDayOn();
    void theMostSpecificPriceCounts();
    void tokensCostWhatTheListSays();
    void halfAPriceIsNone();
    void discountsComeOffOnce();
    void otherCurrenciesAreConvertedByTheDay();
    void reservedCallsCostNothingThemselves();
    void booksThatDoNotHoldTogetherAreRefused();
    void versionsDiffer();
    void versionsAreReadAsTheyWereWritten();
    void brokenVersionsAreRefused_data();
    void brokenVersionsAreRefused();
};

void TestPrices::namesHaveOneForm_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("family");
    QTest::addColumn<QString>("version");
    QTest::newRow("plain") << "gpt-4o"
                           << "gpt-4o"
                           << "";
    QTest::newRow("date") << "GPT-4o-2024-11-20"
                          << "gpt-4o"
                          << "1120";
    QTest::newRow("meter") << "gpt 4o mini 0718"
                           << "gpt-4o-mini"
                           << "0718";
    QTest::newRow("number in name") << "gpt-4.1"
                                    << "gpt-4.1"
                                    << "";
    QTest::newRow("turbo") << "gpt-35-turbo_0125"
                           << "gpt-35-turbo"
                           << "0125";
    QTest::newRow("blanks") << " gpt  4o "
                            << "gpt-4o"
                            << "";
    QTest::newRow("only digits") << "0125"
                                 << "0125"
                                 << "";
}

void TestPrices::namesHaveOneForm()
{
    QFETCH(QString, name);
    const ModelName model = modelName(name.toStdString());
    QTEST(QString::fromStdString(model.family), "family");
    QTEST(QString::fromStdString(model.version), "version");
    QVERIFY(modelName(model.text()) == model);
    QCOMPARE(regionName("East US 2"), std::string("eastus2"));
    QCOMPARE(regionName("Global"), std::string());
}

void TestPrices::aPriceHoldsFromItsDayOn()
{
    const PriceBook book = bookOf({price("gpt-4o", Direction::Input, "5", "2026-01-10"),
                                   price("gpt-4o", Direction::Input, "2.5", "2026-02-15")});
    QVERIFY(!priced(book, "2026-01-09", {1'000'000}));
    QCOMPARE(*priced(book, "2026-01-10", {1'000'000}), 5 * PicoPerUnit);
    QCOMPARE(*priced(book, "2026-02-14", {1'000'000}), 5 * PicoPerUnit);
    QCOMPARE(*priced(book, "2026-02-15", {1'000'000}), 5 * PicoPerUnit / 2);
}

void TestPrices::theMostSpecificPriceCounts()
{
    const PriceBook book = bookOf({price("gpt-4o", Direction::Input, "1", "2026-01-01"),
                                   price("gpt-4o", Direction::Input, "2", "2026-01-01", "westeurope"),
                                   price("gpt-4o-2024-05-13", Direction::Input, "3", "2026-01-01"),
                                   price("gpt-4o-0513", Direction::Input, "4", "2026-01-01", "West Europe")});
    QCOMPARE(*priced(book, "2026-02-01", {1'000'000}), 1 * PicoPerUnit);
    QCOMPARE(*priced(book, "2026-02-01", {1'000'000}, "West Europe"), 2 * PicoPerUnit);
    QCOMPARE(*priced(book, "2026-02-01", {1'000'000}, "eastus", "gpt-4o-0513"), 3 * PicoPerUnit);
    QCOMPARE(*priced(book, "2026-02-01", {1'000'000}, "westeurope", "gpt-4o-0513"), 4 * PicoPerUnit);
    QCOMPARE(*priced(book, "2026-02-01", {1'000'000}, "eastus", "gpt-4o-2024-11-20"), 1 * PicoPerUnit);
    QVERIFY(!priced(book, "2026-02-01", {1'000'000}, "eastus", "gpt-4o-mini"));
    QVERIFY(!priced(book, "2026-02-01", {1'000'000}, "eastus", "gpt-4"));
}

void TestPrices::tokensCostWhatTheListSays()
{
    const PriceBook book =
        bookOf({price("gpt-4o", Direction::Input, "0.0025", "2026-01-01", "", Unit::Thousand),
                price("gpt-4o", Direction::CachedInput, "1.25", "2026-01-01"),
                price("gpt-4o", Direction::Output, "10", "2026-01-01"),
                price("text-embedding-3-small", Direction::Embedding, "0.02", "2026-01-01")});
    // 1,200 × 2.5 + 300 × 1.25 + 450 × 10 dollars a million
    QCOMPARE(*priced(book, "2026-01-01", tokensOf("gpt-4o", 1'500, 300, 450)), Pico{7'875'000'000});
    QCOMPARE(*priced(book, "2026-01-01", tokensOf("text-embedding-3-small", 7, 0, 0), "",
                     "text-embedding-3-small"),
             Pico{140'000});
    QCOMPARE(*priced(book, "2026-01-01", {}), Pico{0});
    const PriceBook odd = bookOf({price("m", Direction::Input, "0.000000000001", "2026-01-01")});
    QCOMPARE(*priced(odd, "2026-01-01", {499'999}, "", "m"), Pico{0});
    QCOMPARE(*priced(odd, "2026-01-01", {500'000}, "", "m"), Pico{1}); // half a pico is one
    const PriceBook dear =
        bookOf({price("m", Direction::Input, "1000000", "2026-01-01", "", Unit::Thousand)});
    QVERIFY(!priced(dear, "2026-01-01", {MaxTokens}, "", "m")); // does not fit a row
}

void TestPrices::halfAPriceIsNone()
{
    const PriceBook book = bookOf({price("gpt-4o", Direction::Input, "2.5", "2026-01-01")});
    QVERIFY(!priced(book, "2026-01-01", {10, 0, 1, 0}));
    QVERIFY(!priced(book, "2026-01-01", {10, 1, 0, 0}));
    QVERIFY(priced(book, "2026-01-01", {10, 0, 0, 0}));
}

void TestPrices::discountsComeOffOnce()
{
    const PriceBook list = bookOf({price("gpt-4o", Direction::Input, "2", "2026-01-01"),
                                   price("phi", Direction::Input, "2", "2026-01-01")});
    const auto book = list.withDiscounts({{"", "", 100'000, day("2026-01-01"), {}},
                                          {"", "westeurope", 150'000, day("2026-01-01"), {}},
                                          {"gpt-4o", "", 200'000, day("2026-01-01"), day("2026-02-01")},
                                          {"gpt-4o", "westeurope", 1'000'000, day("2026-01-01"), {}}});
    QVERIFY(book);
    QCOMPARE(*priced(*book, "2026-01-31", {1'000'000}), 16 * PicoPerUnit / 10);
    QCOMPARE(*priced(*book, "2026-02-01", {1'000'000}), 18 * PicoPerUnit / 10);
    QCOMPARE(*priced(*book, "2026-01-31", {1'000'000}, "westeurope"), Pico{0});
    QCOMPARE(*priced(*book, "2026-01-31", {1'000'000}, "westeurope", "phi"), 17 * PicoPerUnit / 10);
    QVERIFY(!list.withDiscounts({{"", "", 1, day("2026-01-01"), {}}, {"", "", 2, day("2026-05-01"), {}}}));
    QVERIFY(!list.withDiscounts({{"", "", -1, day("2026-01-01"), {}}}));
    QVERIFY(!list.withDiscounts({{"", "", 1'000'001, day("2026-01-01"), {}}}));
    QVERIFY(!list.withDiscounts({{"", "", 1, day("2026-01-02"), day("2026-01-02")}}));
}

void TestPrices::otherCurrenciesAreConvertedByTheDay()
{
    const Price inEuro = price("gpt-4o", Direction::Input, "2", "2026-01-10", "", Unit::Million, Eur);
    const auto without = PriceBook(Usd).with({inEuro});
    QVERIFY(!without);
    QVERIFY(without.error().message.find("no rate of EUR in USD") != std::string::npos);
    const auto late = PriceBook(Usd).withRates({{Eur, Usd, day("2026-01-11"), PicoPerUnit}});
    QVERIFY(!late->with({inEuro})); // the rate must hold on the price's first day
    const auto rates = PriceBook(Usd).withRates({{Eur, Usd, day("2026-01-01"), *parseAmount("1.1")},
                                                 {Eur, Usd, day("2026-02-01"), *parseAmount("1.2")}});
    const auto book = rates->with({inEuro});
    QVERIFY(book);
    QCOMPARE(*priced(*book, "2026-01-31", {1'000'000}), 22 * PicoPerUnit / 10);
    QCOMPARE(*priced(*book, "2026-02-01", {1'000'000}), 24 * PicoPerUnit / 10);
}

void TestPrices::reservedCallsCostNothingThemselves()
{
    const auto book =
        bookOf({price("gpt-4o", Direction::Input, "2", "2026-01-01")})
            .withReservations({{"PTU east", "East", PicoPerUnit, Usd, day("2026-01-05"), day("2026-01-07")}});
    QVERIFY(book);
    QCOMPARE(*priced(*book, "2026-01-04", {1'000'000}), 2 * PicoPerUnit);
    QCOMPARE(*priced(*book, "2026-01-06", {1'000'000}), Pico{0});
    QCOMPARE(*priced(*book, "2026-01-06", {1'000'000}, "", "gpt-4o", "west"), 2 * PicoPerUnit);
    QCOMPARE(*priced(*book, "2026-01-07", {1'000'000}), 2 * PicoPerUnit);
    QVERIFY(!book->withReservations({{"a", "east", PicoPerUnit, Usd, day("2026-01-05"), {}},
                                     {"b", "EAST", PicoPerUnit, Usd, day("2026-02-05"), {}}}));
}

void TestPrices::booksThatDoNotHoldTogetherAreRefused()
{
    const PriceBook book = bookOf({price("gpt-4o", Direction::Input, "2", "2026-01-01")});
    QVERIFY(!book.with({price("gpt-4o", Direction::Input, "3", "2026-02-01"),
                        price("GPT 4o", Direction::Input, "4", "2026-02-01")}));
    QVERIFY(book.with({price("gpt-4o", Direction::Input, "3", "2026-02-01"),
                       price("gpt-4o", Direction::Input, "3", "2026-02-01")}));
    QVERIFY(!book.with({price("gpt-4o", Direction::Input, "0", "2026-02-01")}));
    QVERIFY(!book.with({price("gpt-4o", Direction::Input, "-1", "2026-02-01")}));
    QVERIFY(!book.with({price("", Direction::Input, "1", "2026-02-01")}));
    QVERIFY(!book.with({price("a", Direction::Input, "1", "2026-02-01", "", Unit::Million, Currency())}));
    QVERIFY(!book.without({"gpt-4o", "", Direction::Output}, day("2026-01-01")));
    QVERIFY(book.without({"gpt-4o", "", Direction::Input}, day("2026-01-01"))->prices().empty());
    QVERIFY(!unitFrom("1 Hour") && !unitFrom("1") && !unitFrom("100K") &&
            unitFrom("1m tokens") == Unit::Million);
}

void TestPrices::versionsDiffer()
{
    const PriceBook first = bookOf(
        {price("a", Direction::Input, "2", "2026-01-01"), price("b", Direction::Input, "2", "2026-01-01")});
    PriceVersions versions(first, {}, "list");
    QCOMPARE(*versions.add(first, {}, "nothing new"), 1);
    const PriceBook second = *first.with(
        {price("a", Direction::Input, "3", "2026-01-01"), price("c", Direction::Input, "1", "2026-01-01")});
    QCOMPARE(*versions.add(*second.without({"b", "", Direction::Input}, day("2026-01-01")), {}, "mine"), 2);
    const auto changes = diff(versions.find(1)->book, versions.find(2)->book);
    QCOMPARE(changes.size(), std::size_t(3));
    QVERIFY(changes[0].before->amount == 2 * PicoPerUnit && changes[0].after->amount == 3 * PicoPerUnit);
    QVERIFY(changes[1].before && !changes[1].after);
    QVERIFY(!changes[2].before && changes[2].after);
    QVERIFY(versions.find(0) == nullptr && versions.find(3) == nullptr);
    QVERIFY(!versions.add(PriceBook(Eur), {}, "another currency"));
}

void TestPrices::versionsAreReadAsTheyWereWritten()
{
    auto book = PriceBook(Usd).withRates({{Eur, Usd, day("2026-01-01"), *parseAmount("1.1")}});
    book =
        book->with({price("=cmd()", Direction::Input, "2", "2026-01-01", "westeurope", Unit::Thousand, Eur)});
    book = book->withDiscounts({{"gpt-4o", "", 200'000, day("2026-01-01"), day("2026-02-01")}});
    book =
        book->withReservations({{"PTU", "east", PicoPerUnit / 3, Usd, day("2026-01-05"), day("2026-01-07")}});
    book = book->withRunningCosts({{"Search", 75 * PicoPerUnit, Usd, day("2026-01-05"), {}}});
    QVERIFY(book);
    PriceVersions versions(PriceBook{Usd}, *parseDateTime("2026-11-01T08:00:00Z"), "empty");
    QVERIFY(versions.add(*book, *parseDateTime("2026-11-02T08:00:00Z"), "all kinds"));
    const auto back = PriceVersions::fromJson(versions.toJson());
    QVERIFY2(back, back ? "" : back.error().message.c_str());
    QVERIFY(back->all() == versions.all());
}

void TestPrices::brokenVersionsAreRefused_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::newRow("nothing") << QByteArray("");
    QTest::newRow("no object") << QByteArray("[]");
    QTest::newRow("later format") << QByteArray(R"({"format":2,"versions":[]})");
    QTest::newRow("no versions") << QByteArray(R"({"format":1,"versions":[]})");
    QTest::newRow("no book") << QByteArray(
        R"({"format":1,"versions":[{"number":1,"made":"2026-01-01T00:00:00Z"}]})");
    QTest::newRow("gap") << QByteArray(
        R"({"format":1,"versions":[{"number":2,"made":"2026-01-01T00:00:00Z","book":)"
        R"({"home":"USD","prices":"model,direction,price,unit,currency,validFrom"}}]})");
}

void TestPrices::brokenVersionsAreRefused()
{
    QFETCH(QByteArray, json);
    QVERIFY(!PriceVersions::fromJson(json.toStdString()));
}

GATEHOUSE_TEST_MAIN(TestPrices)
#include "tst_prices.moc"
