// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/boundary/banrules.h"
#include "tests/boundary/includerules.h"
#include "tests/boundary/linkrules.h"
#include "tests/support/testmain.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>

using namespace gatehouse::boundary;

namespace {

const std::string Planted = std::string(TEST_DATA_DIR) + "/boundary";

std::vector<SourceFile> productSources()
{
    std::vector<SourceFile> files = readSources(SOURCE_ROOT, {"core", "resources", "ui", "app", "tests"});
    // The planted samples break the rules on purpose.
    files.erase(std::remove_if(files.begin(), files.end(),
                               [](const SourceFile& file) { return startsWith(file.path, "tests/data"); }),
                files.end());
    return files;
}

std::vector<Violation> checkAll(const std::vector<SourceFile>& files)
{
    std::vector<Violation> violations = checkIncludes(files);
    for (Violation& violation : checkBans(files))
        violations.push_back(std::move(violation));
    return violations;
}

std::set<std::string> rulesOf(const std::vector<Violation>& violations)
{
    std::set<std::string> rules;
    for (const Violation& violation : violations)
        rules.insert(violation.rule);
    return rules;
}

/// The rules that a planted file names in its first line: "// breaks: arrow qt".
std::set<std::string> expectedOf(const SourceFile& file)
{
    std::istringstream first(file.text.substr(0, file.text.find('\n')));
    std::string word;
    first >> word >> word;
    std::set<std::string> rules;
    while (first >> word)
        rules.insert(word);
    return rules;
}

QString text(const std::vector<Violation>& violations)
{
    return QString::fromStdString(describe(violations));
}

} // namespace

class TestBoundary : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void includesFollowTheArrows();
    void nothingBannedIsUsed();
    void linksFollowTheArrows();

    void strippingKeepsCodeAndLines();
    void plantedViolationIsCaught_data();
    void plantedViolationIsCaught();
    void everyRuleHasAPlantedViolation();
    void nearMissesPass();
    void plantedLinkIsCaught_data();
    void plantedLinkIsCaught();
};

void TestBoundary::includesFollowTheArrows()
{
    const auto files = productSources();
    QVERIFY2(files.size() > 20, "the sources were not found");
    const auto violations = checkIncludes(files);
    QVERIFY2(violations.empty(), qPrintable(text(violations)));
}

void TestBoundary::nothingBannedIsUsed()
{
    const auto violations = checkBans(productSources());
    QVERIFY2(violations.empty(), qPrintable(text(violations)));
}

void TestBoundary::linksFollowTheArrows()
{
    std::ifstream stream(TARGET_LIST);
    const std::string listing(std::istreambuf_iterator<char>(stream), {});
    const auto violations = checkLinks(readTargets(listing));
    QVERIFY2(violations.empty(), qPrintable(text(violations)));
}

void TestBoundary::strippingKeepsCodeAndLines()
{
    const std::string source = "int a = 10'000; // QSettings\n"
                               "/* QSaveFile\n*/ char c = '\\''; auto s = \"a\\\"QEventLoop\";\n"
                               "auto r = R\"x(co_await)\" )x\"; int end;\n";
    const std::string code = stripped(source);
    QCOMPARE(code.size(), source.size());
    QCOMPARE(std::count(code.begin(), code.end(), '\n'), std::count(source.begin(), source.end(), '\n'));
    for (const char* gone : {"QSettings", "QSaveFile", "QEventLoop", "co_await"})
        QVERIFY2(code.find(gone) == std::string::npos, gone);
    for (const char* kept : {"10'000;", "char c =", "auto s =", "int end;"})
        QVERIFY2(code.find(kept) != std::string::npos, kept);
}

void TestBoundary::plantedViolationIsCaught_data()
{
    QTest::addColumn<QString>("path");
    const auto files = readSources(Planted + "/bad", {"core", "ui", "app", "tests"});
    QVERIFY(files.size() > 10);
    for (const SourceFile& file : files)
        QTest::newRow(file.path.c_str()) << QString::fromStdString(file.path);
}

void TestBoundary::plantedViolationIsCaught()
{
    QFETCH(QString, path);
    for (const SourceFile& file : readSources(Planted + "/bad", {"core", "ui", "app", "tests"})) {
        if (file.path != path.toStdString())
            continue;
        const auto violations = checkAll({file});
        QVERIFY(!expectedOf(file).empty());
        QVERIFY2(rulesOf(violations) == expectedOf(file), qPrintable(text(violations)));
    }
}

void TestBoundary::everyRuleHasAPlantedViolation()
{
    std::set<std::string> planted;
    for (const SourceFile& file : readSources(Planted + "/bad", {"core", "ui", "app", "tests"})) {
        for (const std::string& rule : expectedOf(file))
            planted.insert(rule);
    }
    std::vector<std::string> rules = banNames();
    rules.insert(rules.end(), {"arrow", "qt", "widgets", "services"});
    for (const std::string& rule : rules)
        QVERIFY2(planted.count(rule) == 1, rule.c_str());
}

void TestBoundary::nearMissesPass()
{
    const auto files = readSources(Planted + "/good", {"core", "ui", "app", "tests"});
    QVERIFY(files.size() >= 4);
    const auto violations = checkAll(files);
    QVERIFY2(violations.empty(), qPrintable(text(violations)));
}

void TestBoundary::plantedLinkIsCaught_data()
{
    QTest::addColumn<QString>("line");
    QTest::addColumn<QString>("rule");
    QTest::newRow("std library with Qt") << "gatehouse_usage|core/usage|STATIC_LIBRARY|Qt6::Core"
                                         << "qt";
    QTest::newRow("std library with Qt, two steps away")
        << "gatehouse_usage|core/usage|STATIC_LIBRARY|helper\nhelper||INTERFACE_LIBRARY|Qt6::Core"
        << "qt";
    QTest::newRow("core with widgets") << "gatehouse_jobs|core/jobs|STATIC_LIBRARY|Qt6::Widgets"
                                       << "widgets";
    QTest::newRow("core with charts, two steps away")
        << "gatehouse_jobs|core/jobs|STATIC_LIBRARY|gatehouse_http\ngatehouse_http|core/"
           "http|STATIC_LIBRARY|Qt6::Charts"
        << "widgets";
    QTest::newRow("ui with azure") << "gatehouse_ui|ui|STATIC_LIBRARY|gatehouse_azure\n"
                                      "gatehouse_azure|core/azure|STATIC_LIBRARY|"
                                   << "ui";
    QTest::newRow("upwards") << "gatehouse_kql|core/kql|STATIC_LIBRARY|gatehouse_usage\n"
                                "gatehouse_usage|core/usage|STATIC_LIBRARY|"
                             << "arrow";
    QTest::newRow("sideways") << "gatehouse_gateway|core/gateway|STATIC_LIBRARY|gatehouse_usage\n"
                                 "gatehouse_usage|core/usage|STATIC_LIBRARY|"
                              << "arrow";
    QTest::newRow("nothing there") << "x|app/x|EXECUTABLE|"
                                   << "missing";
}

void TestBoundary::plantedLinkIsCaught()
{
    QFETCH(QString, line);
    QFETCH(QString, rule);
    // A listing in which all is well, then the planted lines before it: the first of a name counts.
    std::string listing = line.toStdString() + "\n";
    if (rule != QLatin1String("missing")) {
        for (const char* name : {"base", "table", "kql", "usage", "gateway", "local"})
            listing.append("gatehouse_")
                .append(name)
                .append("|core/")
                .append(name)
                .append("|STATIC_LIBRARY|\n");
    }
    const auto violations = checkLinks(readTargets(listing));
    QVERIFY2(rulesOf(violations).count(rule.toStdString()) == 1, qPrintable(text(violations)));
    QVERIFY2(rulesOf(violations).size() <= 2, qPrintable(text(violations)));
}

GATEHOUSE_TEST_MAIN(TestBoundary)
#include "tst_boundary.moc"
