// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/sqlite/database.h"
#include "core/local/logs/checkpointrule.h"
#include "core/local/logs/logstore.h"
#include "core/local/logs/rowcodec.h"
#include "tests/support/testmain.h"

#include <QtCore/QFile>
#include <QtCore/QTemporaryDir>

#include <csignal>
#include <sys/resource.h>
#ifndef Q_MOC_RUN // Qt 6.4's moc does not read concepts
#include <thread>
#endif

using namespace gatehouse;
using namespace gatehouse::local;

namespace {

const DateTime Start = DateTime::fromCivil(2026, 6, 1);

DateTime at(std::int64_t seconds)
{
    return Start + Ticks(std::chrono::seconds(seconds));
}

/// Rows of ApiManagementGatewayLlmLog whose TotalTokens count up.
RowBatch tokenRows(std::int64_t first, std::int64_t count)
{
    RowBatch batch;
    for (std::int64_t i = first; i < first + count; ++i) {
        const std::string id = "id-" + std::to_string(i);
        LlmRow row;
        row.time = at(i);
        row.correlationId = id;
        row.deployment = "gpt-4o";
        row.totalTokens = i;
        batch.add(row);
    }
    return batch;
}

std::int64_t sumOfTokens(const LogStore& store, const std::optional<TimeRange>& range = {})
{
    const std::vector<std::string> wanted = {"TotalTokens", "TimeGenerated"};
    std::int64_t sum = 0;
    for (const auto& chunk : store.find("ApiManagementGatewayLlmLog")->scan(range, wanted))
        for (const std::int64_t value : chunk->find("TotalTokens")->integers())
            sum += value;
    return sum;
}

/// 0 + 1 + … + (n - 1)
std::int64_t sumUpTo(std::int64_t n)
{
    return n * (n - 1) / 2;
}

} // namespace

class TestLogStore : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void emptyTablesExist();
    void committedRowIsSeenByTheNextScan();
    void snapshotsDoNotChange();
    void rowsSurviveAReopen();
    void compactKeepsEveryRow();
    void scanTakesOnlyChunksOfTheRange();
    void constantsAndNulls();
    void manyThreadsShareCommits();
    void oldChunksAreDropped();
    void scopedCatalogHidesOtherResources();
    void aLongLogIsNotCopiedAgainAtOnce();
    void theLogsPagesAreCounted();
    void corruptFileIsNamed();
    void newerFileIsRefused();
    void failedWriteIsReportedAndRecovers();
    void damagedRowsEndTheDecoding();

private:
    [[nodiscard]] LogStoreOptions options() const
    {
        LogStoreOptions options;
        options.path = m_directory->path().toStdString() + "/logs.sqlite";
        options.identity = {"workspace-guid",
                            "log",
                            "/subscriptions/s/workspaces/log",
                            "eastus",
                            "s",
                            "/subscriptions/s/service/Apim",
                            "/subscriptions/s/clusters/aks"};
        return options;
    }
    std::unique_ptr<QTemporaryDir> m_directory;
private Q_SLOTS:
    void init() { m_directory = std::make_unique<QTemporaryDir>(); }
};

void TestLogStore::emptyTablesExist()
{
    const auto store = LogStore::open(options());
    QVERIFY(store);
    for (const char* name :
         {"ApiManagementGatewayLogs", "ApiManagementGatewayLlmLog", "AppDependencies", "AppRequests",
          "AppMetrics", "AppTraces", "AppExceptions", "AzureMetrics", "AzureDiagnostics", "ContainerLogV2",
          "KubePodInventory", "KubeEvents", "Usage", "Heartbeat"}) {
        const auto table = (*store)->find(name);
        QVERIFY2(table != nullptr, name);
        QVERIFY(table->scan(std::nullopt, std::vector<std::string>{"TimeGenerated"}).empty());
        for (const char* column : {"TimeGenerated", "TenantId", "Type", "_ResourceId", "_SubscriptionId"})
            QVERIFY2(
                std::ranges::any_of(table->schema(), [&](const auto& one) { return one.name == column; }),
                name);
    }
    QVERIFY((*store)->find("apimanagementgatewaylogs") == nullptr); // case matters
}

void TestLogStore::committedRowIsSeenByTheNextScan()
{
    const auto store = LogStore::open(options());
    QVERIFY(store);
    for (std::int64_t i = 0; i < 50; ++i) {
        QVERIFY((*store)->write(tokenRows(i, 1)));
        QCOMPARE(sumOfTokens(**store), sumUpTo(i + 1));
    }
}

void TestLogStore::snapshotsDoNotChange()
{
    const auto store = LogStore::open(options());
    QVERIFY(store);
    QVERIFY((*store)->write(tokenRows(0, 10)));
    const std::vector<std::string> wanted = {"TotalTokens"};
    const auto before = (*store)->find("ApiManagementGatewayLlmLog")->scan(std::nullopt, wanted);
    QVERIFY((*store)->write(tokenRows(10, 5'000)));
    QCOMPARE(before.size(), std::size_t{1});
    QCOMPARE(before[0]->rowCount(), std::size_t{10});
    QCOMPARE(sumOfTokens(**store), sumUpTo(5'010));
}

void TestLogStore::rowsSurviveAReopen()
{
    {
        const auto store = LogStore::open(options());
        QVERIFY(store);
        QVERIFY((*store)->write(tokenRows(0, 100)));
        static_cast<void>((*store)->append(tokenRows(100, 100))); // committed by the destructor
    }
    const auto store = LogStore::open(options());
    QVERIFY(store);
    QCOMPARE(sumOfTokens(**store), sumUpTo(200));
    QCOMPARE((*store)->rowCount(TableId::LlmLog), std::size_t{200});
}

void TestLogStore::compactKeepsEveryRow()
{
    constexpr std::int64_t Rows = 150'000; // more than two chunks of the file
    {
        const auto store = LogStore::open(options());
        QVERIFY(store);
        for (std::int64_t i = 0; i < Rows; i += 10'000)
            QVERIFY((*store)->write(tokenRows(i, 10'000)));
        QVERIFY((*store)->compact());
        QCOMPARE(sumOfTokens(**store), sumUpTo(Rows));
        QVERIFY((*store)->write(tokenRows(Rows, 10)));
        QCOMPARE(sumOfTokens(**store), sumUpTo(Rows + 10));
    }
    const auto store = LogStore::open(options());
    QVERIFY(store);
    QCOMPARE(sumOfTokens(**store), sumUpTo(Rows + 10));
    QCOMPARE((*store)->readFailures(), std::uint64_t{0});
}

void TestLogStore::scanTakesOnlyChunksOfTheRange()
{
    const auto store = LogStore::open(options());
    QVERIFY(store);
    QVERIFY((*store)->write(tokenRows(0, 70'000)));
    QVERIFY((*store)->compact());
    QVERIFY((*store)->write(tokenRows(100'000, 10)));
    const auto table = (*store)->find("ApiManagementGatewayLlmLog");
    const std::vector<std::string> wanted = {"TotalTokens"};
    QCOMPARE(table->scan(TimeRange{at(100'000), at(100'001)}, wanted).size(), std::size_t{1});
    QCOMPARE(table->scan(TimeRange{at(0), at(1)}, wanted).size(), std::size_t{1});
    QVERIFY(table->scan(TimeRange{at(80'000), at(90'000)}, wanted).empty());
    QVERIFY(table->scan(TimeRange{at(-10), at(0)}, wanted).empty()); // the end is not in the range
}

void TestLogStore::constantsAndNulls()
{
    const auto store = LogStore::open(options());
    QVERIFY(store);
    RowBatch batch;
    GatewayRow row;
    row.time = at(7);
    row.correlationId = "x";
    row.responseCode = 503;
    batch.add(row);
    QVERIFY((*store)->write(batch));
    const std::vector<std::string> wanted = {"BackendResponseCode", "BackendId",   "IsRequestSuccess",
                                             "OperationName",       "_ResourceId", "TimeGenerated",
                                             "RequestHeaders",      "TenantId"};
    const auto tables = (*store)->find("ApiManagementGatewayLogs")->scan(std::nullopt, wanted);
    QCOMPARE(tables.size(), std::size_t{1});
    const Table& table = *tables.front();
    QVERIFY(table.find("BackendResponseCode")->isNull(0));
    QVERIFY(!table.find("BackendId")->isNull(0)); // a string is never null
    QVERIFY(table.find("RequestHeaders")->isNull(0));
    QCOMPARE(table.find("IsRequestSuccess")->displayAt(0), std::string("false"));
    QCOMPARE(table.find("OperationName")->displayAt(0), std::string("Microsoft.ApiManagement/GatewayLogs"));
    QCOMPARE(table.find("_ResourceId")->displayAt(0), std::string("/subscriptions/s/service/apim"));
    QCOMPARE(table.find("TenantId")->displayAt(0), std::string("workspace-guid"));
    QCOMPARE(table.find("TimeGenerated")->integerAt(0), at(7).sinceYearOne.count());
}

void TestLogStore::manyThreadsShareCommits()
{
    const auto store = LogStore::open(options());
    QVERIFY(store);
    constexpr std::int64_t Threads = 8;
    constexpr std::int64_t Each = 200;
    std::atomic<int> failures{0};
    {
        std::vector<std::jthread> threads;
        for (std::int64_t t = 0; t < Threads; ++t)
            threads.emplace_back([&, t] {
                for (std::int64_t i = 0; i < Each; ++i)
                    if (!(*store)->write(tokenRows(t * Each + i, 1)))
                        ++failures;
            });
    }
    QCOMPARE(failures.load(), 0);
    QCOMPARE(sumOfTokens(**store), sumUpTo(Threads * Each));
    QVERIFY((*store)->revision() <= static_cast<std::uint64_t>(Threads * Each) + 1);
}

void TestLogStore::oldChunksAreDropped()
{
    LogStoreOptions small = options();
    small.retention = std::chrono::hours(1);
    const auto store = LogStore::open(std::move(small));
    QVERIFY(store);
    QVERIFY((*store)->write(tokenRows(0, 100)));
    QVERIFY((*store)->compact());
    QVERIFY((*store)->write(tokenRows(7'200, 10)));
    QVERIFY((*store)->compact());
    QCOMPARE((*store)->rowCount(TableId::LlmLog), std::size_t{10});

    LogStoreOptions few = options();
    few.path += "2";
    few.maxRowsPerTable = 100'000;
    const auto capped = LogStore::open(std::move(few));
    QVERIFY(capped);
    for (int i = 0; i < 3; ++i) {
        QVERIFY((*capped)->write(tokenRows(i * 65'536, 65'536)));
        QVERIFY((*capped)->compact());
    }
    QCOMPARE((*capped)->rowCount(TableId::LlmLog), std::size_t{65'536});
}

void TestLogStore::scopedCatalogHidesOtherResources()
{
    const auto store = LogStore::open(options());
    QVERIFY(store);
    QVERIFY((*store)->write(tokenRows(0, 3)));
    const std::vector<std::string> wanted = {"TotalTokens"};
    const auto rowsIn = [&](const char* scope) {
        return (*store)
            ->scopedTo(scope)
            ->find("ApiManagementGatewayLlmLog")
            ->scan(std::nullopt, wanted)
            .size();
    };
    QCOMPARE(rowsIn("/SUBSCRIPTIONS/S/service/apim"), std::size_t{1});
    QCOMPARE(rowsIn("/subscriptions/s"), std::size_t{1});
    QCOMPARE(rowsIn("/subscriptions/s/service/ap"), std::size_t{0}); // no resource, only the start of one
    QCOMPARE(rowsIn("/subscriptions/s/clusters/aks"), std::size_t{0});
}

void TestLogStore::aLongLogIsNotCopiedAgainAtOnce()
{
    using Due = CheckpointRule::Due;
    CheckpointRule rule;
    QCOMPARE(rule.look(CheckpointRule::CopyPages - 1), Due::Nothing);
    QCOMPARE(rule.look(CheckpointRule::CopyPages), Due::Copy);
    // Under load the log stays as long as it is; what counts is what came since.
    QCOMPARE(rule.look(CheckpointRule::CopyPages + 1), Due::Nothing);
    QCOMPARE(rule.look(2 * CheckpointRule::CopyPages - 1), Due::Nothing);
    QCOMPARE(rule.look(2 * CheckpointRule::CopyPages), Due::Copy);
    QCOMPARE(rule.look(CheckpointRule::RestartPages), Due::CopyAndRestart);
    QCOMPARE(rule.look(CheckpointRule::RestartPages), Due::Nothing);
    // Begun anew.
    QCOMPARE(rule.look(10), Due::Nothing);
    QCOMPARE(rule.look(CheckpointRule::CopyPages), Due::Copy);
}

void TestLogStore::theLogsPagesAreCounted()
{
    std::atomic<std::size_t> pages{0};
    const auto database = Database::open(m_directory->filePath(QStringLiteral("pages.sqlite")).toStdString());
    QVERIFY(database);
    (*database)->countLogPages(pages);
    QVERIFY((*database)->execute("CREATE TABLE t(a BLOB)"));
    const std::size_t first = pages;
    QVERIFY(first > 0);
    QVERIFY((*database)->execute("INSERT INTO t VALUES(zeroblob(100000))"));
    QVERIFY(pages >= first + 100'000 / 4096);
    QVERIFY((*database)->execute("PRAGMA wal_checkpoint(PASSIVE); INSERT INTO t VALUES(1)"));
    QVERIFY(pages < first + 100'000 / 4096);
}

void TestLogStore::corruptFileIsNamed()
{
    QFile file(QString::fromStdString(options().path));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray(8'192, 'x'));
    file.close();
    const auto store = LogStore::open(options());
    QVERIFY(!store);
    QVERIFY(store.error().kind == Error::Kind::Storage);
    QCOMPARE(store.error().serviceCode, std::string("corrupt"));
    QVERIFY(!store.error().advice.empty());
}

void TestLogStore::newerFileIsRefused()
{
    {
        auto database = Database::open(options().path);
        QVERIFY(database);
        QVERIFY((*database)->execute("PRAGMA user_version = 99"));
    }
    const auto store = LogStore::open(options());
    QVERIFY(!store);
    QCOMPARE(store.error().serviceCode, std::string());
    QVERIFY(store.error().message.find("newer") != std::string::npos);
}

void TestLogStore::failedWriteIsReportedAndRecovers()
{
    const auto store = LogStore::open(options());
    QVERIFY(store);
    QVERIFY((*store)->write(tokenRows(0, 10)));
    // A limit on file sizes stands in for a full disk; the signal that comes with it is ignored.
    ::signal(SIGXFSZ, SIG_IGN);
    rlimit before{};
    QCOMPARE(::getrlimit(RLIMIT_FSIZE, &before), 0);
    rlimit full = before;
    full.rlim_cur = 4'096;
    QCOMPARE(::setrlimit(RLIMIT_FSIZE, &full), 0);
    const Status lost = (*store)->write(tokenRows(1'000, 1'000));
    QCOMPARE(::setrlimit(RLIMIT_FSIZE, &before), 0);
    QVERIFY(!lost);
    QVERIFY(lost.error().kind == Error::Kind::Storage);
    QCOMPARE(sumOfTokens(**store), sumUpTo(10)); // what was refused is not shown either
    QVERIFY((*store)->write(tokenRows(10, 10)));
    QCOMPARE(sumOfTokens(**store), sumUpTo(20));
}

void TestLogStore::damagedRowsEndTheDecoding()
{
    const RowBatch batch = tokenRows(0, 3);
    const auto columns =
        storedColumns(tableSpecs()[static_cast<std::size_t>(TableId::LlmLog)], options().identity);
    std::vector<std::size_t> wanted;
    for (std::size_t i = 0; i < columns.size(); ++i)
        wanted.push_back(i);
    for (std::size_t length = 0; length <= batch.bytes().size(); ++length) {
        const Table table =
            decodeRows("T", columns, wanted, std::string_view(batch.bytes()).substr(0, length), 3);
        QVERIFY(table.rowCount() <= 3);
        for (const Column& column : table.columns())
            QCOMPARE(column.size(), table.rowCount());
    }
}

GATEHOUSE_TEST_MAIN(TestLogStore)
#include "tst_logstore.moc"
