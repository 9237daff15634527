// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/directorylock.h"
#include "core/local/stack.h"
#include "tests/support/testmain.h"

#include <QtCore/QFile>
#include <QtCore/QTemporaryDir>

using namespace gatehouse;
using namespace gatehouse::local;

class TestDirectoryLock : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void oneOwner();
    void ownershipEndsWithTheOwner();
    void leftoversOfAKilledOwnerGo();
    void unwritableDirectory();
    void infoSurvivesJson();
};

void TestDirectoryLock::oneOwner()
{
    const QTemporaryDir directory;
    auto first = DirectoryLock::open(directory.path().toStdString());
    auto second = DirectoryLock::open(directory.path().toStdString());
    QVERIFY(first && second);
    QVERIFY(second->isFree());
    QVERIFY(first->tryOwn());
    QVERIFY(first->tryOwn());
    QVERIFY(!second->tryOwn());
    QVERIFY(!second->isFree());
    QVERIFY(second->read().empty());
    QVERIFY(first->write("where"));
    QCOMPARE(second->read(), std::string("where"));
}

void TestDirectoryLock::ownershipEndsWithTheOwner()
{
    const QTemporaryDir directory;
    auto second = DirectoryLock::open(directory.path().toStdString());
    {
        auto first = DirectoryLock::open(directory.path().toStdString());
        QVERIFY(first->tryOwn());
        QVERIFY(first->write("where"));
        const DirectoryLock moved = std::move(*first);
        QVERIFY(!second->tryOwn());
    }
    QVERIFY(second->isFree());
    QVERIFY(second->read().empty());
    QVERIFY(second->tryOwn());
}

void TestDirectoryLock::leftoversOfAKilledOwnerGo()
{
    const QTemporaryDir directory;
    QFile file(directory.filePath(QStringLiteral("owner.lock")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("of somebody killed");
    file.close();
    auto lock = DirectoryLock::open(directory.path().toStdString());
    QVERIFY(lock->tryOwn());
    QVERIFY(lock->read().empty());
}

void TestDirectoryLock::unwritableDirectory()
{
    const QTemporaryDir directory;
    const QString file = directory.filePath(QStringLiteral("file"));
    QVERIFY(QFile(file).open(QIODevice::WriteOnly));
    const auto lock = DirectoryLock::open(file.toStdString() + "/below"); // a file cannot be a directory
    QVERIFY(!lock);
    QVERIFY(lock.error().kind == Error::Kind::Storage);
    QVERIFY(!lock.error().advice.empty());
}

void TestDirectoryLock::infoSurvivesJson()
{
    StackInfo info;
    info.origin = "http://127.0.0.1:1";
    info.armAudience = "a";
    info.pid = 7;
    const auto read = StackInfo::fromJson(info.toJson());
    QVERIFY(read);
    QCOMPARE(read->toJson(), info.toJson());
    QVERIFY(!StackInfo::fromJson(""));
    QVERIFY(!StackInfo::fromJson("{}"));
}

GATEHOUSE_TEST_MAIN(TestDirectoryLock)
#include "tst_directorylock.moc"
