// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"
#include "core/settings/querystore.h"
#include "tests/support/testmain.h"

#include <QtCore/QDir>
#include <QtCore/QTemporaryDir>

using namespace gatehouse;
using namespace gatehouse::settings;

class TestQueryStore : public QObject
{
    Q_OBJECT

    static RanQuery ran(const std::string& kql, int minute)
    {
        return {kql, DateTime::fromCivil(2026, 6, 1) + std::chrono::minutes(minute), "This computer", minute};
    }

private Q_SLOTS:
    void whatIsSavedComesBack()
    {
        const QTemporaryDir directory;
        const QueryStore store(directory.filePath(QStringLiteral("data")).toStdString());
        QVERIFY(store.load() == QueryMemory());
        QueryMemory memory;
        memory.editor = "T\n| take 5\n\n// größer\nU";
        memory.sideSplit = "AAAA";
        memory.add(ran("T", 1));
        memory.add(ran("U", 2));
        QVERIFY(memory.save({"Mine", "What I ask", "T | count"}));
        QVERIFY(store.save(memory));
        QVERIFY(store.load() == memory);
    }

    void theNewestStandsFirstAndEachTextOnce()
    {
        QueryMemory memory;
        for (int i = 0; i < 250; ++i)
            memory.add(ran("q" + std::to_string(i), i));
        QCOMPARE(memory.history.size(), QueryMemory::MaxHistory);
        QCOMPARE(memory.history.front().kql, std::string("q249"));
        memory.add(ran("q100", 300));
        QCOMPARE(memory.history.size(), QueryMemory::MaxHistory);
        QCOMPARE(memory.history.front().kql, std::string("q100"));
        memory.add(ran(std::string(QueryMemory::MaxText + 1, 'x'), 301));
        QCOMPARE(memory.history.front().kql, std::string("q100"));
    }

    void aNameIsThereOnce()
    {
        QueryMemory memory;
        QVERIFY(memory.save({"b", "", "T"}));
        QVERIFY(memory.save({"a", "", "U"}));
        QVERIFY(memory.save({"b", "", "V"}));
        QCOMPARE(memory.saved.size(), std::size_t(2));
        QCOMPARE(memory.saved.back().kql, std::string("V"));
        QVERIFY(!memory.save({"", "", "T"}));
        QVERIFY(!memory.save({"c", "", ""}));
        memory.forget("a");
        QCOMPARE(memory.saved.size(), std::size_t(1));
    }

    void aFileThatCannotBeUsedIsSetAside()
    {
        const QTemporaryDir directory;
        const std::string path = directory.filePath(QStringLiteral("queries.json")).toStdString();
        QVERIFY(
            atomicWrite(path, "{\"version\":1,\"history\":[{\"kql\":7},null,{\"kql\":\"T\"}],\"saved\":9}"));
        const QueryStore store(directory.path().toStdString());
        QVERIFY(store.load() == QueryMemory()); // what makes no sense is left out
        QVERIFY(atomicWrite(path, "no json"));
        QVERIFY(store.load() == QueryMemory());
        QVERIFY(!readFile(path));
        QCOMPARE(QDir(directory.path()).entryList({QStringLiteral("queries.json.bad-*")}).size(), 1);
    }
};

GATEHOUSE_TEST_MAIN(TestQueryStore)
#include "tst_querystore.moc"
