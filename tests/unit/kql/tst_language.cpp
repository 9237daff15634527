// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/language/language.h"
#include "tests/support/testmain.h"
#include "tests/unit/kql/languageschema.h"

using namespace gatehouse;
namespace language = kql::language;

namespace {

const language::Schema& schema()
{
    static const language::Schema made = test::languageSchema();
    return made;
}

template <typename... Words>
QStringList list(Words... words)
{
    return {QString::fromUtf8(words)...};
}

QStringList labelsOf(const language::CompletionList& found)
{
    QStringList labels;
    for (const language::Completion& item : found.items)
        labels << QString::fromStdString(item.label);
    return labels;
}

QString slice(const std::string& text, language::Span span)
{
    return QString::fromStdString(text.substr(span.start, span.length));
}

/// At the start of a query and in the operators of one table.
void addStages()
{
    QTest::newRow("empty text") << "^"
                                << "T" << list("let", "print", "AppRequests") << list("where", "Tokens");
    QTest::newRow("after a pipe") << "T | ^"
                                  << "where" << list("summarize", "project-away") << list("T", "Tokens");
    QTest::newRow("half an operator") << "T | project-a^"
                                      << "project-away" << list() << list("where");
    QTest::newRow("inside where") << "T | where ^"
                                  << "TimeGenerated" << list("Tokens", "ago", "tostring")
                                  << list("Cost", "sum", "where");
    QTest::newRow("half a column") << "T | where Tok^"
                                   << "Tokens" << list() << list("Model");
    QTest::newRow("initials") << "T | where tg^"
                              << "TimeGenerated" << list() << list();
    QTest::newRow("after an operand")
        << "T | where Model ^"
        << "==" << list("has", "contains", "and", "in") << list("Tokens", "ago");
    QTest::newRow("after a comparison") << "T | where Tokens > 1 and ^"
                                        << "TimeGenerated" << list() << list("has");
    QTest::newRow("project after a comma") << "T | project Model, ^"
                                           << "TimeGenerated" << list("Tokens") << list("Cost");
    QTest::newRow("project-away") << "T | project-away ^"
                                  << "TimeGenerated" << list("Tokens") << list("ago");
    QTest::newRow("project-rename") << "T | project-rename X = ^"
                                    << "TimeGenerated" << list() << list("ago");
    QTest::newRow("summarize") << "T | summarize ^"
                               << "count" << list("by", "arg_max") << list("Cost");
    QTest::newRow("inside an aggregate") << "T | summarize sum(^"
                                         << "TimeGenerated" << list("Tokens", "iff") << list("countif");
    QTest::newRow("after an aggregate") << "T | summarize count() ^"
                                        << "by" << list() << list("Tokens");
    QTest::newRow("summarize by") << "T | summarize count() by ^"
                                  << "TimeGenerated" << list("Model", "bin") << list("sum");
    QTest::newRow("sort") << "T | sort ^"
                          << "by" << list() << list("Tokens");
    QTest::newRow("sort by") << "T | sort by ^"
                             << "TimeGenerated" << list("Tokens") << list();
    QTest::newRow("sort by a column") << "T | sort by Tokens ^"
                                      << "asc" << list("desc", "nulls last") << list();
}

/// In operators with several tables, and in render.
void addTables()
{
    QTest::newRow("after join") << "T | join ^"
                                << "kind=" << list("U", "T") << list("Tokens");
    QTest::newRow("kind of join") << "T | join kind=^"
                                  << "leftouter" << list("inner", "leftanti") << list("U");
    QTest::newRow("half a kind") << "T | join kind=lefts^"
                                 << "leftsemi" << list() << list("inner");
    QTest::newRow("after the right table") << "T | join kind=inner (U) ^"
                                           << "on" << list() << list("U");
    QTest::newRow("join on") << "T | join kind=inner (U | where Cost > 1) on ^"
                             << "TimeGenerated" << list("Model", "$left.", "$right.")
                             << list("Cost", "Tokens");
    QTest::newRow("join on left") << "T | join (U) on $left.^"
                                  << "TimeGenerated" << list("Tokens") << list("Cost");
    QTest::newRow("join on right") << "T | join (U) on $left.Model == $right.^"
                                   << "TimeGenerated" << list("Cost") << list("Tokens");
    QTest::newRow("inside the right table") << "T | join (U | where ^"
                                            << "TimeGenerated" << list("Cost") << list("Tokens");
    QTest::newRow("head of the right table") << "T | join (^"
                                             << "T" << list("U") << list("Tokens");
    QTest::newRow("union") << "union ^"
                           << "withsource=" << list("T", "U") << list();
    QTest::newRow("union list") << "T | union U, ^"
                                << "T" << list("AppRequests") << list("Tokens");
    QTest::newRow("charts") << "T | render ^"
                            << "timechart" << list("piechart") << list("Tokens");
    QTest::newRow("properties of a chart") << "T | render timechart with (^"
                                           << "title" << list("ycolumns") << list();
    QTest::newRow("kind of chart") << "T | render columnchart with (kind=^"
                                   << "default" << list("stacked") << list();
}

/// Types, names of let, blocks.
void addValues()
{
    QTest::newRow("types") << "T | extend a = extract('x', 0, Model, typeof(^"
                           << "string" << list("long") << list();
    QTest::newRow("types of a datatable") << "datatable(a: ^"
                                          << "string" << list("datetime") << list("T");
    QTest::newRow("types of a parameter") << "let f = (a: ^"
                                          << "string" << list("long") << list("T");
    QTest::newRow("mv-expand to") << "T | mv-expand Properties ^"
                                  << "to typeof(" << list() << list();
    QTest::newRow("plugins") << "T | evaluate ^"
                             << "pivot" << list("bag_unpack") << list("Tokens");
    QTest::newRow("inside a let function") << "let f = (n: long, rows: (A: string, B: real)) { rows | where ^"
                                           << "A" << list("B", "n") << list("Tokens");
    QTest::newRow("body of a let function") << "let f = (n: long) { ^"
                                            << "n" << list("T", "let") << list();
    QTest::newRow("value of a let") << "let x = ^"
                                    << "T" << list("ago", "datatable") << list("Tokens");
    QTest::newRow("a let scalar") << "let limit1 = 5; T | where Tokens > lim^"
                                  << "limit1" << list() << list();
    QTest::newRow("a let table") << "let calls = T | take 1;\n^"
                                 << "calls" << list("T") << list();
    QTest::newRow("a let function") << "let twice = (n: long) { n * 2 };\nT | extend twi^"
                                    << "twice" << list() << list();
    QTest::newRow("a block of its own") << "T | where Tokens > 1\n\n^"
                                        << "T" << list("let") << list("where");
    QTest::newRow("next line of a block") << "T\n| ^"
                                          << "where" << list() << list("T");
    QTest::newRow("in front of what follows") << "T | where ^ > 1 | take 5"
                                              << "TimeGenerated" << list() << list();
    QTest::newRow("list of in") << "T | where Model in (^"
                                << "TimeGenerated" << list("U", "tolower") << list();
}

} // namespace

class LanguageTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void completes_data();
    void completes();
    void completesNothing_data();
    void completesNothing();
    void replacesTheWord_data();
    void replacesTheWord();
    void insertsQuotedNames();
    void everyFunctionHasASignature();
    void columnsInScope_data();
    void columnsInScope();
};

void LanguageTest::completes_data()
{
    QTest::addColumn<QString>("marked");
    QTest::addColumn<QString>("first"); ///< the first item; "" when any may be
    QTest::addColumn<QStringList>("has");
    QTest::addColumn<QStringList>("lacks");
    addStages();
    addTables();
    addValues();
}

void LanguageTest::completes()
{
    QFETCH(QString, marked);
    QFETCH(QString, first);
    QFETCH(QStringList, has);
    QFETCH(QStringList, lacks);
    const test::CaretText at(marked.toStdString());
    const QStringList labels = labelsOf(language::complete(at.text, at.caret, schema()));
    if (!first.isEmpty())
        QCOMPARE(labels.isEmpty() ? QString() : labels.front(), first);
    for (const QString& label : has)
        QVERIFY2(labels.contains(label), qPrintable(label + QStringLiteral(" not in ") + labels.join(u' ')));
    for (const QString& label : lacks)
        QVERIFY2(!labels.contains(label), qPrintable(label));
}

void LanguageTest::completesNothing_data()
{
    QTest::addColumn<QString>("marked");
    for (const char* marked :
         {"T | where Model == 'ab^c'", "T | where Model == 'abc^", "T // com^ment", "T // comment^",
          "T | where Tokens > 12^", "T | where TimeGenerated > datetime(2026-^01-01)", "T | count ^",
          "T | extend a = ```x ^ y```", "let ^", "T | where Properties.^"})
        QTest::newRow(marked) << QString::fromUtf8(marked);
}

void LanguageTest::completesNothing()
{
    QFETCH(QString, marked);
    const test::CaretText at(marked.toStdString());
    QCOMPARE(labelsOf(language::complete(at.text, at.caret, schema())), QStringList());
}

void LanguageTest::replacesTheWord_data()
{
    QTest::addColumn<QString>("marked");
    QTest::addColumn<QString>("replaced");
    QTest::newRow("nothing typed") << "T | ^"
                                   << "";
    QTest::newRow("in the middle") << "T | whe^re Tokens"
                                   << "where";
    QTest::newRow("before a word") << "T | ^where Tokens"
                                   << "";
    QTest::newRow("hyphens") << "T | project-aw^"
                             << "project-aw";
    QTest::newRow("minus is no hyphen") << "T | extend a = Tokens-Tok^"
                                        << "Tok";
    QTest::newRow("negated") << "T | where Model !h^"
                             << "!h";
    QTest::newRow("side") << "T | join (U) on $le^"
                          << "$le";
}

void LanguageTest::replacesTheWord()
{
    QFETCH(QString, marked);
    QFETCH(QString, replaced);
    const test::CaretText at(marked.toStdString());
    QCOMPARE(slice(at.text, language::complete(at.text, at.caret, schema()).replaced), replaced);
}

void LanguageTest::insertsQuotedNames()
{
    const test::CaretText odd("T | project Odd^");
    const auto found = language::complete(odd.text, odd.caret, schema());
    QVERIFY(!found.items.empty());
    QCOMPARE(found.items.front().insert, std::string("['Odd name']"));
    QCOMPARE(found.items.front().detail, std::string("string"));
    const test::CaretText call("T | extend a = tostr^");
    QCOMPARE(language::complete(call.text, call.caret, schema()).items.front().insert,
             std::string("tostring("));
    const test::CaretText called("T | extend a = tostr^(Model)");
    QCOMPARE(language::complete(called.text, called.caret, schema()).items.front().insert,
             std::string("tostring"));
}

/// Also one that nobody has described: its parameters are then those of the registry.
void LanguageTest::everyFunctionHasASignature()
{
    const auto all = language::complete("T | summarize ", 14, schema()).items;
    QVERIFY(all.size() > 200);
    for (const language::Completion& item : all) {
        if (item.kind == language::TokenKind::Function)
            QVERIFY2(item.detail.starts_with(item.label + "(") && item.detail.ends_with(')'),
                     item.label.c_str());
    }
}

void LanguageTest::columnsInScope_data()
{
    QTest::addColumn<QString>("before");
    QTest::addColumn<QString>("columns");
    QTest::newRow("table") << "T"
                           << "TimeGenerated Tokens Model Properties Odd name";
    QTest::newRow("summarize") << "T | summarize Sum = sum(Tokens), count() by Model, bin(TimeGenerated, 1h)"
                               << "Model TimeGenerated Sum count_";
    QTest::newRow("project") << "T | project A = Tokens * 2, Model"
                             << "A Model";
    QTest::newRow("extend") << "U | extend B = Cost * 2"
                            << "TimeGenerated Model Cost B";
    QTest::newRow("join") << "U | join kind=inner (T | project Model, Tokens) on Model"
                          << "TimeGenerated Model Cost Model1 Tokens";
    QTest::newRow("mv-expand") << "T | project Properties | mv-expand P = Properties to typeof(long)"
                               << "Properties P";
    QTest::newRow("wildcards of union") << "union App* | project-away TimeGenerated"
                                        << "Name DurationMs_real Target DurationMs_long";
    QTest::newRow("two wildcards of one length") << "union AppReq*, AppDep* | project-away TimeGenerated"
                                                 << "Name DurationMs_real Target DurationMs_long";
    QTest::newRow("let table") << "let x = T | project Q = Tokens;\nx"
                               << "Q";
    QTest::newRow("let function") << "let f = (a: long) { T | project R = Tokens + a };\nf(1)"
                                  << "R";
    QTest::newRow("toscalar") << "let m = toscalar(T | summarize max(Tokens)); T | project S = m"
                              << "S";
    QTest::newRow("a stage that does not bind") << "U | where Nothing == 1 | project Cost"
                                                << "Cost";
    QTest::newRow("a stage that is no KQL") << "U | where == | project Cost"
                                            << "Cost";
    QTest::newRow("a let that is no KQL") << "let y = 1 +; U | project Cost"
                                          << "Cost";
    QTest::newRow("as") << "U | project Cost | as V | union V"
                        << "Cost";
    QTest::newRow("range") << "range i from 1 to 3 step 1"
                           << "i";
    QTest::newRow("datatable") << "datatable(a: string, b: real) ['x', 1.5]"
                               << "a b";
    QTest::newRow("arg_max") << "U | summarize arg_max(TimeGenerated, *) by Model"
                             << "Model TimeGenerated Cost";
}

void LanguageTest::columnsInScope()
{
    QFETCH(QString, before);
    QFETCH(QString, columns);
    const std::string text = before.toStdString() + "\n| where ";
    QStringList found;
    for (const language::Completion& item : language::complete(text, text.size(), schema()).items) {
        if (item.kind == language::TokenKind::Column)
            found << QString::fromStdString(item.label);
    }
    QStringList expected = columns.split(u' ');
    if (const qsizetype odd = expected.indexOf(QStringLiteral("Odd")); odd >= 0) {
        expected[odd] = QStringLiteral("Odd name");
        expected.removeAt(odd + 1);
    }
    QCOMPARE(found, expected);
}

GATEHOUSE_TEST_MAIN(LanguageTest)
#include "tst_language.moc"
