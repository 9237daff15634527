// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/manualclock.h"
#include "tests/support/testmain.h"
#include "tests/ui/fakes/fakechanges.h"
#include "tests/ui/fakes/samplerouting.h"
#include "ui/pages/routing/planhistory.h"
#include "ui/pages/routing/routingpresenter.h"
#include "ui/pages/routing/rulemodel.h"

#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QSignalSpy>

#include <algorithm>

using namespace gatehouse;
using namespace gatehouse::ui;
using namespace Qt::StringLiterals;

/// The draft of the rules and what is proposed of it, without any widget.
class TestRouting : public QObject
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

        explicit Bench(bool unlocked = true)
        {
            routing.answers.always(test::sampleRouting(context.range()));
            services.routing = &routing;
            services.changes = &changes;
            lock.setServices(&services);
            flow.setServices(&services);
            if (unlocked)
                lock.unlock();
            presenter.setServices(&services);
            presenter.setActive(true);
        }
        gateway::RoutingPlan plan() const { return presenter.state()->draft.plan; }
    };

    static std::vector<std::string> names(const gateway::RoutingPlan& plan)
    {
        std::vector<std::string> names;
        for (const gateway::RoutingRule& rule : plan.rules)
            names.push_back(rule.name);
        return names;
    }

private Q_SLOTS:
    void thePictureHasSharesStatesAndDrainedMembers()
    {
        Bench bench;
        const auto state = bench.presenter.state();
        QCOMPARE(state->status.phase, Phase::Data);
        QCOMPARE(state->pools.size(), 2U);
        const PoolPicture& pool = state->pools[0];
        QCOMPARE(pool.name, std::string("aoai-pool"));
        QCOMPARE(pool.members.size(), 4U);
        QCOMPARE(pool.members[0].share.expected, 0.0); // its circuit is open
        QCOMPARE(pool.members[1].share.expected, 0.7);
        QVERIFY(*pool.members[0].share.seen > 0.7);
        QVERIFY(pool.members[3].drained);
        QCOMPARE(pool.members[3].priority, 3);
        QVERIFY(pool.members[0].breaker.find("5 failures") != std::string::npos);
        QCOMPARE(pool.usedBy.size(), 2U); // a rule and the policy
    }

    void findingsAreThoseOfTheDraft()
    {
        Bench bench;
        const auto has = [&](gateway::LintFinding::Kind kind) {
            return std::ranges::any_of(bench.presenter.state()->findings,
                                       [&](const auto& finding) { return finding.kind == kind; });
        };
        QVERIFY(has(gateway::LintFinding::Kind::UnreachableRule));
        QVERIFY(has(gateway::LintFinding::Kind::RetriesRefusal));
        QVERIFY(!has(gateway::LintFinding::Kind::NoDefault)); // the policy sends on what no rule matches
        gateway::RoutingPlan plan = bench.plan();
        std::swap(plan.rules[2], plan.rules[3]);
        bench.presenter.setPlan(plan);
        QVERIFY(!has(gateway::LintFinding::Kind::UnreachableRule));
    }

    void requestsOfTheRangeAreCountedForTheDraft()
    {
        Bench bench;
        const auto hits = bench.presenter.state()->hits;
        QCOMPARE(hits.size(), 5U);
        QCOMPARE(hits[0].matched, std::int64_t(2'140));
        QVERIFY(hits[1].maybe > 0); // the budget is not in the log
        gateway::RoutingPlan plan = bench.plan();
        plan.rules.erase(plan.rules.begin() + 1);
        bench.presenter.setPlan(plan);
        QCOMPARE(bench.presenter.state()->hits[1].matched, std::int64_t(8'300));
        QCOMPARE(bench.presenter.state()->hits[1].maybe, std::int64_t(0));
    }

    void aDraftSurvivesARefreshAndSaysWhenOthersWrote()
    {
        Bench bench;
        gateway::RoutingPlan plan = bench.plan();
        plan.rules.pop_back();
        bench.presenter.setPlan(plan);
        QVERIFY(bench.presenter.state()->edited);
        bench.presenter.refresh();
        QCOMPARE(bench.plan().rules.size(), 3U);
        QVERIFY(!bench.presenter.state()->changedMeanwhile);
        jobs::RoutingView theirs = *test::sampleRouting(bench.context.range());
        theirs.fragment.plan.rules[0].note = "theirs";
        (*theirs.fragmentProperties)["value"] = *gateway::writeRoutingFragment(theirs.fragment);
        bench.routing.answers.always(std::make_shared<const jobs::RoutingView>(theirs));
        bench.presenter.refresh();
        QVERIFY(bench.presenter.state()->changedMeanwhile);
        QVERIFY(bench.presenter.proposePlan());
        // The base is what the draft began with, so that the review can merge.
        const std::string base = textAt(*bench.changes.reviewed.back().changes[0].base, "value");
        QVERIFY(base.find("theirs") == std::string::npos);
        QSignalSpy replaced(&bench.presenter, &RoutingPresenter::draftReplaced);
        bench.presenter.discard();
        QCOMPARE(replaced.size(), 1);
        QCOMPARE(bench.plan().rules[0].note, std::string("theirs"));
    }

    void theProposedFragmentIsTheDraft()
    {
        Bench bench;
        gateway::RoutingPlan plan = bench.plan();
        std::rotate(plan.rules.begin(), plan.rules.begin() + 1, plan.rules.begin() + 2);
        plan.rules[2].enabled = false;
        bench.presenter.setPlan(plan);
        QVERIFY(bench.presenter.proposePlan());
        QCOMPARE(bench.changes.reviewed.size(), 1U);
        const jobs::ChangeSet& set = bench.changes.reviewed[0];
        QCOMPARE(set.title, std::string("Routing rules: 1 changed, in another order"));
        QCOMPARE(set.changes.size(), 1U);
        QCOMPARE(set.changes[0].resourceId,
                 std::string(test::SampleService) + "/policyFragments/gatehouse-routing");
        QCOMPARE(textAt(*set.changes[0].wanted, "format"), std::string("xml"));
        QCOMPARE(textAt(*set.changes[0].wanted, "description"),
                 std::string("Where each request goes. Gatehouse writes it."));
        const auto read = gateway::readRoutingFragment(textAt(*set.changes[0].wanted, "value"));
        QVERIFY(read);
        QVERIFY(read->plan == plan);
    }

    void aFragmentThatIsNotThereIsCreated()
    {
        Bench bench;
        jobs::RoutingView view = *test::sampleRouting(bench.context.range());
        view.fragmentProperties.reset();
        view.fragment = {};
        bench.routing.answers.always(std::make_shared<const jobs::RoutingView>(view));
        bench.presenter.refresh();
        gateway::RoutingRule rule;
        rule.name = "one";
        rule.pool = "aoai-pool";
        bench.presenter.setPlan({{rule}, ""});
        QVERIFY(bench.presenter.proposePlan());
        QVERIFY(!bench.changes.reviewed[0].changes[0].base);
        QVERIFY(bench.changes.reviewed[0].changes[0].wanted->contains("description"));
    }

    void whatCannotBeWrittenIsNotProposed_data()
    {
        QTest::addColumn<int>("what");
        QTest::addColumn<int>("field");
        QTest::newRow("no target") << 0 << int(PlanProblem::Field::Target);
        QTest::newRow("unknown target") << 1 << int(PlanProblem::Field::Target);
        QTest::newRow("no name") << 2 << int(PlanProblem::Field::Name);
        QTest::newRow("same name") << 3 << int(PlanProblem::Field::Name);
        QTest::newRow("wrong budget") << 4 << int(PlanProblem::Field::Budget);
        QTest::newRow("no deployment") << 5 << int(PlanProblem::Field::Downgrade);
    }
    void whatCannotBeWrittenIsNotProposed()
    {
        QFETCH(int, what);
        QFETCH(int, field);
        Bench bench;
        gateway::RoutingPlan plan = bench.plan();
        gateway::RoutingRule& rule = plan.rules[1];
        if (what == 0)
            rule.pool.clear();
        if (what == 1)
            rule.pool = "nowhere";
        if (what == 2)
            rule.name.clear();
        if (what == 3)
            rule.name = plan.rules[0].name;
        if (what == 4)
            rule.match.budgetUsedAbove = -1;
        if (what == 5)
            rule.downgrade = gateway::Downgrade{};
        bench.presenter.setPlan(plan);
        const auto state = bench.presenter.state();
        QCOMPARE(state->problems.size(), 1U);
        QCOMPARE(state->problems[0].rule, 1);
        QCOMPARE(int(state->problems[0].field), field);
        QVERIFY(!bench.presenter.proposePlan());
        QVERIFY(bench.changes.reviewed.empty());
    }

    void nothingIsProposedWhileLocked()
    {
        Bench bench(false);
        gateway::RoutingPlan plan = bench.plan();
        plan.rules.pop_back();
        bench.presenter.setPlan(plan);
        QVERIFY(!bench.presenter.proposePlan());
        QVERIFY(!bench.presenter.drain("aoai-westus"));
        QVERIFY(bench.changes.reviewed.empty());
    }

    void drainTakesItOutOfEveryPool()
    {
        Bench bench;
        QVERIFY(bench.presenter.drain("aoai-westus"));
        const jobs::ChangeSet& set = bench.changes.reviewed.back();
        QCOMPARE(set.title, std::string("Drain West US (aoai-westus)"));
        QCOMPARE(set.changes.size(), 2U);
        for (const jobs::Change& change : set.changes) {
            QVERIFY(change.base && change.wanted);
            for (const Json& service : (*change.wanted)["pool"]["services"])
                QVERIFY(textAt(service, "id").find("aoai-westus") == std::string::npos);
            QVERIFY(*gateway::restored(*change.wanted, "aoai-westus") == *change.base);
        }
    }

    void restoreGivesBackWhatItHad()
    {
        Bench bench;
        QVERIFY(bench.presenter.restore("aoai-swedencentral"));
        const jobs::ChangeSet& set = bench.changes.reviewed.back();
        QCOMPARE(set.title, std::string("Restore Sweden Central (aoai-swedencentral)"));
        QCOMPARE(set.changes.size(), 1U);
        const Json& last = (*set.changes[0].wanted)["pool"]["services"].back();
        QCOMPARE(last["priority"].get<int>(), 3);
        QVERIFY(!set.changes[0].wanted->contains("description"));
        QVERIFY(!bench.presenter.restore("aoai-westus"));
        QVERIFY(!bench.presenter.drain("aoai-swedencentral")); // it is in no pool
    }

    void breakersAndMembersAreProposed()
    {
        Bench bench;
        gateway::BreakerDraft draft =
            gateway::breakerDraft(bench.presenter.state()->view->properties.at("aoai-eastus"));
        draft.amount = "many";
        QVERIFY(!bench.presenter.proposeBreaker("aoai-eastus", draft));
        draft.amount = "9";
        QVERIFY(bench.presenter.proposeBreaker("aoai-eastus", draft));
        QCOMPARE(bench.changes.reviewed.back().title, std::string("Circuit breaker of aoai-eastus"));
        std::vector<gateway::MemberDraft> members(31, {"x", "1", "1"});
        QVERIFY(!bench.presenter.proposeMembers("aoai-pool", members));
        QVERIFY(bench.presenter.proposeMembers("aoai-pool", {{"aoai-westus", "1", "1"}}));
        QCOMPARE(bench.changes.reviewed.size(), 2U);
    }

    void anAppliedDraftGivesWayToWhatTheServiceHas()
    {
        Bench bench;
        gateway::RoutingPlan plan = bench.plan();
        plan.rules.pop_back();
        bench.presenter.setPlan(plan);
        QVERIFY(bench.presenter.proposePlan());
        jobs::RoutingView written = *test::sampleRouting(bench.context.range());
        written.fragment.plan = plan;
        bench.routing.answers.always(std::make_shared<const jobs::RoutingView>(written));
        jobs::JournalEntry entry;
        entry.result = jobs::JournalEntry::Result::Applied;
        for (const jobs::Change& change : bench.changes.reviewed.back().changes)
            entry.steps.push_back({change.resourceId, change.title, change.base, change.wanted,
                                   jobs::JournalStep::Outcome::Done});
        bench.changes.applies.always(entry);
        bench.flow.apply("CHG-1");
        QVERIFY(!bench.presenter.state()->edited);
        QCOMPARE(bench.plan().rules.size(), 3U);
    }

    void suggestionsAreWhatTheLogHasSeen()
    {
        Bench bench;
        QCOMPARE(bench.presenter.suggestions(gateway::RoutingField::Task),
                 (std::vector<std::string>{"chat", "batch"}));
        QVERIFY(bench.presenter.suggestions(gateway::RoutingField::Geography).empty());
        QCOMPARE(bench.presenter.targets().front(), std::string("aoai-pool"));
        QCOMPARE(bench.presenter.directRules("AOAI-westeurope").size(), 1U);
    }

    void withoutAServiceThePageIsEmpty()
    {
        Bench bench;
        bench.services.routing = nullptr;
        bench.presenter.setServices(&bench.services);
        QCOMPARE(bench.presenter.state()->status.phase, Phase::Empty);
        QVERIFY(!bench.presenter.state()->available);
    }

    void historyUndoesEveryEdit()
    {
        Bench bench;
        PlanHistory history;
        const gateway::RoutingPlan before = bench.plan();
        history.reset(before);
        history.move(0, 3);
        QCOMPARE(names(history.plan()).back(), before.rules[0].name);
        history.move(3, 1);
        history.remove(0);
        gateway::RoutingRule rule = history.plan().rules[0];
        for (const char* const text : {"a", "ab", "abc"}) {
            rule.note = text;
            history.edit(0, rule, u"note"_s);
        }
        history.setDefault("aoai-pool");
        QCOMPARE(history.stack().count(), 5); // typing is one edit
        while (history.stack().canUndo())
            history.stack().undo();
        QVERIFY(history.plan() == before);
        while (history.stack().canRedo())
            history.stack().redo();
        QCOMPARE(history.plan().rules[0].note, std::string("abc"));
        history.move(0, 99);
        history.move(-1, 0);
        QCOMPARE(history.stack().count(), 5);
    }

    void valuesAreReadAsTheyAreWritten()
    {
        const std::vector<std::vector<std::string>> lists{
            {}, {"chat"}, {"chat", "drafting"}, {""}, {"a,b", "c"}, {"say \"hi\"", " blank "}, {"ä", "日本"}};
        for (const auto& list : lists)
            QCOMPARE(valuesFrom(valueText(list)), list);
        QCOMPARE(valuesFrom(u" chat ,, chat, drafting "_s), (std::vector<std::string>{"chat", "drafting"}));
        QCOMPARE(valuesFrom(u"\"open"_s), (std::vector<std::string>{"open"}));
    }

    void theModelIsAProperModel()
    {
        Bench bench;
        RuleModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
        gateway::RoutingPlan plan = bench.plan();
        model.setPlan(plan, {}, {});
        QCOMPARE(model.rowCount(), 4);
        model.setPlan({}, {}, {});
        QCOMPARE(model.rowCount(), 0);
        model.setPlan(plan, {{1, PlanProblem::Field::Target, u"wrong"_s}}, bench.presenter.state()->hits);
        QCOMPARE(model.index(1).data(RuleModel::ProblemRole).toString(), u"wrong"_s);
        QSignalSpy switched(&model, &RuleModel::switchAsked);
        QSignalSpy moved(&model, &RuleModel::moveAsked);
        QVERIFY(!model.setData(model.index(0), Qt::Unchecked, Qt::CheckStateRole)); // locked
        model.setEditable(true);
        QVERIFY(model.setData(model.index(0), Qt::Unchecked, Qt::CheckStateRole));
        QCOMPARE(switched.size(), 1);
        std::unique_ptr<QMimeData> dragged(model.mimeData({model.index(0)}));
        model.dropMimeData(dragged.get(), Qt::MoveAction, 3, 0, {});
        QCOMPARE(moved.size(), 1);
        QCOMPARE(moved[0][0].toInt(), 0);
        QCOMPARE(moved[0][1].toInt(), 2);
    }
};

GATEHOUSE_TEST_MAIN(TestRouting)
#include "tst_routingpresenter.moc"
