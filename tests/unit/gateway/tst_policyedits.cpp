// SPDX-License-Identifier: GPL-3.0-or-later
// First, since moc cannot read <compare> before a Qt header.
#include "tests/support/testmain.h"

#include "core/gateway/policy/document.h"

using namespace gatehouse;
using namespace gatehouse::gateway;
using Root = PolicyDocument::Root;

namespace {

PolicyDocument fragment(const std::string& inside)
{
    return PolicyDocument::parse("<fragment>" + inside + "</fragment>", Root::Fragment).value();
}

PolicyElement only(const PolicyDocument& document, const char* name)
{
    return document.elements(name).at(0);
}

std::string inside(const Result<PolicyEdit>& edit)
{
    if (!edit)
        return "refused: " + edit.error().message;
    const std::string& text = edit->document.text();
    const std::size_t start = std::string("<fragment>").size();
    return text.substr(start, text.size() - start - std::string("</fragment>").size());
}

const NewElement Simple{"new", {{"k", "v"}}, {}, {}};
const NewElement Nested{"new", {}, {" note "}, {{"child", {{"k", "v"}}, {}, {}}}};

} // namespace

class TestPolicyEdits : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void attributeIsSet_data();
    void attributeIsSet();
    void attributeIsRemoved_data();
    void attributeIsRemoved();
    void elementIsInserted_data();
    void elementIsInserted();
    void elementIsRemoved_data();
    void elementIsRemoved();
    void commentsAreEdited();
    void elementIsRenamed_data();
    void elementIsRenamed();
    void whatXmlCannotHoldIsRefused();
    void besideTheRootIsRefused();
    void editsThatBreakTheDocumentAreRefused();
    void handleOfAnotherVersionIsRefused();
    void handleOutlivesItsDocument();
};

void TestPolicyEdits::attributeIsSet_data()
{
    QTest::addColumn<QByteArray>("before");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QByteArray>("after");
    QTest::newRow("replaced") << QByteArray("<x y='0' k='1' z='2'/>") << QByteArray("v")
                              << QByteArray("<x y='0' k='v' z='2'/>");
    QTest::newRow("added to none") << QByteArray("<x/>") << QByteArray("v") << QByteArray("<x k=\"v\"/>");
    QTest::newRow("added to none, with a blank")
        << QByteArray("<x />") << QByteArray("v") << QByteArray("<x k=\"v\" />");
    QTest::newRow("added to none, with an end tag")
        << QByteArray("<x></x>") << QByteArray("v") << QByteArray("<x k=\"v\"></x>");
    QTest::newRow("added in the style of the last")
        << QByteArray("<x y=\"0\"  z='2' />") << QByteArray("v") << QByteArray("<x y=\"0\"  z='2'  k='v' />");
    QTest::newRow("added on a line") << QByteArray("<x y=\"0\"\r\n   z=\"2\" />") << QByteArray("v")
                                     << QByteArray("<x y=\"0\"\r\n   z=\"2\"\r\n   k=\"v\" />");
    QTest::newRow("escaped in double quotes") << QByteArray("<x k=\"\"/>") << QByteArray("'\"&<>\t\r\n")
                                              << QByteArray("<x k=\"'&quot;&amp;&lt;&gt;&#x9;&#xD;&#xA;\"/>");
    QTest::newRow("escaped in single quotes")
        << QByteArray("<x k=''/>") << QByteArray("'\"") << QByteArray("<x k='&apos;\"'/>");
    QTest::newRow("the same, spelled otherwise")
        << QByteArray("<x k='&#64;(a &quot;b&quot;)'/>") << QByteArray("@(a \"b\")")
        << QByteArray("<x k='&#64;(a &quot;b&quot;)'/>");
    QTest::newRow("not the one in a comment")
        << QByteArray("<!-- <x k='1'/> --><x k='1'/>") << QByteArray("v")
        << QByteArray("<!-- <x k='1'/> --><x k='v'/>");
    QTest::newRow("not a value that looks like it")
        << QByteArray("<x y=\" k='1'\" k='1'/>") << QByteArray("v") << QByteArray("<x y=\" k='1'\" k='v'/>");
}

void TestPolicyEdits::attributeIsSet()
{
    QFETCH(QByteArray, before);
    QFETCH(QByteArray, value);
    QFETCH(QByteArray, after);
    const PolicyDocument document = fragment(before.toStdString());
    const auto edit = document.setAttribute(only(document, "x"), "k", value.toStdString());
    QCOMPARE(inside(edit), after.toStdString());
    QCOMPARE(edit->element.attribute("k"), std::optional(value.toStdString()));
}

void TestPolicyEdits::attributeIsRemoved_data()
{
    QTest::addColumn<QByteArray>("before");
    QTest::addColumn<QByteArray>("after");
    QTest::newRow("first") << QByteArray("<x k='1' z='2'/>") << QByteArray("<x z='2'/>");
    QTest::newRow("last") << QByteArray("<x z='2' k='1' />") << QByteArray("<x z='2' />");
    QTest::newRow("only") << QByteArray("<x k = '1'></x>") << QByteArray("<x></x>");
    QTest::newRow("on a line") << QByteArray("<x z='2'\r\n  k='1'\r\n  y='3'/>")
                               << QByteArray("<x z='2'\r\n  y='3'/>");
}

void TestPolicyEdits::attributeIsRemoved()
{
    QFETCH(QByteArray, before);
    QFETCH(QByteArray, after);
    const PolicyDocument document = fragment(before.toStdString());
    const auto edit = document.removeAttribute(only(document, "x"), "k");
    QCOMPARE(inside(edit), after.toStdString());
    const auto again = edit->document.removeAttribute(edit->element, "k");
    QVERIFY(!again && again.error().kind == Error::Kind::NotFound);
}

void TestPolicyEdits::elementIsInserted_data()
{
    QTest::addColumn<QByteArray>("before");
    QTest::addColumn<int>("place");
    QTest::addColumn<bool>("nested");
    QTest::addColumn<QByteArray>("after");
    const auto row = [](const char* name, const char* before, PolicyPlace place, bool nested,
                        const char* after) {
        QTest::newRow(name) << QByteArray(before) << static_cast<int>(place) << nested << QByteArray(after);
    };
    using enum PolicyPlace;
    row("before, on a line", "\n  <x/>\n", Before, false, "\n  <new k=\"v\" />\n  <x/>\n");
    row("after, on a line", "\n  <x/>\n", After, false, "\n  <x/>\n  <new k=\"v\" />\n");
    row("before, CRLF and tabs", "\r\n\t<x/>\r\n", Before, true,
        "\r\n\t<new>\r\n\t\t<!-- note -->\r\n\t\t<child k=\"v\" />\r\n\t</new>\r\n\t<x/>\r\n");
    row("after, CRLF and tabs", "\r\n\t<x/>\r\n", After, true,
        "\r\n\t<x/>\r\n\t<new>\r\n\t\t<!-- note -->\r\n\t\t<child k=\"v\" />\r\n\t</new>\r\n");
    row("before, in a line", "<y/><x/>", Before, false, "<y/><new k=\"v\" /><x/>");
    row("after, in a line", "<x/><y/>", After, true, "<x/><new><!-- note --><child k=\"v\" /></new><y/>");
    row("last, below a child", "\n  <x>\n      <y/>\n  </x>\n", LastChild, false,
        "\n  <x>\n      <y/>\n      <new k=\"v\" />\n  </x>\n");
    row("last, below a comment", "\n  <x>\n    <!-- c -->\n  </x>\n", LastChild, false,
        "\n  <x>\n    <!-- c -->\n    <new k=\"v\" />\n  </x>\n");
    row("last, of nothing on two lines", "\r\n\t<x>\r\n\t</x>\r\n", LastChild, false,
        "\r\n\t<x>\r\n\t\t<new k=\"v\" />\r\n\t</x>\r\n");
    row("last, of nothing", "\r\n\t<x></x>\r\n", LastChild, false,
        "\r\n\t<x>\r\n\t\t<new k=\"v\" />\r\n\t</x>\r\n");
    row("last, of a tag that closes itself", "\n  <x a='1' />\n", LastChild, true,
        "\n  <x a='1'>\n    <new>\n      <!-- note -->\n      <child k=\"v\" />\n    </new>\n  </x>\n");
    row("last, in a line", "<x><y/></x>", LastChild, false, "<x><y/><new k=\"v\" /></x>");
    row("last, of nothing in a line", "<y/><x/>", LastChild, false, "<y/><x><new k=\"v\" /></x>");
    row("last, beside text", "\n  <x>text</x>\n", LastChild, false, "\n  <x>text<new k=\"v\" /></x>\n");
    row("the line end of the neighbours", "\r\n  <y/>\n  <x/>\n", After, false,
        "\r\n  <y/>\n  <x/>\n  <new k=\"v\" />\n");
}

void TestPolicyEdits::elementIsInserted()
{
    QFETCH(QByteArray, before);
    QFETCH(int, place);
    QFETCH(bool, nested);
    QFETCH(QByteArray, after);
    const PolicyDocument document = fragment(before.toStdString());
    const auto edit = document.insertElement(static_cast<PolicyPlace>(place), only(document, "x"),
                                             nested ? Nested : Simple);
    QCOMPARE(inside(edit), after.toStdString());
    QCOMPARE(edit->element.name(), std::string("new"));
}

void TestPolicyEdits::elementIsRemoved_data()
{
    QTest::addColumn<QByteArray>("before");
    QTest::addColumn<QByteArray>("after");
    QTest::newRow("with its line") << QByteArray("\r\n\t<a/>\r\n\t<x/>  \r\n\t<b/>\r\n")
                                   << QByteArray("\r\n\t<a/>\r\n\t<b/>\r\n");
    QTest::newRow("with its lines") << QByteArray("\n  <x>\n    <y/>\n  </x>\n") << QByteArray("\n");
    QTest::newRow("in a line") << QByteArray("<a/><x/><b/>") << QByteArray("<a/><b/>");
    QTest::newRow("first in its line") << QByteArray("\n  <x/><b/>\n") << QByteArray("\n  <b/>\n");
    QTest::newRow("last in its line") << QByteArray("\n  <a/><x/>\n") << QByteArray("\n  <a/>\n");
    QTest::newRow("before a comment in its line")
        << QByteArray("\n  <x/> <!-- c -->\n") << QByteArray("\n   <!-- c -->\n");
}

void TestPolicyEdits::elementIsRemoved()
{
    QFETCH(QByteArray, before);
    QFETCH(QByteArray, after);
    const PolicyDocument document = fragment(before.toStdString());
    const auto edit = document.removeElement(only(document, "x"));
    QCOMPARE(inside(edit), after.toStdString());
    QCOMPARE(edit->element.name(), std::string("fragment"));
}

void TestPolicyEdits::commentsAreEdited()
{
    const PolicyDocument document = fragment("\r\n\t<x/>\r\n");
    const auto before = document.insertComment(PolicyPlace::Before, only(document, "x"), " one ");
    QCOMPARE(inside(before), std::string("\r\n\t<!-- one -->\r\n\t<x/>\r\n"));
    QCOMPARE(before->element.name(), std::string("x"));
    const auto within = before->document.insertComment(PolicyPlace::LastChild, before->element, "two");
    QCOMPARE(inside(within), std::string("\r\n\t<!-- one -->\r\n\t<x>\r\n\t\t<!--two-->\r\n\t</x>\r\n"));
    const PolicyElement root = within->document.root();
    const auto changed = within->document.setComment(root.comments().at(0), " three ");
    QCOMPARE(inside(changed), std::string("\r\n\t<!-- three -->\r\n\t<x>\r\n\t\t<!--two-->\r\n\t</x>\r\n"));
    QCOMPARE(changed->element.name(), std::string("fragment"));
    QCOMPARE(changed->document.root().comments().at(0).position().line, 2);
    const auto removed = changed->document.removeComment(changed->document.root().comments().at(0));
    QCOMPARE(inside(removed), std::string("\r\n\t<x>\r\n\t\t<!--two-->\r\n\t</x>\r\n"));
    const auto after = removed->document.insertComment(PolicyPlace::After, only(removed->document, "x"), "4");
    QCOMPARE(inside(after), std::string("\r\n\t<x>\r\n\t\t<!--two-->\r\n\t</x>\r\n\t<!--4-->\r\n"));
}

void TestPolicyEdits::elementIsRenamed_data()
{
    QTest::addColumn<QByteArray>("before");
    QTest::addColumn<QByteArray>("after");
    QTest::newRow("both tags") << QByteArray("<x a='1'>\n<y/> x </x >")
                               << QByteArray("<abc a='1'>\n<y/> x </abc >");
    QTest::newRow("closes itself") << QByteArray("<x a='1'/>") << QByteArray("<abc a='1'/>");
    QTest::newRow("empty") << QByteArray("<x></x>") << QByteArray("<abc></abc>");
}

void TestPolicyEdits::elementIsRenamed()
{
    QFETCH(QByteArray, before);
    QFETCH(QByteArray, after);
    const PolicyDocument document = fragment(before.toStdString());
    const auto edit = document.renameElement(only(document, "x"), "abc");
    QCOMPARE(inside(edit), after.toStdString());
    QCOMPARE(edit->element.name(), std::string("abc"));
}

void TestPolicyEdits::whatXmlCannotHoldIsRefused()
{
    const PolicyDocument document = fragment("<x/>");
    const PolicyElement x = only(document, "x");
    const auto refused = [](const Result<PolicyEdit>& edit) {
        return !edit && edit.error().kind == Error::Kind::InvalidInput;
    };
    for (const char* name : {"", "1a", "a b", "a=\"1\" b", "a/", "a>"}) {
        QVERIFY2(refused(document.setAttribute(x, name, "v")), name);
        QVERIFY2(refused(document.renameElement(x, name)), name);
        QVERIFY2(refused(document.insertElement(PolicyPlace::After, x, {name, {}, {}, {}})), name);
        QVERIFY2(refused(document.insertElement(PolicyPlace::After, x, {"y", {{name, "v"}}, {}, {}})), name);
        QVERIFY2(refused(document.insertElement(PolicyPlace::After, x, {"y", {}, {}, {{name, {}, {}, {}}}})),
                 name);
    }
    for (const char* value : {"\x01", "\x1F", "\xFF", "\xC3(", "\xEF\xBF\xBE", "\xED\xA0\x80"}) {
        QVERIFY2(refused(document.setAttribute(x, "k", value)), value);
        QVERIFY2(refused(document.insertElement(PolicyPlace::After, x, {"y", {{"k", value}}, {}, {}})),
                 value);
        QVERIFY2(refused(document.insertComment(PolicyPlace::After, x, value)), value);
    }
    for (const char* comment : {"--", "a -- b", "--><y/><!--", "a-", "-"}) {
        QVERIFY2(refused(document.insertComment(PolicyPlace::After, x, comment)), comment);
        QVERIFY2(refused(document.insertElement(PolicyPlace::After, x, {"y", {}, {comment}, {}})), comment);
    }
    QVERIFY(refused(document.insertElement(PolicyPlace::After, x, {"y", {{"k", "1"}, {"k", "2"}}, {}, {}})));
}

void TestPolicyEdits::besideTheRootIsRefused()
{
    const PolicyDocument document = fragment("<x/>");
    QVERIFY(!document.insertElement(PolicyPlace::Before, document.root(), Simple));
    QVERIFY(!document.insertElement(PolicyPlace::After, document.root(), Simple));
    QVERIFY(!document.insertComment(PolicyPlace::After, document.root(), "c"));
    QVERIFY(!document.removeElement(document.root()));
    QVERIFY(!document.renameElement(document.root(), "policies"));
    QVERIFY(document.insertElement(PolicyPlace::LastChild, document.root(), Simple).has_value());
}

void TestPolicyEdits::editsThatBreakTheDocumentAreRefused()
{
    const auto document = PolicyDocument::parse("<policies>\n  <inbound/>\n</policies>", Root::Policies);
    QVERIFY(document.has_value());
    const auto twice =
        document->insertElement(PolicyPlace::LastChild, document->root(), {"inbound", {}, {}, {}});
    QVERIFY(!twice);
    QCOMPARE(twice.error().position->line, 3);
    const auto section =
        document->insertElement(PolicyPlace::LastChild, document->root(), {"backend", {}, {}, {}});
    QVERIFY(section.has_value());
    QCOMPARE(section->document.text(), std::string("<policies>\n  <inbound/>\n  <backend />\n</policies>"));
}

void TestPolicyEdits::handleOfAnotherVersionIsRefused()
{
    const PolicyDocument first = fragment("<x/><y/><!-- c -->");
    const PolicyElement old = only(first, "x");
    const auto edit = first.removeElement(old);
    QVERIFY(edit.has_value());
    const PolicyDocument& second = edit->document;
    const PolicyComment comment = first.root().comments().at(0);
    for (const auto& refused :
         {second.setAttribute(old, "k", "v"), second.removeAttribute(old, "k"),
          second.renameElement(old, "z"), second.insertElement(PolicyPlace::After, old, Simple),
          second.removeElement(old), second.insertComment(PolicyPlace::After, old, "c"),
          second.setComment(comment, "c"), second.removeComment(comment)}) {
        QVERIFY(!refused);
        QVERIFY(refused.error().kind == Error::Kind::Conflict);
    }
    const PolicyDocument copy = first;
    QVERIFY(copy.setAttribute(old, "k", "v").has_value());
}

void TestPolicyEdits::handleOutlivesItsDocument()
{
    std::optional<PolicyDocument> document = fragment("<x k='1'><y/></x>");
    const PolicyElement x = only(*document, "x");
    document.reset();
    QCOMPARE(x.attribute("k"), std::optional(std::string("1")));
    QCOMPARE(x.children().at(0).name(), std::string("y"));
    QCOMPARE(x.position().line, 1);
}

GATEHOUSE_TEST_MAIN(TestPolicyEdits)
#include "tst_policyedits.moc"
