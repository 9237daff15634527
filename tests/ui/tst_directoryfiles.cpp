// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/directoryrig.h"
#include "tests/ui/fakes/guitestmain.h"
#include "tests/ui/fakes/names.h"
#include "ui/pages/directory/directorydialog.h"
#include "ui/theme/theme.h"
#include "ui/widgets/noticebar.h"

#include <QtTest/QSignalSpy>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QPushButton>

using namespace gatehouse;
using namespace gatehouse::test;
using namespace gatehouse::ui;
using namespace Qt::StringLiterals;
using Rig = DirectoryRig;

/// The directory as a file: what is read from it and written to it.
class TestDirectoryFiles : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void importsAreAllOrNothing_data();
    void importsAreAllOrNothing();
    void anImportIsOneDraftThatKeepsTheOtherColumns();
    void whatIsExportedCanBeImportedAndIsNoFormula();
    void filesAreAskedFor();
};

void TestDirectoryFiles::importsAreAllOrNothing_data()
{
    QTest::addColumn<QByteArray>("csv");
    QTest::addColumn<int>("line");
    QTest::addColumn<QString>("why");
    QTest::newRow("empty") << QByteArray() << 1 << u"empty"_s;
    QTest::newRow("unknown column") << QByteArray("subscription,colour\na,b\n") << 1 << u"colour"_s;
    QTest::newRow("no subscription") << QByteArray("owner\nAnna\n") << 1 << u"missing"_s;
    QTest::newRow("short record") << QByteArray("subscription,owner\nbilling,X\nhr\n") << 3 << u"texts for"_s;
    QTest::newRow("twice") << QByteArray("subscription,owner\nhr,X\n\nHR,Y\n") << 4 << u"line 2"_s;
    QTest::newRow("open quote") << QByteArray("subscription,owner\nhr,X\nbilling,\"Y\n") << 3 << u"quote"_s;
    QTest::newRow("not UTF-8") << QByteArray("subscription,owner\nhr,\xff\n") << 2 << u"UTF-8"_s;
    QTest::newRow("an id with a slash") << QByteArray("subscription,owner\na/b,X\n") << 2 << u"not the id"_s;
    QByteArray many("subscription,owner\n");
    for (int i = 0; i < 200; ++i)
        many += "service-" + QByteArray::number(i) + ",A rather long name of an owner\n";
    QTest::newRow("more than a named value holds") << many << 0 << u"4096"_s;
    QTest::newRow("larger than 1 MB")
        << QByteArray("subscription\n" + QByteArray(1 << 20, 'x')) << 0 << QString();
}

void TestDirectoryFiles::importsAreAllOrNothing()
{
    QFETCH(QByteArray, csv);
    QFETCH(int, line);
    QFETCH(QString, why);
    Rig rig;
    rig.presenter.refresh();
    QVERIFY(rig.presenter.edit("checkout", Owner, u"Mine"_s));
    QSignalSpy failed(&rig.presenter, &DirectoryPresenter::importFailed);
    rig.presenter.importFile(rig.file(csv));
    QTRY_COMPARE(failed.size(), 1);
    const auto error = failed.at(0).at(0).value<Error>();
    QVERIFY2(QString::fromStdString(error.message).contains(why), error.message.c_str());
    if (line > 0)
        QVERIFY2(error.message.starts_with("Line " + std::to_string(line) + ":"), error.message.c_str());
    QVERIFY(!rig.presenter.state()->importing);
    QCOMPARE(rig.presenter.state()->drafts, 1U);
    QCOMPARE(rig.presenter.undoStack().count(), 1);
    rig.presenter.importFile(rig.directory.filePath(u"nowhere.csv"_s));
    QTRY_COMPARE(failed.size(), 2);
}

void TestDirectoryFiles::anImportIsOneDraftThatKeepsTheOtherColumns()
{
    Rig rig;
    rig.presenter.refresh();
    QSignalSpy imported(&rig.presenter, &DirectoryPresenter::imported);
    QVERIFY(rig.presenter.edit("checkout", CostCentre, u"CC-1"_s));
    rig.presenter.importFile(rig.file(
        "\xEF\xBB\xBFOWNER,Subscription\r\nCia Berg,Billing\r\nBo Lind,checkout\r\nDan,new-one\r\n"));
    QTRY_COMPARE(imported.size(), 1);
    QCOMPARE(imported.at(0).at(0).toInt(), 2); // checkout's owner is that already
    QCOMPARE(rig.row("billing").facts.owner, std::string("Cia Berg"));
    QCOMPARE(rig.row("billing").facts.costCentre, std::string("CC-1100")); // no such column in the file
    QCOMPARE(rig.row("checkout").facts.costCentre, std::string("CC-1"));
    QCOMPARE(rig.row("new-one").facts.owner, std::string("Dan"));
    rig.presenter.undoStack().undo();
    QCOMPARE(rig.presenter.state()->drafts, 1U);
    QCOMPARE(rig.row("billing").facts.owner, std::string("Anna Ek"));
    rig.presenter.undoStack().redo();
    QVERIFY(rig.presenter.propose());
    QCOMPARE(rig.wanted().services.size(), 4U);
}

void TestDirectoryFiles::whatIsExportedCanBeImportedAndIsNoFormula()
{
    Rig rig;
    rig.presenter.refresh();
    QVERIFY(rig.presenter.edit("hr", Owner, u"=HYPERLINK(\"http://x\")"_s));
    QVERIFY(rig.presenter.edit("hr", CostCentre, u"+1, or \"2\""_s));
    const QString path = rig.directory.filePath(u"out.csv"_s);
    QVERIFY(rig.presenter.exportFile(path));
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray text = file.readAll();
    QVERIFY(text.startsWith("\xEF\xBB\xBFsubscription,application,feature,environment,owner,costCentre,"));
    QVERIFY(text.contains("\"'=HYPERLINK(\"\"http://x\"\")\""));
    QVERIFY(!text.contains(",=") && !text.contains(",\"=") && !text.contains(",+") && !text.contains(",\"+"));
    QVERIFY(text.contains("\r\nsearch,")); // to be filled in
    QSignalSpy imported(&rig.presenter, &DirectoryPresenter::imported);
    rig.presenter.importFile(path);
    QTRY_COMPARE(imported.size(), 1);
    QCOMPARE(imported.at(0).at(0).toInt(), 0);
    QVERIFY(!rig.presenter.exportFile(u"/proc/nowhere/x.csv"_s));
}

void TestDirectoryFiles::filesAreAskedFor()
{
    Rig rig;
    Theme theme(*qApp, false);
    DirectoryDialog dialog(theme, rig.presenter, nullptr);
    dialog.show();
    auto* const notice = find<NoticeBar>(dialog, u"directoryNotice"_s);
    find<QPushButton>(dialog, u"directoryExport"_s)->click();
    const QString path = rig.directory.filePath(u"x.csv"_s);
    Q_EMIT find<QFileDialog>(dialog, u"directoryExportDialog"_s)->fileSelected(path);
    QVERIFY(QFile::exists(path));
    QVERIFY(notice->text().contains("x.csv"_L1));
    find<QPushButton>(dialog, u"directoryImport"_s)->click();
    auto* const files = find<QFileDialog>(dialog, u"directoryImportDialog"_s);
    Q_EMIT files->fileSelected(rig.file("subscription,owner\nhr\n"));
    QTRY_VERIFY2(notice->text().startsWith("Line 2:"_L1), qPrintable(notice->text()));
    Q_EMIT files->fileSelected(rig.file("subscription,owner\nhr,Anna\n"));
    QTRY_VERIFY2(notice->text().startsWith("Imported"_L1), qPrintable(notice->text()));
}

GATEHOUSE_WINDOW_TEST_MAIN(TestDirectoryFiles)
#include "tst_directoryfiles.moc"
