// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/directory/servicedirectory.h"
#include "tests/support/testmain.h"

#include <random>

using namespace gatehouse;
using namespace gatehouse::gateway;

namespace {

ServiceFacts facts(const char* subscription)
{
    return {subscription, "shop", "cart", "production", "commerce", "CC-1100", "internal"};
}

} // namespace

/// The directory as a value: its JSON, its limits, and CSV in and out.
class TestServiceDirectory : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void servicesAreThereOnce();
    void jsonRoundTrip();
    void badJson_data();
    void badJson();
    void sizeIsLimited();
    void csvIsRead();
    void aColumnThatTheFileDoesNotHaveStays();
    void badCsv_data();
    void badCsv();
    void formulasStayTexts();
    void csvRoundTripOfRandomTexts();
};

void TestServiceDirectory::servicesAreThereOnce()
{
    ServiceDirectory directory;
    directory.set(facts("b"));
    directory.set(facts("A"));
    ServiceFacts changed = facts("B");
    changed.owner = "risk";
    directory.set(changed);
    QCOMPARE(directory.services.size(), std::size_t{2});
    QCOMPARE(directory.services.front().subscription, std::string("A"));
    QCOMPARE(directory.find("b")->owner, std::string("risk"));
    QVERIFY(directory.find("c") == nullptr);
}

void TestServiceDirectory::jsonRoundTrip()
{
    ServiceDirectory directory;
    QCOMPARE(*parseDirectory(*writeDirectory(directory)), directory);
    directory.set(facts("checkout"));
    directory.set({"bare", {}, {}, {}, {}, {}, {}});
    directory.set({"dé", "a \"b\"", "<c>", {}, "ünï", {}, "}}{{"});
    QCOMPARE(*parseDirectory(*writeDirectory(directory)), directory);
    // Fields come in the order that the text says, and may be fewer.
    const auto other = parseDirectory(
        R"x({"version":1,"fields":["owner","subscription"],"services":[["me","a"],["you","b"]]})x");
    QVERIFY(other);
    QCOMPARE(other->find("b")->owner, std::string("you"));
}

void TestServiceDirectory::badJson_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("no JSON") << QByteArray("subscription,owner");
    QTest::newRow("a list") << QByteArray("[]");
    QTest::newRow("no version") << QByteArray(R"x({"fields":["subscription"],"services":[]})x");
    QTest::newRow("a later version") << QByteArray(
        R"x({"version":2,"fields":["subscription"],"services":[]})x");
    QTest::newRow("a later field") << QByteArray(
        R"x({"version":1,"fields":["subscription","mood"],"services":[]})x");
    QTest::newRow("a field twice") << QByteArray(
        R"x({"version":1,"fields":["subscription","owner","owner"],"services":[]})x");
    QTest::newRow("no subscription") << QByteArray(R"x({"version":1,"fields":["owner"],"services":[]})x");
    QTest::newRow("no services") << QByteArray(R"x({"version":1,"fields":["subscription"]})x");
    QTest::newRow("a number") << QByteArray(R"x({"version":1,"fields":["subscription"],"services":[[1]]})x");
    QTest::newRow("a row too long") << QByteArray(
        R"x({"version":1,"fields":["subscription"],"services":[["a","b"]]})x");
    QTest::newRow("an empty row") << QByteArray(
        R"x({"version":1,"fields":["subscription"],"services":[[]]})x");
    QTest::newRow("twice") << QByteArray(
        R"x({"version":1,"fields":["subscription"],"services":[["a"],["A"]]})x");
    QTest::newRow("control character")
        << QByteArray(R"x({"version":1,"fields":["subscription","owner"],"services":[["a","b\nc"]]})x");
}

void TestServiceDirectory::badJson()
{
    QFETCH(QByteArray, text);
    const auto read = parseDirectory(text.toStdString());
    QVERIFY(!read);
    QVERIFY(read.error().kind == Error::Kind::InvalidInput);
    QVERIFY(!read.error().message.empty());
}

void TestServiceDirectory::sizeIsLimited()
{
    ServiceDirectory directory;
    int count = 0;
    Result<std::string> text = writeDirectory(directory);
    for (; text && count < 1'000; text = writeDirectory(directory)) {
        QVERIFY(text->size() <= MaxDirectoryLength);
        directory.set({"service-number-" + std::to_string(++count), "checkout-assistant", "cart-help",
                       "production", "customer-care", "CC-1100", "confidential"});
    }
    QVERIFY(!text);
    QVERIFY(text.error().kind == Error::Kind::InvalidInput);
    QVERIFY2(count > 35, "a directory of a middling company must fit"); // 36 or more whole services
}

void TestServiceDirectory::csvIsRead()
{
    const auto read = directoryFromCsv("\xEF\xBB\xBFOwner,Subscription,costcentre\r\n"
                                       "commerce,checkout,\"CC-1,100\"\r\n"
                                       "\r\n"
                                       "\"the \"\"risk\"\" team\",fraud,\n"
                                       ",bare,CC-2");
    QVERIFY2(read, read ? "" : read.error().message.c_str());
    QCOMPARE(read->services.size(), std::size_t{3});
    QCOMPARE(read->find("checkout")->costCentre, std::string("CC-1,100"));
    QCOMPARE(read->find("fraud")->owner, std::string("the \"risk\" team"));
    QCOMPARE(read->find("bare")->owner, std::string());
    QCOMPARE(directoryFromCsv("subscription\n")->services.size(), std::size_t{0});
}

void TestServiceDirectory::aColumnThatTheFileDoesNotHaveStays()
{
    ServiceDirectory keep;
    keep.set({"a", "Shop", "cart", "production", "Anna", "CC-1", "public"});
    keep.set({"b", "Mail", "", "", "", "", ""});
    const auto read = directoryFromCsv("owner,subscription\n,A\nBo,c\n", keep);
    QVERIFY(read);
    QCOMPARE(read->services.size(), std::size_t{2}); // b is not in the file
    QCOMPARE(read->find("a")->owner, std::string()); // a text that the file empties is emptied
    QCOMPARE(read->find("a")->costCentre, std::string("CC-1"));
    QCOMPARE(read->find("c")->owner, std::string("Bo"));
    QCOMPARE(read->find("c")->costCentre, std::string());
}

void TestServiceDirectory::badCsv_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("line");
    QTest::newRow("empty") << QByteArray() << 1;
    QTest::newRow("unknown column") << QByteArray("subscription,mood\na,b\n") << 1;
    QTest::newRow("semicolons") << QByteArray("subscription;owner\na;b\n") << 1;
    QTest::newRow("column twice") << QByteArray("subscription,owner,OWNER\n") << 1;
    QTest::newRow("no subscription column") << QByteArray("owner\nme\n") << 1;
    QTest::newRow("too few") << QByteArray("subscription,owner\na,b\nc\n") << 3;
    QTest::newRow("too many") << QByteArray("subscription,owner\n\n\na,b,c\n") << 4;
    QTest::newRow("no subscription") << QByteArray("subscription,owner\n,me\n") << 2;
    QTest::newRow("a path") << QByteArray("subscription\n/subscriptions/a\n") << 2;
    QTest::newRow("twice") << QByteArray("subscription\na\nb\nA\n") << 4;
    QTest::newRow("open quote") << QByteArray("subscription,owner\na,\"b\nc,d\n") << 2;
    QTest::newRow("quote within") << QByteArray("subscription,owner\na,b\"c\n") << 2;
    QTest::newRow("text after a quote") << QByteArray("subscription,owner\na,\"b\"c\n") << 2;
    QTest::newRow("line break") << QByteArray("subscription,owner\na,\"b\nc\"\n") << 2;
    QTest::newRow("after a long field") << QByteArray("subscription,owner\na,b\n\"x\n\",y\nz,\"\n") << 3;
    QTest::newRow("no UTF-8") << QByteArray("subscription,owner\na,\xff\n") << 2;
    QTest::newRow("too long") << QByteArray("subscription,owner\na,") + QByteArray(300, 'x') << 2;
    QTest::newRow("NUL") << QByteArray("subscription,owner\na,b\0c\n", 25) << 2;
}

void TestServiceDirectory::badCsv()
{
    QFETCH(QByteArray, text);
    QFETCH(int, line);
    const auto read = directoryFromCsv(text.toStdString());
    QVERIFY(!read);
    QVERIFY(read.error().kind == Error::Kind::InvalidInput);
    QCOMPARE(read.error().position->line, line);
    QVERIFY(read.error().message.starts_with("Line " + std::to_string(line) + ": "));
}

void TestServiceDirectory::formulasStayTexts()
{
    const auto read =
        directoryFromCsv("subscription,owner\na,\"=HYPERLINK(\"\"http://x\"\")\"\nb,@sum\nc,'+1\n");
    QVERIFY(read);
    QCOMPARE(read->find("a")->owner, std::string("=HYPERLINK(\"http://x\")"));
    QCOMPARE(read->find("c")->owner, std::string("+1"));
    const std::string csv = directoryToCsv(*read);
    QVERIFY(csv.find(",=") == std::string::npos && csv.find(",\"=") == std::string::npos);
    QVERIFY(csv.find(",@") == std::string::npos && csv.find(",+") == std::string::npos);
    QCOMPARE(*directoryFromCsv(csv), *read);
}

void TestServiceDirectory::csvRoundTripOfRandomTexts()
{
    const QByteArray given = qgetenv("SEED");
    const unsigned seed = given.isEmpty() ? std::random_device()() : given.toUInt();
    qInfo("SEED=%u", seed);
    std::mt19937 random(seed);
    const std::string alphabet = "ab,;\"=+-@ é|<{}"; // no apostrophe in front: that is the guard's own
    for (int round = 0; round < 500; ++round) {
        ServiceDirectory directory;
        for (int service = 0; service < 4; ++service) {
            ServiceFacts one = facts(("s" + std::to_string(service)).c_str());
            for (std::string* text : {&one.application, &one.owner, &one.sensitivity}) {
                text->clear();
                for (unsigned i = random() % 8; i > 0; --i) {
                    const char c = alphabet[random() % alphabet.size()];
                    *text += static_cast<unsigned char>(c) < 0x80 ? std::string(1, c) : std::string("é");
                }
            }
            directory.set(one);
        }
        QCOMPARE(*directoryFromCsv(directoryToCsv(directory)), directory);
        QCOMPARE(*parseDirectory(*writeDirectory(directory)), directory);
    }
}

GATEHOUSE_TEST_MAIN(TestServiceDirectory)
#include "tst_servicedirectory.moc"
