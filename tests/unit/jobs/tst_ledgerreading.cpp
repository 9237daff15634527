// SPDX-License-Identifier: GPL-3.0-or-later
// First, since moc cannot read <compare> before a Qt header.
#include "tests/support/testmain.h"

#include "tests/unit/jobs/ledgerrig.h"

#include <QtCore/QFile>

using namespace gatehouse;
using namespace gatehouse::test;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using Rig = LedgerRig;

/// How the log comes into the ledger: each call once, on its own day, and whole days or none.
class TestLedgerReading : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void theSameLogTwiceIsBookedOnce();
    void aLateRowCountsOnItsOwnDay();
    void tokensThatComeLaterTakeThePlaceOfUnknownOnes();
    void aStoppedReadingLeavesWholeDays();
    void wrongColumnsBookNothing();
    void whenTheLogFailsTheStoreAnswers();
    void withoutTheLlmLogUsageIsUnknown();
    void aDamagedFileIsMadeAnew();

private:
    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestLedgerReading::theSameLogTwiceIsBookedOnce()
{
    Rig rig(*m_folder);
    for (int i = 0; i < 20; ++i)
        rig.add("id" + std::to_string(i), Noon - Ticks(hours(i)) - Ticks(minutes(1)));
    rig.add("id3", Noon - Ticks(hours(3)) - Ticks(minutes(1))); // the log has it twice
    const auto first = rig.view();
    QVERIFY2(first, first ? "" : first.error().message.c_str());
    QCOMPARE((*first)->grouping.now.requests, std::int64_t{20});
    QVERIFY((*first)->grouping.now.pico == cost::Int128{20 * OneCall});
    QCOMPARE(rowOf(**first, cost::RowKind::Value, "billing")->label, std::string("Billing"));
    rig.clock.advance(minutes(1));
    const auto second = rig.view();
    QVERIFY(second);
    QVERIFY((*second)->grouping.now == (*first)->grouping.now);
    // Another program with the same file.
    Rig other(*m_folder);
    jobs::CostQuestion stored;
    stored.fresh = false;
    const auto third = other.view(stored);
    QVERIFY(third);
    QVERIFY((*third)->grouping.now == (*first)->grouping.now);
    QVERIFY(other.workspace.asks.empty());
    const bool repeats = std::any_of((*first)->faults.begin(), (*first)->faults.end(), [](const auto& fault) {
        return fault.kind == cost::FaultKind::Duplicates && fault.calls == 1;
    });
    QVERIFY(repeats);
}

void TestLedgerReading::aLateRowCountsOnItsOwnDay()
{
    Rig rig(*m_folder);
    rig.add("a", Noon - Ticks(hours(1)));
    QVERIFY(rig.view());
    rig.clock.advance(hours(3));
    rig.add("late", Noon - Ticks(hours(25)));
    const auto view = rig.view();
    QVERIFY(view);
    const cost::CostRow* row = rowOf(**view, cost::RowKind::Value, "billing");
    QVERIFY(row != nullptr);
    QVERIFY(row->pico[8] == cost::Int128{OneCall}); // 9 June
    QVERIFY(row->pico[9] == cost::Int128{OneCall});
}

void TestLedgerReading::tokensThatComeLaterTakeThePlaceOfUnknownOnes()
{
    Rig rig(*m_folder);
    LoggedCall call;
    call.id = "a";
    call.time = Noon - Ticks(hours(1));
    call.usage.reset();
    rig.catalog->addCall(call);
    const auto before = rig.view();
    QVERIFY(before);
    QCOMPARE(rowOf(**before, cost::RowKind::UnknownUsage)->now.requests, std::int64_t{1});
    rig.catalog = std::make_shared<MemoryCatalog>();
    rig.add("a", call.time);
    const auto after = rig.view();
    QVERIFY(after);
    QVERIFY(rowOf(**after, cost::RowKind::UnknownUsage) == nullptr);
    QVERIFY((*after)->grouping.now.pico == cost::Int128{OneCall});
    QCOMPARE((*after)->grouping.now.requests, std::int64_t{1});
}

void TestLedgerReading::aStoppedReadingLeavesWholeDays()
{
    Rig rig(*m_folder, 3);
    for (int i = 0; i < 3; ++i)
        rig.add("first" + std::to_string(i), Noon - Ticks(days(2)) + Ticks(minutes(i)));
    for (int i = 0; i < 8; ++i) // too many for one answer: it comes in parts
        rig.add("second" + std::to_string(i), Noon - Ticks(days(1)) + Ticks(hours(i)));
    std::stop_source stop;
    int slices = 0;
    rig.before = [&](const jobs::Ask& ask) {
        if (ask.kql.find("Streamed") != std::string::npos && ++slices == 4)
            stop.request_stop();
    };
    const auto stopped = rig.view({}, stop.get_token());
    QVERIFY2(slices >= 4, qPrintable(QString::number(slices)));
    QVERIFY(!stopped);
    QVERIFY(stopped.error().cancelled());
    rig.before = nullptr;
    jobs::CostQuestion stored;
    stored.fresh = false;
    const auto half = rig.view(stored);
    QVERIFY(half);
    QCOMPARE((*half)->grouping.now.requests, std::int64_t{3});
    const auto whole = rig.view();
    QVERIFY(whole);
    QCOMPARE((*whole)->grouping.now.requests, std::int64_t{11});
}

void TestLedgerReading::wrongColumnsBookNothing()
{
    Rig rig(*m_folder);
    rig.add("a", Noon - Ticks(hours(1)));
    rig.rename = "Seen";
    const auto wrong = rig.view();
    QVERIFY(!wrong);
    QVERIFY(wrong.error().kind == Error::Kind::Protocol);
    jobs::CostQuestion stored;
    stored.fresh = false;
    const auto none = rig.view(stored);
    QVERIFY(none);
    QCOMPARE((*none)->grouping.now.requests, std::int64_t{0});
    QVERIFY(!(*none)->readTo);
}

void TestLedgerReading::whenTheLogFailsTheStoreAnswers()
{
    Rig rig(*m_folder);
    rig.add("a", Noon - Ticks(hours(1)));
    rig.refusal = fail(Error::Kind::Unavailable, "The workspace is away.").value();
    const auto nothing = rig.view();
    QVERIFY(!nothing); // there is nothing to answer with
    QCOMPARE(nothing.error().message, std::string("The workspace is away."));
    rig.refusal.reset();
    QVERIFY(rig.view());
    rig.refusal = fail(Error::Kind::Unavailable, "The workspace is away.").value();
    const auto old = rig.view();
    QVERIFY(old);
    QCOMPARE((*old)->grouping.now.requests, std::int64_t{1});
    QCOMPARE((*old)->notRead, std::string("The workspace is away."));
}

void TestLedgerReading::withoutTheLlmLogUsageIsUnknown()
{
    Rig rig(*m_folder);
    rig.add("a", Noon - Ticks(hours(1)));
    rig.catalog->remove("ApiManagementGatewayLlmLog");
    const auto view = rig.view();
    QVERIFY2(view, view ? "" : view.error().message.c_str());
    QCOMPARE(rowOf(**view, cost::RowKind::UnknownUsage)->now.requests, std::int64_t{1});
    QCOMPARE((*view)->grouping.now.allTokens(), std::int64_t{0});
}

void TestLedgerReading::aDamagedFileIsMadeAnew()
{
    {
        Rig rig(*m_folder);
        rig.add("a", Noon - Ticks(days(5)));
        QVERIFY(rig.view());
    }
    QFile file(m_folder->path() + QStringLiteral("/cost/w.sqlite"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    QVERIFY(file.write(QByteArray(8'192, 'x')) == 8'192);
    file.close();
    for (const char* beside : {"-wal", "-shm"})
        QFile::remove(file.fileName() + QLatin1String(beside));
    Rig rig(*m_folder);
    rig.add("a", Noon - Ticks(days(5)));
    const auto view = rig.view();
    QVERIFY2(view, view ? "" : view.error().message.c_str());
    QCOMPARE((*view)->grouping.now.requests, std::int64_t{1});
}

GATEHOUSE_TEST_MAIN(TestLedgerReading)
#include "tst_ledgerreading.moc"
