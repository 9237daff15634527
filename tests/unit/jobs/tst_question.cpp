// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/question.h"
#include "core/kql/engine.h"
#include "tests/support/testmain.h"

using namespace gatehouse;
using jobs::Literal;
using jobs::Question;

namespace {

/// A workspace without a table.
class NoTables final : public kql::Catalog
{
public:
    std::shared_ptr<const kql::TableSource> find(std::string_view) const override { return nullptr; }
    std::vector<std::string> tableNames() const override { return {}; }
};

Result<QueryAnswer> run(const std::string& query)
{
    const NoTables catalog;
    kql::QueryOptions options;
    options.now = DateTime::fromCivil(2026, 6, 1);
    auto execution = kql::execute(query, catalog, options);
    if (!execution)
        return fail(execution.error());
    return std::move(execution->answer);
}

/// The same bytes with every broken sequence as U+FFFD, as the literal promises.
std::string asUtf8(const QByteArray& bytes)
{
    QStringDecoder decoder(QStringDecoder::Utf8,
                           QStringDecoder::Flag::ConvertInitialBom | QStringDecoder::Flag::Stateless);
    return QString(decoder(bytes)).toStdString();
}

} // namespace

class TestQuestion : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void textStaysOneLiteral_data();
    void textStaysOneLiteral();
    void listsKeepTheirItems();
    void typedLiterals();
    void everyQuestionIsInTheResources_data();
    void everyQuestionIsInTheResources();
    void parametersStandBeforeTheQuestion();
    void unknownQuestionIsAnError();
    void missingTables_data();
    void missingTables();
};

void TestQuestion::textStaysOneLiteral_data()
{
    QTest::addColumn<QByteArray>("value");
    const QList<QByteArray> values{
        "",
        "plain",
        "gpt-4o",
        "\"",
        "'",
        "\\",
        "\\\"",
        "\\\\\"",
        "\"; drop",
        "\" | take 0 //",
        "' | take 0 //",
        "\"; let services = dynamic([]); print \"",
        "x\" or true or \"\" == \"",
        "x' or true or '' == '",
        "h\"obfuscated\"",
        "h@'verbatim'",
        "@\"verbatim\"\"",
        "@'a''b'",
        "```multi```",
        "~~~multi~~~",
        "// comment",
        "/* comment */",
        "a // b",
        "| union *",
        "| externaldata(x:string)[\"h\"]",
        "let x = 1;",
        "; union *",
        "dynamic([])",
        "])",
        "\"])",
        "\", \"",
        "]}",
        "{\"a\": 1}",
        "datetime(null)",
        "arg(\"\").Resources",
        "workspace('other').T",
        "%s%n%d",
        "%1 %2",
        "$left",
        "{{value}}",
        "${jndi}",
        "line\nbreak",
        "carriage\rreturn",
        "both\r\n",
        "tab\tstop",
        "bell\a",
        "\x1b[31mred",
        QByteArray("nul\0byte", 8),
        "\x7f",
        "\xc2\x85next line",
        "\xe2\x80\xa8line separator",
        "\xe2\x80\xa9paragraph separator",
        "\xe2\x80\xaeright to left",
        "\xe2\x80\x8bzero width",
        "\xef\xbb\xbf"
        "byte order mark",
        "\xef\xbc\x82"
        "full-width quote",
        "\xc3\xa4\xc3\xb6\xc3\xbc",
        "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e",
        "\xf0\x9f\x98\x80 beyond the first plane",
        "e\xcc\x81 combining",
        "\xff\xfe no UTF-8",
        "cut \xe2\x82",
        "\xc0\xaf overlong",
        "\xed\xa0\x80 half a surrogate",
        "\\u0022",
        "\\x22",
        "\\n",
        QByteArray(5000, 'a'),
        QByteArray(200, '"'),
        QByteArray(200, '\\'),
    };
    int number = 0;
    for (const QByteArray& value : values)
        QTest::addRow("%02d %s", number++, value.left(20).toPercentEncoding(" |;,()[]{}").constData())
            << value;
}

void TestQuestion::textStaysOneLiteral()
{
    QFETCH(QByteArray, value);
    const std::string wanted = asUtf8(value);
    const Literal literal = Literal::text(std::string_view(value.constData(), std::size_t(value.size())));

    // A line of a query can hold it: nothing in it ends a line or hides.
    for (const char c : literal.kql())
        QVERIFY(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);

    const auto answer = run("let value = " + literal.kql() + ";\nprint Got = value, Length = strlen(value)");
    QVERIFY2(answer, answer ? "" : answer.error().message.c_str());
    QCOMPARE(answer->tables.size(), std::size_t(1));
    const Table& table = answer->primary();
    QCOMPARE(table.rowCount(), std::size_t(1));
    QCOMPARE(table.columnCount(), std::size_t(2));
    QCOMPARE(std::string(table.column(0).textAt(0)), wanted);

    const auto inList = run("let values = " + Literal::texts({"first", wanted, "last"}).kql() +
                            ";\nprint Count = array_length(values), Got = tostring(values[1])");
    QVERIFY2(inList, inList ? "" : inList.error().message.c_str());
    QCOMPARE(inList->primary().column(0).integerAt(0), std::int64_t(3));
    QCOMPARE(std::string(inList->primary().column(1).textAt(0)), wanted);
}

void TestQuestion::listsKeepTheirItems()
{
    QCOMPARE(Literal::texts({}).kql(), std::string("dynamic([])"));
    QCOMPARE(Literal::texts({"a", "b\"c"}).kql(), std::string("dynamic([\"a\", \"b\\\"c\"])"));
}

void TestQuestion::typedLiterals()
{
    const DateTime moment = DateTime::fromCivil(2026, 6, 1) + Ticks(1'234'567);
    QCOMPARE(Literal::moment(moment).kql(), std::string("datetime(2026-06-01T00:00:00.1234567Z)"));
    QCOMPARE(Literal::timespan(std::chrono::hours(30)).kql(), std::string("timespan(1.06:00:00)"));
    QCOMPARE(Literal::flag(true).kql(), std::string("true"));

    const auto answer = run("print At = " + Literal::moment(moment).kql() +
                            ", For = " + Literal::timespan(std::chrono::hours(30)).kql() +
                            ", Is = " + Literal::flag(false).kql());
    QVERIFY2(answer, answer ? "" : answer.error().message.c_str());
    const Table& table = answer->primary();
    QVERIFY(table.column(0).type() == ColumnType::DateTime);
    QCOMPARE(table.column(0).integerAt(0), moment.sinceYearOne.count());
    QVERIFY(table.column(1).type() == ColumnType::Timespan);
    QCOMPARE(table.column(1).integerAt(0), Ticks(std::chrono::hours(30)).count());
    QVERIFY(table.column(2).type() == ColumnType::Bool);
    QCOMPARE(table.column(2).boolAt(0), false);
}

void TestQuestion::everyQuestionIsInTheResources_data()
{
    QTest::addColumn<QString>("name");
    for (const char* name :
         {"attempts", "attempts-final", "calls", "calls-without-llm-log", "endpoint-attempts",
          "endpoint-figures", "usage-by-key", "usage-over-time", "usage-totals", "workspace-extent"})
        QTest::newRow(name) << QString::fromLatin1(name);
}

void TestQuestion::everyQuestionIsInTheResources()
{
    QFETCH(QString, name);
    const auto kql = Question({name.toStdString()}).kql();
    QVERIFY(kql);
    // Each says in its first line what it asks.
    QVERIFY(kql->starts_with("// "));
}

void TestQuestion::parametersStandBeforeTheQuestion()
{
    Question question({"attempts", "endpoint-figures"});
    question.with("allBackends", Literal::flag(true)).with("backends", Literal::texts({"x"}));
    const auto kql = question.kql();
    QVERIFY(kql);
    QVERIFY(kql->starts_with("let allBackends = true;\nlet backends = dynamic([\"x\"]);\n"));
    QVERIFY(kql->find("let attempts =") < kql->find("P99Ms"));
}

void TestQuestion::unknownQuestionIsAnError()
{
    const auto kql = Question({"no-such-question"}).kql();
    QVERIFY(!kql);
    QVERIFY(kql.error().kind == Error::Kind::Internal);
}

void TestQuestion::missingTables_data()
{
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("message");
    QTest::addColumn<bool>("missing");
    QTest::newRow("the service's words")
        << "SEM0100"
        << "'where' operator: Failed to resolve table or column expression named 'AppDependencies'" << true;
    QTest::newRow("another table")
        << "SEM0100"
        << "'where' operator: Failed to resolve table or column expression named 'AppRequests'" << false;
    QTest::newRow("a column") << "SEM0100"
                              << "Failed to resolve scalar expression named 'Target'" << false;
    QTest::newRow("another failure") << "SEM0219"
                                     << "AppDependencies is too large" << false;
    QTest::newRow("no semantic error") << "SYN0002"
                                       << "cannot resolve AppDependencies" << false;
}

void TestQuestion::missingTables()
{
    QFETCH(QString, code);
    QFETCH(QString, message);
    Error error;
    error.serviceCode = code.toStdString();
    error.message = message.toStdString();
    QFETCH(bool, missing);
    QCOMPARE(jobs::isMissingTable(error, "AppDependencies"), missing);
}

GATEHOUSE_TEST_MAIN(TestQuestion)
#include "tst_question.moc"
