// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/testmain.h"

#include "core/gateway/routing/fragment.h"

#include "tests/support/seed.h"
#include "tests/unit/gateway/routingdraw.h"

#include <pugixml.hpp>

using namespace gatehouse;
using namespace gatehouse::gateway;
using namespace gatehouse::test;

namespace {

const char* const Sample = R"xml(<fragment>
    <!-- gatehouse-routing: written by Gatehouse; rules in order, the first that matches decides -->
    <choose>
        <!-- gatehouse: {"note":"Ada, CHG-7"} -->
        <when condition="@((context.Request.Headers.GetValueOrDefault(&quot;x-gh-task&quot;, &quot;&quot;) == &quot;chat&quot; || context.Request.Headers.GetValueOrDefault(&quot;x-gh-task&quot;, &quot;&quot;) == &quot;drafting&quot;) &amp;&amp; (context.Request.MatchedParameters.GetValueOrDefault(&quot;deployment-id&quot;, &quot;&quot;) == &quot;gpt-4o&quot;) &amp;&amp; context.Variables.GetValueOrDefault&lt;int&gt;(&quot;gh-budget-used&quot;, 0) &gt; 80)">
            <set-variable name="gh-route" value="saving" />
            <set-variable name="gh-deployment" value="gpt-4o-mini" />
            <set-backend-service backend-id="cheap" />
        </when>
        <!-- gatehouse: {"rule":{"match":{"x-gh-geography":["eu"]},"name":"europe","pool":"eu"}} -->
        <otherwise>
            <set-variable name="gh-route" value="default" />
            <set-backend-service backend-id="all" />
        </otherwise>
    </choose>
</fragment>
)xml";

RoutingPlan samplePlan()
{
    RoutingRule saving;
    saving.name = "saving";
    saving.match.of(RoutingField::Task) = {"chat", "drafting"};
    saving.match.of(RoutingField::Model) = {"gpt-4o"};
    saving.match.budgetUsedAbove = 80;
    saving.pool = "cheap";
    saving.downgrade = Downgrade{"gpt-4o-mini", true};
    saving.note = "Ada, CHG-7";
    RoutingRule europe;
    europe.name = "europe";
    europe.match.of(RoutingField::Geography) = {"eu"};
    europe.pool = "eu";
    europe.enabled = false;
    return {{saving, europe}, "all"};
}

QString why(const Result<RoutingFragment>& read)
{
    return QString::fromStdString(read ? "" : read.error().message);
}

std::string replaced(std::string text, const std::string& from, const std::string& to)
{
    const std::size_t at = text.find(from);
    if (at == std::string::npos)
        QTest::qFail(("the sample lacks " + from).c_str(), __FILE__, __LINE__);
    else
        text.replace(at, from.size(), to);
    return text;
}

} // namespace

/// A plan as a policy fragment: written, read, and kept apart from what others wrote.
class TestRoutingFragment : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theFormIsKept()
    {
        const auto written = writeRoutingFragment({samplePlan(), {}});
        QVERIFY(written.has_value());
        QCOMPARE(QString::fromStdString(*written), QString::fromUtf8(Sample));
        const auto read = readRoutingFragment(Sample);
        QVERIFY2(read, qPrintable(why(read)));
        QVERIFY(read->plan == samplePlan());
        QVERIFY(read->foreign.empty());
    }

    void anyPlanSurvivesTheText()
    {
        std::mt19937_64 random(test::seed());
        for (int i = 0; i < 3'000; ++i) {
            const RoutingPlan plan = randomPlan(random);
            const auto written = writeRoutingFragment({plan, {}});
            QVERIFY2(written, written ? "" : written.error().message.c_str());
            QVERIFY2(written->find("{{") == std::string::npos, written->c_str());
            const auto read = readRoutingFragment(*written);
            QVERIFY2(read, qPrintable(why(read) + QString::fromStdString(*written)));
            QVERIFY2(read->foreign.empty(), written->c_str());
            QVERIFY2(read->plan == plan, written->c_str());
            pugi::xml_document strict;
            QVERIFY(strict.load_string(written->c_str(), pugi::parse_full));
        }
    }

    void aWhenOfSomebodyElseIsKept_data()
    {
        QTest::addColumn<QString>("from");
        QTest::addColumn<QString>("to");
        QTest::addColumn<int>("line");
        QTest::addColumn<QString>("says");
        const auto own = QStringLiteral("<set-backend-service backend-id=\"cheap\" />");
        QTest::newRow("another condition") << "&gt; 80"
                                           << "&gt;= 80" << 5 << "condition has another form";
        QTest::newRow("a condition that we do not know")
            << "&gt; 80"
            << "&gt; 80 &amp;&amp; context.Foo" << 5 << "condition has another form";
        QTest::newRow("a step more") << own
                                     << own + QLatin1String(
                                                  "<set-header name=\"a\" exists-action=\"delete\" />")
                                     << 5 << "steps have another form";
        QTest::newRow("a comment within")
            << own << own + QLatin1String("<!-- why -->") << 5 << "steps have another form";
        QTest::newRow("a step less") << own << "" << 5 << "steps have another form";
        QTest::newRow("another attribute")
            << own << "<set-backend-service base-url=\"https://a\" />" << 5 << "steps have another form";
        QTest::newRow("an attribute more")
            << own << "<set-backend-service backend-id=\"a\" x=\"\" />" << 5 << "steps have another form";
        QTest::newRow("a pool by expression")
            << own << "<set-backend-service backend-id=\"@(context.Api.Id)\" />" << 5
            << "steps have another form";
        QTest::newRow("a named value") << "value=\"saving\""
                                       << "value=\"{{saving}}\"" << 5 << "steps have another form";
        QTest::newRow("a child") << own << "<set-backend-service backend-id=\"a\"><x/></set-backend-service>"
                                 << 5 << "steps have another form";
    }
    void aWhenOfSomebodyElseIsKept()
    {
        QFETCH(QString, from);
        QFETCH(QString, to);
        const std::string text = replaced(Sample, from.toStdString(), to.toStdString());
        const auto read = readRoutingFragment(text);
        QVERIFY2(read, qPrintable(why(read)));
        QCOMPARE(read->plan.rules.size(), std::size_t{1}); // the one that is switched off
        QCOMPARE(read->foreign.size(), std::size_t{2});    // its comment, and the when
        const ForeignPart& when = read->foreign[1];
        QTEST(when.line, "line");
        QVERIFY(when.text.starts_with("<when condition=") && when.text.ends_with("</when>"));
        QVERIFY(text.find(when.text) != std::string::npos);
        QVERIFY(when.sentence.find("was not written by Gatehouse") != std::string::npos);
        QFETCH(QString, says);
        QVERIFY2(QString::fromStdString(when.sentence).contains(says), when.sentence.c_str());
        const auto written = writeRoutingFragment(*read);
        QVERIFY(written.has_value());
        QVERIFY(written->find(when.text) != std::string::npos);
        QVERIFY(written->find("CHG-7") != std::string::npos);
        const auto again = readRoutingFragment(*written);
        QVERIFY(again->plan == read->plan);
        QVERIFY(again->foreign.size() == 2 && again->foreign[1].text == when.text);
    }

    void whatSomebodyAddedStaysWhereItWas()
    {
        std::string text = Sample;
        text = replaced(text, "    <choose>",
                        "    <set-header name=\"a\"><!-- > --><value><![CDATA[</choose>]]></value>"
                        "</set-header>\r\n    <choose>");
        text = replaced(text, "        <otherwise>",
                        "        <!-- mine -->\n        <when condition=\"@{ // x\n"
                        "return true; }\"><return-response/></when>\n        <otherwise>");
        text = replaced(text, "    </choose>\n", "    </choose>\n    <!-- end --><trace source='a>b' />");
        text = "<?xml version=\"1.0\"?>\n<!-- before -->\n" + text;
        const auto read = readRoutingFragment(text);
        QVERIFY2(read, qPrintable(why(read)));
        QVERIFY(read->plan == samplePlan());
        std::vector<std::string> parts;
        for (const ForeignPart& part : read->foreign)
            parts.push_back(std::to_string(static_cast<int>(part.place)) + std::to_string(part.beforeRule) +
                            part.text);
        const std::vector<std::string> expected = {
            "00<!-- before -->",
            "00<set-header name=\"a\"><!-- > --><value><![CDATA[</choose>]]></value></set-header>",
            "12<!-- mine -->",
            "12<when condition=\"@{ // x\nreturn true; }\"><return-response/></when>",
            "30<!-- end -->",
            "30<trace source='a>b' />"};
        QCOMPARE(parts, expected);
        QCOMPARE(read->foreign[3].line, 15);
        const auto written = writeRoutingFragment(*read);
        const auto again = readRoutingFragment(*written);
        QVERIFY(again->plan == read->plan);
        QCOMPARE(again->foreign.size(), read->foreign.size());
        QCOMPARE(*writeRoutingFragment(*again), *written);
    }

    void aRuleMayGoWithoutWhatIsForeign()
    {
        auto read = readRoutingFragment(
            replaced(Sample, "        <otherwise>", "<when condition=\"a\"/><otherwise>"));
        read->plan.rules.clear();
        const auto written = writeRoutingFragment(*read);
        QVERIFY(written.has_value());
        const auto again = readRoutingFragment(*written);
        QCOMPARE(again->foreign.size(), std::size_t{1});
        QCOMPARE(again->plan.defaultPool, std::string("all"));
    }

    void anOtherwiseOfSomebodyElseIsKept()
    {
        const auto read = readRoutingFragment(
            replaced(Sample, "<set-backend-service backend-id=\"all\" />", "<return-response />"));
        QCOMPARE(read->plan.defaultPool, std::string());
        QCOMPARE(read->foreign.size(), std::size_t{1});
        QCOMPARE(read->foreign[0].place, ForeignPart::Place::Otherwise);
        QVERIFY(writeRoutingFragment(*read)->find("<return-response />") != std::string::npos);
        RoutingFragment emptied = *read;
        emptied.plan.rules.clear();
        QVERIFY(!writeRoutingFragment(emptied).has_value());
    }

    void aPlanWithoutRulesHasNoChoose()
    {
        RoutingPlan plan = samplePlan();
        plan.rules.erase(plan.rules.begin());
        const auto written = writeRoutingFragment({plan, {}});
        QVERIFY(written->find("<choose>") == std::string::npos);
        QVERIFY(readRoutingFragment(*written)->plan == plan);
        const auto foreign = readRoutingFragment(
            replaced(*written, "</fragment>", "<!-- mine --><set-body>x</set-body></fragment>"));
        QVERIFY(foreign.has_value());
        QCOMPARE(foreign->plan.rules.size(), std::size_t{1});
        QVERIFY(foreign->foreign.size() == 4); // the steps are not ours alone any more
        const auto again = readRoutingFragment(*writeRoutingFragment(*foreign));
        QCOMPARE(again->foreign.size(), std::size_t{4});
        QVERIFY(again->plan == foreign->plan);
    }

    void aCommentOfOursThatWasEditedIsKept_data()
    {
        QTest::addColumn<QString>("comment");
        QTest::newRow("broken") << "<!-- gatehouse: {\"note\" -->";
        QTest::newRow("a member more") << "<!-- gatehouse: {\"note\":\"a\",\"by\":\"b\"} -->";
        QTest::newRow("another type") << "<!-- gatehouse: {\"note\":1} -->";
        QTest::newRow("nothing in it") << "<!-- gatehouse: {} -->";
        QTest::newRow("a rule with a value that is no text")
            << "<!-- gatehouse: {\"rule\":{\"name\":\"a\",\"pool\":\"b\",\"match\":{\"x-gh-task\":[1]}}} -->";
        QTest::newRow("a rule with an unknown condition")
            << "<!-- gatehouse: {\"rule\":{\"name\":\"a\",\"pool\":\"b\",\"match\":{\"x\":[\"1\"]}}} -->";
        QTest::newRow("a budget out of range")
            << "<!-- gatehouse: {\"rule\":{\"name\":\"a\",\"pool\":\"b\",\"match\":{\"gh-budget-used\":-1}}} "
               "-->";
        QTest::newRow("a note that nothing follows") << "<!-- gatehouse: {\"note\":\"a\"} -->";
    }
    void aCommentOfOursThatWasEditedIsKept()
    {
        QFETCH(QString, comment);
        const std::string text =
            replaced(Sample, "        <otherwise>", comment.toStdString() + "\n        <otherwise>");
        const auto read = readRoutingFragment(text);
        QVERIFY2(read, qPrintable(why(read)));
        QVERIFY(read->plan == samplePlan());
        QCOMPARE(read->foreign.size(), std::size_t{1});
        QCOMPARE(QString::fromStdString(read->foreign[0].text), comment);
        QVERIFY(writeRoutingFragment(*read)->find(comment.toStdString()) != std::string::npos);
    }

    void whatIsNoFragmentIsRefused_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("says");
        QTest::newRow("nothing") << QByteArray() << "Line 1";
        QTest::newRow("text") << QByteArray("hello") << "not well-formed";
        QTest::newRow("not closed") << QByteArray("<fragment>\n<choose>\n") << "not well-formed";
        QTest::newRow("another root") << QByteArray("<policies/>") << "one element <fragment>";
        QTest::newRow("two roots") << QByteArray("<fragment/>\n<fragment/>")
                                   << "Line 2 of the routing fragment";
        QTest::newRow("text behind it") << QByteArray("<fragment/>text") << "text stands outside";
        QTest::newRow("text before it") << QByteArray("text<fragment/>") << "text stands outside";
        QTest::newRow("text in it") << QByteArray("<fragment>\n\ntext</fragment>")
                                    << "text stands where only elements";
        QTest::newRow("text in the choose")
            << QByteArray("<fragment><choose>\n<![CDATA[a]]></choose></fragment>")
            << "Line 2 of the routing fragment: text stands";
        QTest::newRow("a document type")
            << QByteArray("<!DOCTYPE a [<!ENTITY b 'c'>]><fragment/>") << "document type";
        QTest::newRow("no UTF-8") << QByteArray("<fragment>\xFF</fragment>") << "not valid UTF-8";
        QTest::newRow("too long") << QByteArray("<fragment/>").append(QByteArray(600'000, ' ')) << "512 KB";
    }
    void whatIsNoFragmentIsRefused()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, says);
        const auto read = readRoutingFragment(text.toStdString());
        QVERIFY(!read);
        QVERIFY2(why(read).contains(says), qPrintable(why(read)));
        QVERIFY(read.error().position.has_value());
    }

    void aPlanThatCannotBeIsRefused_data()
    {
        QTest::addColumn<RoutingPlan>("plan");
        QTest::addColumn<QString>("says");
        const auto changed = [](const auto& change) {
            RoutingPlan plan = samplePlan();
            change(plan.rules[0]);
            return plan;
        };
        QTest::newRow("no name") << changed([](RoutingRule& rule) { rule.name.clear(); })
                                 << "The rule 1 has no name";
        QTest::newRow("no target") << changed([](RoutingRule& rule) { rule.pool.clear(); })
                                   << "The rule 1 “saving” has no target";
        QTest::newRow("no deployment")
            << changed([](RoutingRule& rule) { rule.downgrade->deployment.clear(); })
            << "downgrades to no deployment";
        QTest::newRow("no UTF-8") << changed([](RoutingRule& rule) { rule.match.accepted[0][0] = "\xFF"; })
                                  << "not UTF-8";
        QTest::newRow("a note that is no UTF-8")
            << changed([](RoutingRule& rule) { rule.note = "\xC3"; }) << "not UTF-8";
        QTest::newRow("a budget below 0")
            << changed([](RoutingRule& rule) { rule.match.budgetUsedAbove = -1; }) << "outside 0 to 10,000";
        QTest::newRow("a long condition")
            << changed([](RoutingRule& rule) { rule.match.accepted[0].assign(400, "value"); })
            << "more than 16 KB";
        RoutingPlan many = samplePlan();
        many.rules.assign(1'000, many.rules[0]);
        QTest::newRow("too many rules") << many << "longer than 512 KB";
        RoutingPlan badDefault = samplePlan();
        badDefault.defaultPool = "\xFF";
        QTest::newRow("a default that is no UTF-8") << badDefault << "The default pool holds text";
    }
    void aPlanThatCannotBeIsRefused()
    {
        QFETCH(RoutingPlan, plan);
        QFETCH(QString, says);
        const auto written = writeRoutingFragment({plan, {}});
        QVERIFY(!written);
        const QString message = QString::fromStdString(written.error().message);
        QVERIFY2(message.contains(says), qPrintable(message));
    }

    void brokenTextNeverCrashes()
    {
        std::mt19937_64 random(test::seed());
        const std::string sample = Sample;
        int readable = 0;
        for (std::size_t at = 0; at < sample.size(); ++at) {
            std::string broken = sample;
            broken[at] = static_cast<char>(random());
            std::string doubled = sample;
            doubled.insert(at, sample.substr(random() % sample.size(), random() % 40));
            for (const std::string& text : {sample.substr(0, at), broken, doubled}) {
                const auto read = readRoutingFragment(text);
                if (!read) {
                    QVERIFY(!read.error().message.empty());
                    continue;
                }
                ++readable;
                if (const auto written = writeRoutingFragment(*read))
                    QVERIFY2(readRoutingFragment(*written), written->c_str());
            }
        }
        QVERIFY(readable > 100);
    }
};

GATEHOUSE_TEST_MAIN(TestRoutingFragment)
#include "tst_routingfragment.moc"
