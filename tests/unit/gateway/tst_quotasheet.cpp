// SPDX-License-Identifier: GPL-3.0-or-later
// First, since moc cannot read <compare> before a Qt header.
#include "tests/support/testmain.h"

#include "core/gateway/policy/limits.h"
#include "core/gateway/policy/quotasheet.h"

#include "tests/support/seed.h"
#include "tests/unit/gateway/quotadraw.h"
#include "tests/unit/gateway/quotavalues.h"

#include <map>

using namespace gatehouse;
using namespace gatehouse::gateway;
using namespace gatehouse::test;
using Root = PolicyDocument::Root;

namespace {

constexpr int Sheets = 200;

/// Texts around which rules are written; the foreign parts of each must stay.
std::vector<std::string> beginnings()
{
    return {
        emptyQuotaFragment().text(),
        "<fragment></fragment>",
        "<fragment/>",
        "\xEF\xBB\xBF<fragment>\n  <!-- by hand -->\n  <set-header name='a' "
        "exists-action='override'><value>@(1 &lt; 2)"
        "</value></set-header>\n</fragment>\n",
        "<fragment>\r\n\t<choose>\r\n\t\t<when condition='@(context.Api.Id == "
        "&quot;x&quot;)'>\r\n\t\t\t<base />"
        "\r\n\t\t</when>\r\n\t\t<otherwise>\r\n\t\t\t<return-response "
        "/>\r\n\t\t</otherwise>\r\n\t</choose>\r\n"
        "</fragment>",
        "<fragment>\n <choose>\n  <when condition=\"@(context.Subscription?.Id == &quot;By-Hand&quot;)\">\n"
        "   <!-- why -->\n   <llm-token-limit tokens-per-minute='7' counter-key='@(context.Subscription?.Id "
        "?? \"none\")'"
        " estimate-prompt-tokens='false'/>\n   <trace source='x'/>\n  </when>\n"
        "  <when condition='@(true &amp;&amp; false)'><base/></when>\n </choose>\n</fragment>",
    };
}

using Model = std::map<std::string, ServiceQuota>;

Model modelOf(const QuotaSheet& sheet)
{
    Model model;
    for (const ServiceQuota& quota : sheet.services)
        model.emplace(quota.service, quota);
    if (sheet.everybodyElse)
        model.emplace("", *sheet.everybodyElse);
    return model;
}

/// What the service demands of every <choose>, and Gatehouse of its own.
void verifyShape(const PolicyDocument& document)
{
    for (const PolicyElement& choose : document.elements("choose")) {
        std::size_t whens = 0;
        for (const PolicyElement& rule : choose.children()) {
            whens += rule.name() == "when" ? 1 : 0;
            QVERIFY(!rule.children().empty());
            if (rule.name() == "otherwise")
                QVERIFY(rule.attributes().empty());
        }
        QVERIFY2(whens > 0, document.text().c_str());
    }
    for (const PolicyLimit& limit : readLimits(document))
        QVERIFY2(limit.problems.empty(), document.text().c_str());
}

std::vector<QString> messagesOf(const std::vector<PolicyProblem>& problems)
{
    std::vector<QString> messages;
    for (const PolicyProblem& problem : problems)
        messages.push_back(QString::fromStdString(problem.element + ": " + problem.message));
    return messages;
}

} // namespace

/// What Gatehouse writes into a sheet and reads back from it.
class TestQuotaSheet : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void oneRuleIsWrittenLikeThis();
    void everybodyElseAloneIsAWhen();
    void aRaiseIsARuleThatEndsByItself();
    void aRaiseOfEverybodyElseStandsBehindTheServices();
    void raiseEndsByItself();
    void randomSheetsComeBack();
    void otherRulesStayByteForByte();
    void badQuotaIsRefused_data();
    void badQuotaIsRefused();
    void missingRuleIsNotFound();
};

void TestQuotaSheet::oneRuleIsWrittenLikeThis()
{
    ServiceQuota quota = quotaOf("checkout", 9000);
    quota.limits.tokenQuota = number(2'000'000);
    quota.limits.tokenQuotaPeriod = word("Monthly");
    quota.limits.calls = number(60);
    auto document = setServiceQuota(emptyQuotaFragment(), quota);
    QVERIFY2(document.has_value(), document ? "" : document.error().message.c_str());
    document = setServiceQuota(*document, quotaOf("", 500));
    QVERIFY2(document.has_value(), document ? "" : document.error().message.c_str());
    QCOMPARE(QString::fromStdString(document->text()),
             QStringLiteral(
                 "<fragment>\r\n"
                 "\t<!-- Quotas of services, kept by Gatehouse: one rule for each APIM subscription. -->\r\n"
                 "\t<choose>\r\n"
                 "\t\t<when condition=\"@(context.Subscription?.Id == &quot;checkout&quot;)\">\r\n"
                 "\t\t\t<llm-token-limit counter-key=\"@(context.Subscription?.Id ?? &quot;none&quot;)\" "
                 "tokens-per-minute=\"9000\""
                 " token-quota=\"2000000\" token-quota-period=\"Monthly\" estimate-prompt-tokens=\"true\""
                 " retry-after-header-name=\"Retry-After\""
                 " remaining-tokens-header-name=\"x-ratelimit-remaining-tokens\""
                 " remaining-quota-tokens-header-name=\"x-ratelimit-remaining-quota-tokens\" />\r\n"
                 "\t\t\t<rate-limit-by-key calls=\"60\" renewal-period=\"60\""
                 " counter-key=\"@(context.Subscription?.Id ?? &quot;none&quot;)\" "
                 "retry-after-header-name=\"Retry-After\""
                 " remaining-calls-header-name=\"x-ratelimit-remaining-requests\" />\r\n"
                 "\t\t</when>\r\n"
                 "\t\t<otherwise>\r\n"
                 "\t\t\t<llm-token-limit counter-key=\"@(context.Subscription?.Id ?? &quot;none&quot;)\" "
                 "tokens-per-minute=\"500\""
                 " estimate-prompt-tokens=\"true\" retry-after-header-name=\"Retry-After\""
                 " remaining-tokens-header-name=\"x-ratelimit-remaining-tokens\" />\r\n"
                 "\t\t</otherwise>\r\n"
                 "\t</choose>\r\n"
                 "</fragment>"));
}

void TestQuotaSheet::everybodyElseAloneIsAWhen()
{
    const auto alone = setServiceQuota(emptyQuotaFragment(), quotaOf("", 500));
    QVERIFY(alone.has_value());
    QCOMPARE(alone->elements("when").at(0).attribute("condition"), std::optional(std::string("@(true)")));
    QVERIFY(alone->elements("otherwise").empty());
    const auto both = setServiceQuota(*alone, quotaOf("checkout", 9000));
    QVERIFY(both.has_value());
    QCOMPARE(both->elements("when").size(), std::size_t(1));
    QVERIFY(both->elements("otherwise").at(0).attributes().empty());
    const auto again = removeServiceQuota(*both, "CHECKOUT");
    QVERIFY(again.has_value());
    QCOMPARE(QString::fromStdString(again->text()), QString::fromStdString(alone->text()));
    const auto none = removeServiceQuota(*again, "");
    QVERIFY(none.has_value());
    QCOMPARE(none->text(), emptyQuotaFragment().text());
}

void TestQuotaSheet::aRaiseIsARuleThatEndsByItself()
{
    ServiceQuota quota = quotaOf("a", 9000);
    quota.owner = "Anna -- Ek {{x}}";
    quota.ticket = "CHG-1";
    quota.raise = TemporaryRaise{DateTime::fromCivil(2026, 6, 1), quotaOf("a", 1000).limits};
    const auto document = setServiceQuota(emptyQuotaFragment(), quota);
    QVERIFY(document.has_value());
    const auto rules = document->elements("when");
    QCOMPARE(rules.size(), std::size_t(2));
    QCOMPARE(rules.at(0).attribute("condition").value(),
             std::string("@(context.Subscription?.Id == \"a\" && DateTime.UtcNow.Ticks < "
                         "639158688000000000L)"));
    QCOMPARE(rules.at(1).attribute("condition").value(), std::string("@(context.Subscription?.Id == \"a\")"));
    QCOMPARE(rules.at(0).children().at(0).attribute("tokens-per-minute").value(), std::string("9000"));
    QCOMPARE(rules.at(1).children().at(0).attribute("tokens-per-minute").value(), std::string("1000"));
    QCOMPARE(rules.at(0).comments().at(0).text(),
             std::string(" gatehouse {\"owner\":\"Anna -\\u002d Ek {\\u007bx}}\",\"ticket\":\"CHG-1\","
                         "\"until\":\"2026-06-01T00:00:00Z\"} "));
    QVERIFY(readQuotaSheet(*document).services.at(0) == quota);

    quota.raise.reset();
    quota.owner.clear();
    quota.ticket.clear();
    const auto plain = setServiceQuota(*document, quota);
    QVERIFY(plain.has_value());
    QCOMPARE(plain->elements("when").size(), std::size_t(1));
    QVERIFY(plain->elements("when").at(0).comments().empty());
    QVERIFY(readQuotaSheet(*plain).services.at(0) == quota);
}

void TestQuotaSheet::aRaiseOfEverybodyElseStandsBehindTheServices()
{
    ServiceQuota everybody = quotaOf("", 900);
    everybody.raise = TemporaryRaise{DateTime::fromCivil(2026, 6, 1), {}};
    const auto raised = setServiceQuota(emptyQuotaFragment(), everybody);
    QVERIFY(raised.has_value());
    everybody.raise->before = quotaOf("", 100).limits;
    const auto both = setServiceQuota(*raised, everybody);
    const auto service = setServiceQuota(both.value(), quotaOf("a", 5));
    QVERIFY2(service.has_value(), service ? "" : service.error().message.c_str());
    QCOMPARE(service->elements("when").at(0).attribute("condition").value(),
             std::string("@(context.Subscription?.Id == \"a\")"));
    QCOMPARE(service->elements("otherwise").size(), std::size_t(1));
    const QuotaSheet sheet = readQuotaSheet(*service);
    QVERIFY(sheet.everybodyElse == everybody);
    QVERIFY(sheet.foreign.empty());
    const auto removed = removeServiceQuota(*service, "");
    QCOMPARE(removed->elements("when").size(), std::size_t(1));
    QVERIFY(removed->elements("otherwise").empty());
}

void TestQuotaSheet::raiseEndsByItself()
{
    ServiceQuota quota = quotaOf("a", 9000);
    const DateTime end = DateTime::fromCivil(2026, 6, 1);
    QCOMPARE(limitsAt(quota, end).tokensPerMinute->text, std::string("9000"));
    quota.raise = TemporaryRaise{end, quotaOf("a", 1000).limits};
    QCOMPARE(limitsAt(quota, end - Ticks(1)).tokensPerMinute->text, std::string("9000"));
    QCOMPARE(limitsAt(quota, end).tokensPerMinute->text, std::string("1000"));
    quota.raise->before = {};
    QVERIFY(limitsAt(quota, end).isEmpty());
}

void TestQuotaSheet::randomSheetsComeBack()
{
    QuotaDraw draw(test::seed());
    const std::vector<std::string> names{"", "checkout", "By-Hand", "fraud-review", "a.b_c", "größe", "0"};
    const auto starts = beginnings();
    for (int i = 0; i < Sheets; ++i) {
        PolicyDocument document = fragment(starts[draw.below(starts.size())]);
        const QuotaSheet before = readQuotaSheet(document);
        Model model = modelOf(before);
        for (int step = 0; step < 12; ++step) {
            const std::string& name = names[draw.below(names.size())];
            const bool removes = draw.below(3) == 0;
            if (removes && (model.count(name) == 0 || name == "By-Hand"))
                continue;
            const ServiceQuota quota = draw.quota(name);
            // A raise over no limits takes the lasting rule away, and foreign parts hinder that.
            if (name == "By-Hand" && quota.raise && quota.raise->before.isEmpty())
                continue;
            const auto next = removes ? removeServiceQuota(document, name) : setServiceQuota(document, quota);
            QVERIFY2(next.has_value(), next ? "" : (next.error().message + document.text()).c_str());
            if (removes)
                model.erase(name);
            else
                model.insert_or_assign(name, quota);
            document = *next;
            const QuotaSheet sheet = readQuotaSheet(document);
            QVERIFY2(modelOf(sheet) == model, document.text().c_str());
            QCOMPARE(sheet.services.size() + (sheet.everybodyElse ? 1 : 0), model.size());
            QCOMPARE(messagesOf(sheet.foreign), messagesOf(before.foreign));
            QCOMPARE(told(sheet.problems), QString());
            verifyShape(document);
            if (QTest::currentTestFailed())
                return;
        }
    }
}

void TestQuotaSheet::otherRulesStayByteForByte()
{
    QuotaDraw draw(test::seed());
    for (int i = 0; i < Sheets; ++i) {
        PolicyDocument document = emptyQuotaFragment();
        for (const char* name : {"one", "two", "three", ""})
            document = setServiceQuota(document, draw.quota(name)).value();
        const std::string& before = document.text();
        const std::size_t start = before.find("<when condition=\"@(context.Subscription?.Id == &quot;two");
        // The raise of a service stands right before its lasting rule.
        const std::size_t end = before.rfind("</when>", before.find("Id == &quot;three"));
        QVERIFY(start != std::string::npos && end != std::string::npos);
        const auto edited = setServiceQuota(document, draw.quota("two"));
        QVERIFY(edited.has_value());
        QVERIFY(edited->text().starts_with(before.substr(0, start)));
        QVERIFY(edited->text().ends_with(before.substr(end)));
        const auto removed = removeServiceQuota(*edited, "two");
        QVERIFY(removed.has_value());
        const std::size_t lineStart = before.rfind('\n', start) + 1;
        const std::size_t lineEnd = before.find('\n', end) + 1;
        QCOMPARE(removed->text(), before.substr(0, lineStart) + before.substr(lineEnd));
    }
}

void TestQuotaSheet::badQuotaIsRefused_data()
{
    QTest::addColumn<int>("which");
    QTest::addColumn<QString>("words");
    const char* words[] = {"no limit",
                           "no id of an APIM subscription",
                           "no id of an APIM subscription",
                           "'tokens-per-minute' must be a whole number",
                           "'calls' must be at most",
                           "'renewal-period' must be a whole number of 1 to 300",
                           "belong together",
                           "belong together",
                           "'token-quota-period' must be Hourly",
                           "The owner is longer",
                           "The ticket is longer",
                           "'tokens-per-minute' must be a whole number",
                           "no moment of the calendar"};
    int which = 0;
    for (const char* expected : words) {
        QTest::newRow(std::to_string(which).c_str()) << which << expected;
        ++which;
    }
}

void TestQuotaSheet::badQuotaIsRefused()
{
    QFETCH(int, which);
    QFETCH(QString, words);
    const std::vector<std::function<void(ServiceQuota&)>> spoilers{
        [](ServiceQuota& quota) { quota.limits = {}; },
        [](ServiceQuota& quota) { quota.service = "a\") || true || (\""; },
        [](ServiceQuota& quota) { quota.service = "a b"; },
        [](ServiceQuota& quota) { quota.limits.tokensPerMinute = number(0); },
        [](ServiceQuota& quota) { quota.limits.calls = number(3'000'000'000); },
        [](ServiceQuota& quota) { quota.limits.callsPeriod = number(301); },
        [](ServiceQuota& quota) { quota.limits.tokenQuota = number(5); },
        [](ServiceQuota& quota) { quota.limits.tokenQuotaPeriod = word("Daily"); },
        [](ServiceQuota& quota) {
            quota.limits.tokenQuota = number(5);
            quota.limits.tokenQuotaPeriod = word("daily");
        },
        [](ServiceQuota& quota) { quota.owner = std::string(201, 'x'); },
        [](ServiceQuota& quota) { quota.ticket = "a\x01"; },
        [](ServiceQuota& quota) {
            quota.raise = TemporaryRaise{DateTime::fromCivil(2026, 1, 1), {}};
            quota.raise->before.tokensPerMinute = LimitValue{LimitValue::Kind::Number, "many"};
        },
        [](ServiceQuota& quota) {
            quota.raise = TemporaryRaise{DateTime{Ticks(-1)}, {}};
        },
    };
    ServiceQuota quota = quotaOf("a", 5);
    QVERIFY(setServiceQuota(emptyQuotaFragment(), quota).has_value());
    spoilers.at(static_cast<std::size_t>(which))(quota);
    const auto refused = setServiceQuota(emptyQuotaFragment(), quota);
    QVERIFY(!refused);
    QVERIFY(refused.error().kind == Error::Kind::InvalidInput);
    QVERIFY2(QString::fromStdString(refused.error().message).contains(words),
             refused.error().message.c_str());
}

void TestQuotaSheet::missingRuleIsNotFound()
{
    const auto written = setServiceQuota(emptyQuotaFragment(), quotaOf("a", 5));
    for (const char* service : {"b", ""}) {
        const auto refused = removeServiceQuota(*written, service);
        QVERIFY(!refused && refused.error().kind == Error::Kind::NotFound);
    }
    QVERIFY(!removeServiceQuota(emptyQuotaFragment(), "a"));
    const auto policies = PolicyDocument::parse("<policies/>", Root::Policies);
    QVERIFY(!setServiceQuota(*policies, quotaOf("a", 5)));
    QVERIFY(readQuotaSheet(*policies).services.empty());
}

GATEHOUSE_TEST_MAIN(TestQuotaSheet)
#include "tst_quotasheet.moc"
