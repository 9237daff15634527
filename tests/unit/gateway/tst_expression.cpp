// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/testmain.h"

#include "core/base/encoding.h"
#include "core/gateway/expression/expression.h"

#include "tests/support/seed.h"
#include "tests/unit/gateway/expressioncases.h"

#include <map>
#include <random>

using namespace gatehouse;
using namespace gatehouse::gateway;

namespace {

ExpressionContext sampleContext()
{
    const std::map<std::string, std::string> headers = {{"x-gh-task", "chat"}, {"x-tokens", "120"}};
    const std::map<std::string, ExpressionValue> variables = {{"s", std::string("text")},
                                                              {"n", std::int32_t{7}},
                                                              {"b", true},
                                                              {"real", 2.5},
                                                              {"nothing", {}},
                                                              {"big", std::int64_t{5'000'000'000}}};
    ExpressionContext context;
    context.header = [headers](std::string_view name) -> std::optional<std::string> {
        const auto found = headers.find(toLower(name));
        return found == headers.end() ? std::nullopt : std::optional(found->second);
    };
    context.query = [](std::string_view name) {
        return name == "api-version" ? std::optional<std::string>("2024-10-21") : std::nullopt;
    };
    context.matchedParameter = [](std::string_view name) {
        return name == "deployment-id" ? std::optional<std::string>("gpt-4o") : std::nullopt;
    };
    context.variable = [variables](std::string_view name) -> std::optional<ExpressionValue> {
        const auto found = variables.find(std::string(name));
        return found == variables.end() ? std::nullopt : std::optional(found->second);
    };
    context.method = "POST";
    context.path = "/openai/deployments/gpt-4o/chat/completions";
    context.ipAddress = "10.0.0.1";
    context.subscription = {"sub-1", "Checkout"};
    context.responseStatus = 429;
    context.lastError = {"rate-limit", "TooManyRequests", "slow down"};
    context.requestId = "req-1";
    context.region = "East US";
    context.apiId = "openai";
    context.operationId = "chat";
    context.utcNow = DateTime::fromCivil(2026, 6, 1);
    return context;
}

std::string shown(const ExpressionValue& value)
{
    return isNull(value) ? "null" : typeName(value) + ":" + toText(value);
}

QString text(const std::string& value)
{
    return QString::fromStdString(value);
}

template <typename Cases>
void addRows(const char* group, const Cases& cases)
{
    int number = 0;
    for (const test::ExpressionCase& one : cases)
        QTest::addRow("%s %d: %s", group, ++number, one.text)
            << QByteArray(one.text) << QByteArray(one.gives);
}

/// Random C# and rubbish from the words of the language, its near misses, and bytes.
std::string randomText(std::mt19937_64& random)
{
    static const std::vector<std::string> Words = {"context",
                                                   ".",
                                                   "?.",
                                                   "Request",
                                                   "Headers",
                                                   "GetValueOrDefault",
                                                   "(",
                                                   ")",
                                                   "[",
                                                   "]",
                                                   ",",
                                                   "\"a\"",
                                                   "'c'",
                                                   "1",
                                                   "2147483647",
                                                   "9223372036854775808",
                                                   "1.5",
                                                   "null",
                                                   "true",
                                                   "+",
                                                   "-",
                                                   "*",
                                                   "/",
                                                   "==",
                                                   "<",
                                                   "&&",
                                                   "||",
                                                   "!",
                                                   "?",
                                                   ":",
                                                   "??",
                                                   "(string)",
                                                   "(int)",
                                                   ".Length",
                                                   ".ToLower()",
                                                   ".Split(',')[0]",
                                                   ".Replace(\"a\",\"aa\")",
                                                   "string.IsNullOrEmpty",
                                                   "int.Parse",
                                                   "Variables[\"n\"]",
                                                   "<int>",
                                                   "context.Product?.Id",
                                                   "StringComparison",
                                                   "@\"",
                                                   "\"",
                                                   "\\",
                                                   "{{",
                                                   "//",
                                                   "/*",
                                                   "\n",
                                                   " ",
                                                   "%",
                                                   "\xC3\xA9",
                                                   "\xFF",
                                                   "\0"};
    std::string made = random() % 16 == 0 ? "" : "@(";
    const std::size_t words = random() % 30;
    for (std::size_t i = 0; i < words; ++i)
        made +=
            random() % 64 == 0 ? std::string(1, static_cast<char>(random())) : Words[random() % Words.size()];
    return made + (random() % 4 == 0 ? "" : ")");
}

} // namespace

class TestExpression : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void gives_data()
    {
        QTest::addColumn<QByteArray>("expression");
        QTest::addColumn<QByteArray>("expected");
        addRows("literal", test::LiteralCases);
        addRows("context", test::ContextCases);
        addRows("operator", test::OperatorCases);
        addRows("string", test::StringCases);
    }

    void gives()
    {
        QFETCH(QByteArray, expression);
        QFETCH(QByteArray, expected);
        const bool refused = expected.startsWith("refused:");
        const bool fails = expected.startsWith("error:");
        const QString words = QString::fromUtf8(expected.mid(expected.indexOf(':') + 1));
        const std::string whole = "@(" + expression.toStdString() + ")";
        const auto parsed = Expression::parse(whole);
        if (refused) {
            QVERIFY2(!parsed, "it was accepted");
            QVERIFY2(text(parsed.error().message).contains(words), parsed.error().message.c_str());
            QVERIFY(parsed.error().position.has_value());
            return;
        }
        QVERIFY2(parsed, parsed ? "" : parsed.error().message.c_str());
        const auto value = parsed->evaluate(sampleContext());
        if (fails) {
            QVERIFY2(!value, value ? shown(*value).c_str() : "");
            QVERIFY2(text(value.error().message).contains(words), value.error().message.c_str());
            QCOMPARE(text(value.error().serviceCode), QStringLiteral("ExpressionValueEvaluationFailure"));
            QVERIFY(value.error().position.has_value());
            return;
        }
        QVERIFY2(value, value ? "" : value.error().message.c_str());
        QCOMPARE(text(shown(*value)), QString::fromUtf8(expected));
    }

    void anEmptyContextGivesDefaultsOrErrors_data()
    {
        QTest::addColumn<QString>("expression");
        QTest::addColumn<QString>("expected");
        QTest::newRow("header") << "context.Request.Headers.GetValueOrDefault(\"a\",\"d\")"
                                << "string:d";
        QTest::newRow("variable") << "context.Variables.GetValueOrDefault<int>(\"a\",4)"
                                  << "int:4";
        QTest::newRow("no response yet") << "context.Response.StatusCode"
                                         << "context.Response is null";
        QTest::newRow("no response yet, asked carefully") << "context.Response?.StatusCode == 429"
                                                          << "bool:False";
        QTest::newRow("no error") << "context.LastError.Reason"
                                  << "context.LastError is null";
        QTest::newRow("no error, asked carefully") << "context.LastError?.Reason ?? \"none\""
                                                   << "string:none";
        QTest::newRow("no key") << "context.Subscription.Id"
                                << "context.Subscription is null";
    }

    void anEmptyContextGivesDefaultsOrErrors()
    {
        QFETCH(QString, expression);
        QFETCH(QString, expected);
        const auto parsed = Expression::parse("@(" + expression.toStdString() + ")");
        QVERIFY(parsed.has_value());
        const auto value = parsed->evaluate(ExpressionContext{});
        const QString got = text(value ? shown(*value) : value.error().message);
        QVERIFY2(got.contains(expected), qPrintable(got));
    }

    void placeIsToldInLinesAndColumns_data()
    {
        QTest::addColumn<QByteArray>("whole");
        QTest::addColumn<int>("line");
        QTest::addColumn<int>("column");
        QTest::addColumn<int>("offset");
        QTest::addColumn<int>("length");
        QTest::newRow("an unknown member") << QByteArray("@(context.Foo)") << 1 << 3 << 2 << 11;
        QTest::newRow("the second line") << QByteArray("@(1 +\n  1 % 2)") << 2 << 5 << 10 << 1;
        QTest::newRow("columns are characters") << QByteArray("@(\"é\" % 2)") << 1 << 7 << 7 << 1;
        QTest::newRow("space in front") << QByteArray("  @(1 % 2)") << 1 << 7 << 6 << 1;
        QTest::newRow("no expression") << QByteArray("text") << 1 << 1 << 0 << 0;
        QTest::newRow("a block") << QByteArray(" @{ return 1; }") << 1 << 2 << 1 << 2;
    }

    void placeIsToldInLinesAndColumns()
    {
        QFETCH(QByteArray, whole);
        const auto parsed = Expression::parse(whole.toStdString());
        QVERIFY(!parsed);
        QVERIFY(parsed.error().position.has_value());
        const TextPosition place = *parsed.error().position;
        QTEST(place.line, "line");
        QTEST(place.column, "column");
        QTEST(static_cast<int>(place.offset), "offset");
        QTEST(static_cast<int>(place.length), "length");
    }

    void aFaultNamesItsOperand()
    {
        const auto parsed = Expression::parse("@(1 + int.Parse(\"x\"))");
        const auto value = parsed->evaluate(sampleContext());
        QVERIFY(!value);
        QCOMPARE(value.error().position->offset, std::size_t{16});
        QCOMPARE(value.error().position->length, std::size_t{3});
    }

    void depthIsBounded()
    {
        const auto nested = [](int depth, const char* open, const char* close) {
            std::string whole = "@(";
            for (int i = 0; i < depth; ++i)
                whole += open;
            whole += "true";
            for (int i = 0; i < depth; ++i)
                whole += close;
            return Expression::parse(whole + ")");
        };
        QVERIFY(nested(31, "(", ")").has_value());
        QVERIFY(!nested(32, "(", ")").has_value());
        QVERIFY(nested(30, "!", "").has_value());
        QVERIFY(!nested(32, "!", "").has_value());
        QVERIFY(nested(30, "", ".ToString()").has_value());
        QVERIFY(!nested(32, "", ".ToString()").has_value());
        QVERIFY(!nested(2000, "true ? ", " : false").has_value());
        QVERIFY(text(nested(5000, "(", ")").error().message).contains(QLatin1String("32 levels deep")));
    }

    void aLongChainIsOneLevel()
    {
        std::string whole = "@(false";
        for (int i = 0; i < 1000; ++i)
            whole += " || false";
        const auto parsed = Expression::parse(whole + " || true)");
        QVERIFY(parsed.has_value());
        QCOMPARE(parsed->root().height, 2);
        QCOMPARE(parsed->evaluateBool(ExpressionContext{}).value_or(false), true);
    }

    void sizeIsBounded()
    {
        const std::string filler(Expression::MaxBytes - 4, 'a');
        QVERIFY(Expression::parse("@(\"" + filler + "\")").error().message.find("16 KB") !=
                std::string::npos);
        QVERIFY(Expression::parse("@(\"" + filler.substr(1) + "\")").has_value());
    }

    void textMayNotGrowWithoutBound()
    {
        std::string whole = "@(\"a\"";
        for (int i = 0; i < 25; ++i)
            whole += ".Replace(\"a\", \"aaaaaaaaaaaaaaaa\")";
        const auto parsed = Expression::parse(whole + ")");
        QVERIFY(parsed.has_value());
        QVERIFY(text(parsed->evaluate(ExpressionContext{}).error().message).contains(QLatin1String("1 MiB")));
    }

    void aConditionMustBeTrueOrFalse()
    {
        QCOMPARE(Expression::parse("@(1 < 2)")->evaluateBool({}).value_or(false), true);
        const auto number = Expression::parse("@(1)")->evaluateBool({});
        QVERIFY(!number);
        QVERIFY(text(number.error().message).contains(QLatin1String("must be true or false, not int")));
    }

    void expressionsAreToldFromText_data()
    {
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<bool>("expected");
        QTest::newRow("expression") << QByteArray("@(1)") << true;
        QTest::newRow("with space") << QByteArray("\n @(1)") << true;
        QTest::newRow("block") << QByteArray("@{ return 1; }") << true;
        QTest::newRow("text") << QByteArray("pool") << false;
        QTest::newRow("an address") << QByteArray("a@(b)") << false;
        QTest::newRow("nothing") << QByteArray() << false;
    }

    void expressionsAreToldFromText()
    {
        QFETCH(QByteArray, value);
        QTEST(isExpression(value.toStdString()), "expected");
    }

    void quotedTextMeansItself_data()
    {
        QTest::addColumn<QByteArray>("value");
        QTest::newRow("quotes") << QByteArray("say \"no\" \\ yes");
        QTest::newRow("an expression") << QByteArray("@(1 + 2)");
        QTest::newRow("a named value") << QByteArray("{{secret}} {{{x}}}");
        QTest::newRow("controls") << QByteArray("a\tb\r\nc\0d\x1F\x7F", 10);
        QTest::newRow("line ends of C#") << QByteArray("a\u2028b\u2029c\u0085d");
        QTest::newRow("what XML forbids") << QByteArray("a\xEF\xBF\xBE\xEF\xBF\xBF");
        QTest::newRow("a quote that would end it") << QByteArray("\") || true || (\"");
        QTest::newRow("unicode") << QByteArray("Zürich 東京 😀 <&>'");
        QTest::newRow("nothing") << QByteArray();
    }

    void quotedTextMeansItself()
    {
        QFETCH(QByteArray, value);
        const std::string whole = expressionText(value.toStdString());
        QVERIFY2(whole.find("{{") == std::string::npos, whole.c_str());
        const auto parsed = Expression::parse(whole);
        QVERIFY2(parsed, parsed ? "" : parsed.error().message.c_str());
        QCOMPARE(shown(*parsed->evaluate({})), "string:" + value.toStdString());
    }

    void attributeTextIsAnExpressionOnlyWhereItMustBe()
    {
        for (const char* plain : {"pool", "rule \"a\" <b> & 'c'", "Zürich", "a {b}"})
            QCOMPARE(attributeText(plain), std::string(plain));
        for (const char* other : {"", "@pool", "@(1)", "a {{b}}", "two\nlines", " padded", "padded "})
            QCOMPARE(attributeText(other), expressionText(other));
        QCOMPARE(attributeText("bad \xFF byte"), std::string("bad \xEF\xBF\xBD byte"));
    }

    void rubbishNeverCrashes()
    {
        std::mt19937_64 random(test::seed());
        const ExpressionContext contexts[] = {sampleContext(), {}};
        int accepted = 0;
        for (int i = 0; i < 60'000; ++i) {
            const std::string whole = randomText(random);
            const auto parsed = Expression::parse(whole);
            if (!parsed) {
                QVERIFY2(!parsed.error().message.empty() && parsed.error().position, whole.c_str());
                QVERIFY2(parsed.error().position->offset <= whole.size(), whole.c_str());
                continue;
            }
            ++accepted;
            QVERIFY(parsed->root().height <= Expression::MaxDepth);
            for (const ExpressionContext& context : contexts) {
                const auto value = parsed->evaluate(context);
                QVERIFY2(value || !value.error().message.empty(), whole.c_str());
            }
        }
        QVERIFY2(accepted > 100, qPrintable(QString::number(accepted)));
    }

    void brokenCasesNeverCrash()
    {
        std::mt19937_64 random(test::seed());
        const ExpressionContext context = sampleContext();
        const auto breakEach = [&](const auto& cases) {
            for (const test::ExpressionCase& one : cases) {
                const std::string whole = "@(" + std::string(one.text) + ")";
                for (std::size_t at = 0; at < whole.size(); ++at) {
                    std::string broken = whole;
                    broken[at] = static_cast<char>(random());
                    for (const std::string& candidate : {whole.substr(0, at), broken}) {
                        if (const auto parsed = Expression::parse(candidate))
                            QVERIFY(parsed->evaluate(context).has_value() ||
                                    !parsed->evaluate(context).error().message.empty());
                    }
                }
            }
        };
        breakEach(test::LiteralCases);
        breakEach(test::ContextCases);
        breakEach(test::OperatorCases);
        breakEach(test::StringCases);
    }
};

GATEHOUSE_TEST_MAIN(TestExpression)
#include "tst_expression.moc"
