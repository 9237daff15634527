// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/fakes/guitestmain.h"
#include "tests/ui/quotarig.h"

#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

using namespace gatehouse;
using namespace gatehouse::test;
using namespace gatehouse::ui;
using namespace Qt::StringLiterals;
using gateway::LimitValue;
using Rig = QuotaRig;

/// What the sheet of limits knows and drafts, without any widget.
class TestQuotas : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QLocale::setDefault(QLocale::c()); }

    void entries_data();
    void entries();
    void inheritedLimitsAndExhaustion();
    void anEditIsADraftThatCanBeUndone();
    void aDraftSurvivesARefreshAndAPageChange();
    void aRowBackAsItWasIsNoDraft();
    void nothingIsEditedWhileLocked();
    void aRaiseEndsInTheSheetToo();
    void badRaisesAreRefused();
    void removedLimitsFallBack();
    void aProposalStartsFromWhatTheDraftFound();
    void onlyOurAppliedChangeDropsTheDraft();
    void anImpactIsAskedForTheDraftedServices();
    void aReplayCanBeCancelled();
    void aFailedBoardKeepsTheDraft();
};

void TestQuotas::entries_data()
{
    QTest::addColumn<int>("field");
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QString>("gives"); // the value, or "!" and words of the refusal
    const auto row = [](const char* name, QuotaField field, const QString& typed, const QString& gives) {
        QTest::newRow(name) << static_cast<int>(field) << typed << gives;
    };
    using enum QuotaField;
    row("a number", TokensPerMinute, u"9000"_s, u"9000"_s);
    row("grouped", TokensPerMinute, u" 12\u202f000 "_s, u"12000"_s);
    row("thousands", TokensPerMinute, u"50k"_s, u"50000"_s);
    row("millions", TokenQuota, u"1.5 M"_s, u"1500000"_s);
    row("an expression", TokenQuota, u"@(1 + 1)"_s, u"@(1 + 1)"_s);
    row("a named value", Calls, u"{{calls}}"_s, u"{{calls}}"_s);
    row("nothing", Calls, QString(), QString());
    row("text", TokensPerMinute, u"many"_s, u"!Tokens per minute: “many” is no whole number"_s);
    row("a fraction", Calls, u"0.5"_s, u"!Calls: “0.5” is no whole number"_s);
    row("a comma", Calls, u"1,000"_s, u"!Calls: “1,000” is no whole number"_s);
    row("negative", TokensPerMinute, u"-5"_s, u"!Tokens per minute: a limit cannot be negative"_s);
    row("zero", TokenQuota, u"0"_s, u"!Token quota: a limit of 0 would refuse every call"_s);
    row("too much", Calls, u"3000000000"_s, u"!Calls: "_s);
    row("no period", Period, u"Fortnightly"_s, u"!Period: “Fortnightly” is no period"_s);
    row("a period in any case", Period, u"weekly"_s, u"Weekly"_s);
    row("a quota without its period", Period, QString(), u"!Period: a token quota needs a period"_s);
    row("an owner", Owner, u"Ben"_s, u"Ben"_s);
    row("a long ticket", Ticket, QString(201, u'x'), u"!Ticket: longer than 200 bytes"_s);
}

void TestQuotas::entries()
{
    QFETCH(int, field);
    QFETCH(QString, typed);
    QFETCH(QString, gives);
    gateway::ServiceQuota quota;
    quota.service = "a";
    quota.limits.tokensPerMinute = LimitValue::of(5);
    quota.limits.tokenQuota = LimitValue::of(500);
    quota.limits.tokenQuotaPeriod = LimitValue::of(std::string_view("Daily"));
    const auto changed = withEntry("a", quota, static_cast<QuotaField>(field), typed);
    if (gives.startsWith(u'!')) {
        QVERIFY(!changed);
        const QString message = QString::fromStdString(changed.error().message);
        QVERIFY2(message.startsWith(gives.mid(1)), qPrintable(message));
        return;
    }
    QVERIFY2(changed.has_value(), changed ? "" : changed.error().message.c_str());
    QCOMPARE(entryText(*changed, static_cast<QuotaField>(field)), gives);
}

void TestQuotas::inheritedLimitsAndExhaustion()
{
    Rig rig;
    const QuotaRowView billing = rig.rowOf("billing");
    QVERIFY(billing.inherited);
    QCOMPARE(billing.limits.tokensPerMinute->text, std::string("5000"));
    const QuotaRowView checkout = rig.rowOf("checkout");
    QVERIFY(!checkout.inherited);
    QCOMPARE(checkout.usedOfQuota.value(), std::int64_t(1'620'000));
    QVERIFY(checkout.exhaustion.state == gateway::Exhaustion::State::InThisWindow);
}

void TestQuotas::anEditIsADraftThatCanBeUndone()
{
    Rig rig;
    QVERIFY(rig.presenter.edit("billing", QuotaField::TokenQuota, u"5k"_s));
    QVERIFY(rig.rowOf("billing").drafted);
    QCOMPARE(rig.rowOf("billing").limits.tokenQuotaPeriod->text, std::string("Daily")); // comes with a quota
    QVERIFY(rig.presenter.edit("billing", QuotaField::Calls, u"7"_s));
    QCOMPARE(rig.presenter.state()->differences.size(), 1U);
    QVERIFY(rig.presenter.state()->policy.contains("&quot;billing&quot;"_L1));
    rig.presenter.undoStack().undo();
    QVERIFY(!rig.rowOf("billing").limits.calls);
    rig.presenter.undoStack().undo();
    QVERIFY(rig.presenter.state()->drafts.empty());
    rig.presenter.undoStack().redo();
    rig.presenter.undoStack().redo();
    QCOMPARE(rig.rowOf("billing").limits.calls->text, std::string("7"));
    rig.presenter.revertAll();
    QVERIFY(rig.presenter.state()->drafts.empty());
    rig.presenter.undoStack().undo(); // a revert can be taken back too
    QCOMPARE(rig.presenter.state()->drafts.size(), 1U);
    rig.presenter.revert("billing");
    QVERIFY(rig.presenter.state()->drafts.empty());
}

void TestQuotas::aDraftSurvivesARefreshAndAPageChange()
{
    Rig rig;
    QVERIFY(rig.presenter.edit("checkout", QuotaField::TokensPerMinute, u"20000"_s));
    QVERIFY(rig.presenter.edit("hr", QuotaField::TokenQuota, u"5k"_s));
    QVERIFY(rig.presenter.edit("hr", QuotaField::Period, u"Monthly"_s));
    rig.presenter.setActive(false);
    rig.presenter.setActive(true);
    rig.presenter.refresh();
    QCOMPARE(rig.rowOf("checkout").limits.tokensPerMinute->text, std::string("20000"));
    QVERIFY(rig.quotas.lastQuestion.periods.contains(gateway::QuotaPeriod::Monthly));
    QVERIFY(!rig.rowOf("checkout").changedMeanwhile);
    gateway::ServiceQuota theirs = *rig.board->rows[1].quota;
    theirs.limits.tokensPerMinute = LimitValue::of(1);
    rig.changeOutside(theirs);
    QVERIFY(rig.rowOf("checkout").changedMeanwhile);
    QCOMPARE(rig.rowOf("checkout").limits.tokensPerMinute->text, std::string("20000"));
}

void TestQuotas::aRowBackAsItWasIsNoDraft()
{
    Rig rig;
    QVERIFY(rig.presenter.edit("checkout", QuotaField::Calls, u"61"_s));
    QVERIFY(rig.presenter.edit("checkout", QuotaField::Calls, u"60"_s));
    QVERIFY(rig.presenter.state()->drafts.empty());
}

void TestQuotas::nothingIsEditedWhileLocked()
{
    Rig rig;
    rig.lock.lock();
    const Status refused = rig.presenter.edit("billing", QuotaField::Calls, u"7"_s);
    QVERIFY(!refused && refused.error().kind == Error::Kind::Denied);
    QCOMPARE(rig.presenter.state()->whyNoEditing, rig.lock.whyNot());
    QVERIFY(!rig.presenter.removeLimits({"checkout"}));
    QVERIFY(!rig.presenter.propose());
    QVERIFY(rig.presenter.state()->drafts.empty());
}

void TestQuotas::aRaiseEndsInTheSheetToo()
{
    Rig rig;
    gateway::QuotaLimits more = rig.rowOf("checkout").limits;
    more.tokensPerMinute = LimitValue::of(99'000);
    const DateTime until = rig.clock.now() + std::chrono::hours(2);
    QVERIFY(rig.presenter.raise("checkout", more, until));
    const gateway::ServiceQuota raised = *rig.rowOf("checkout").quota;
    QCOMPARE(raised.raise->before.tokensPerMinute->text, std::string("12000"));
    QVERIFY(rig.presenter.state()->policy.contains("DateTime.UtcNow.Ticks"_L1));
    rig.presenter.revertAll();
    rig.changeOutside(raised); // as if it had been applied
    QCOMPARE(rig.rowOf("checkout").limits.tokensPerMinute->text, std::string("99000"));
    rig.clock.advance(std::chrono::hours(2));
    QCOMPARE(rig.rowOf("checkout").limits.tokensPerMinute->text, std::string("12000"));
    QVERIFY(!rig.rowOf("checkout").quota->raise);
}

void TestQuotas::badRaisesAreRefused()
{
    Rig rig;
    const gateway::QuotaLimits same = rig.rowOf("checkout").limits;
    const DateTime later = rig.clock.now() + std::chrono::hours(1);
    QVERIFY(!rig.presenter.raise("checkout", same, later));
    gateway::QuotaLimits more = same;
    more.tokensPerMinute = LimitValue::of(99'000);
    QVERIFY(!rig.presenter.raise("checkout", more, rig.clock.now()));
    QVERIFY(!rig.presenter.raise("checkout", {}, later));
    QVERIFY(rig.presenter.state()->drafts.empty());
}

void TestQuotas::removedLimitsFallBack()
{
    Rig rig;
    QVERIFY(!rig.presenter.removeLimits({"billing"})); // has none of its own
    QVERIFY(rig.presenter.removeLimits({"billing", "checkout"}));
    QVERIFY(rig.rowOf("checkout").inherited);
    QCOMPARE(rig.rowOf("checkout").limits.tokensPerMinute->text, std::string("5000"));
    QCOMPARE(rig.presenter.state()->drafts.size(), 1U);
}

void TestQuotas::aProposalStartsFromWhatTheDraftFound()
{
    Rig rig;
    const Json found = *rig.board->fragment;
    QVERIFY(rig.presenter.edit("checkout", QuotaField::Calls, u"70"_s));
    gateway::ServiceQuota theirs = *rig.board->rows.back().quota;
    theirs.limits.tokensPerMinute = LimitValue::of(4'000);
    rig.changeOutside(theirs);
    QSignalSpy proposed(&rig.flow, &ChangeFlow::proposed);
    QVERIFY(rig.presenter.propose());
    QCOMPARE(proposed.count(), 1);
    const jobs::Change& change = rig.writes.changes.reviewed.at(0).changes.at(0);
    QCOMPARE(change.resourceId, std::string("/svc/policyFragments/gatehouse-quotas"));
    QVERIFY(change.base == found); // the review sees that somebody else came in between
    QVERIFY(textAt(*change.wanted, "value").find("calls=\"70\"") != std::string::npos);
    QCOMPARE(rig.writes.changes.reviewed.at(0).title, std::string("Limits of Checkout assistant"));
}

void TestQuotas::onlyOurAppliedChangeDropsTheDraft()
{
    Rig rig;
    QVERIFY(rig.presenter.edit("checkout", QuotaField::Calls, u"70"_s));
    jobs::JournalEntry other;
    other.result = jobs::JournalEntry::Result::Applied;
    other.steps.push_back({"/svc/policyFragments/gatehouse-routing", "", {}, {}, {}});
    Q_EMIT rig.flow.applied(other);
    QCOMPARE(rig.presenter.state()->drafts.size(), 1U);
    other.steps.front().resourceId = "/SVC/policyFragments/gatehouse-quotas";
    other.undoes = 3; // somebody took an older change back on another page
    Q_EMIT rig.flow.applied(other);
    QCOMPARE(rig.presenter.state()->drafts.size(), 1U);
    QVERIFY(rig.presenter.propose());
    other.undoes = 0;
    Q_EMIT rig.flow.applied(other);
    QVERIFY(rig.presenter.state()->drafts.empty());
    QVERIFY(!rig.presenter.undoStack().canUndo());
}

void TestQuotas::anImpactIsAskedForTheDraftedServices()
{
    Rig rig;
    rig.presenter.rehearse(7); // without a draft there is nothing to ask
    QCOMPARE(rig.quotas.impacts.calls(), 0);
    QVERIFY(rig.presenter.edit("", QuotaField::TokensPerMinute, u"4000"_s));
    rig.presenter.rehearse(30);
    QCOMPARE(rig.quotas.lastImpact.days, 30);
    QCOMPARE(rig.quotas.lastImpact.limits.size(), 4U); // all but checkout, and calls without a subscription
    QVERIFY(!rig.quotas.lastImpact.limits.contains("checkout"));
    QVERIFY(rig.presenter.state()->rehearsal.impact);
    QVERIFY(!rig.presenter.state()->rehearsal.outdated);
    QVERIFY(rig.presenter.edit("", QuotaField::TokensPerMinute, u"4001"_s));
    QVERIFY(rig.presenter.state()->rehearsal.outdated);
}

void TestQuotas::aReplayCanBeCancelled()
{
    Rig rig;
    rig.quotas.impacts.hold();
    QVERIFY(rig.presenter.edit("billing", QuotaField::Calls, u"7"_s));
    rig.presenter.rehearse(7);
    rig.quotas.progress({20, 100});
    QVERIFY(rig.presenter.state()->rehearsal.running);
    QCOMPARE(rig.presenter.state()->rehearsal.progress.read, std::int64_t(20));
    rig.presenter.cancelRehearsal();
    QVERIFY(rig.quotas.impacts.stopped(0));
    rig.quotas.impacts.release(std::shared_ptr<const jobs::QuotaImpact>(sampleQuotaImpact(rig.clock.now())));
    QVERIFY(!rig.presenter.state()->rehearsal.running);
    QVERIFY(!rig.presenter.state()->rehearsal.impact);
}

void TestQuotas::aFailedBoardKeepsTheDraft()
{
    Rig rig;
    QVERIFY(rig.presenter.edit("billing", QuotaField::Calls, u"7"_s));
    rig.quotas.boards.always(fail(Error::Kind::Network, "cut"));
    rig.presenter.refresh();
    QVERIFY(rig.presenter.status().phase == Phase::Stale);
    rig.quotas.boards.always(fail(Error::Kind::Denied, "no"));
    rig.presenter.refresh();
    QVERIFY(rig.presenter.status().phase == Phase::Denied);
    rig.serve();
    rig.presenter.refresh();
    QCOMPARE(rig.rowOf("billing").limits.calls->text, std::string("7"));
    rig.presenter.setServices(nullptr); // another profile: another service's sheet
    QVERIFY(rig.presenter.state()->drafts.empty());
}

GATEHOUSE_WINDOW_TEST_MAIN(TestQuotas)
#include "tst_quotas.moc"
