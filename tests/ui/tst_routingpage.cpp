// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/manualclock.h"
#include "tests/ui/fakes/fakechanges.h"
#include "tests/ui/fakes/guitestmain.h"
#include "tests/ui/fakes/samplerouting.h"
#include "ui/pages/routing/poolview.h"
#include "ui/pages/routing/routingpage.h"
#include "ui/pages/routing/ruleform.h"
#include "ui/pages/routing/rulespanel.h"
#include "ui/theme/theme.h"
#include "ui/widgets/segments.h"

#include <QtWidgets/QComboBox>
#include <QtWidgets/QDialog>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QListView>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTableWidget>
#include <QtWidgets/QToolButton>

#include <memory>

using namespace gatehouse;
using namespace gatehouse::ui;
using namespace Qt::StringLiterals;

/// The page on fakes, by mouse and by keys.
class TestRoutingPage : public QObject
{
    Q_OBJECT

    struct Bench
    {
        test::ManualClock clock;
        ViewContext context{clock};
        EditLock lock{clock};
        ChangeFlow flow{lock};
        test::FakeRouting routing;
        test::FakeChanges changes;
        jobs::Services services;
        RoutingPresenter presenter{context, flow};
        Theme theme{*qApp, false};
        RoutingPage page{theme, presenter};

        Bench()
        {
            routing.answers.always(test::sampleRouting(context.range()));
            services.routing = &routing;
            services.changes = &changes;
            lock.setServices(&services);
            flow.setServices(&services);
            presenter.setServices(&services);
            page.resize(1250, 780);
            page.show();
            QApplication::setActiveWindow(&page);
            presenter.setActive(true);
        }
        template <typename T>
        T* find(const QString& name) const
        {
            T* const found = page.findChild<T*>(name);
            return found != nullptr ? found : throw std::runtime_error(name.toStdString());
        }
        std::vector<std::string> names() const
        {
            std::vector<std::string> names;
            const auto state = presenter.state();
            for (const gateway::RoutingRule& rule : state->draft.plan.rules)
                names.push_back(rule.name);
            return names;
        }
        /// For looking at: PICTURES=DIR of the environment.
        void save(const QString& name)
        {
            const QString directory = qEnvironmentVariable("PICTURES");
            if (directory.isEmpty())
                return;
            page.grab().save(directory + u'/' + name + u".png"_s);
            page.resize(1072, 608); // what a window of 1280×720 leaves
            theme.setMode(Theme::Mode::Dark);
            QApplication::processEvents();
            page.grab().save(directory + u'/' + name + u"-small-dark.png"_s);
            theme.setMode(Theme::Mode::Light);
            page.resize(1250, 780);
        }
    };

private Q_SLOTS:
    void lockedMeansThatNothingCanBeEditedAndSaysWhy()
    {
        Bench bench;
        for (const QString& name : {u"ruleAdd"_s, u"ruleCopy"_s}) {
            auto* const button = bench.find<QToolButton>(name);
            QVERIFY(!button->isEnabled());
            QVERIFY(!button->toolTip().isEmpty());
        }
        QVERIFY(!bench.find<QPushButton>(u"poolDrain"_s)->isEnabled());
        QVERIFY(!bench.find<QLineEdit>(u"ruleName"_s)->isEnabled());
        bench.save(u"locked"_s);
        bench.lock.unlock();
        QVERIFY(bench.find<QToolButton>(u"ruleAdd"_s)->isEnabled());
        QVERIFY(bench.find<QPushButton>(u"poolDrain"_s)->isEnabled());
        QVERIFY(bench.find<QLineEdit>(u"ruleName"_s)->isEnabled());
    }

    void thePageFitsIntoASmallWindow()
    {
        Bench bench;
        const QSize least = bench.page.minimumSizeHint();
        QVERIFY2(least.width() <= 1072 && least.height() <= 608,
                 qPrintable(u"%1×%2"_s.arg(least.width()).arg(least.height())));
    }

    void rulesMoveByKeysAndComeBackByUndo()
    {
        Bench bench;
        bench.lock.unlock();
        const auto before = bench.names();
        auto* const list = bench.find<QListView>(u"ruleList"_s);
        list->setFocus();
        list->setCurrentIndex(list->model()->index(2, 0));
        QTest::keyClick(list, Qt::Key_Up, Qt::AltModifier);
        QCOMPARE(bench.names()[1], before[2]);
        QCOMPARE(list->currentIndex().row(), 1);
        QTest::keyClick(list, Qt::Key_Up, Qt::AltModifier);
        QCOMPARE(bench.names()[0], before[2]);
        QVERIFY(bench.presenter.state()->edited);
        QTest::keyClick(list, Qt::Key_Z, Qt::ControlModifier);
        QTest::keyClick(list, Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(bench.names(), before);
        QVERIFY(!bench.presenter.state()->edited);
    }

    void spaceSwitchesARuleOff()
    {
        Bench bench;
        bench.lock.unlock();
        auto* const list = bench.find<QListView>(u"ruleList"_s);
        list->setFocus();
        list->setCurrentIndex(list->model()->index(1, 0));
        QTest::keyClick(list, Qt::Key_Space);
        QVERIFY(!bench.presenter.state()->draft.plan.rules[1].enabled);
    }

    void aRuleWithoutTargetIsRefusedAndItsFieldMarked()
    {
        Bench bench;
        bench.lock.unlock();
        bench.find<QToolButton>(u"ruleAdd"_s)->click();
        QCOMPARE(bench.names().size(), 5U);
        auto* const target = bench.find<QComboBox>(u"ruleTarget"_s);
        QVERIFY(target->property("wrong").toBool());
        QVERIFY(bench.find<QLabel>(u"ruleProblem"_s)->text().contains(u"no target"_s));
        bench.find<QPushButton>(u"rulesReview"_s)->click();
        QVERIFY(bench.changes.reviewed.empty());
        QVERIFY(target->hasFocus());
        bench.save(u"refused"_s);
        target->setEditText(u"batch-pool"_s);
        QVERIFY(!target->property("wrong").toBool());
        bench.find<QPushButton>(u"rulesReview"_s)->click();
        QCOMPARE(bench.changes.reviewed.size(), 1U);
    }

    void typingIntoTheFormChangesTheRule()
    {
        Bench bench;
        bench.lock.unlock();
        auto* const list = bench.find<QListView>(u"ruleList"_s);
        list->setCurrentIndex(list->model()->index(2, 0));
        auto* const task = bench.find<QLineEdit>(u"ruleValues0"_s);
        QCOMPARE(task->text(), u"batch"_s);
        task->setFocus();
        task->end(false);
        QTest::keyClicks(task, u", nightly"_s);
        const auto accepted =
            bench.presenter.state()->draft.plan.rules[2].match.of(gateway::RoutingField::Task);
        QCOMPARE(accepted, (std::vector<std::string>{"batch", "nightly"}));
        QCOMPARE(task->text(), u"batch, nightly"_s);
        auto* const budget = bench.find<QLineEdit>(u"ruleBudget"_s);
        QTest::keyClicks(budget, u"eighty"_s);
        QCOMPARE(budget->text(), u"eighty"_s);
        QVERIFY(budget->property("wrong").toBool());
        budget->clear();
        QTest::keyClicks(budget, u"80"_s);
        QCOMPARE(bench.presenter.state()->draft.plan.rules[2].match.budgetUsedAbove, std::optional(80));
        bench.save(u"rule"_s);
    }

    void drainAndRestoreProposeTheirChanges()
    {
        Bench bench;
        bench.lock.unlock();
        auto* const pools = bench.find<PoolView>(u"poolView"_s);
        pools->select("aoai-pool", "aoai-westus");
        auto* const drain = bench.find<QPushButton>(u"poolDrain"_s);
        QCOMPARE(drain->text(), u"Drain West US"_s);
        drain->click();
        QCOMPARE(bench.changes.reviewed.back().title, std::string("Drain West US (aoai-westus)"));
        pools->select("aoai-pool", "aoai-swedencentral");
        QCOMPARE(drain->text(), u"Restore Sweden Central"_s);
        drain->click();
        QCOMPARE(bench.changes.reviewed.back().title,
                 std::string("Restore Sweden Central (aoai-swedencentral)"));
    }

    void thePictureIsWalkedByKeys()
    {
        Bench bench;
        auto* const pools = bench.find<PoolView>(u"poolView"_s);
        QCOMPARE(pools->selected()->backend, std::string("aoai-eastus"));
        for (int i = 0; i < 4; ++i)
            QTest::keyClick(pools, Qt::Key_Down);
        QCOMPARE(pools->selectedPool()->name, std::string("batch-pool"));
        QVERIFY(pools->accessibleName().contains(u"aoai-westus"_s));
        QVERIFY(pools->accessibleDescription().contains(u"Drained"_s));
        bench.presenter.refresh();
        QCOMPARE(pools->selectedPool()->name, std::string("batch-pool")); // a refresh moves nothing
    }

    void aFindingLeadsToItsRule()
    {
        Bench bench;
        auto* const list = bench.find<QListView>(u"findingList"_s);
        const auto findings = bench.presenter.state()->findings;
        int row = 0;
        while (findings.at(static_cast<std::size_t>(row)).rule != "Nightly summaries")
            ++row;
        Q_EMIT list->activated(list->model()->index(row, 1));
        QCOMPARE(bench.find<QListView>(u"ruleList"_s)->currentIndex().row(), 3);
        bench.find<Segments>(u"routingDetail"_s)->findChildren<QPushButton*>()[1]->click();
        QVERIFY(list->isVisible());
        bench.save(u"findings"_s);
        bench.find<Segments>(u"routingDetail"_s)->findChildren<QPushButton*>()[3]->click();
        bench.save(u"fragment"_s);
    }

    void aHypotheticalRequestIsAnswered()
    {
        Bench bench;
        bench.find<Segments>(u"routingDetail"_s)->findChildren<QPushButton*>()[2]->click();
        bench.find<QComboBox>(u"fact1"_s)->setEditText(u"restricted"_s);
        auto* const verdict = bench.find<QLabel>(u"hypotheticalVerdict"_s);
        QVERIFY(verdict->text().contains(u"aoai-westeurope"_s));
        bench.save(u"hypothetical"_s);
        bench.find<QComboBox>(u"fact1"_s)->setEditText(u"public"_s);
        bench.find<QComboBox>(u"fact5"_s)->setEditText(u"gpt-4o"_s);
        QVERIFY(verdict->text().contains(u"cannot be proven"_s)); // the budget is not known
        bench.find<QLineEdit>(u"factBudget"_s)->setText(u"10"_s);
        QVERIFY(verdict->text().contains(u"aoai-pool"_s)); // the policy's
        QVERIFY(bench.changes.reviewed.empty());
    }

    void dialogsRefuseWhatTheServiceWould()
    {
        Bench bench;
        bench.lock.unlock();
        bench.find<QPushButton>(u"poolBreaker"_s)->click();
        auto* dialog = bench.find<QDialog>(u"breakerDialog"_s);
        auto* const review = dialog->findChild<QPushButton*>(u"breakerReview"_s);
        dialog->findChild<QLineEdit*>(u"breakerTrip"_s)->setText(u"soon"_s);
        QVERIFY(!review->isEnabled());
        QVERIFY(dialog->findChild<QLineEdit*>(u"breakerTrip"_s)->property("wrong").toBool());
        if (!qEnvironmentVariable("PICTURES").isEmpty())
            dialog->grab().save(qEnvironmentVariable("PICTURES") + u"/breaker.png"_s);
        dialog->findChild<QLineEdit*>(u"breakerTrip"_s)->setText(u"PT2M"_s);
        review->click();
        QCOMPARE(bench.changes.reviewed.back().title, std::string("Circuit breaker of aoai-eastus"));

        bench.find<QPushButton>(u"poolMembers"_s)->click();
        dialog = bench.find<QDialog>(u"membersDialog"_s);
        auto* const table = dialog->findChild<QTableWidget*>(u"membersTable"_s);
        QCOMPARE(table->rowCount(), 3);
        table->item(1, 2)->setText(u"heavy"_s);
        QVERIFY(!dialog->findChild<QPushButton*>(u"membersReview"_s)->isEnabled());
        if (!qEnvironmentVariable("PICTURES").isEmpty())
            dialog->grab().save(qEnvironmentVariable("PICTURES") + u"/members.png"_s);
        table->item(1, 2)->setText(u"20"_s);
        dialog->findChild<QPushButton*>(u"membersReview"_s)->click();
        const Json& services = (*bench.changes.reviewed.back().changes[0].wanted)["pool"]["services"];
        QCOMPARE(services[1]["weight"].get<int>(), 20);
    }

    void anExampleBecomesADraft()
    {
        Bench bench;
        jobs::RoutingView view = *test::sampleRouting(bench.context.range());
        view.fragment = {};
        bench.routing.answers.always(std::make_shared<const jobs::RoutingView>(view));
        bench.presenter.refresh();
        bench.lock.unlock();
        bench.save(u"empty"_s);
        bench.find<QPushButton>(u"ruleExample0"_s)->click();
        QCOMPARE(bench.names(), std::vector<std::string>{"Keep restricted data in West Europe"});
        QVERIFY(bench.presenter.state()->problems.empty());
    }

    void moreViewsAreChosenAboveThePage()
    {
        Bench bench;
        QVERIFY(bench.page.findChild<Segments*>(u"routingViews"_s) == nullptr);
        auto* const other = new QWidget;
        bench.page.addView(u"Explain"_s, other);
        QVERIFY(!other->isVisible());
        bench.find<Segments>(u"routingViews"_s)->findChildren<QPushButton*>()[1]->click();
        QVERIFY(other->isVisible());
        bench.save(u"views"_s);
    }
};

GATEHOUSE_WINDOW_TEST_MAIN(TestRoutingPage)
#include "tst_routingpage.moc"
