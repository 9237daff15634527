// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/parity/register.h"
#include "tests/support/testmain.h"

using namespace gatehouse;
using namespace gatehouse::gateway;

namespace {

const DateTime Now = DateTime::fromCivil(2026, 6, 1);

DateTime inDays(int days)
{
    return Now + Ticks(std::chrono::hours(24 * days));
}

ParityRegister filled()
{
    ParityRegister entries;
    entries.put(Certificate{"pool", "east", "west", "Ann \"A\" Ä", Now, inDays(90), "abc"});
    entries.put(ParityException{"pool", "east", "eu", ParityPoint::Residency, "Bob",
                                "until the contract ends", inDays(30)});
    entries.put(ToolDeclaration{"east", "none", "Ann"});
    return entries;
}

} // namespace

class TestParityRegister : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatIsWrittenIsRead();
    void nothingIsAnEmptyRegister();
    void whatIsNoRegisterIsRefused_data();
    void whatIsNoRegisterIsRefused();
    void aNewEntryReplacesTheOneOfTheSameRoute();
    void aFullRegisterSaysSo();
    void whatEndsNowIsTakenOut();
    void everyPointHasAWordAndATitle();
};

void TestParityRegister::whatIsWrittenIsRead()
{
    const auto text = writeParityRegister(filled());
    QVERIFY(text.has_value());
    const auto read = readParityRegister(*text);
    QVERIFY(read.has_value());
    QVERIFY(*read == filled());
}

void TestParityRegister::nothingIsAnEmptyRegister()
{
    for (const char* text : {"", " ", "\r\n", R"({"v":1})"}) {
        const auto read = readParityRegister(text);
        QVERIFY2(read.has_value(), text);
        QVERIFY(*read == ParityRegister{});
    }
}

void TestParityRegister::whatIsNoRegisterIsRefused_data()
{
    QTest::addColumn<QString>("text");
    QTest::newRow("text") << "hello";
    QTest::newRow("list") << "[]";
    QTest::newRow("no version") << "{}";
    QTest::newRow("later version") << R"({"v":2})";
    QTest::newRow("certificates of another shape") << R"({"v":1,"c":{}})";
    QTest::newRow("certificate without owner")
        << R"({"v":1,"c":[{"p":"p","a":"a","b":"b","f":"f","d":1,"x":2}]})";
    QTest::newRow("date of text")
        << R"({"v":1,"c":[{"p":"p","a":"a","b":"b","o":"o","f":"f","d":"1","x":2}]})";
    QTest::newRow("date beyond time")
        << R"({"v":1,"c":[{"p":"p","a":"a","b":"b","o":"o","f":"f","d":1,"x":9223372036854775807}]})";
    QTest::newRow("negative date")
        << R"({"v":1,"c":[{"p":"p","a":"a","b":"b","o":"o","f":"f","d":1,"x":-1}]})";
    QTest::newRow("exception of no point")
        << R"({"v":1,"e":[{"p":"p","a":"a","b":"b","k":"x","o":"o","x":2}]})";
    QTest::newRow("declaration of nothing") << R"({"v":1,"t":[{"b":"b"}]})";
    QTest::newRow("deep") << QString(200, QLatin1Char('['));
}

void TestParityRegister::whatIsNoRegisterIsRefused()
{
    QFETCH(QString, text);
    QVERIFY(!readParityRegister(text.toStdString()).has_value());
}

void TestParityRegister::aNewEntryReplacesTheOneOfTheSameRoute()
{
    ParityRegister entries = filled();
    entries.put(Certificate{"pool", "east", "west", "Cid", Now, inDays(10), "def"});
    QCOMPARE(entries.certificates.size(), 1U);
    QCOMPARE(entries.certificates[0].owner, std::string("Cid"));
    entries.put(Certificate{"other", "east", "west", "Cid", Now, inDays(10), "def"});
    QCOMPARE(entries.certificates.size(), 2U);
    entries.put(ParityException{"pool", "east", "eu", ParityPoint::Models, "Bob", "", inDays(30)});
    QCOMPARE(entries.exceptions.size(), 2U);
    entries.put(ToolDeclaration{"east", "file search", "Ann"});
    QCOMPARE(entries.declarations.size(), 1U);
}

void TestParityRegister::aFullRegisterSaysSo()
{
    ParityRegister entries;
    int fitted = 0;
    for (;; ++fitted) {
        ParityRegister more = entries;
        more.put(Certificate{"aoai-pool", "aoai-eastus", "aoai-westus-" + std::to_string(fitted),
                             "Ann Example", Now, inDays(90), "0123456789012345678901"});
        if (!writeParityRegister(more))
            break;
        entries = more;
    }
    QVERIFY2(fitted >= 20, qPrintable(QString::number(fitted)));
    QVERIFY(writeParityRegister(entries)->size() <= MaxNamedValue);
    entries.put(ToolDeclaration{"x", std::string(400, 'x'), "Ann"});
    const auto full = writeParityRegister(entries);
    QVERIFY(!full.has_value());
    QVERIFY(full.error().kind == Error::Kind::InvalidInput);
    QVERIFY(!full.error().advice.empty());
}

void TestParityRegister::whatEndsNowIsTakenOut()
{
    ParityRegister entries = filled();
    QCOMPARE(entries.removeExpired(inDays(30) - Ticks(1)), 0);
    QCOMPARE(entries.removeExpired(inDays(30)), 1);
    QVERIFY(entries.exceptions.empty());
    QCOMPARE(entries.removeExpired(inDays(90)), 1);
    QVERIFY(entries.certificates.empty());
    QCOMPARE(entries.declarations.size(), 1U);
}

void TestParityRegister::everyPointHasAWordAndATitle()
{
    for (const ParityPoint point : AllParityPoints) {
        QVERIFY(!titleOf(point).empty());
        QVERIFY(parityPointFrom(wordOf(point)) == point);
    }
    QVERIFY(!parityPointFrom("nothing"));
}

GATEHOUSE_TEST_MAIN(TestParityRegister)
#include "tst_parityregister.moc"
