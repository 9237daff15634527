// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/language/language.h"
#include "core/kql/lexer/lexer.h"
#include "tests/support/seed.h"
#include "tests/support/testmain.h"
#include "tests/unit/kql/languageschema.h"

#include <cstdio>
#include <ctime>
#include <functional>
#include <random>

using namespace gatehouse;
namespace language = kql::language;

namespace {

const language::Schema& schema()
{
    static const language::Schema made = test::languageSchema();
    return made;
}

/// The tokens of a text, without its white space.
QStringList valuesOf(const std::string& text)
{
    QStringList values;
    if (const auto tokens = kql::tokenize(text)) {
        for (const kql::Token& token : *tokens)
            values << QString::fromStdString(token.type + ' ' + token.value);
    }
    return values;
}

/// Asks everything about a text and checks that the answers stay within it.
void ask(const std::string& text, std::size_t offset)
{
    for (const language::ClassifiedToken& token : language::classify(text, schema()))
        QVERIFY(token.span.start + token.span.length <= text.size());
    for (const language::Diagnostic& each : language::diagnose(text, schema()))
        QVERIFY(each.span.length > 0 && each.span.start + each.span.length <= text.size());
    const auto replaced = language::complete(text, offset, schema()).replaced;
    QVERIFY(replaced.start <= offset && replaced.start + replaced.length <= text.size());
    const auto block = language::blockAt(text, offset);
    QVERIFY(block.start + block.length <= text.size());
    if (const auto hover = language::hover(text, offset, schema()))
        QVERIFY(hover->span.start + hover->span.length <= text.size());
    static_cast<void>(language::filtersTime(text));
    if (const auto once = language::format(text)) {
        QCOMPARE(valuesOf(*once), valuesOf(text));
        const auto twice = language::format(*once);
        QVERIFY(twice);
        QCOMPARE(*twice, *once);
    }
}

std::vector<std::string> hostileSeeds()
{
    return {
        "let f = (a: long, t: (x: string)) { t | where x has 'y' and a > 1 };\nf(1, T)\n| join kind=inner (U "
        "| "
        "summarize arg_max(TimeGenerated, *) by Model) on $left.Model == $right.Model\n| render timechart",
        "T // c\n| extend a = dynamic({\"b\": [1, 2]}), ['x y'] = datetime(2026-01-01)\n| mv-expand a to "
        "typeof(long)\n\nunion App*, (T | take 1) | top 5 by DurationMs_real desc nulls last",
        "datatable(a: long, b: string) [1, 'x', 2, ```y\n\nz```] | summarize n = count(), make_set(b) by "
        "bin(a, 10)",
        "T | mv-apply p = Properties on (where p > 1 | project p) | parse Model with * 'a' x: long *",
        std::string(300, '(') + "T" + std::string(300, ')'),
        "\xff\xfe\x80 | where \"\\",
        std::string("T\0| x", 6)};
}

void mutate(std::string& text, std::mt19937& random)
{
    static constexpr std::string_view bytes = "()[]{}|,;.'\"`~!=<>-*/\\ \n\r\t$@#%a1_\xc3\xa9";
    const std::size_t at = random() % text.size();
    switch (random() % 4) {
    case 0:
        text.erase(at, 1 + random() % 12);
        break;
    case 1:
        text.insert(at, 1, bytes[random() % bytes.size()]);
        break;
    case 2:
        text[at] = static_cast<char>(random() % 256);
        break;
    default:
        text.insert(at, text.substr(random() % text.size(), random() % 40));
    }
}

/// What 64 KiB are made of, each the worst for some part of the service.
std::vector<std::pair<std::string, std::string>> largeUnits()
{
    return {{"stages", "T | where Tokens > 1 | extend a = Tokens + 1 | summarize count() by Model\n\n"},
            {"lets", "let a = T | where Tokens > 1 | project Tokens;\n"},
            {"one pipeline", "| where Tokens > 1 and Model has 'x'\n"},
            {"long pipeline", "T | extend a = Tokens | "},
            {"parentheses", "("},
            {"brackets", "([{"},
            {"pairs", "()"},
            {"stray bytes", "#"},
            {"stray bytes and words", "#a"},
            {"quotes", "'a\n"},
            {"joins", "T | join (T) on Model | join ("},
            {"functions", "let f = (a: long) { a + a }; "},
            {"wildcards", "union *, A*, "},
            {"commas", "a,"},
            {"dots", "a."},
            {"comments", "//\n"},
            {"parameters", "a: long, "},
            {"parameters and lets", "let f = (a: long, b: long) { let a = b; "},
            {"conditions", "a or "},
            {"open functions", "let f = () { "},
            {"blocks", "a\n\n"},
            {"broken blocks", "T | where\n\n"},
            {"literals", "datetime("},
            {"names", "print x = strcat('a', strrep('aaaaaaaa', 100000))\n\n"}};
}

std::string repeated(const std::string& unit, std::size_t bytes)
{
    std::string text;
    while (text.size() + unit.size() <= bytes)
        text += unit;
    return text;
}

} // namespace

/// What bounds the answers to any text at all, whatever it is.
class LanguageLimitsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void typing_data();
    void typing();
    void anyBytesAreAnswered();
    void largeTexts_data();
    void largeTexts();
};

void LanguageLimitsTest::typing_data()
{
    QTest::addColumn<QString>("text");
    const std::vector<std::string> seeds = hostileSeeds();
    for (std::size_t i = 0; i < 4; ++i)
        QTest::addRow("%d", static_cast<int>(i)) << QString::fromStdString(seeds[i]);
    QTest::newRow("rare operators")
        << "T | make-series n = count() default = 0 on TimeGenerated from ago(1d) to now() step 1h by Model\n"
           "| parse kind=regex Model with 'a' x: long 'b'* | top-nested 3 of Model by sum(Tokens) | evaluate "
           "pivot(Model)\n| scan declare (s: long = 0) with (step a: true => s = s + 1;)\n| render timechart "
           "with (title='x')";
}

/// Each beginning of a query, as it is there while somebody types it.
void LanguageLimitsTest::typing()
{
    QFETCH(QString, text);
    const std::string whole = text.toStdString();
    for (std::size_t length = 0; length <= whole.size(); ++length)
        ask(whole.substr(0, length), length);
}

/// Any bytes get an answer from each function.
void LanguageLimitsTest::anyBytesAreAnswered()
{
    std::mt19937 random(static_cast<std::uint32_t>(test::seed()));
    const std::vector<std::string> seeds = hostileSeeds();
    for (int round = 0; round < 400; ++round) {
        std::string text = seeds[random() % seeds.size()];
        for (std::size_t i = random() % 8; i > 0 && !text.empty(); --i)
            mutate(text, random);
        ask(text, random() % (text.size() + 1));
    }
}

void LanguageLimitsTest::largeTexts_data()
{
    QTest::addColumn<QString>("unit");
    for (const auto& [name, unit] : largeUnits())
        QTest::newRow(name.c_str()) << QString::fromStdString(unit);
}

/// Prints the processor time for 64 KiB, and for 1 MiB of stages. The limit is far above that: it
/// catches what grows with the square of a text.
void LanguageLimitsTest::largeTexts()
{
    QFETCH(QString, unit);
    constexpr double MostSeconds = 20;
    const QString name = QString::fromUtf8(QTest::currentDataTag());
    const bool whole = name == QStringLiteral("stages");
    for (const std::size_t kilobytes : {64U, whole ? 1024U : 1U}) {
        const std::string text = repeated(unit.toStdString(), kilobytes << 10U);
        const std::vector<std::pair<const char*, std::function<void()>>> calls = {
            {"classify", [&] { static_cast<void>(language::classify(text, schema())); }},
            {"diagnose", [&] { static_cast<void>(language::diagnose(text, schema())); }},
            {"complete", [&] { static_cast<void>(language::complete(text, text.size(), schema())); }},
            {"hover", [&] { static_cast<void>(language::hover(text, text.size() - 2, schema())); }},
            {"format", [&] { static_cast<void>(language::format(text)); }},
            {"blockAt", [&] { static_cast<void>(language::blockAt(text, text.size() / 2)); }},
            {"filtersTime", [&] { static_cast<void>(language::filtersTime(text)); }}};
        for (const auto& [what, call] : calls) {
            const std::clock_t start = std::clock();
            call();
            const double spent = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
            std::printf("%-24s %5zu KiB %-12s %8.1f ms\n", QTest::currentDataTag(), kilobytes, what,
                        spent * 1000);
            QVERIFY2(spent < MostSeconds, what);
        }
    }
}

GATEHOUSE_TEST_MAIN(LanguageLimitsTest)
#include "tst_languagelimits.moc"
