// SPDX-License-Identifier: GPL-3.0-or-later
// First, since moc cannot read <compare> before a Qt header.
#include "tests/support/testmain.h"

#include "core/gateway/policy/document.h"

#include "tests/support/seed.h"
#include "tests/unit/gateway/policywriter.h"

using namespace gatehouse;
using namespace gatehouse::gateway;
using test::PolicyWriter;
using test::WrittenPolicy;
using Root = PolicyDocument::Root;

namespace {

void policies(const char* name, const char* text, const char* expected, const char* words)
{
    QTest::newRow(name) << QByteArray(text) << false << expected << words;
}

void fragment(const char* name, const char* text, const char* expected, const char* words)
{
    QTest::newRow(name) << QByteArray(text) << true << expected << words;
}

/// What stands where it must not.
void addStructureRows()
{
    policies("nothing", "", "policies 1:1", "no element");
    policies("blanks", " \n ", "policies 2:2", "no element");
    policies("other root", "\n<fragment/>", "fragment 2:2", "must be <policies>");
    fragment("other root of a fragment", "<policies/>", "policies 1:2", "must be <fragment>");
    policies("unknown section", "<policies>\n  <inbound/>\n  <bound/>\n</policies>", "bound 3:4",
             "Only the sections");
    policies("section twice", "<policies>\n<inbound/><backend/>\n<inbound/></policies>", "inbound 3:2",
             "twice");
    policies("text at the top", "<policies>\n <inbound/> x</policies>", "policies 2:13",
             "between the sections");
    policies("cdata at the top", "<policies><![CDATA[x]]></policies>", "policies 1:11",
             "between the sections");
    policies("document type", "<!DOCTYPE policies>\n<policies/>", "policies 1:1", "document type");
    policies("entity", "<policies>\n<!ENTITY x 'y'></policies>", "policies 2:1", "entity declaration");
    policies("attribute twice", "<policies><inbound>\n<a b='1' b='2'/></inbound></policies>", "a 2:10",
             "'b' is given twice");
    policies("wrong end tag", "<policies>\n<inbound>\n</backend>\n</policies>", "inbound 3:1",
             "does not fit the start tag '<inbound>'");
    policies("no end tag", "<policies>\n <inbound></inbound>\n", "policies 1:2", "no end tag");
    policies("end without start", "<policies/>\n</policies>", "policies 2:1", "no start tag");
    policies("two roots", "<policies/>\n<policies/>", "policies 2:2", "more than one root");
    policies("text behind", "<policies/>\n x", "policies 2:2", "outside of the root");
    policies("text before", "x<policies/>", "policies 1:1", "outside of the root");
}

/// What is no well-formed XML.
void addMarkupRows()
{
    policies("bare ampersand", "<policies><inbound><a>x & y</a></inbound></policies>", "a 1:25", "&amp;");
    policies("unknown entity", "<policies><inbound><a b='&nbsp;'/></inbound></policies>", "a 1:26", "&amp;");
    policies("reference to no character", "<policies><inbound><a b='&#0;'/></inbound></policies>", "a 1:26",
             "&amp;");
    policies("less in a value", "<policies><inbound>\n<a b='1<2'/></inbound></policies>", "a 2:8", "&lt;");
    policies("less in text", "<policies><inbound><a>1 < 2</a></inbound></policies>", "a 1:25", "&lt;");
    policies("unquoted", "<policies><inbound><a b=1/></inbound></policies>", "a 1:25", "quotation marks");
    policies("no value", "<policies><inbound><a b/></inbound></policies>", "a 1:23", "no value");
    policies("no blank", "<policies><inbound><a b='1'c='2'/></inbound></policies>", "a 1:28", "blank");
    policies("open value", "<policies><inbound><a b='1/></inbound></policies>", "a 1:23", "no end");
    policies("open tag", "<policies><inbound><a b='1'", "a 1:21", "no end");
    policies("tag in a tag", "<policies><inbound\n<a/></inbound></policies>", "inbound 1:12", "no end");
    policies("name begins with a digit", "<policies><inbound><1a/></inbound></policies>", "inbound 1:20",
             "&lt;");
    policies("attribute begins with a digit", "<policies><inbound><a 1='2'/></inbound></policies>", "a 1:23",
             "letter");
    policies("open comment", "<policies><!-- x </policies>", "policies 1:11", "comment has no end");
    policies("hyphens in a comment", "<policies><!-- x -- y --></policies>", "policies 1:18", "'--'");
    policies("open cdata", "<policies><inbound><![CDATA[x</inbound></policies>", "inbound 1:20", "CDATA");
    policies("end of no cdata", "<policies><inbound><a>x]]>y</a></inbound></policies>", "a 1:24", "CDATA");
    policies("cdata outside", "<![CDATA[x]]><policies/>", "policies 1:1", "outside of the root");
    policies("open instruction", "<policies><?x </policies>", "policies 1:11", "instruction");
    policies("nameless instruction",
             "<policies><?"
             "?></policies>",
             "policies 1:11", "no name");
    policies("instruction with a tag for its name",
             "<policies><?</a>ml ?"
             "></policies>",
             "policies 1:11", "no name");
    policies("instruction whose name goes on",
             "<policies><?a]]> ?"
             "></policies>",
             "policies 1:11", "no name");
    policies("instruction that is half its own end", "<policies><?></policies>", "policies 1:11",
             "instruction");
    policies("late declaration", "<policies><?xml version='1.0'?></policies>", "policies 1:11",
             "first thing");
    policies("control character", "<policies>\n\x01</policies>", "policies 2:1", "no character");
    policies("broken UTF-8", "<policies>\n<!-- \xC3( --></policies>", "policies 2:6", "UTF-8");
    policies("half an end tag", "<policies></policies", "policies 1:11", "not complete");
}

} // namespace

/// What is no policy is refused, with the place and the reason.
class TestPolicyRefusals : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void malformedIsRefusedWithItsPlace_data();
    void malformedIsRefusedWithItsPlace();
    void rawXmlIsRefusedAsSuch_data();
    void rawXmlIsRefusedAsSuch();
    void cutDocumentIsRefused();
    void limitsOfSizeAndDepth();
    void parseGivesAnErrorWithThePosition();
};

void TestPolicyRefusals::malformedIsRefusedWithItsPlace_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("fragment");
    QTest::addColumn<QString>("expected"); // element line:column
    QTest::addColumn<QString>("words");

    addStructureRows();
    addMarkupRows();
}

void TestPolicyRefusals::malformedIsRefusedWithItsPlace()
{
    QFETCH(QByteArray, text);
    QFETCH(bool, fragment);
    QFETCH(QString, expected);
    QFETCH(QString, words);
    const auto document =
        PolicyDocument::read(text.toStdString(), fragment ? Root::Fragment : Root::Policies);
    QVERIFY(!document);
    const PolicyProblem& problem = document.error();
    const std::string place = problem.element + " " + std::to_string(problem.position.line) + ":" +
                              std::to_string(problem.position.column);
    QCOMPARE(QString::fromStdString(place), expected);
    QVERIFY2(QString::fromStdString(problem.message).contains(words), problem.message.c_str());
}

void TestPolicyRefusals::rawXmlIsRefusedAsSuch_data()
{
    QTest::addColumn<QString>("inside");
    QTest::addColumn<QString>("element");
    QTest::newRow("quotes in an attribute")
        << "<when condition=\"@(context.Request.Headers[\"a\"] == \"b\")\"></when>"
        << "when";
    QTest::newRow("quotes with a blank") << "<when condition=\"@(x == \" y\")\"></when>"
                                         << "when";
    QTest::newRow("ampersands in an attribute") << "<when condition=\"@(a && b)\"></when>"
                                                << "when";
    QTest::newRow("less in an attribute") << "<when condition=\"@(a < b)\"></when>"
                                          << "when";
    QTest::newRow("generic in an attribute")
        << "<set-variable name=\"n\" value=\"@(context.Request.Body.As<JObject>(true))\" />"
        << "set-variable";
    QTest::newRow("generic in text") << "<value>@(context.Response.Body.As<JObject>())</value>"
                                     << "value";
    QTest::newRow("less in text") << "<set-body>@{ if (a < b) return 1; }</set-body>"
                                  << "set-body";
    QTest::newRow("ampersands in text") << "<value>\n @(a && b)</value>"
                                        << "value";
}

void TestPolicyRefusals::rawXmlIsRefusedAsSuch()
{
    QFETCH(QString, inside);
    QFETCH(QString, element);
    const auto document = PolicyDocument::parse(
        "<policies><inbound>" + inside.toStdString() + "</inbound></policies>", Root::Policies);
    QVERIFY(!document);
    const std::string& message = document.error().message;
    QVERIFY2(message.starts_with("Error in element '" + element.toStdString() + "' on line "),
             message.c_str());
    QVERIFY2(message.find("rawxml") != std::string::npos, message.c_str());
    QVERIFY(document.error().advice.find("format=xml") != std::string::npos);
}

void TestPolicyRefusals::cutDocumentIsRefused()
{
    PolicyWriter writer(test::seed());
    for (int i = 0; i < 20; ++i) {
        const WrittenPolicy written = writer.write();
        const std::size_t end = written.text.rfind('>');
        for (std::size_t cut = 0; cut < end; cut += 1 + writer.below(5))
            QVERIFY(!PolicyDocument::parse(written.text.substr(0, cut), Root::Policies));
    }
}

void TestPolicyRefusals::limitsOfSizeAndDepth()
{
    const auto nested = [](int depth) {
        std::string text = "<fragment>";
        for (int i = 1; i < depth; ++i)
            text += "<a>";
        for (int i = 1; i < depth; ++i)
            text += "</a>";
        return text + "</fragment>";
    };
    QVERIFY(PolicyDocument::parse(nested(64), Root::Fragment).has_value());
    const auto deep = PolicyDocument::read(nested(65), Root::Fragment);
    QVERIFY(!deep);
    QCOMPARE(deep.error().position.column, 11 + 63 * 3 + 1);

    const std::string start = "<fragment><!--";
    const std::string end = "--></fragment>";
    const auto sized = [&](std::size_t bytes) {
        return start + std::string(bytes - start.size() - end.size(), 'x') + end;
    };
    const auto largest = PolicyDocument::parse(sized(512 * 1024), Root::Fragment);
    QVERIFY(largest.has_value());
    QVERIFY(!PolicyDocument::parse(sized(512 * 1024 + 1), Root::Fragment));
    const auto grown = largest->setAttribute(largest->root(), "a", "1");
    QVERIFY(!grown);
    QVERIFY(grown.error().message.find("512 KB") != std::string::npos);
}

void TestPolicyRefusals::parseGivesAnErrorWithThePosition()
{
    const auto document =
        PolicyDocument::parse("<policies>\n  <inbound/>\n  <x/>\n</policies>", Root::Policies);
    QVERIFY(!document);
    QVERIFY(document.error().kind == Error::Kind::InvalidInput);
    QVERIFY(document.error().message.starts_with("Error in element 'x' on line 3, column 4: "));
    QCOMPARE(document.error().position->line, 3);
    QCOMPARE(document.error().position->column, 4);
    QCOMPARE(document.error().position->length, std::size_t(1));
}

GATEHOUSE_TEST_MAIN(TestPolicyRefusals)
#include "tst_policyrefusals.moc"
