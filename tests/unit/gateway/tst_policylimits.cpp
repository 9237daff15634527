// SPDX-License-Identifier: GPL-3.0-or-later
// First, since moc cannot read <compare> before a Qt header.
#include "tests/support/testmain.h"

#include "core/gateway/policy/limits.h"

using namespace gatehouse;
using namespace gatehouse::gateway;
using Root = PolicyDocument::Root;
using Kind = LimitValue::Kind;

namespace {

/// The element stands on line 2, from column 2 on.
PolicyDocument fragment(const std::string& element)
{
    return PolicyDocument::parse("<fragment>\n<" + element + "/>\n</fragment>", Root::Fragment).value();
}

PolicyLimit limitOf(const std::string& element)
{
    return readLimits(fragment(element)).at(0);
}

/// "2:5 sentence | …"
std::string told(const std::vector<PolicyProblem>& problems)
{
    std::string text;
    for (const PolicyProblem& problem : problems)
        text += (text.empty() ? "" : " | ") + std::to_string(problem.position.line) + ":" +
                std::to_string(problem.position.column) + " " + problem.message;
    return text;
}

const std::string Token = "llm-token-limit counter-key='k' estimate-prompt-tokens='true' ";
const std::string Rate = "rate-limit-by-key counter-key='k' ";
const std::string Quota = "quota-by-key counter-key='k' ";

void row(const char* name, const std::string& element, const char* expected)
{
    QTest::newRow(name) << QByteArray::fromStdString(element) << expected;
}

void addTokenRows()
{
    row("no key and no estimate", "llm-token-limit tokens-per-minute='1'",
        "2:2 The attribute 'counter-key' is missing. | 2:2 The attribute 'estimate-prompt-tokens' is "
        "missing.");
    row("neither rate nor quota", Token, "2:2 'tokens-per-minute', 'token-quota' or both are needed.");
    row("quota without period", Token + "token-quota='5'", "2:64 'token-quota' needs 'token-quota-period'.");
    row("period without quota", Token + "tokens-per-minute='5' token-quota-period='Daily'",
        "2:86 'token-quota-period' needs 'token-quota'.");
    row("no such period", Token + "token-quota='5' token-quota-period='daily'",
        "2:80 'token-quota-period' must be Hourly, Daily, Weekly, Monthly or Yearly.");
    row("worked out", Token + "token-quota='@(5)' token-quota-period='@(p)'", "");
    row("unknown attribute", Token + "tokens-per-minute='5' tokens-per-hour='5'",
        "2:86 The element has no attribute 'tokens-per-hour'.");
    row("no token", Token + "tokens-per-minute='0'",
        "2:64 'tokens-per-minute' must be a whole number of 1 or more.");
    row("text for a number", Token + "tokens-per-minute='many'",
        "2:64 'tokens-per-minute' must be a whole number of 1 or more.");
    row("half an expression", Token + "tokens-per-minute='@(5'",
        "2:64 'tokens-per-minute' must be a whole number of 1 or more.");
    row("more than 32 bits", Token + "tokens-per-minute='2147483648'",
        "2:64 'tokens-per-minute' must be at most 2147483647.");
    row("a quota of more than 32 bits", Token + "token-quota='2147483648' token-quota-period='Yearly'", "");
    row("no truth", "llm-token-limit counter-key='k' tokens-per-minute='5' estimate-prompt-tokens='yes'",
        "2:56 'estimate-prompt-tokens' must be true or false.");
    row("no header name", Token + "tokens-per-minute='5' retry-after-header-name='a b'",
        "2:86 'retry-after-header-name' must be the name of an HTTP header.");
    row("expression as header name", Token + "tokens-per-minute='5' retry-after-header-name='@(a)'",
        "2:86 'retry-after-header-name' takes no policy expression.");
    row("named value as header name", Token + "tokens-per-minute='5' retry-after-header-name='{{a}}'", "");
    row("empty variable name", Token + "tokens-per-minute='5' retry-after-variable-name=' '",
        "2:86 'retry-after-variable-name' must not be empty.");
}

void addCallRows()
{
    row("empty key", "rate-limit-by-key counter-key='' calls='5' renewal-period='5'",
        "2:20 'counter-key' must not be empty.");
    row("rate without calls", Rate + "renewal-period='5'", "2:2 The attribute 'calls' is missing.");
    row("rate without period", Rate + "calls='5'", "2:2 The attribute 'renewal-period' is missing.");
    row("rate over five minutes", Rate + "calls='5' renewal-period='301'",
        "2:46 'renewal-period' must be a whole number of 1 to 300.");
    row("rate of no time", Rate + "calls='5' renewal-period='0'",
        "2:46 'renewal-period' must be a whole number of 1 to 300.");
    row("rate of five minutes", Rate + "calls='5' renewal-period='300'", "");
    row("counts nothing", Rate + "calls='5' renewal-period='5' increment-count='-1'",
        "2:65 'increment-count' must be a whole number of 0 or more.");
    row("no condition", Rate + "calls='5' renewal-period='5' increment-condition='perhaps'",
        "2:65 'increment-condition' must be true or false.");
    row("plain rate has no key", "rate-limit calls='5' renewal-period='5' counter-key='k'",
        "2:42 The element has no attribute 'counter-key'.");
    row("plain rate takes no expression", "rate-limit calls='@(5)' renewal-period='5'",
        "2:13 'calls' takes no policy expression.");
    row("plain rate takes a named value", "rate-limit calls='{{n}}' renewal-period='5'", "");
    row("quota without limit", Quota + "renewal-period='300'",
        "2:2 'calls', 'bandwidth' or both are needed.");
    row("quota of bandwidth", Quota + "bandwidth='1' renewal-period='300'", "");
    row("quota under five minutes", Quota + "calls='5' renewal-period='299'",
        "2:41 'renewal-period' must be a whole number of seconds, at least 300, or 0 for a quota that is "
        "never "
        "renewed.");
    row("quota below nothing", Quota + "calls='5' renewal-period='-1'",
        "2:41 'renewal-period' must be a whole number of seconds, at least 300, or 0 for a quota that is "
        "never "
        "renewed.");
    row("quota for ever", Quota + "calls='5' renewal-period='0'", "");
    row("quota takes no expression", Quota + "calls='@(5)' renewal-period='300'",
        "2:31 'calls' takes no policy expression.");
    row("quota counts by expression", Quota + "calls='5' renewal-period='300' increment-count='@(1)'", "");
    row("no moment", Quota + "calls='5' renewal-period='300' first-period-start='soon'",
        "2:62 'first-period-start' must be a moment such as 2026-01-01T00:00:00Z.");
}

} // namespace

class TestPolicyLimits : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void valueIsToldByItsText_data();
    void valueIsToldByItsText();
    void tokenLimitIsRead();
    void callLimitsAreRead();
    void quotaIsRead();
    void limitsAreFoundInOrder();
    void rulesAreChecked_data();
    void rulesAreChecked();
    void limitIsEditedInPlace();
    void editThatBreaksARuleIsRefused_data();
    void editThatBreaksARuleIsRefused();
    void whatWasWrongBeforeDoesNotHinder();
};

void TestPolicyLimits::valueIsToldByItsText_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("kind");
    QTest::addColumn<qint64>("number");
    const auto row = [](const char* text, Kind kind, qint64 number = -1) {
        QTest::newRow(*text == '\0' ? "nothing" : text)
            << QByteArray(text) << static_cast<int>(kind) << number;
    };
    row("500", Kind::Number, 500);
    row(" 0500 ", Kind::Number, 500);
    row("0", Kind::Number, 0);
    row("9223372036854775807", Kind::Number, std::numeric_limits<qint64>::max());
    row("9223372036854775808", Kind::Text);
    row("5.5", Kind::Text);
    row("5k", Kind::Text);
    row("", Kind::Text);
    row("@(100 * 2)", Kind::Expression);
    row(" @{ return 5; } ", Kind::Expression);
    row("@({{limit}})", Kind::Expression);
    row("@(", Kind::Text);
    row("{{limit}}", Kind::NamedValue);
    row("{{limit}}000", Kind::NamedValue);
    row("}}{{", Kind::Text);
}

void TestPolicyLimits::valueIsToldByItsText()
{
    QFETCH(QByteArray, text);
    QFETCH(int, kind);
    QFETCH(qint64, number);
    const LimitValue value = LimitValue::of(std::string_view(text.constData()));
    QCOMPARE(static_cast<int>(value.kind), kind);
    QCOMPARE(value.text, text.toStdString());
    QCOMPARE(value.number().value_or(-1), std::int64_t(number));
    if (value.kind == Kind::Number)
        QCOMPARE(LimitValue::of(number).number(), value.number());
}

void TestPolicyLimits::tokenLimitIsRead()
{
    for (const std::string name : {"llm-token-limit", "azure-openai-token-limit"}) {
        const PolicyLimit limit = limitOf(
            name +
            " counter-key='@(context.Subscription.Id)' tokens-per-minute='{{tpm}}' token-quota='100000' "
            "token-quota-period='Monthly' estimate-prompt-tokens='false' id='a' "
            "retry-after-header-name='X-Retry' remaining-tokens-variable-name='left' "
            "remaining-quota-tokens-header-name='q' tokens-consumed-header-name='c'");
        QCOMPARE(told(limit.problems), std::string());
        QCOMPARE(std::string(elementName(limit.kind)), name);
        const auto& values = std::get<TokenLimitPolicy>(limit.values);
        QVERIFY(values.counterKey->kind == Kind::Expression);
        QVERIFY(values.tokensPerMinute->kind == Kind::NamedValue);
        QVERIFY(!values.tokensPerMinute->number());
        QCOMPARE(values.tokenQuota->number(), std::optional(std::int64_t(100000)));
        QCOMPARE(values.tokenQuotaPeriod->text, std::string("Monthly"));
        QCOMPARE(values.estimatePromptTokens->text, std::string("false"));
        QCOMPARE(limit.names, (std::map<std::string, std::string>{{"retry-after-header-name", "X-Retry"},
                                                                  {"remaining-tokens-variable-name", "left"},
                                                                  {"remaining-quota-tokens-header-name", "q"},
                                                                  {"tokens-consumed-header-name", "c"}}));
    }
}

void TestPolicyLimits::callLimitsAreRead()
{
    const PolicyLimit byKey = limitOf(
        Rate + "calls='@(10)' renewal-period='300' increment-condition='@(true)' increment-count='2'");
    QCOMPARE(told(byKey.problems), std::string());
    const auto& values = std::get<RateLimitPolicy>(byKey.values);
    QVERIFY(values.calls->kind == Kind::Expression);
    QCOMPARE(values.renewalPeriod->number(), std::optional(std::int64_t(300)));
    QCOMPARE(values.incrementCount->number(), std::optional(std::int64_t(2)));
    QCOMPARE(values.counterKey->text, std::string("k"));

    const PolicyLimit plain = limitOf("rate-limit calls='20' renewal-period='1'");
    QCOMPARE(told(plain.problems), std::string());
    QVERIFY(!std::get<RateLimitPolicy>(plain.values).counterKey);
    QCOMPARE(std::get<RateLimitPolicy>(plain.values).calls->number(), std::optional(std::int64_t(20)));
}

void TestPolicyLimits::quotaIsRead()
{
    const PolicyLimit limit = limitOf(Quota + "calls='40' bandwidth='{{kb}}' renewal-period='0' "
                                              "first-period-start='2026-01-01T00:00:00Z'");
    QCOMPARE(told(limit.problems), std::string());
    const auto& values = std::get<QuotaPolicy>(limit.values);
    QCOMPARE(values.calls->number(), std::optional(std::int64_t(40)));
    QVERIFY(values.bandwidth->kind == Kind::NamedValue);
    QCOMPARE(values.renewalPeriod->number(), std::optional(std::int64_t(0)));
    QCOMPARE(values.firstPeriodStart->text, std::string("2026-01-01T00:00:00Z"));
}

void TestPolicyLimits::limitsAreFoundInOrder()
{
    const auto document = PolicyDocument::parse(
        "<policies><inbound><rate-limit calls='1' renewal-period='1'><api name='a' calls='2' "
        "renewal-period='2'/></rate-limit><choose><when condition='@(true)'><quota-by-key/>"
        "</when></choose></inbound><outbound><llm-token-limit/></outbound></policies>",
        Root::Policies);
    std::vector<LimitPolicy> kinds;
    for (const PolicyLimit& limit : readLimits(*document))
        kinds.push_back(limit.kind);
    QCOMPARE(kinds,
             (std::vector{LimitPolicy::RateLimit, LimitPolicy::QuotaByKey, LimitPolicy::LlmTokenLimit}));
    QVERIFY(!readLimit(document->root()));
}

void TestPolicyLimits::rulesAreChecked_data()
{
    QTest::addColumn<QByteArray>("element");
    QTest::addColumn<QString>("expected");
    addTokenRows();
    addCallRows();
}

void TestPolicyLimits::rulesAreChecked()
{
    QFETCH(QByteArray, element);
    QFETCH(QString, expected);
    QCOMPARE(QString::fromStdString(told(limitOf(element.toStdString()).problems)), expected);
}

void TestPolicyLimits::limitIsEditedInPlace()
{
    const PolicyDocument document =
        fragment("llm-token-limit  tokens-per-minute = '100'\r\n counter-key=\"k\" "
                 "estimate-prompt-tokens='true'");
    const auto edit = editLimit(document, document.elements("llm-token-limit").at(0),
                                {{"tokens-per-minute", LimitValue::of(250)},
                                 {"token-quota", LimitValue::of(std::string_view("@(q)"))},
                                 {"token-quota-period", LimitValue::of(std::string_view("Daily"))},
                                 {"tokens-consumed-header-name", std::nullopt}});
    QVERIFY2(edit.has_value(), edit ? "" : edit.error().message.c_str());
    QCOMPARE(edit->document.text(),
             std::string("<fragment>\n<llm-token-limit  tokens-per-minute = '250'\r\n counter-key=\"k\" "
                         "estimate-prompt-tokens='true' token-quota='@(q)' token-quota-period='Daily'/>\n"
                         "</fragment>"));
    const auto back = editLimit(edit->document, edit->element,
                                {{"token-quota", std::nullopt},
                                 {"token-quota-period", std::nullopt},
                                 {"tokens-per-minute", LimitValue::of(100)}});
    QCOMPARE(back->document.text(), document.text());
}

void TestPolicyLimits::editThatBreaksARuleIsRefused_data()
{
    QTest::addColumn<QByteArray>("attribute");
    QTest::addColumn<QByteArray>("value"); // null removes
    QTest::addColumn<QString>("words");
    QTest::newRow("range") << QByteArray("renewal-period") << QByteArray("301") << "1 to 300";
    QTest::newRow("text") << QByteArray("calls") << QByteArray("x") << "whole number";
    QTest::newRow("unknown") << QByteArray("colour") << QByteArray("red") << "no attribute 'colour'";
    QTest::newRow("required") << QByteArray("calls") << QByteArray() << "'calls' is missing";
}

void TestPolicyLimits::editThatBreaksARuleIsRefused()
{
    QFETCH(QByteArray, attribute);
    QFETCH(QByteArray, value);
    QFETCH(QString, words);
    const PolicyDocument document = fragment(Rate + "calls='5' renewal-period='60'");
    const auto changed =
        value.isNull() ? std::nullopt : std::optional(LimitValue::of(std::string_view(value.constData())));
    const auto edit = editLimit(document, document.elements("rate-limit-by-key").at(0),
                                {{attribute.toStdString(), changed}});
    QVERIFY(!edit);
    QVERIFY(edit.error().kind == Error::Kind::InvalidInput);
    QVERIFY2(QString::fromStdString(edit.error().message).contains(words), edit.error().message.c_str());
    QVERIFY(!editLimit(document, document.root(), {}));
}

void TestPolicyLimits::whatWasWrongBeforeDoesNotHinder()
{
    const PolicyDocument document = fragment(Rate + "calls='5' renewal-period='900' colour='red'");
    const PolicyElement element = document.elements("rate-limit-by-key").at(0);
    const auto edit = editLimit(document, element, {{"calls", LimitValue::of(6)}});
    QVERIFY(edit.has_value());
    QCOMPARE(edit->element.attribute("calls"), std::optional(std::string("6")));
    QCOMPARE(readLimit(edit->element)->problems.size(), std::size_t(2));
    QVERIFY(!editLimit(document, element, {{"renewal-period", LimitValue::of(901)}}));
    QVERIFY(editLimit(document, element, {{"renewal-period", LimitValue::of(90)}}).has_value());
}

GATEHOUSE_TEST_MAIN(TestPolicyLimits)
#include "tst_policylimits.moc"
