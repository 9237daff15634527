// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/manualclock.h"
#include "tests/ui/fakes/fakequotas.h"
#include "tests/ui/fakes/guitestmain.h"
#include "ui/models/recordproxy.h"
#include "ui/pages/quotas/quotamodel.h"
#include "ui/pages/quotas/quotaspage.h"
#include "ui/pages/quotas/raisedialog.h"
#include "ui/theme/theme.h"
#include "ui/widgets/tableview.h"

#include <QtGui/QClipboard>
#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QDateTimeEdit>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QScrollBar>

using namespace gatehouse;
using namespace gatehouse::test;
using namespace gatehouse::ui;
using namespace Qt::StringLiterals;
using gateway::LimitValue;

namespace {

/// Reviews nothing and applies what it is told.
class QuietChanges final : public jobs::ChangeService
{
public:
    jobs::ChangeSet proposed;
    jobs::JournalEntry entry;

    QFuture<Result<jobs::Review>> review(jobs::ChangeSet set, std::stop_token stop) override
    {
        proposed = set;
        jobs::Review review;
        review.set = std::move(set);
        Answers<Result<jobs::Review>> answers;
        answers.always(std::move(review));
        return answers.ask(std::move(stop));
    }
    QFuture<Result<jobs::JournalEntry>> apply(jobs::Review /*review*/, std::stop_token stop) override
    {
        Answers<Result<jobs::JournalEntry>> answers;
        answers.always(entry);
        return answers.ask(std::move(stop));
    }
    Result<jobs::ChangeSet> undo(const jobs::JournalEntry&) const override { return jobs::ChangeSet(); }
    QFuture<Result<std::vector<jobs::JournalEntry>>> unfinished(std::stop_token stop) override
    {
        Answers<Result<std::vector<jobs::JournalEntry>>> answers;
        answers.always(std::vector<jobs::JournalEntry>());
        return answers.ask(std::move(stop));
    }
    QFuture<Result<jobs::JournalEntry>> resume(std::int64_t, std::stop_token stop) override
    {
        return apply({}, std::move(stop));
    }
    QFuture<Result<jobs::JournalEntry>> rollBack(std::int64_t, std::stop_token stop) override
    {
        return apply({}, std::move(stop));
    }
};

class OpenAccess final : public jobs::AccessService
{
public:
    QFuture<Result<jobs::Access>> access(std::stop_token stop) override
    {
        Answers<Result<jobs::Access>> answers;
        answers.always(jobs::Access{true, true, {}, {}});
        return answers.ask(std::move(stop));
    }
};

/// A presenter with its services, unlocked.
struct Rig
{
    Rig()
        : clock(DateTime::fromCivil(2026, 6, 3) + std::chrono::hours(15))
        , context(clock)
        , lock(clock)
        , flow(lock)
        , presenter(context, flow)
        , board(sampleQuotaBoard(clock.now()))
    {
        services.quotaBoard = &quotas;
        services.changes = &changes;
        services.access = &access;
        serve();
        quotas.impacts.always(std::shared_ptr<const jobs::QuotaImpact>(sampleQuotaImpact(clock.now())));
        lock.setServices(&services);
        flow.setServices(&services);
        presenter.setServices(&services);
        presenter.setActive(true);
        lock.unlock();
    }
    ~Rig() { presenter.setServices(nullptr); }

    void serve() { quotas.boards.always(std::shared_ptr<const jobs::QuotaBoard>(board)); }
    /// What stands in the sheet on the service from now on.
    void changeOutside(const gateway::ServiceQuota& quota)
    {
        auto changed = std::make_shared<jobs::QuotaBoard>(*board);
        const auto document = gateway::PolicyDocument::parse(textAt(*changed->fragment, "value"),
                                                             gateway::PolicyDocument::Root::Fragment);
        changed->fragment =
            Json{{"format", "xml"}, {"value", gateway::setServiceQuota(*document, quota)->text()}};
        for (jobs::QuotaBoardRow& row : changed->rows) {
            if (row.service == quota.service)
                row.quota = quota;
        }
        board = changed;
        serve();
        presenter.refresh();
    }
    const QuotaRowView rowOf(const std::string& service) const
    {
        const auto state = presenter.state();
        for (const QuotaRowView& view : state->rows) {
            if (view.row.service == service)
                return view;
        }
        return {};
    }

    ManualClock clock;
    FakeQuotaBoard quotas;
    QuietChanges changes;
    OpenAccess access;
    jobs::Services services;
    ViewContext context;
    EditLock lock;
    ChangeFlow flow;
    QuotasPresenter presenter;
    std::shared_ptr<jobs::QuotaBoard> board;
};

} // namespace

class TestQuotas : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
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
    void theModelHoldsItsContract();
    void aCellIsEditedUndoneAndProposedOnThePage();
    void aRefusedEntryIsToldWithItsField();
    void aFragmentThatNobodyIncludesShowsTheLine();
    void theSheetFitsTheUsualScreens_data();
    void theSheetFitsTheUsualScreens();
    void spareColumnsGoOnlyWhereThatSparesTheScrolling();
};

void TestQuotas::init()
{
    QLocale::setDefault(QLocale::c());
}

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
    const jobs::Change& change = rig.changes.proposed.changes.at(0);
    QCOMPARE(change.resourceId, std::string("/svc/policyFragments/gatehouse-quotas"));
    QVERIFY(change.base == found); // the review sees that somebody else came in between
    QVERIFY(textAt(*change.wanted, "value").find("calls=\"70\"") != std::string::npos);
    QCOMPARE(rig.changes.proposed.title, std::string("Limits of Checkout assistant"));
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

void TestQuotas::theModelHoldsItsContract()
{
    Rig rig;
    Theme theme(*qApp, false);
    QuotaModel model([](const std::string&, QuotaField, const QString&) { return Status(); });
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.show(*rig.presenter.state(), theme.tokens());
    QCOMPARE(model.rowCount(), 5);
    const QModelIndex limit = model.index(1, QuotaModel::TokensPerMinute);
    QCOMPARE(limit.data(Qt::EditRole).toString(), u"12000"_s);
    QVERIFY(limit.flags().testFlag(Qt::ItemIsEditable));
    QVERIFY(!model.index(1, QuotaModel::TokensNow).flags().testFlag(Qt::ItemIsEditable));
    QCOMPARE(
        model.index(1, QuotaModel::TokensNow).data(QuotaModel::GaugeRole).value<QuotaGauge>().share.value(),
        0.95);
    rig.board->rows[0].use = {};
    rig.board->logsUnknown = "No logs here.";
    rig.presenter.refresh();
    model.show(*rig.presenter.state(), theme.tokens());
    QCOMPARE(model.index(0, QuotaModel::TokensNow).data().toString(), u"–"_s); // unknown is never 0
    QVERIFY(
        model.index(0, QuotaModel::TokensNow).data(Qt::ToolTipRole).toString().contains("No logs here"_L1));
    rig.lock.lock();
    model.show(*rig.presenter.state(), theme.tokens());
    QVERIFY(!limit.flags().testFlag(Qt::ItemIsEditable));
    QVERIFY(limit.data(Qt::ToolTipRole).toString().contains(rig.lock.whyNot().left(10)));
}

void TestQuotas::aCellIsEditedUndoneAndProposedOnThePage()
{
    Rig rig;
    Theme theme(*qApp, false);
    QuotasPage page(theme, rig.presenter);
    page.resize(1264, 820);
    page.show();
    QApplication::setActiveWindow(&page);
    auto* const table = page.findChild<TableView*>(u"quotaTable"_s);
    const QModelIndex cell = table->model()->index(0, QuotaModel::TokensPerMinute);
    table->setFocus();
    table->setCurrentIndex(cell);
    QTest::keyClick(table, Qt::Key_F2);
    auto* const editor = table->findChild<QLineEdit*>(u"quotaEditor"_s);
    QVERIFY(editor);
    QTest::keyClicks(editor, u"6k"_s);
    QTest::keyClick(editor, Qt::Key_Return);
    QTRY_COMPARE(rig.rowOf("billing").limits.tokensPerMinute->text, std::string("6000"));
    QCOMPARE(page.findChild<QLabel*>(u"draftTitle"_s)->text(), u"Draft of one rule"_s);
    QTest::keyClick(table, Qt::Key_Z, Qt::ControlModifier);
    QTRY_VERIFY(rig.presenter.state()->drafts.empty());
    QTest::keyClick(table, Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
    QTRY_COMPARE(rig.presenter.state()->drafts.size(), 1U);
    auto* const review = page.findChild<QPushButton*>(u"draftReview"_s);
    QVERIFY(review->isEnabled());
    QTest::mouseClick(review, Qt::LeftButton);
    QCOMPARE(rig.changes.proposed.changes.size(), 1U);
    page.findChild<QLineEdit*>(u"quotaFilter"_s)->setText(u"check"_s);
    QCOMPARE(table->model()->rowCount(), 1);
}

void TestQuotas::aRefusedEntryIsToldWithItsField()
{
    Rig rig;
    Theme theme(*qApp, false);
    QuotasPage page(theme, rig.presenter);
    page.resize(1264, 820);
    page.show();
    auto* const table = page.findChild<TableView*>(u"quotaTable"_s);
    const QModelIndex cell = table->model()->index(0, QuotaModel::Calls);
    QVERIFY(!table->model()->setData(cell, u"-3"_s, Qt::EditRole));
    bool told = false;
    for (const QLabel* const label : page.findChildren<QLabel*>())
        told = told || (label->toolTip() + label->text()).contains("Calls: a limit cannot be negative"_L1);
    QVERIFY(told);
    QVERIFY(table->model()->setData(cell, u"3"_s, Qt::EditRole));
    rig.lock.lock();
    QVERIFY(!page.findChild<QPushButton*>(u"draftReview"_s)->isEnabled());
    QVERIFY(!page.findChild<QPushButton*>(u"quotaRaise"_s)->isEnabled());
}

void TestQuotas::aFragmentThatNobodyIncludesShowsTheLine()
{
    Rig rig;
    Theme theme(*qApp, false);
    QuotasPage page(theme, rig.presenter);
    page.show();
    auto* const include = page.findChild<QFrame*>(u"quotaInclude"_s);
    QVERIFY(!include->isVisible());
    rig.board->included = std::nullopt; // not known is not "no"
    rig.presenter.refresh();
    QVERIFY(!include->isVisible());
    rig.board->included = false;
    rig.presenter.refresh();
    QVERIFY(include->isVisible());
}

void TestQuotas::theSheetFitsTheUsualScreens_data()
{
    QTest::addColumn<int>("width"); // of the page beside the navigation
    QTest::addColumn<bool>("peakShown");
    QTest::newRow("1440") << 1'264 << false;
    QTest::newRow("1920") << 1'744 << true;
    QTest::newRow("2560") << 2'384 << true;
}

void TestQuotas::theSheetFitsTheUsualScreens()
{
    QFETCH(int, width);
    QFETCH(bool, peakShown);
    Rig rig;
    Theme theme(*qApp, false);
    // The longest words: used up, raised, lasting, draft, suspended.
    rig.board->rows[3].use.tokensInPeriod[gateway::QuotaPeriod::Daily] = 2'400'000;
    rig.presenter.refresh();
    QVERIFY(rig.presenter.edit("search", QuotaField::TokenQuota, u"2m"_s));
    QVERIFY(rig.presenter.edit("billing", QuotaField::TokenQuota, u"90m"_s));
    gateway::ServiceQuota checkout = *rig.board->rows[1].quota;
    checkout.raise = gateway::TemporaryRaise{rig.clock.now() + std::chrono::hours(30), checkout.limits};
    checkout.limits.tokensPerMinute = gateway::LimitValue::of(11'000);
    rig.changeOutside(checkout);
    QuotasPage page(theme, rig.presenter);
    page.resize(width, 820);
    page.show();
    QCoreApplication::sendPostedEvents();
    auto* const table = page.findChild<TableView*>(u"quotaTable"_s);
    QCOMPARE(table->horizontalScrollBar()->maximum(), 0);
    QCOMPARE(!table->isColumnHidden(QuotaModel::Peak), peakShown);
    const QFontMetrics metrics(theme.font(Theme::Type::Body));
    for (int row = 0; row < table->model()->rowCount(); ++row) {
        for (const int column :
             {QuotaModel::State, QuotaModel::TokensNow, QuotaModel::TokenQuota, QuotaModel::Period,
              QuotaModel::QuotaUsed, QuotaModel::RunsOut, QuotaModel::CallsNow, QuotaModel::Owner}) {
            const QString text = table->model()->index(row, column).data().toString();
            QVERIFY2(metrics.horizontalAdvance(text) + 2 * metric::Space3 <= table->columnWidth(column),
                     qPrintable(text));
        }
    }
    const QModelIndex lasts = table->model()->index(0, QuotaModel::RunsOut);
    QCOMPARE(lasts.data().toString(), u"● lasts"_s);
    QVERIFY(lasts.data(Qt::ToolTipRole).toString().contains("Not before the reset"_L1));
    QCOMPARE(table->model()->index(1, QuotaModel::State).data().toString(), u"● raised"_s);
    QVERIFY(table->model()->index(1, 0).data(Qt::ToolTipRole).toString().contains("AI platform"_L1));
    // What is hidden is copied all the same.
    table->clearSelection();
    table->copyAs(TextFormat::Csv);
    QVERIFY(QApplication::clipboard()->text().section(u'\n', 0, 0).contains("peak_tokens_per_minute"_L1));
}

void TestQuotas::spareColumnsGoOnlyWhereThatSparesTheScrolling()
{
    Rig rig;
    Theme theme(*qApp, false);
    QuotasPage page(theme, rig.presenter);
    page.show();
    auto* const table = page.findChild<TableView*>(u"quotaTable"_s);
    const auto hidden = [&](int width) {
        page.resize(width, 820);
        QCoreApplication::sendPostedEvents();
        int count = 0;
        for (int column = 0; column < table->model()->columnCount(); ++column)
            count += table->isColumnHidden(column) ? 1 : 0;
        return count;
    };
    QCOMPARE(hidden(2'384), 0);
    QCOMPARE(hidden(1'264), 3);
    QCOMPARE(hidden(900), 0); // it has to be scrolled anyway
    QCOMPARE(hidden(2'384), 0);
}

GATEHOUSE_WINDOW_TEST_MAIN(TestQuotas)
#include "tst_quotas.moc"
