// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"
#include "core/base/json.h"
#include "core/usage/prices/azuremeter.h"
#include "core/usage/prices/priceimport.h"
#include "tests/support/testmain.h"

using namespace gatehouse;
using namespace gatehouse::cost;

namespace {

const std::string Header = "model,region,direction,price,unit,currency,validFrom\n";

Json item(const char* meter, double price, const char* unit = "1M", const char* region = "eastus2")
{
    return {{"currencyCode", "USD"},
            {"tierMinimumUnits", 0.0},
            {"retailPrice", price},
            {"unitPrice", price},
            {"armRegionName", region},
            {"location", "US East 2"},
            {"effectiveStartDate", "2026-08-01T00:00:00Z"},
            {"meterId", std::string("id-") + meter + region},
            {"meterName", meter},
            {"productName", "Azure OpenAI"},
            {"skuName", meter},
            {"serviceName", "Foundry Models"},
            {"unitOfMeasure", unit},
            {"type", "Consumption"}};
}

std::string listOf(std::initializer_list<Json> items)
{
    return dumpJson({{"BillingCurrency", "USD"}, {"Items", Json::array_t(items)}, {"NextPageLink", nullptr}});
}

Result<PriceImport> import(std::initializer_list<Json> items)
{
    return pricesFromAzure(listOf(items), Deployment::Global);
}

} // namespace

class TestPriceImport : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aListInCsvIsRead();
    void csvIsReadAsItWasWritten();
    void badCsvIsRefusedWhole_data();
    void badCsvIsRefusedWhole();
    void theShippedPricesAreGood();
    void metersSayWhatTheyPrice_data();
    void metersSayWhatTheyPrice();
    void azurePricesAreNormalised();
    void whatIsNoPriceOfTokensIsNamed_data();
    void whatIsNoPriceOfTokensIsNamed();
    void otherDeploymentTypesAreLeftOut();
    void metersThatDisagreeAreBothLeftOut();
    void badAzureListsAreRefusedWhole_data();
    void badAzureListsAreRefusedWhole();
    void aListSaysThatItGoesOn();
};

void TestPriceImport::aListInCsvIsRead()
{
    const auto list =
        pricesFromCsv("\xEF\xBB\xBF# as of 2026-10-03\r\nvalidFrom,Model,direction,PRICE,unit,currency\r\n"
                      "2026-01-02,GPT-4o,Cached Input,1.25,1M Tokens,usd\r\n\r\n"
                      "2026-01-02,gpt-4o,output,0,1K,USD\r\n");
    QVERIFY2(list, list ? "" : list.error().message.c_str());
    QCOMPARE(list->prices.size(), std::size_t(1));
    const Price& price = list->prices.front();
    QCOMPARE(price.key.model, std::string("gpt-4o"));
    QVERIFY(price.key.direction == Direction::CachedInput && price.unit == Unit::Million);
    QVERIFY(price.amount == PicoPerUnit * 5 / 4 && dayText(price.since) == "2026-01-02");
    QVERIFY(list->asOf == parseDay("2026-10-03"));
    QCOMPARE(list->notTaken.size(), std::size_t(1));
    QCOMPARE(list->notTaken.front().name, std::string("line 5"));
}

void TestPriceImport::csvIsReadAsItWasWritten()
{
    const auto list = pricesFromCsv(Header + "gpt-4o,eastus,input,2.5,1M,USD,2026-01-01\n"
                                             "gpt-4o,,embedding,0.000000000001,1K,EUR,2026-01-01\n");
    QVERIFY(list);
    const auto back = pricesFromCsv(pricesToCsv(list->prices));
    QVERIFY(back && back->prices == list->prices);
}

void TestPriceImport::badCsvIsRefusedWhole_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("line");
    const QByteArray header = QByteArray::fromStdString(Header);
    const QByteArray good = header + "gpt-4o,,input,2.5,1M,USD,2026-01-01\n";
    QTest::newRow("empty") << QByteArray("") << 1;
    QTest::newRow("unknown column") << QByteArray("model,colour\n") << 1;
    QTest::newRow("column twice") << QByteArray("model,model\n") << 1;
    QTest::newRow("missing column") << QByteArray("model,direction,price,unit,currency\n") << 1;
    QTest::newRow("wrong unit") << good + "gpt-4o,,output,2.5,1 Hour,USD,2026-01-01\n" << 3;
    QTest::newRow("no unit") << good + "gpt-4o,,output,2.5,,USD,2026-01-01\n" << 3;
    QTest::newRow("negative") << good + "gpt-4o,,output,-2.5,1M,USD,2026-01-01\n" << 3;
    QTest::newRow("comma for a point") << good + "gpt-4o,,output,\"2,5\",1M,USD,2026-01-01\n" << 3;
    QTest::newRow("two for one day") << good + "GPT 4o,,input,3.5,1M,USD,2026-01-01\n" << 3;
    QTest::newRow("no day") << good + "gpt-4o,,output,2.5,1M,USD,2026-02-30\n" << 3;
    QTest::newRow("no currency") << good + "gpt-4o,,output,2.5,1M,dollars,2026-01-01\n" << 3;
    QTest::newRow("no direction") << good + "gpt-4o,,both,2.5,1M,USD,2026-01-01\n" << 3;
    QTest::newRow("no model") << good + " ,,output,2.5,1M,USD,2026-01-01\n" << 3;
    QTest::newRow("too few texts") << good + "gpt-4o,,output\n" << 3;
    QTest::newRow("open quote") << good + "\"gpt-4o,,output\n" << 3;
}

void TestPriceImport::badCsvIsRefusedWhole()
{
    QFETCH(QByteArray, text);
    QFETCH(int, line);
    const auto list = pricesFromCsv(text.toStdString());
    QVERIFY(!list);
    QVERIFY(list.error().position.has_value());
    QCOMPARE(list.error().position->line, line);
}

void TestPriceImport::theShippedPricesAreGood()
{
    const auto text = readFile(TEST_DATA_DIR "/../../resources/prices/list-prices.csv");
    QVERIFY(text);
    const auto list = pricesFromCsv(*text);
    QVERIFY2(list, list ? "" : list.error().message.c_str());
    QVERIFY(list->asOf.has_value());
    QVERIFY(list->notTaken.empty() && list->prices.size() >= 10);
    QVERIFY(PriceBook(*Currency::parse("USD")).with(list->prices));
}

void TestPriceImport::metersSayWhatTheyPrice_data()
{
    QTest::addColumn<QString>("meter");
    QTest::addColumn<QString>("product");
    QTest::addColumn<QString>("model");
    QTest::addColumn<int>("direction"); // -1: it is no price of tokens
    const auto row = [](const char* meter, const char* product, const char* model, int direction) {
        QTest::newRow(meter) << meter << product << model << direction;
    };
    row("gpt-4o-mini-0718-Inp-glbl Tokens", "Azure OpenAI", "gpt-4o-mini-0718", 0);
    row("gpt 4o 1120 Outp glbl", "Azure OpenAI", "gpt-4o-1120", 2);
    row("gpt 4.1 mini Inp glbl", "Azure OpenAI", "gpt-4.1-mini", 0);
    row("gpt-4o-mini-0718-cached-Inp-glbl", "Azure OpenAI", "gpt-4o-mini-0718", 1);
    row("5.4 mini cd inp Gl 1M Tokens", "Azure OpenAI GPT5", "gpt-5.4-mini", 1);
    row("5.4 mini opt Dz 1M Tokens", "Azure OpenAI GPT5", "gpt-5.4-mini", 2);
    row("text-embedding-3-small-glbl", "Azure OpenAI Embedding", "text-embedding-3-small", 3);
    row("5.4 Cd Wr Gl", "Azure OpenAI GPT5", "", -1);
    row("gpt 4o Batch Inp glbl", "Azure OpenAI", "", -1);
    row("gpt 4o aud Inp glbl", "Azure OpenAI", "", -1);
    row("gpt-4o glbl", "Azure OpenAI", "gpt-4o", -1);
    row("gpt-4o inp outp glbl", "Azure OpenAI", "gpt-4o", -1);
    row("Inp glbl", "Azure OpenAI", "", -1);
}

void TestPriceImport::metersSayWhatTheyPrice()
{
    QFETCH(QString, meter);
    QFETCH(QString, product);
    QFETCH(int, direction);
    const MeterName read = readMeter(meter.toStdString(), product.toStdString());
    QCOMPARE(read.why.empty(), direction >= 0);
    QTEST(QString::fromStdString(read.model), "model");
    if (direction >= 0)
        QCOMPARE(static_cast<int>(*read.direction), direction);
}

void TestPriceImport::azurePricesAreNormalised()
{
    const auto list =
        import({item("gpt 4o 1120 Inp glbl", 0.0025, "1K"), item("gpt-4o-mini-0718-Outp-glbl", 0.6),
                item("text-embedding-3-large-glbl", 0.00013, "1K Tokens", "global"),
                item("gpt 4.1 Inp glbl", 1.5e-05, "1K")});
    QVERIFY2(list, list ? "" : list.error().message.c_str());
    QVERIFY(list->notTaken.empty());
    QCOMPARE(pricesToCsv(list->prices),
             std::string("model,region,direction,price,unit,currency,validFrom\r\n"
                         "gpt-4.1,eastus2,input,0.000015,1K,USD,2026-08-01\r\n"
                         "gpt-4o-1120,eastus2,input,0.0025,1K,USD,2026-08-01\r\n"
                         "gpt-4o-mini-0718,eastus2,output,0.6,1M,USD,2026-08-01\r\n"
                         "text-embedding-3-large,,embedding,0.00013,1K,USD,2026-08-01\r\n"));
}

void TestPriceImport::whatIsNoPriceOfTokensIsNamed_data()
{
    QTest::addColumn<QByteArray>("json");
    const auto row = [](const char* name, const char* field, const Json& value) {
        Json one = item("gpt 4o Inp glbl", 2.5);
        one[field] = value;
        QTest::newRow(name) << QByteArray::fromStdString(listOf({one}));
    };
    row("zero", "retailPrice", 0.0);
    row("another service", "serviceName", "Virtual Machines");
    row("reservation", "type", "Reservation");
    row("test price", "type", "DevTestConsumption");
    row("by the hour", "unitOfMeasure", "1 Hour");
    row("graduated", "tierMinimumUnits", 1'000.0);
    row("batch", "meterName", "gpt 4o Batch Inp glbl");
    row("no direction", "meterName", "gpt 4o glbl");
}

void TestPriceImport::whatIsNoPriceOfTokensIsNamed()
{
    QFETCH(QByteArray, json);
    const auto list = pricesFromAzure(json.toStdString(), Deployment::Global);
    QVERIFY2(list, list ? "" : list.error().message.c_str());
    QVERIFY(list->prices.empty());
    QCOMPARE(list->notTaken.size(), std::size_t(1));
    QVERIFY(!list->notTaken.front().why.empty());
}

void TestPriceImport::otherDeploymentTypesAreLeftOut()
{
    const std::initializer_list<Json> items = {item("gpt 4o Inp glbl", 2.5), item("gpt 4o Inp regnl", 2.75),
                                               item("gpt 4o Inp DZone", 2.6), item("gpt 4o Inp", 9)};
    const auto global = pricesFromAzure(listOf(items), Deployment::Global);
    QCOMPARE(global->prices.size(), std::size_t(1));
    QVERIFY(global->prices.front().amount == *parseAmount("2.5"));
    const auto regional = pricesFromAzure(listOf(items), Deployment::Regional);
    QVERIFY(regional->prices.front().amount == *parseAmount("2.75"));
    QVERIFY(import({item("gpt 4o Inp", 9)})->prices.front().amount == *parseAmount("9"));
}

void TestPriceImport::metersThatDisagreeAreBothLeftOut()
{
    const auto list =
        import({item("gpt 4o Inp glbl", 2.5), item("gpt-4o Input global", 2.6), item("gpt 4o Outp glbl", 1)});
    QCOMPARE(list->prices.size(), std::size_t(1));
    QCOMPARE(list->notTaken.size(), std::size_t(2));
    const auto agreed = import({item("gpt 4o Inp glbl", 2.5), item("gpt-4o Input global", 2.5)});
    QCOMPARE(agreed->prices.size(), std::size_t(1));
}

void TestPriceImport::badAzureListsAreRefusedWhole_data()
{
    QTest::addColumn<QByteArray>("json");
    const auto row = [](const char* name, const char* field, const Json& value) {
        Json bad = item("gpt 4o Outp glbl", 2.5);
        if (value.is_null())
            bad.erase(field);
        else
            bad[field] = value;
        QTest::newRow(name) << QByteArray::fromStdString(listOf({item("gpt 4o Inp glbl", 2.5), bad}));
    };
    row("negative price", "retailPrice", -2.5);
    row("price as text", "retailPrice", "2.5");
    row("no price", "retailPrice", nullptr);
    row("huge price", "retailPrice", 1e200);
    row("no unit", "unitOfMeasure", nullptr);
    row("no meter", "meterName", nullptr);
    row("no date", "effectiveStartDate", "yesterday");
    row("no currency", "currencyCode", "dollars");
    QTest::newRow("no json") << QByteArray("{\"Items\":[");
    QTest::newRow("no items") << QByteArray("{}");
    QTest::newRow("items no list") << QByteArray("{\"Items\":{}}");
    QTest::newRow("item no object") << QByteArray("{\"Items\":[3]}");
    QTest::newRow("list alone") << QByteArray("[]");
    QTest::newRow("one meter, two prices for a day")
        << QByteArray::fromStdString(listOf({item("gpt 4o Inp glbl", 2.5), item("gpt 4o Inp glbl", 2.6)}));
}

void TestPriceImport::badAzureListsAreRefusedWhole()
{
    QFETCH(QByteArray, json);
    QVERIFY(!pricesFromAzure(json.toStdString(), Deployment::Global));
}

void TestPriceImport::aListSaysThatItGoesOn()
{
    QVERIFY(!import({})->more);
    QVERIFY(pricesFromAzure(R"({"Items":[],"NextPageLink":"https://prices.azure.com/?$skip=1000"})",
                            Deployment::Global)
                ->more);
}

GATEHOUSE_TEST_MAIN(TestPriceImport)
#include "tst_priceimport.moc"
