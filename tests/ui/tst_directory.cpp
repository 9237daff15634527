// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/merge/directorymerge.h"
#include "tests/ui/directoryrig.h"
#include "tests/ui/fakes/guitestmain.h"

#include <QtTest/QSignalSpy>

using namespace gatehouse;
using namespace gatehouse::test;
using namespace gatehouse::ui;
using namespace Qt::StringLiterals;
using Rig = DirectoryRig;

namespace {

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

/// What the directory knows and drafts, without any widget.
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
    void aDirectoryThatIsTooLongIsNotSaved();
    void onlyItsOwnAppliedChangeDropsTheDraft();
    void anotherOnesWriteIsReadAtOnce();
    void aFailedRefreshKeepsTheDraft();
    void anotherProfileForgetsTheDraft();
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

GATEHOUSE_WINDOW_TEST_MAIN(TestDirectory)
#include "tst_directory.moc"
