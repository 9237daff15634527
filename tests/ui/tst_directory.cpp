// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/merge/directorymerge.h"
#include "tests/support/manualclock.h"
#include "tests/ui/fakes/fakefacts.h"
#include "tests/ui/fakes/fakequotas.h"
#include "tests/ui/fakes/guitestmain.h"
#include "ui/pages/directory/directorydialog.h"
#include "ui/pages/directory/directorymodel.h"
#include "ui/theme/theme.h"
#include "ui/widgets/noticebar.h"
#include "ui/widgets/stateview.h"
#include "ui/widgets/tableview.h"

#include <QtCore/QFile>
#include <QtCore/QTemporaryDir>
#include <QtGui/QClipboard>
#include <QtTest/QAbstractItemModelTester>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>

using namespace gatehouse;
using namespace gatehouse::test;
using namespace gatehouse::ui;
using namespace Qt::StringLiterals;

namespace {

constexpr std::size_t Application = 1;
constexpr std::size_t Owner = 4;
constexpr std::size_t CostCentre = 5;

/// A presenter with its services, unlocked.
struct Rig
{
    Rig()
        : clock(DateTime::fromCivil(2026, 6, 3) + std::chrono::hours(15))
        , lock(clock)
        , flow(lock)
        , presenter(flow, clock)
    {
        quotas.boards.always(std::shared_ptr<const jobs::QuotaBoard>(sampleQuotaBoard(clock.now())));
        services.facts = &facts;
        services.quotaBoard = &quotas;
        writes.addTo(services);
        hand();
        lock.unlock();
    }
    ~Rig()
    {
        presenter.setServices(nullptr);
        flow.setServices(nullptr);
        lock.setServices(nullptr);
    }
    void hand()
    {
        lock.setServices(&services);
        flow.setServices(&services);
        presenter.setServices(&services);
    }
    /// What stands in the directory from now on.
    void changeOutside(const std::function<void(gateway::ServiceDirectory&)>& change)
    {
        gateway::ServiceDirectory now = sampleDirectory();
        change(now);
        facts.answers.always(factsNow(now));
        presenter.refresh();
    }
    [[nodiscard]] DirectoryRow row(const std::string& service) const
    {
        const auto state = presenter.state();
        for (const DirectoryRow& each : state->rows) {
            if (each.facts.subscription == service)
                return each;
        }
        return {};
    }
    /// The directory that the last proposal wants.
    [[nodiscard]] gateway::ServiceDirectory wanted() const
    {
        const auto& change = writes.changes.reviewed.back().changes.at(0);
        return *gateway::parseDirectory(textAt(*change.wanted, "value"));
    }
    [[nodiscard]] QString file(const QByteArray& text)
    {
        const QString path = directory.filePath(u"services.csv"_s);
        QFile out(path);
        if (!out.open(QIODevice::WriteOnly) || out.write(text) != text.size())
            qFatal("no file");
        return path;
    }

    ManualClock clock;
    FakeFacts facts;
    FakeQuotaBoard quotas;
    FakeWrites writes;
    jobs::Services services;
    EditLock lock;
    ChangeFlow flow;
    DirectoryPresenter presenter;
    QTemporaryDir directory;
};

template <typename T>
T* find(const QWidget& in, const QString& name)
{
    T* const found = in.findChild<T*>(name);
    if (found == nullptr)
        qFatal("no %s", qPrintable(name));
    return found;
}

jobs::JournalEntry appliedEntry()
{
    jobs::JournalEntry entry;
    entry.number = 12;
    entry.result = jobs::JournalEntry::Result::Applied;
    entry.steps.emplace_back();
    entry.steps.back().resourceId = FactsResource;
    return entry;
}

} // namespace

class TestDirectory : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void servicesThatTheDirectoryDoesNotNameAreShown();
    void servicesThatCannotBeListedAreSaidToBeMissing();
    void aServiceThatOnlyTheLogKnowsIsShown();
    void anEditIsADraftThatCanBeUndoneAndProposed();
    void aServiceOfWhichNothingIsSaidLeavesTheDirectory();
    void whatIsTypedWrongChangesNothing_data();
    void whatIsTypedWrongChangesNothing();
    void nothingIsEditedWhileLockedOrForbidden();
    void whatOthersChangeElsewhereIsKept_data();
    void whatOthersChangeElsewhereIsKept();
    void twoEditsOfOneTextAreAConflict();
    void redoingAnEditTakesNobodysTextBack();
    void importsAreAllOrNothing_data();
    void importsAreAllOrNothing();
    void anImportIsOneDraftThatKeepsTheOtherColumns();
    void whatIsExportedCanBeImportedAndIsNoFormula();
    void aDirectoryThatIsTooLongIsNotSaved();
    void onlyItsOwnAppliedChangeDropsTheDraft();
    void anotherOnesWriteIsReadAtOnce();
    void aFailedRefreshKeepsTheDraft();
    void anotherProfileForgetsTheDraft();
    void theModelHoldsItsContract();
    void placesOfTheDialog_data();
    void placesOfTheDialog();
    void aCellIsEditedClearedUndoneAndSaved();
    void theDialogFiltersSortsAndCopies();
    void theWantedServiceIsSelectedOnceItIsThere();
    void closingWithADraftAsks();
    void lockedSaysWhyAndUnlocks();
    void filesAreAskedFor();
    void everyWidgetHasItsNames();
    void pictures();
};

void TestDirectory::servicesThatTheDirectoryDoesNotNameAreShown()
{
    Rig rig;
    rig.presenter.refresh();
    const auto state = rig.presenter.state();
    QVERIFY(state->phase == DirectoryState::Phase::Shown);
    QStringList seen;
    for (const DirectoryRow& row : state->rows)
        seen << QString::fromStdString(row.facts.subscription) + (row.described ? QString() : u" -"_s);
    QCOMPARE(seen, (QStringList{u"billing"_s, u"checkout"_s, u"hr -"_s, u"legacy-bot"_s, u"search -"_s}));
    QCOMPARE(rig.row("search").name, u"Document search"_s);
    QCOMPARE(rig.row("legacy-bot").name, QString());
    QVERIFY(state->servicesUnknown.isEmpty());
    QVERIFY(state->characters > 100);
}

void TestDirectory::servicesThatCannotBeListedAreSaidToBeMissing()
{
    Rig rig;
    rig.quotas.boards.always(fail(Error::Kind::Denied, "No reading here.", "Ask for a role."));
    rig.presenter.refresh();
    QCOMPARE(rig.presenter.state()->rows.size(), 3U);
    QVERIFY(rig.presenter.state()->servicesUnknown.contains("No reading here."_L1));
    auto board = sampleQuotaBoard(rig.clock.now());
    board->subscriptionsUnknown = "Subscriptions may not be listed.";
    rig.quotas.boards.always(std::shared_ptr<const jobs::QuotaBoard>(board));
    rig.presenter.refresh();
    QVERIFY(rig.presenter.state()->servicesUnknown.contains("may not be listed"_L1));
    rig.services.quotaBoard = nullptr;
    rig.presenter.refresh();
    QVERIFY(!rig.presenter.state()->servicesUnknown.isEmpty());
}

void TestDirectory::aServiceThatOnlyTheLogKnowsIsShown()
{
    Rig rig;
    rig.presenter.refresh();
    const std::size_t before = rig.presenter.state()->rows.size();
    rig.presenter.include("CHECKOUT"); // there already
    rig.presenter.include("not an id");
    rig.presenter.include("");
    QCOMPARE(rig.presenter.state()->rows.size(), before);
    rig.presenter.include("ended-service");
    QCOMPARE(rig.presenter.state()->rows.size(), before + 1);
    QVERIFY(!rig.row("ended-service").described);
    QVERIFY(rig.presenter.edit("ended-service", Owner, u"Anna Ek"_s));
    QVERIFY(rig.presenter.propose());
    QCOMPARE(rig.wanted().find("ended-service")->owner, std::string("Anna Ek"));
}

void TestDirectory::anEditIsADraftThatCanBeUndoneAndProposed()
{
    Rig rig;
    rig.presenter.refresh();
    QVERIFY(!rig.presenter.state()->whyNoSave.isEmpty());
    QVERIFY(rig.presenter.edit("search", Owner, u"  Cia Berg "_s));
    QCOMPARE(rig.row("search").facts.owner, std::string("Cia Berg"));
    QVERIFY(rig.row("search").described);
    QVERIFY(rig.row("search").drafted == std::set<std::size_t>{Owner});
    QCOMPARE(rig.presenter.state()->drafts, 1U);
    QVERIFY(rig.presenter.state()->whyNoSave.isEmpty());
    rig.presenter.undoStack().undo();
    QCOMPARE(rig.presenter.state()->drafts, 0U);
    rig.presenter.undoStack().redo();
    QVERIFY(rig.presenter.edit("billing", Owner, u"Dan Holm"_s));
    QVERIFY(rig.presenter.edit("billing", Owner, u"Anna Ek"_s)); // as it was: no draft
    QCOMPARE(rig.presenter.state()->drafts, 1U);
    rig.presenter.undoStack().undo();
    QCOMPARE(rig.row("billing").facts.owner, std::string("Dan Holm"));
    rig.presenter.undoStack().redo();
    QVERIFY(rig.writes.changes.reviewed.empty()); // nothing goes anywhere before Save
    QVERIFY(rig.presenter.propose());
    const jobs::Change& change = rig.writes.changes.reviewed.at(0).changes.at(0);
    QCOMPARE(change.resourceId, std::string(FactsResource));
    QVERIFY(change.base == factsNow(sampleDirectory()).properties);
    auto expected = sampleDirectory();
    expected.set({"search", "", "", "", "Cia Berg", "", ""});
    QVERIFY(rig.wanted() == expected);
}

void TestDirectory::aServiceOfWhichNothingIsSaidLeavesTheDirectory()
{
    Rig rig;
    rig.presenter.refresh();
    QVERIFY(rig.presenter.clear({{"legacy-bot", 0},
                                 {"legacy-bot", Application},
                                 {"legacy-bot", 3},
                                 {"legacy-bot", CostCentre},
                                 {"legacy-bot", Owner}}));
    QVERIFY(!rig.row("legacy-bot").described);
    QCOMPARE(rig.row("legacy-bot").drafted.size(), 3U); // those that had a text
    QVERIFY(rig.presenter.propose());
    QVERIFY(rig.wanted().find("legacy-bot") == nullptr);
    QCOMPARE(rig.wanted().services.size(), 2U);
    rig.presenter.undoStack().undo(); // all of them at once
    QCOMPARE(rig.presenter.state()->drafts, 0U);
    QVERIFY(!rig.presenter.undoStack().canUndo());
}

void TestDirectory::whatIsTypedWrongChangesNothing_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("why");
    QTest::newRow("too long") << QString(257, u'ä') << u"longer than 256"_s;
    QTest::newRow("line break") << u"a\nb"_s << u"control character"_s;
    QTest::newRow("escape") << u"a\x1b[31m"_s << u"control character"_s;
}

void TestDirectory::whatIsTypedWrongChangesNothing()
{
    QFETCH(QString, text);
    QFETCH(QString, why);
    Rig rig;
    rig.presenter.refresh();
    const Status done = rig.presenter.edit("billing", CostCentre, text);
    QVERIFY(!done);
    QVERIFY(done.error().kind == Error::Kind::InvalidInput);
    const QString said = QString::fromStdString(done.error().message);
    QVERIFY2(said.contains(why) && said.contains("Cost centre"_L1), qPrintable(said));
    QCOMPARE(rig.presenter.state()->drafts, 0U);
    QVERIFY(rig.presenter.edit("billing", CostCentre, QString(256, u'ä')));
}

void TestDirectory::nothingIsEditedWhileLockedOrForbidden()
{
    Rig rig;
    QSignalSpy failed(&rig.presenter, &DirectoryPresenter::importFailed);
    QVERIFY(!rig.presenter.edit("billing", Owner, u"X"_s)); // not read yet
    rig.presenter.refresh();
    QVERIFY(rig.presenter.edit("billing", Owner, u"Eva"_s));
    rig.lock.lock();
    QVERIFY(rig.presenter.edit("billing", Owner, u"X"_s).error().kind == Error::Kind::Denied);
    QVERIFY(!rig.presenter.clear({{"billing", Owner}}));
    QVERIFY(!rig.presenter.propose());
    rig.presenter.importFile(rig.file("subscription,owner\nbilling,X\n"));
    QCOMPARE(failed.size(), 1);
    QCOMPARE(rig.row("billing").facts.owner, std::string("Eva")); // the draft stays
    rig.writes.access.mayOnlyRead();
    rig.lock.setServices(&rig.services);
    QVERIFY(rig.presenter.state()->whyNoSave.contains("API Management Service Contributor"_L1));
    QVERIFY(rig.writes.changes.reviewed.empty());
}

void TestDirectory::whatOthersChangeElsewhereIsKept_data()
{
    QTest::addColumn<QString>("theirService");
    QTest::addColumn<bool>("sameText");
    QTest::newRow("another service") << u"checkout"_s << false;
    QTest::newRow("another text of the same service") << u"billing"_s << false;
    QTest::newRow("the same text made the same") << u"billing"_s << true;
}

void TestDirectory::whatOthersChangeElsewhereIsKept()
{
    QFETCH(QString, theirService);
    QFETCH(bool, sameText);
    const std::string service = theirService.toStdString();
    Rig rig;
    rig.presenter.refresh();
    QVERIFY(rig.presenter.edit("billing", Owner, u"Cia"_s));
    QVERIFY(rig.presenter.edit("search", Owner, u"Cia"_s));
    rig.changeOutside([&](gateway::ServiceDirectory& now) {
        gateway::ServiceFacts theirs = *now.find(service);
        (sameText ? theirs.owner : theirs.costCentre) = sameText ? "Cia" : "CC-7777";
        now.set(theirs);
        now.set({"from-them", "New", "", "", "", "", ""});
    });
    QVERIFY(!rig.row("billing").changedMeanwhile);
    QVERIFY(rig.row("from-them").described);
    QCOMPARE(rig.row(service).facts.costCentre, sameText ? std::string("CC-1100") : std::string("CC-7777"));
    QCOMPARE(rig.presenter.state()->drafts, sameText ? 1U : 2U);
    QVERIFY(rig.presenter.propose());
    // The base is the newest version, so that the review has nothing to merge.
    QVERIFY(rig.writes.changes.reviewed.back().changes[0].base ==
            rig.facts.answers.ask({}).result()->properties);
    QCOMPARE(rig.wanted().find("billing")->owner, std::string("Cia"));
    QVERIFY(rig.wanted().find("from-them") != nullptr);
    if (!sameText)
        QCOMPARE(rig.wanted().find(service)->costCentre, std::string("CC-7777"));
}

void TestDirectory::twoEditsOfOneTextAreAConflict()
{
    Rig rig;
    rig.presenter.refresh();
    QVERIFY(rig.presenter.edit("billing", Owner, u"Mine"_s));
    gateway::ServiceDirectory theirs = sampleDirectory();
    rig.changeOutside([&](gateway::ServiceDirectory& now) {
        gateway::ServiceFacts facts = *now.find("billing");
        facts.owner = "Theirs";
        now.set(facts);
        theirs = now;
    });
    QVERIFY(rig.row("billing").changedMeanwhile);
    QCOMPARE(rig.row("billing").facts.owner, std::string("Mine")); // neither is lost
    QVERIFY(rig.presenter.propose());
    const jobs::Change& change = rig.writes.changes.reviewed.back().changes[0];
    QVERIFY(change.base == factsNow(sampleDirectory()).properties);
    const auto merge = gateway::mergeDirectory(textAt(*change.base, "value"), textAt(*change.wanted, "value"),
                                               *gateway::writeDirectory(theirs), false);
    QCOMPARE(merge->conflicts.size(), 1U);
    rig.presenter.undoStack().undo(); // their version, then
    QCOMPARE(rig.row("billing").facts.owner, std::string("Theirs"));
    QVERIFY(!rig.row("billing").changedMeanwhile);
}

void TestDirectory::redoingAnEditTakesNobodysTextBack()
{
    Rig rig;
    rig.presenter.refresh();
    QVERIFY(rig.presenter.edit("billing", Owner, u"Mine"_s));
    rig.presenter.undoStack().undo();
    rig.changeOutside([](gateway::ServiceDirectory& now) {
        gateway::ServiceFacts facts = *now.find("billing");
        facts.costCentre = "CC-7777";
        now.set(facts);
    });
    rig.presenter.undoStack().redo();
    QVERIFY(rig.presenter.propose());
    QCOMPARE(rig.wanted().find("billing")->owner, std::string("Mine"));
    QCOMPARE(rig.wanted().find("billing")->costCentre, std::string("CC-7777"));
}

void TestDirectory::importsAreAllOrNothing_data()
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

void TestDirectory::importsAreAllOrNothing()
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

void TestDirectory::anImportIsOneDraftThatKeepsTheOtherColumns()
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

void TestDirectory::whatIsExportedCanBeImportedAndIsNoFormula()
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

void TestDirectory::aDirectoryThatIsTooLongIsNotSaved()
{
    Rig rig;
    rig.presenter.refresh();
    for (int i = 0; i < 20; ++i)
        QVERIFY(rig.presenter.edit("s" + std::to_string(i), Owner, QString(250, u'x')) || i > 0);
    const auto state = rig.presenter.state();
    QCOMPARE(state->characters, 0U);
    QVERIFY2(state->whyNoSave.contains("4096"_L1), qPrintable(state->whyNoSave));
    QVERIFY(!rig.presenter.propose());
    QVERIFY(rig.writes.changes.reviewed.empty());
    while (rig.presenter.undoStack().index() > 2)
        rig.presenter.undoStack().undo();
    QVERIFY(rig.presenter.propose());
}

void TestDirectory::onlyItsOwnAppliedChangeDropsTheDraft()
{
    Rig rig;
    rig.presenter.refresh();
    QVERIFY(rig.presenter.edit("billing", Owner, u"Mine"_s));
    jobs::JournalEntry entry = appliedEntry();
    Q_EMIT rig.flow.applied(entry); // somebody undid another change of it
    QCOMPARE(rig.presenter.state()->drafts, 1U);
    QVERIFY(rig.presenter.propose());
    rig.writes.changes.applies.always(entry);
    rig.facts.answers.hold();
    const int before = rig.facts.answers.calls();
    rig.flow.apply("CHG-7");
    QVERIFY(rig.flow.state()->phase == ChangeState::Phase::Applied);
    QCOMPARE(rig.presenter.state()->drafts, 0U);
    QVERIFY(!rig.presenter.undoStack().canUndo());
    QVERIFY(rig.facts.answers.calls() > before);
    QVERIFY(rig.presenter.state()->refreshing);
}

void TestDirectory::anotherOnesWriteIsReadAtOnce()
{
    Rig rig;
    rig.presenter.refresh();
    const int before = rig.facts.answers.calls();
    jobs::JournalEntry entry = appliedEntry();
    Q_EMIT rig.writes.changes.applied(entry);
    QCOMPARE(rig.facts.answers.calls(), before + 1);
    entry.steps[0].resourceId = "/svc/policyFragments/gatehouse-quotas";
    Q_EMIT rig.writes.changes.applied(entry);
    QCOMPARE(rig.facts.answers.calls(), before + 1);
}

void TestDirectory::aFailedRefreshKeepsTheDraft()
{
    Rig rig;
    rig.presenter.refresh();
    QVERIFY(rig.presenter.edit("billing", Owner, u"Mine"_s));
    rig.facts.answers.always(fail(Error::Kind::Network, "Not reached."));
    rig.presenter.refresh();
    const auto state = rig.presenter.state();
    QVERIFY(state->phase == DirectoryState::Phase::Shown);
    QCOMPARE(state->error->message, std::string("Not reached."));
    QCOMPARE(rig.row("billing").facts.owner, std::string("Mine"));
}

void TestDirectory::anotherProfileForgetsTheDraft()
{
    Rig rig;
    rig.presenter.refresh();
    QVERIFY(rig.presenter.edit("billing", Owner, u"Mine"_s));
    rig.presenter.importFile(rig.file("subscription,owner\nhr,X\n"));
    rig.hand();
    rig.lock.unlock();
    QCOMPARE(rig.presenter.state()->drafts, 0U);
    QVERIFY(rig.presenter.state()->phase == DirectoryState::Phase::Waiting);
    rig.presenter.refresh();
    QSignalSpy imported(&rig.presenter, &DirectoryPresenter::imported);
    rig.presenter.importFile(rig.file("subscription,owner\nsearch,Y\n"));
    QTRY_COMPARE(imported.size(), 1);
    QCOMPARE(rig.row("hr").facts.owner, std::string()); // what was read for the other profile is gone
    QCOMPARE(rig.row("search").facts.owner, std::string("Y"));
}

void TestDirectory::theModelHoldsItsContract()
{
    Rig rig;
    Theme theme(*qApp, false);
    rig.presenter.refresh();
    DirectoryModel model([&](const std::string& service, std::size_t field, const QString& typed) {
        return rig.presenter.edit(service, field, typed);
    });
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    const auto show = [&] { model.show(*rig.presenter.state(), theme.tokens()); };
    connect(&rig.presenter, &DirectoryPresenter::changed, &model, show);
    show();
    QCOMPARE(model.rowCount(), 5);
    QCOMPARE(model.index(2, DirectoryModel::State).data().toString(), u"○ not described"_s);
    const QModelIndex owner = model.index(0, DirectoryModel::Owner);
    QCOMPARE(owner.data(Qt::EditRole).toString(), u"Anna Ek"_s);
    QVERIFY(owner.flags().testFlag(Qt::ItemIsEditable));
    QVERIFY(!model.index(0, DirectoryModel::Service).flags().testFlag(Qt::ItemIsEditable));
    QVERIFY(!model.setData(model.index(0, DirectoryModel::Service), u"x"_s, Qt::EditRole));
    QVERIFY(model.setData(owner, QString(), Qt::EditRole));
    QCOMPARE(model.index(0, DirectoryModel::State).data().toString(), u"◐ draft"_s);
    QCOMPARE(owner.data().toString(), u"(cleared)"_s); // a text that is to go is not just absent
    QCOMPARE(owner.data(Qt::EditRole).toString(), QString());
    QSignalSpy refused(&model, &DirectoryModel::refused);
    QVERIFY(!model.setData(owner, QString(300, u'x'), Qt::EditRole));
    QCOMPARE(refused.size(), 1);
    rig.changeOutside([](gateway::ServiceDirectory& now) {
        now.services.erase(now.services.begin() + 1);
        gateway::ServiceFacts facts = *now.find("billing");
        facts.owner = "Theirs";
        now.set(facts);
    });
    QCOMPARE(model.index(0, DirectoryModel::State).data().toString(), u"▲ changed"_s);
    rig.presenter.include("aaa");
    QCOMPARE(model.rowCount(), 6);
    rig.lock.lock();
    show();
    QVERIFY(!model.index(0, DirectoryModel::Owner).flags().testFlag(Qt::ItemIsEditable));
    QVERIFY(model.index(0, DirectoryModel::Owner).data(Qt::ToolTipRole).toString().contains("locked"_L1));
}

void TestDirectory::placesOfTheDialog_data()
{
    QTest::addColumn<QString>("kind");
    QTest::addColumn<QString>("title");
    QTest::newRow("loading") << u"loading"_s << u"Loading the service directory"_s;
    QTest::newRow("empty") << u"empty"_s << u"No services yet"_s;
    QTest::newRow("denied") << u"denied"_s << u"You may not see this"_s;
    QTest::newRow("error") << u"error"_s << u"The directory could not be loaded"_s;
    QTest::newRow("no gateway") << u"none"_s << u"No API Management service"_s;
}

void TestDirectory::placesOfTheDialog()
{
    QFETCH(QString, kind);
    QFETCH(QString, title);
    Rig rig;
    Theme theme(*qApp, false);
    if (kind == u"loading"_s)
        rig.facts.answers.hold();
    if (kind == u"empty"_s) {
        rig.facts.answers.always(jobs::FactsNow{{}, FactsResource, {}});
        rig.quotas.boards.always(std::make_shared<const jobs::QuotaBoard>());
    }
    if (kind == u"denied"_s)
        rig.facts.answers.always(fail(Error::Kind::Denied, "Not you.", "Ask for Reader."));
    if (kind == u"error"_s)
        rig.facts.answers.always(fail(Error::Kind::InvalidInput, "It is no directory."));
    if (kind == u"none"_s)
        rig.services.facts = nullptr;
    DirectoryDialog dialog(theme, rig.presenter, nullptr);
    dialog.show();
    auto* const state = find<StateView>(dialog, u"directoryState"_s);
    QVERIFY(state->isVisible());
    QCOMPARE(state->content().title, title);
    QVERIFY(!find<QPushButton>(dialog, u"directorySave"_s)->isEnabled());
    QCOMPARE(find<QPushButton>(dialog, u"directoryImport"_s)->isEnabled(), kind == u"empty"_s);
    if (kind == u"loading"_s) {
        rig.facts.answers.release(factsNow(sampleDirectory()));
        QVERIFY(find<TableView>(dialog, u"directoryTable"_s)->isVisible());
    }
    if (kind == u"error"_s || kind == u"denied"_s) {
        rig.facts.answers.always(factsNow(sampleDirectory()));
        find<QPushButton>(dialog, u"directoryStateAction"_s)->click();
        QVERIFY(find<TableView>(dialog, u"directoryTable"_s)->isVisible());
    }
}

void TestDirectory::aCellIsEditedClearedUndoneAndSaved()
{
    Rig rig;
    Theme theme(*qApp, false);
    DirectoryDialog dialog(theme, rig.presenter, nullptr);
    dialog.show();
    QApplication::setActiveWindow(&dialog);
    auto* const table = find<TableView>(dialog, u"directoryTable"_s);
    auto* const save = find<QPushButton>(dialog, u"directorySave"_s);
    QVERIFY(!save->isEnabled());
    QVERIFY(save->toolTip().contains("no draft"_L1));
    table->setFocus();
    table->setCurrentIndex(table->model()->index(0, DirectoryModel::Owner));
    QTest::keyClick(table, Qt::Key_F2);
    auto* editor = find<QLineEdit>(*table, u"directoryEditor"_s);
    QCOMPARE(editor->text(), u"Anna Ek"_s);
    editor->setText(u"Cia"_s);
    QTest::keyClick(editor, Qt::Key_Return);
    QTRY_COMPARE(rig.row("billing").facts.owner, std::string("Cia"));
    QVERIFY(save->isEnabled());
    // Delete clears the cells that are selected, and one undo brings them back.
    table->clearSelection();
    for (const int column : {DirectoryModel::Service, DirectoryModel::Application, DirectoryModel::Feature})
        table->selectionModel()->select(table->model()->index(1, column), QItemSelectionModel::Select);
    QTest::keyClick(table, Qt::Key_Delete);
    QCOMPARE(rig.row("checkout").facts.application, std::string());
    QCOMPARE(rig.row("checkout").facts.feature, std::string());
    QTest::keyClick(table, Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(rig.row("checkout").facts.feature, std::string("cart help"));
    QTest::keyClick(table, Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(rig.presenter.state()->drafts, 0U);
    QTest::keyClick(table, Qt::Key_Y, Qt::ControlModifier);
    QCOMPARE(rig.presenter.state()->drafts, 1U);
    QSignalSpy proposed(&rig.flow, &ChangeFlow::proposed);
    save->click();
    QCOMPARE(proposed.size(), 1);
    QCOMPARE(rig.wanted().find("billing")->owner, std::string("Cia"));
}

void TestDirectory::theDialogFiltersSortsAndCopies()
{
    Rig rig;
    Theme theme(*qApp, false);
    DirectoryDialog dialog(theme, rig.presenter, nullptr);
    dialog.show();
    auto* const table = find<TableView>(dialog, u"directoryTable"_s);
    auto* const filter = find<QLineEdit>(dialog, u"directoryFilter"_s);
    filter->setText(u"not described"_s);
    QCOMPARE(table->model()->rowCount(), 2);
    filter->setText(u"anna"_s);
    QCOMPARE(table->model()->rowCount(), 1);
    filter->clear();
    table->sortByColumn(DirectoryModel::CostCentre, Qt::DescendingOrder);
    QCOMPARE(table->model()->index(0, 0).data().toString(), u"legacy-bot"_s);
    table->clearSelection();
    table->copyAs(TextFormat::Csv);
    QVERIFY(QApplication::clipboard()->text().startsWith(u"subscription,state,application,"_s));
}

void TestDirectory::theWantedServiceIsSelectedOnceItIsThere()
{
    Rig rig;
    Theme theme(*qApp, false);
    rig.facts.answers.hold();
    DirectoryDialog dialog(theme, rig.presenter, nullptr);
    dialog.show();
    dialog.select(u"Search"_s); // ids compare without case
    rig.facts.answers.release(factsNow(sampleDirectory()));
    auto* const table = find<TableView>(dialog, u"directoryTable"_s);
    QCOMPARE(table->currentIndex().siblingAtColumn(0).data().toString(), u"search"_s);
    QCOMPARE(table->currentIndex().column(), int(DirectoryModel::Owner));
    find<QLineEdit>(dialog, u"directoryFilter"_s)->setText(u"billing"_s);
    dialog.select(u"only-logged"_s);
    QCOMPARE(table->currentIndex().siblingAtColumn(0).data().toString(), u"only-logged"_s);
}

void TestDirectory::closingWithADraftAsks()
{
    Rig rig;
    Theme theme(*qApp, false);
    DirectoryDialog dialog(theme, rig.presenter, nullptr);
    dialog.show();
    QVERIFY(rig.presenter.edit("billing", Owner, u"Mine"_s));
    const auto answer = [&](const QString& name) {
        dialog.close();
        QVERIFY(dialog.isVisible());
        find<QPushButton>(dialog, name)->click();
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    };
    answer(u"directoryStay"_s);
    QVERIFY(dialog.isVisible());
    answer(u"directoryKeep"_s);
    QVERIFY(!dialog.isVisible());
    QCOMPARE(rig.presenter.state()->drafts, 1U);
    dialog.show();
    answer(u"directoryDiscard"_s);
    QVERIFY(!dialog.isVisible());
    QCOMPARE(rig.presenter.state()->drafts, 0U);
    dialog.show();
    dialog.close();
    QVERIFY(!dialog.isVisible());
}

void TestDirectory::lockedSaysWhyAndUnlocks()
{
    Rig rig;
    Theme theme(*qApp, false);
    rig.lock.lock();
    DirectoryDialog dialog(theme, rig.presenter, nullptr);
    dialog.show();
    auto* const save = find<QPushButton>(dialog, u"directorySave"_s);
    auto* const unlock = find<QPushButton>(dialog, u"directoryUnlock"_s);
    QVERIFY(!save->isEnabled());
    QVERIFY(save->toolTip().contains("locked"_L1));
    QVERIFY(!find<QPushButton>(dialog, u"directoryImport"_s)->isEnabled());
    QVERIFY(find<QPushButton>(dialog, u"directoryExport"_s)->isEnabled()); // looking is not writing
    QVERIFY(unlock->isVisible());
    unlock->click();
    QVERIFY(!unlock->isVisible());
    QVERIFY(find<QPushButton>(dialog, u"directoryImport"_s)->isEnabled());
    rig.lock.lock();
    rig.writes.access.mayOnlyRead();
    rig.lock.setServices(&rig.services);
    QVERIFY(!unlock->isVisible());
    QVERIFY(save->toolTip().contains("API Management Service Contributor"_L1));
}

void TestDirectory::filesAreAskedFor()
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

void TestDirectory::everyWidgetHasItsNames()
{
    Rig rig;
    Theme theme(*qApp, false);
    DirectoryDialog dialog(theme, rig.presenter, nullptr);
    dialog.show();
    for (const QWidget* const widget : dialog.findChildren<QWidget*>()) {
        const QByteArray type(widget->metaObject()->className());
        const bool inner = widget->objectName().startsWith(u"qt_"_s) || type.startsWith("QScroll") ||
                           type == "QLineEditIconButton" || type == "QTableCornerButton" ||
                           type == "QHeaderView";
        const bool label = qobject_cast<const QLabel*>(widget) != nullptr;
        if (!inner)
            QVERIFY2(!widget->objectName().isEmpty() &&
                         (label || !widget->isVisible() || !widget->accessibleName().isEmpty()),
                     type.constData());
    }
}

/// With GALLERY=DIR: the dialog as pictures in both themes, for looking at.
void TestDirectory::pictures()
{
    const QString directory = qEnvironmentVariable("GALLERY");
    if (directory.isEmpty())
        QSKIP("GALLERY=DIR draws them");
    for (const auto mode : {Theme::Mode::Light, Theme::Mode::Dark}) {
        Theme theme(*qApp, false);
        theme.setMode(mode);
        Rig rig;
        DirectoryDialog dialog(theme, rig.presenter, nullptr);
        dialog.show();
        const auto save = [&](const QString& name) {
            QCoreApplication::processEvents();
            QVERIFY(dialog.grab().save(directory + u"/directory-"_s + name +
                                       (mode == Theme::Mode::Dark ? u"-dark.png"_s : u"-light.png"_s)));
        };
        save(u"shown"_s);
        QVERIFY(rig.presenter.edit("search", Owner, u"Cia Berg"_s));
        QVERIFY(rig.presenter.edit("billing", Owner, u"Mine"_s));
        QVERIFY(rig.presenter.clear({{"checkout", CostCentre}}));
        rig.changeOutside([](gateway::ServiceDirectory& now) {
            gateway::ServiceFacts facts = *now.find("billing");
            facts.owner = "Theirs";
            now.set(facts);
        });
        save(u"draft"_s);
        rig.lock.lock();
        save(u"locked"_s);
        QSignalSpy failed(&rig.presenter, &DirectoryPresenter::importFailed);
        rig.lock.unlock();
        rig.presenter.importFile(rig.file("subscription,owner\nhr\n"));
        QTRY_COMPARE(failed.size(), 1);
        save(u"import-error"_s);
        rig.facts.answers.always(fail(Error::Kind::Denied, "Your account may not read named values.",
                                      "Ask for the role API Management Service Reader."));
        rig.presenter.setServices(&rig.services);
        rig.presenter.refresh();
        save(u"denied"_s);
        rig.presenter.discard();
    }
}

GATEHOUSE_WINDOW_TEST_MAIN(TestDirectory)
#include "tst_directory.moc"
