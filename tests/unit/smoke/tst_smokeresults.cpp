// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/testmain.h"
#ifndef Q_MOC_RUN // Qt 6.4's moc does not read concepts
#include "core/rag/smoke/junit.h"
#include "core/rag/smoke/results.h"
#endif

#include <pugixml.hpp>

#include <QtCore/QXmlStreamReader>

using namespace gatehouse;
using namespace gatehouse::rag;
using namespace gatehouse::rag::smoke;

namespace {

/// An answer of east from page 4 of a handbook.
Observation answerOf(const std::string& backend, const std::string& text, int page = 4)
{
    Observation seen;
    seen.answer = text;
    seen.facts.backend = backend;
    seen.facts.grounded = true;
    seen.facts.citations = {{1, "p"}};
    seen.facts.total = std::chrono::milliseconds(1'234);
    seen.grounding.emplace();
    Passage passage;
    passage.id = "p";
    passage.documentName = "handbook.pdf";
    passage.page = page;
    seen.grounding->passages = {passage};
    return seen;
}

Case caseOf(const std::string& name, std::vector<Assertion> assertions)
{
    return {name, "How long?", std::move(assertions)};
}

Assertion contains(const std::string& text)
{
    Assertion assertion;
    assertion.text = text;
    return assertion;
}

Assertion tokens(std::int64_t limit)
{
    Assertion assertion;
    assertion.kind = Assertion::Kind::TokensBelow;
    assertion.limit = limit;
    return assertion;
}

Error unreachable()
{
    Error error = fail(Error::Kind::Network, "The backend cannot be reached.").value();
    error.serviceCode = "x\x1By";
    return error;
}

Run twoMembers(CaseResult primary, CaseResult member)
{
    Run run;
    run.suite = "S";
    run.backends = {"east", "west"};
    run.results = {std::move(primary), std::move(member)};
    return run;
}

} // namespace

/// What a run says of its members, and how JUnit's readers are told.
class TestSmokeResults : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void theWorstAssertionDecides()
    {
        const auto outcome = [](std::vector<Assertion> assertions) {
            return judge(caseOf("c", std::move(assertions)), "east", answerOf("east", "three months"));
        };
        QVERIFY(outcome({contains("three")}).outcome == Outcome::Passed);
        QVERIFY(outcome({contains("three")}).why.empty());
        QVERIFY(outcome({contains("three"), tokens(9)}).outcome == Outcome::Unknown);
        const CaseResult failed = outcome({tokens(9), contains("four"), contains("five")});
        QVERIFY(failed.outcome == Outcome::Failed);
        QVERIFY2(failed.why.starts_with("contains “four”: It says “three months”."), failed.why.c_str());
        QCOMPARE(failed.checks.size(), 3U);
    }

    void anotherMembersAnswerProvesNothing_data()
    {
        QTest::addColumn<QString>("addressed");
        QTest::addColumn<QString>("answered");
        QTest::addColumn<bool>("known");
        QTest::newRow("itself") << "east"
                                << "east" << true;
        QTest::newRow("itself in capitals") << "east"
                                            << "EAST" << true;
        QTest::newRow("another") << "east"
                                 << "west" << false;
        QTest::newRow("nobody says") << "east"
                                     << "" << false;
        QTest::newRow("nobody addressed") << ""
                                          << "west" << true;
        QTest::newRow("nobody addressed, nobody says") << ""
                                                       << "" << true;
    }
    void anotherMembersAnswerProvesNothing()
    {
        QFETCH(QString, addressed);
        QFETCH(QString, answered);
        QFETCH(bool, known);
        // It would fail, but whose failure would it be?
        const CaseResult result = judge(caseOf("c", {contains("four")}), addressed.toStdString(),
                                        answerOf(answered.toStdString(), "three"));
        QVERIFY(result.outcome == (known ? Outcome::Failed : Outcome::Unknown));
        QCOMPARE(result.checks.empty(), !known);
        if (!known)
            QVERIFY2(QString::fromStdString(result.why)
                         .contains(QStringLiteral("A routing rule for task gatehouse-test:east is needed")),
                     result.why.c_str());
        if (addressed == QStringLiteral("east") && answered == QStringLiteral("west"))
            QVERIFY(result.why.starts_with("Answered by west."));
    }

    void membersAreComparedWithThePrimary_data()
    {
        QTest::addColumn<int>("change");
        QTest::addColumn<int>("answer");
        QTest::addColumn<QByteArray>("difference");
        using Answer = MemberComparison::Answer;
        const auto row = [](const char* name, int change, Answer answer, const char* difference) {
            QTest::newRow(name) << change << static_cast<int>(answer) << QByteArray(difference);
        };
        row("the same words", 0, Answer::Same, "");
        row("other words, same verdicts", 1, Answer::Same, "");
        row("another verdict", 2, Answer::Differs, "contains “three” holds for the primary and fails here.");
        row("a refusal", 3, Answer::Differs,
            "The primary answers, this one says that the documents do not say.");
        row("another page", 4, Answer::Differs,
            "The primary cites handbook.pdf page 4, this one handbook.pdf page 9.");
        row("no answer", 5, Answer::Unknown, "No answer of west to compare: The backend cannot be reached.");
        row("answered by another", 6, Answer::Unknown, "No answer of west to compare: Answered by east.");
        row("no citation", 7, Answer::Differs, "this one nothing");
    }
    void membersAreComparedWithThePrimary()
    {
        QFETCH(int, change);
        QFETCH(int, answer);
        QFETCH(QByteArray, difference);
        const Case asked = caseOf("c", {contains("three")});
        Observation seen = answerOf("west", "three months");
        if (change == 1)
            seen.answer = "It is three.";
        if (change == 2)
            seen.answer = "four";
        if (change == 3)
            seen.facts.grounded = false;
        if (change == 4)
            seen = answerOf("west", "three months", 9);
        if (change == 6)
            seen.facts.backend = "east";
        if (change == 7)
            seen.facts.citations.clear();
        const CaseResult member =
            change == 5 ? broken(asked, "west", seen, unreachable()) : judge(asked, "west", seen);
        const Run run = twoMembers(judge(asked, "east", answerOf("east", "three months")), member);
        const auto all = compareWithPrimary(run);
        QCOMPARE(all.size(), 1U);
        QCOMPARE(static_cast<int>(all[0].answer), answer);
        QCOMPARE(static_cast<int>(answersAsPrimary(all, "west")), answer);
        std::string text;
        for (const std::string& one : all[0].differences)
            text += one + "\n";
        QVERIFY2(QByteArray::fromStdString(text).contains(difference), text.c_str());
        QCOMPARE(text.empty(), difference.isEmpty());
    }

    void roundsMakeOneCell()
    {
        Run run = twoMembers(judge(caseOf("c", {contains("three")}), "east", answerOf("east", "three")),
                             judge(caseOf("c", {contains("three")}), "east", answerOf("east", "four")));
        run.results[1].round = 2;
        const auto all = cells(run);
        QCOMPARE(all.size(), 1U);
        QCOMPARE(all[0].rounds.passed, 1);
        QVERIFY(all[0].worst->outcome == Outcome::Failed);
    }

    void junitNamesFailuresAndErrorsApart()
    {
        const Case asked = caseOf("notice", {contains("three")});
        Run run = twoMembers(judge(asked, "east", answerOf("east", "four")),
                             broken(asked, "west", answerOf("", ""), unreachable()));
        run.at = DateTime::fromCivil(2026, 6, 1);
        run.results.insert(run.results.begin() + 1,
                           judge(caseOf("fine", {contains("four")}), "east", answerOf("east", "four")));
        run.results.push_back(judge(caseOf("fine", {contains("four")}), "west", answerOf("east", "four")));
        pugi::xml_document document;
        QVERIFY(document.load_string(toJUnit(run).c_str()));
        const pugi::xml_node root = document.child("testsuites");
        QCOMPARE(root.attribute("tests").as_int(), 4);
        QCOMPARE(root.attribute("failures").as_int(), 2);
        QCOMPARE(root.attribute("errors").as_int(), 1);
        const pugi::xml_node east = root.first_child();
        QCOMPARE(std::string(east.attribute("name").as_string()), std::string("S on east"));
        QCOMPARE(std::string(east.attribute("timestamp").as_string()), std::string("2026-06-01T00:00:00"));
        QCOMPARE(std::string(east.attribute("time").as_string()), std::string("2.468"));
        const pugi::xml_node first = east.first_child();
        QCOMPARE(std::string(first.attribute("name").as_string()), std::string("notice"));
        QCOMPARE(std::string(first.attribute("classname").as_string()), std::string("S.east"));
        QCOMPARE(std::string(first.child("failure").attribute("type").as_string()), std::string("failed"));
        QVERIFY(std::string(first.child("failure").child_value()).find("fails    contains “three”") !=
                std::string::npos);
        QVERIFY(!first.next_sibling().first_child());
        const pugi::xml_node west = east.next_sibling();
        QCOMPARE(std::string(west.first_child().child("error").attribute("type").as_string()),
                 std::string("network"));
        QCOMPARE(std::string(west.last_child().child("failure").attribute("type").as_string()),
                 std::string("unknown"));
    }

    void junitIsWellFormedWhateverTheNamesAre_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::newRow("markup") << QByteArray("</testcase><x a=\"1\">&lt;&amp;'\"]]>");
        QTest::newRow("comment") << QByteArray(
            "--><!-- <![CDATA[ ]]> <?xml?> <!DOCTYPE x [<!ENTITY a 'b'>]> &a;");
        QTest::newRow("controls") << QByteArray("a\0b\x01\x08\x0B\x1B[31m\x7F\r\n\tc", 16);
        QTest::newRow("C1 and line separators") << QByteArray("\xC2\x9B\xC2\x85\xE2\x80\xA8");
        QTest::newRow("no characters") << QByteArray("\xEF\xBF\xBE\xEF\xBF\xBF\xED\xA0\x80");
        QTest::newRow("broken UTF-8") << QByteArray("\xFF\xC3(\xF0\x9F\x98");
        QTest::newRow("emoji") << QByteArray("😀 ü \xE2\x80\xAE");
        QTest::newRow("long") << QByteArray(100'000, '<');
        QTest::newRow("nothing") << QByteArray();
    }
    void junitIsWellFormedWhateverTheNamesAre()
    {
        QFETCH(QByteArray, name);
        const std::string text = name.toStdString();
        const Case asked = caseOf(text, {contains(text.substr(0, 999) + "#")});
        Error error = unreachable();
        error.message = error.serviceCode = text;
        Run run = twoMembers(judge(asked, "east", answerOf("east", text)), broken(asked, "w", {}, error));
        run.suite = text;
        run.backends = {"east", "w"};
        run.results[1].backend = "w";
        const QByteArray xml = QByteArray::fromStdString(toJUnit(run));
        QXmlStreamReader reader(xml);
        int cases = 0;
        while (!reader.atEnd()) {
            if (reader.readNext() == QXmlStreamReader::StartElement &&
                reader.name() == QStringLiteral("testcase"))
                ++cases;
        }
        QVERIFY2(!reader.hasError(), qPrintable(reader.errorString()));
        QCOMPARE(cases, 2);
        QVERIFY(std::all_of(xml.begin(), xml.end(), [](char c) {
            return static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t' || c == '\r';
        }));
    }
};

GATEHOUSE_TEST_MAIN(TestSmokeResults)
#include "tst_smokeresults.moc"
