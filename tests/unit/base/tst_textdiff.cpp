// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/seed.h"
#include "tests/support/testmain.h"

#include "core/base/textdiff.h"

#include <QtCore/QElapsedTimer>

#include <algorithm>
#include <random>

using namespace gatehouse;
using Kind = DiffLine::Kind;

namespace {

/// The text of the lines that are not of one kind: what the comparison says that a side was.
std::string sideWithout(const std::vector<DiffLine>& lines, Kind left)
{
    std::string text;
    bool first = true;
    for (const DiffLine& line : lines) {
        if (line.kind == left)
            continue;
        text += first ? "" : "\n";
        text += line.text;
        first = false;
    }
    return text;
}

std::string shorthand(const std::vector<DiffLine>& lines)
{
    std::string text;
    for (const DiffLine& line : lines) {
        text += line.kind == Kind::Same      ? '='
                : line.kind == Kind::Added   ? '+'
                : line.kind == Kind::Removed ? '-'
                                             : '~';
        text += line.kind == Kind::Gap ? std::to_string(line.hidden) : line.text;
    }
    return text;
}

std::size_t edits(const std::vector<DiffLine>& lines)
{
    return static_cast<std::size_t>(std::count_if(
        lines.begin(), lines.end(), [](const DiffLine& line) { return line.kind != Kind::Same; }));
}

/// The fewest lines that must go and come, by the textbook's table.
std::size_t fewestEdits(const std::string& before, const std::string& after)
{
    const QStringList a = QString::fromStdString(before).split(u'\n');
    const QStringList b = QString::fromStdString(after).split(u'\n');
    std::vector<std::vector<std::size_t>> common(
        static_cast<std::size_t>(a.size()) + 1,
        std::vector<std::size_t>(static_cast<std::size_t>(b.size()) + 1));
    for (std::size_t i = 1; i < common.size(); ++i) {
        for (std::size_t j = 1; j < common[i].size(); ++j)
            common[i][j] = a[qsizetype(i) - 1] == b[qsizetype(j) - 1]
                               ? common[i - 1][j - 1] + 1
                               : std::max(common[i - 1][j], common[i][j - 1]);
    }
    return static_cast<std::size_t>(a.size() + b.size()) - 2 * common.back().back();
}

std::string randomText(std::mt19937& random, int words)
{
    std::string text;
    const int lines = std::uniform_int_distribution(0, 30)(random);
    for (int i = 0; i < lines; ++i) {
        text += std::string(1, static_cast<char>('a' + std::uniform_int_distribution(0, words)(random)));
        if (i + 1 < lines || random() % 2 == 0)
            text += '\n';
    }
    return text;
}

std::string numbered(int lines, int from = 0)
{
    std::string text;
    for (int i = 0; i < lines; ++i)
        text += "line " + std::to_string(from + i) + "\n";
    return text;
}

} // namespace

class TestTextDiff : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void comparesLineByLine_data()
    {
        QTest::addColumn<QString>("before");
        QTest::addColumn<QString>("after");
        QTest::addColumn<QString>("expected");
        QTest::newRow("nothing at all") << ""
                                        << ""
                                        << "=";
        QTest::newRow("the same") << "a\nb"
                                  << "a\nb"
                                  << "=a=b";
        QTest::newRow("a line changed") << "a\nb\nc"
                                        << "a\nx\nc"
                                        << "=a-b+x=c";
        QTest::newRow("a line came") << "a\nc"
                                     << "a\nb\nc"
                                     << "=a+b=c";
        QTest::newRow("a line went") << "a\nb\nc"
                                     << "a\nc"
                                     << "=a-b=c";
        QTest::newRow("the last line feed") << "a\n"
                                            << "a"
                                            << "=a-";
        QTest::newRow("a line end") << "a\r\nb"
                                    << "a\nb"
                                    << "-a\r+a=b";
        QTest::newRow("moved") << "a\nb\nc"
                               << "c\na\nb"
                               << "+c=a=b-c";
    }
    void comparesLineByLine()
    {
        QFETCH(QString, before);
        QFETCH(QString, after);
        QFETCH(QString, expected);
        QCOMPARE(QString::fromStdString(shorthand(diffLines(before.toStdString(), after.toStdString()))),
                 expected);
    }

    void bothSidesCanBeReadFromIt()
    {
        std::mt19937 random(test::seed());
        for (int round = 0; round < 4000; ++round) {
            const int words = round % 5 + 1;
            const std::string before = randomText(random, words);
            const std::string after = randomText(random, words);
            const int limit = round % 7 == 0 ? round % 11 : 500;
            const auto lines = diffLines(before, after, limit);
            QCOMPARE(sideWithout(lines, Kind::Added), before);
            QCOMPARE(sideWithout(lines, Kind::Removed), after);
            if (limit == 500)
                QCOMPARE(edits(lines), fewestEdits(before, after));
            int from = 0;
            int to = 0;
            for (const DiffLine& line : lines) {
                QCOMPARE(line.before, line.kind == Kind::Added ? 0 : ++from);
                QCOMPARE(line.after, line.kind == Kind::Removed ? 0 : ++to);
            }
        }
    }

    void whatIsFarFromAnyDifferenceIsFolded()
    {
        const auto lines = diffLines("1\n2\n3\n4\n5\n6\n7\n8\n9", "1\n2\n3\n4\nx\n6\n7\n8\n9");
        QCOMPARE(shorthand(foldUnchanged(lines, 2)), std::string("~2=3=4-5+x=6=7~2"));
        QCOMPARE(foldUnchanged(lines, 2).back().before, 8);
        QCOMPARE(shorthand(foldUnchanged(lines, 20)), shorthand(lines));
        QCOMPARE(shorthand(foldUnchanged(diffLines("a\nb", "a\nb"), 3)), std::string("~2"));
        QVERIFY(foldUnchanged({}, 3).empty());
    }

    void longTextsAreBounded_data()
    {
        QTest::addColumn<QByteArray>("before");
        QTest::addColumn<QByteArray>("after");
        const std::string text = numbered(10'000);
        std::string touched = text;
        for (const int line : {10, 5'000, 9'990}) {
            const std::string old = "line " + std::to_string(line) + "\n";
            touched.replace(touched.find(old), old.size(), "another\n");
        }
        QTest::newRow("a few edits") << QByteArray::fromStdString(text) << QByteArray::fromStdString(touched);
        QTest::newRow("nothing in common")
            << QByteArray::fromStdString(text) << QByteArray::fromStdString(numbered(10'000, 10'000));
        QTest::newRow("shifted") << QByteArray::fromStdString(text)
                                 << QByteArray::fromStdString(numbered(10'000, 200));
    }
    void longTextsAreBounded()
    {
        QFETCH(QByteArray, before);
        QFETCH(QByteArray, after);
        std::vector<DiffLine> lines;
        QBENCHMARK_ONCE
        {
            lines = diffLines(before.toStdString(), after.toStdString());
        }
        QVERIFY(sideWithout(lines, Kind::Added) == before.toStdString());
        QVERIFY(sideWithout(lines, Kind::Removed) == after.toStdString());
        QElapsedTimer timer;
        timer.start();
        const auto folded = foldUnchanged(lines);
        QVERIFY2(timer.elapsed() < 1000, qPrintable(QString::number(timer.elapsed())));
        QVERIFY(folded.size() <= lines.size());
    }
};

GATEHOUSE_TEST_MAIN(TestTextDiff)
#include "tst_textdiff.moc"
