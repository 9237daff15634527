// SPDX-License-Identifier: GPL-3.0-or-later
// First, since moc cannot read <compare> before a Qt header.
#include "tests/support/testmain.h"

#include "core/gateway/policy/quotasheet.h"

#include "tests/unit/gateway/quotavalues.h"

using namespace gatehouse;
using namespace gatehouse::gateway;
using namespace gatehouse::test;

namespace {

const std::string OwnKey = "counter-key='@(context.Subscription?.Id ?? \"none\")'";
const std::string OwnLimit =
    "<llm-token-limit " + OwnKey + " tokens-per-minute='5' estimate-prompt-tokens='true'/>";
const std::string RuleOfA = "<when condition='@(context.Subscription?.Id == \"a\")'>";

void row(const char* name, const std::string& text, const char* foreign, const char* problems,
         const char* services)
{
    QTest::newRow(name) << QByteArray::fromStdString("<fragment>\n" + text + "\n</fragment>") << foreign
                        << problems << services;
}

/// Within a rule, and of everybody else.
void addRuleRows()
{
    row("inside of a rule",
        "<choose>" + RuleOfA + OwnLimit + "\n <trace/>\n  x<!-- y -->\n" + OwnLimit + "</when></choose>",
        "when 4:3 The text is not written by Gatehouse. | "
        "when 4:4 The comment is not written by Gatehouse. | "
        "trace 3:3 The element is not written by Gatehouse. | "
        "llm-token-limit 5:2 The element is not written by Gatehouse.",
        "", "a");
    row("inside of a limit",
        "<choose>" + RuleOfA + "<rate-limit-by-key calls='5' renewal-period='60' " + OwnKey +
            ">\n <x/></rate-limit-by-key>"
            "</when></choose>",
        "x 3:3 The element is not written by Gatehouse.", "", "a");
    row("no limit", "<choose>\n" + RuleOfA + "</when></choose>", "",
        "when 3:2 The rule has no limit that Gatehouse wrote.", "a");
    row("a broken limit",
        "<choose>" + RuleOfA + "\n<llm-token-limit " + OwnKey + " token-quota='5'/></when></choose>", "",
        "llm-token-limit 3:2 The attribute 'estimate-prompt-tokens' is missing. | llm-token-limit 3:70 "
        "'token-quota' needs 'token-quota-period'.",
        "a");
    row("a broken note", "<choose>" + RuleOfA + "\n<!-- gatehouse {oops} -->" + OwnLimit + "</when></choose>",
        "", "when 3:1 Gatehouse's comment on the rule cannot be read.", "a");
    row("a second raise",
        "<choose><when condition='@(DateTime.UtcNow.Ticks &lt; 5L)'>" + OwnLimit +
            "</when>\n<when condition='@(DateTime.UtcNow.Ticks &lt; 6L)'>" + OwnLimit + "</when></choose>",
        "when 3:2 A second rule of the same service never applies; it is not written by Gatehouse.", "", "*");
    row("a raise behind its rule",
        "<choose>" + RuleOfA + OwnLimit +
            "</when>\n<when condition='@(context.Subscription?.Id == \"a\" &amp;&amp; "
            "DateTime.UtcNow.Ticks &lt; 6L)'>" +
            OwnLimit + "</when></choose>",
        "when 3:2 A second rule of the same service never applies; it is not written by Gatehouse.", "", "a");
    row("a raise with an end that is none",
        "<choose>" + RuleOfA + OwnLimit + "</when>\n<when condition='@(DateTime.UtcNow.Ticks &lt; soonL)'>" +
            OwnLimit + "</when></choose>",
        "when 3:2 The element is not written by Gatehouse.", "", "a");
    row("two notes",
        "<choose>" + RuleOfA + "<!-- gatehouse {} -->\n<!-- gatehouse {} -->" + OwnLimit + "</when></choose>",
        "when 3:1 The comment is not written by Gatehouse.", "", "a");
    row("everybody else",
        "<choose>" + RuleOfA + OwnLimit + "</when><otherwise>" + OwnLimit + "</otherwise></choose>", "", "",
        "a,*");
    row("always", "<choose><when condition='@(true)'>" + OwnLimit + "</when></choose>", "", "", "*");
    row("always, but not last",
        "<choose><when condition='@(true)'>" + OwnLimit + "</when>" + RuleOfA + OwnLimit + "</when></choose>",
        "when 2:10 The element is not written by Gatehouse.", "", "a");
}

} // namespace

/// What others wrote into a sheet: read where it can be, told where not, and never lost.
class TestQuotaByHand : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void editByHandIsRead();
    void editOfOneCellKeepsTheRest();
    void whatIsForeignIsTold_data();
    void whatIsForeignIsTold();
    void foreignPartsHinderRemoval();
};

void TestQuotaByHand::editByHandIsRead()
{
    const auto written = setServiceQuota(emptyQuotaFragment(), quotaOf("a", 9000));
    QVERIFY(written.has_value());
    const PolicyElement limit = written->elements("llm-token-limit").at(0);
    const auto named = written->setAttribute(limit, "tokens-per-minute", "{{tpm-a}}");
    QVERIFY(named.has_value());
    const auto named2 = named->document.setAttribute(named->element, "tokens-consumed-header-name", "used");
    QuotaSheet sheet = readQuotaSheet(named2->document);
    QCOMPARE(told(sheet.foreign) + told(sheet.problems), QString());
    QVERIFY(sheet.services.at(0).limits.tokensPerMinute == word("{{tpm-a}}"));

    const auto broken = named2->document.setAttribute(named2->element, "tokens-per-minute", "lots");
    sheet = readQuotaSheet(broken->document);
    QVERIFY(!sheet.services.at(0).limits.tokensPerMinute);
    QCOMPARE(told(sheet.problems),
             QStringLiteral("llm-token-limit 5:83 'tokens-per-minute' must be a whole number of 1 or more."));

    const auto other = named2->document.setAttribute(named2->element, "counter-key", "@(context.User.Id)");
    sheet = readQuotaSheet(other->document);
    QVERIFY(sheet.services.at(0).limits.isEmpty());
    QCOMPARE(told(sheet.problems), QStringLiteral("when 4:4 The rule has no limit that Gatehouse wrote."));
    QCOMPARE(told(sheet.foreign),
             QStringLiteral("llm-token-limit 5:5 The element is not written by Gatehouse."));
}

void TestQuotaByHand::editOfOneCellKeepsTheRest()
{
    const PolicyDocument document = fragment(
        "<fragment>\n <choose>\n  <when condition=\"@(context.Subscription?.Id == &quot;a&quot;)\">\n"
        "   <!-- why -->\n"
        "   <llm-token-limit tokens-per-minute='&#123;{tpm}}' counter-key='@(context.Subscription?.Id ?? "
        "\"none\")'"
        " estimate-prompt-tokens='false'/>\n"
        "   <rate-limit-by-key calls='7'  renewal-period='30' counter-key='@(context.Subscription?.Id ?? "
        "\"none\")'/>\n"
        "   <trace source='x'/>\n  </when>\n </choose>\n</fragment>");
    ServiceQuota quota = readQuotaSheet(document).services.at(0);
    QVERIFY(quota.limits.callsPeriod == number(30));
    quota.limits.calls = number(8);
    const auto edited = setServiceQuota(document, quota);
    QVERIFY(edited.has_value());
    std::string expected = document.text();
    expected.replace(expected.find("calls='7'"), 9, "calls='8'");
    // The header that tells what remains of the tokens comes with every rule that is saved.
    expected.replace(expected.find("'false'/>"), 9,
                     "'false' remaining-tokens-header-name='x-ratelimit-remaining-tokens'/>");
    QCOMPARE(QString::fromStdString(edited->text()), QString::fromStdString(expected));
}

void TestQuotaByHand::whatIsForeignIsTold_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("foreign");
    QTest::addColumn<QString>("problems");
    QTest::addColumn<QString>("services");
    row("nothing", "", "", "", "");
    row("an element", " <base/>", "base 2:3 The element is not written by Gatehouse.", "", "");
    row("a comment", "<!-- x -->", "fragment 2:1 The comment is not written by Gatehouse.", "", "");
    row("text", " x", "fragment 2:2 The text is not written by Gatehouse.", "", "");
    row("a limit without a choose", OwnLimit, "llm-token-limit 2:2 The element is not written by Gatehouse.",
        "", "");
    row("a choose of other conditions", "<choose><when condition='@(true)'><base/></when></choose>",
        "choose 2:2 The element is not written by Gatehouse.", "", "");
    row("a rule", "<choose>\n" + RuleOfA + OwnLimit + "</when></choose>", "", "", "a");
    row("a second choose",
        "<choose>" + RuleOfA + OwnLimit + "</when></choose>\n<choose>" + RuleOfA + OwnLimit +
            "</when></choose>",
        "choose 3:2 The element is not written by Gatehouse.", "", "a");
    row("another condition",
        "<choose>" + RuleOfA + OwnLimit + "</when>\n<when condition='@(x)'>" + OwnLimit + "</when></choose>",
        "when 3:2 The element is not written by Gatehouse.", "", "a");
    row("an escaped condition",
        "<choose>" + RuleOfA + OwnLimit +
            "</when>\n<when condition='@(context.Subscription?.Id == \"b\\\"c\")'>" + OwnLimit +
            "</when></choose>",
        "when 3:2 The element is not written by Gatehouse.", "", "a");
    row("a second rule",
        "<choose>" + RuleOfA + OwnLimit + "</when>\n<when condition='@(context.Subscription?.Id == \"A\")'>" +
            OwnLimit + "</when></choose>",
        "when 3:2 A second rule of the same service never applies; it is not written by Gatehouse.", "", "a");
    addRuleRows();
}

void TestQuotaByHand::whatIsForeignIsTold()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, foreign);
    QFETCH(QString, problems);
    QFETCH(QString, services);
    const QuotaSheet sheet = readQuotaSheet(fragment(text.toStdString()));
    QCOMPARE(told(sheet.foreign), foreign);
    QCOMPARE(told(sheet.problems), problems);
    QStringList names;
    for (const ServiceQuota& quota : sheet.services)
        names << QString::fromStdString(quota.service);
    if (sheet.everybodyElse)
        names << QStringLiteral("*");
    QCOMPARE(names.join(QLatin1Char(',')), services);
}

void TestQuotaByHand::foreignPartsHinderRemoval()
{
    const auto written = setServiceQuota(emptyQuotaFragment(), quotaOf("a", 5));
    const auto traced = written->insertElement(PolicyPlace::LastChild, written->elements("when").at(0),
                                               {"trace", {}, {}, {}});
    const auto refused = removeServiceQuota(traced->document, "a");
    QVERIFY(!refused);
    QCOMPARE(refused.error().message,
             std::string("The rule of “a” also holds what Gatehouse did not write, first on line 6."));
    QCOMPARE(refused.error().position->line, 6);
    const auto noted = written->insertComment(PolicyPlace::LastChild, written->elements("choose").at(0), "x");
    QVERIFY(!removeServiceQuota(noted->document, "a"));
    QVERIFY(removeServiceQuota(*written, "a").has_value());
}

GATEHOUSE_TEST_MAIN(TestQuotaByHand)
#include "tst_quotabyhand.moc"
