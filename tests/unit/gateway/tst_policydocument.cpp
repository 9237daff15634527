// SPDX-License-Identifier: GPL-3.0-or-later
// First, since moc cannot read <compare> before a Qt header.
#include "tests/support/testmain.h"

#include "core/gateway/policy/document.h"

#include "tests/support/seed.h"
#include "tests/unit/gateway/policywriter.h"

using namespace gatehouse;
using namespace gatehouse::gateway;
using test::PolicyWriter;
using test::WrittenAttribute;
using test::WrittenPolicy;
using Root = PolicyDocument::Root;

namespace {

constexpr int Documents = 400;

void collect(const PolicyElement& element, std::vector<PolicyElement>& all)
{
    all.push_back(element);
    for (const PolicyElement& child : element.children())
        collect(child, all);
}

std::vector<PolicyElement> allOf(const PolicyDocument& document)
{
    std::vector<PolicyElement> all;
    collect(document.root(), all);
    return all;
}

/// What the bytes between two quotation marks say; knows only what an edit may write.
std::string decoded(std::string raw)
{
    const std::vector<std::pair<std::string, std::string>> spellings{
        {"&lt;", "<"},   {"&gt;", ">"},   {"&quot;", "\""}, {"&apos;", "'"},
        {"&#x9;", "\t"}, {"&#xA;", "\n"}, {"&#xD;", "\r"},  {"&amp;", "&"}};
    for (const auto& [spelling, character] : spellings) {
        for (std::size_t at = raw.find(spelling); at != std::string::npos;
             at = raw.find(spelling, at + character.size()))
            raw.replace(at, spelling.size(), character);
    }
    return raw;
}

std::string anyValue(PolicyWriter& writer)
{
    return writer.oneOf<std::string>({"42", "", "@(context.Product.Id == \"gold\" && x < 3)", "it's 'quoted'",
                                      "a\r\nb\tc", "&amp; stays & <b>", "\xF0\x9F\x9A\xA7 {{limit}}"});
}

std::string withoutBlanks(std::string text)
{
    text.erase(std::remove_if(text.begin(), text.end(),
                              [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }),
               text.end());
    return text;
}

/// Where two texts differ: bytes in common at the front, and at the back of what remains.
std::pair<std::size_t, std::size_t> commonEnds(const std::string& a, const std::string& b)
{
    const std::size_t shorter = std::min(a.size(), b.size());
    std::size_t front = 0;
    while (front < shorter && a[front] == b[front])
        ++front;
    std::size_t back = 0;
    while (back < shorter - front && a[a.size() - 1 - back] == b[b.size() - 1 - back])
        ++back;
    return {front, back};
}

} // namespace

/// A policy is read as it was written, and an edit changes its bytes alone.
class TestPolicyDocument : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void documentsAreReadAsTheyWereWritten();
    void editingOneAttributeChangesItsBytesAlone();
    void everyUndoGivesTheSameBytes();
    void elementsKnowWhereTheyAre();
    void textAndCdataAreOneText();
    void positionsCountCharacters();
    void fragmentIsRead();
    void spoiledDocumentIsReadTheSameTwice();
};

void TestPolicyDocument::documentsAreReadAsTheyWereWritten()
{
    PolicyWriter writer(test::seed());
    for (int i = 0; i < Documents; ++i) {
        const WrittenPolicy written = writer.write();
        const auto document = PolicyDocument::parse(written.text, Root::Policies);
        QVERIFY2(document.has_value(), document ? "" : document.error().message.c_str());
        QCOMPARE(document->text(), written.text);
        const auto elements = allOf(*document);
        QCOMPARE(elements.size(), written.elements.size());
        std::vector<std::vector<PolicyAttribute>> attributes(elements.size());
        for (const WrittenAttribute& one : written.attributes)
            attributes[one.element].push_back({one.name, one.value});
        for (std::size_t e = 0; e < elements.size(); ++e) {
            QCOMPARE(elements[e].name(), written.elements[e]);
            QCOMPARE(elements[e].attributes().size(), attributes[e].size());
            for (std::size_t a = 0; a < attributes[e].size(); ++a) {
                QCOMPARE(elements[e].attributes()[a].name, attributes[e][a].name);
                QCOMPARE(elements[e].attributes()[a].value, attributes[e][a].value);
            }
        }
        const auto limits = document->elements("llm-token-limit");
        QCOMPARE(limits.size(), static_cast<std::size_t>(std::count(
                                    written.elements.begin(), written.elements.end(), "llm-token-limit")));
    }
}

void TestPolicyDocument::editingOneAttributeChangesItsBytesAlone()
{
    PolicyWriter writer(test::seed());
    int edits = 0;
    for (int i = 0; i < Documents; ++i) {
        const WrittenPolicy written = writer.write();
        const auto document = PolicyDocument::parse(written.text, Root::Policies);
        QVERIFY(document.has_value());
        const auto elements = allOf(*document);
        for (int round = 0; round < 5 && !written.attributes.empty(); ++round) {
            const WrittenAttribute& one = written.attributes[writer.below(written.attributes.size())];
            const std::string value = anyValue(writer);
            const auto edit = document->setAttribute(elements[one.element], one.name, value);
            QVERIFY2(edit.has_value(), edit ? "" : edit.error().message.c_str());
            const std::string& text = edit->document.text();
            const std::size_t tail = written.text.size() - one.rawEnd;
            if (one.value != value) {
                const auto [front, back] = commonEnds(written.text, text);
                QVERIFY(front >= one.rawStart);
                QVERIFY(back >= tail);
                QVERIFY(text.size() >= front + tail);
            }
            if (one.value == value)
                QCOMPARE(text, written.text);
            else
                QCOMPARE(decoded(text.substr(one.rawStart, text.size() - tail - one.rawStart)), value);
            QCOMPARE(edit->element.attribute(one.name), std::optional(value));
            QCOMPARE(edit->element.name(), elements[one.element].name());
            QCOMPARE(document->text(), written.text);
            ++edits;
        }
    }
    QVERIFY2(edits > Documents * 3, "the writer writes too few attributes");
}

void TestPolicyDocument::everyUndoGivesTheSameBytes()
{
    PolicyWriter writer(test::seed());
    for (int i = 0; i < Documents; ++i) {
        const WrittenPolicy written = writer.write();
        const auto document = PolicyDocument::parse(written.text, Root::Policies);
        QVERIFY(document.has_value());
        const auto elements = allOf(*document);
        const PolicyElement& any = elements[writer.below(elements.size())];

        const auto added = document->setAttribute(any, "added", anyValue(writer));
        QVERIFY(added.has_value());
        const auto removed = added->document.removeAttribute(added->element, "added");
        QVERIFY(removed.has_value());
        QCOMPARE(removed->document.text(), written.text);

        const bool beside = any.parent() && any.parent()->name() != "policies";
        if (!beside)
            continue;
        const NewElement element{"new", {{"a", "b\"c"}}, {" note "}, {{"child", {}, {}, {}}}};
        for (const auto place : {PolicyPlace::Before, PolicyPlace::After}) {
            const auto inserted = document->insertElement(place, any, element);
            QVERIFY2(inserted.has_value(), inserted ? "" : inserted.error().message.c_str());
            QCOMPARE(inserted->element.attribute("a"), std::optional(std::string("b\"c")));
            QCOMPARE(inserted->element.children().size(), std::size_t(1));
            const auto taken = inserted->document.removeElement(inserted->element);
            QVERIFY(taken.has_value());
            // Behind an element that shares its line with others the line stays broken.
            if (place == PolicyPlace::Before)
                QCOMPARE(taken->document.text(), written.text);
            else
                QCOMPARE(withoutBlanks(taken->document.text()), withoutBlanks(written.text));
        }

        const auto renamed = document->renameElement(any, "renamed");
        QVERIFY(renamed.has_value());
        QCOMPARE(renamed->element.name(), std::string("renamed"));
        const auto restored = renamed->document.renameElement(renamed->element, any.name());
        QVERIFY(restored.has_value());
        QCOMPARE(restored->document.text(), written.text);
    }
}

void TestPolicyDocument::elementsKnowWhereTheyAre()
{
    const auto document = PolicyDocument::parse("<policies><inbound><choose>"
                                                "<when condition=\"@(1 &lt; 2)\"><a b='c'/></when>"
                                                "<otherwise><retry><a/></retry></otherwise>"
                                                "</choose></inbound></policies>",
                                                Root::Policies);
    QVERIFY(document.has_value());
    const auto found = document->elements("a");
    QCOMPARE(found.size(), std::size_t(2));
    const auto told = [](const PolicyElement& element) {
        std::string text;
        for (const PolicyStep& step : element.path())
            text += step.element + "[" + step.condition + "] ";
        return text;
    };
    QCOMPARE(told(found[0]), std::string("inbound[] choose[] when[@(1 < 2)] "));
    QCOMPARE(told(found[1]), std::string("inbound[] choose[] otherwise[] retry[] "));
    QVERIFY(!document->root().parent());
    QCOMPARE(told(document->root()), std::string());
    QCOMPARE(found[0].parent()->name(), std::string("when"));
    QVERIFY(found[0] == found[0].parent()->children().front());
    QVERIFY(!(found[0] == found[1]));
    QVERIFY(!found[0].attribute("missing"));
}

void TestPolicyDocument::textAndCdataAreOneText()
{
    const auto document = PolicyDocument::parse("<fragment><value>a &lt; <![CDATA[<b> & ]]><!-- no -->c\r\n"
                                                "</value><empty/></fragment>",
                                                Root::Fragment);
    QVERIFY(document.has_value());
    const PolicyElement value = document->elements("value").at(0);
    QCOMPARE(value.text(), std::string("a < <b> & c\n"));
    QCOMPARE(value.comments().size(), std::size_t(1));
    QCOMPARE(value.comments().at(0).text(), std::string(" no "));
    QCOMPARE(value.textPosition()->column, 18);
    QVERIFY(!document->elements("empty").at(0).textPosition());
}

void TestPolicyDocument::positionsCountCharacters()
{
    const auto document = PolicyDocument::parse("\xEF\xBB\xBF<fragment x=\"\xC3\xA4\xE2\x82\xAC\"><a/>\r\n"
                                                "\t<b  c='1'\r\n     d='2'/></fragment>",
                                                Root::Fragment);
    QVERIFY(document.has_value());
    const auto place = [](const TextPosition& position) {
        return std::to_string(position.line) + ":" + std::to_string(position.column) + "+" +
               std::to_string(position.length);
    };
    QCOMPARE(place(document->root().position()), std::string("1:2+8"));
    QCOMPARE(place(document->elements("a").at(0).position()), std::string("1:19+1"));
    const PolicyElement b = document->elements("b").at(0);
    QCOMPARE(place(b.position()), std::string("2:3+1"));
    QCOMPARE(place(b.positionOf("c")), std::string("2:6+1"));
    QCOMPARE(place(b.positionOf("d")), std::string("3:6+1"));
    QCOMPARE(place(b.positionOf("none")), std::string("2:3+1"));
    QCOMPARE(b.position().offset, document->text().find("b  c"));
}

void TestPolicyDocument::fragmentIsRead()
{
    const auto document = PolicyDocument::parse(
        "<fragment>\n// text as the portal's template has it\n</fragment>", Root::Fragment);
    QVERIFY(document.has_value());
    QVERIFY(document->rootKind() == Root::Fragment);
    QCOMPARE(document->root().name(), std::string("fragment"));
}

void TestPolicyDocument::spoiledDocumentIsReadTheSameTwice()
{
    // What the strict reader lets pass, pugixml must read too and find at the same places.
    PolicyWriter writer(test::seed());
    int passed = 0;
    for (int i = 0; i < Documents; ++i) {
        std::string text = writer.write().text;
        for (std::size_t strokes = 1 + writer.below(3); strokes > 0; --strokes) {
            const std::size_t at = writer.below(text.size());
            const std::string put = writer.oneOf<std::string>(
                {"",     "<",   ">",         "&",   "\"",   "'",    "/",    "=",  " ",    "a", "-->",
                 "<!--", "]]>", "<![CDATA[", "<a>", "</a>", "<a/>", "&#1;", "\n", "\xC3", ":", "1"});
            text.replace(at, writer.below(3), put);
        }
        const auto document = PolicyDocument::read(text, Root::Policies);
        if (!document) {
            QVERIFY(document.error().position.offset <= text.size());
            QVERIFY2(document.error().message.find("cannot be read") == std::string::npos, text.c_str());
            continue;
        }
        ++passed;
        QCOMPARE(document->text(), text);
        for (const PolicyElement& element : allOf(*document)) {
            const TextPosition place = element.position();
            QCOMPARE(text.substr(place.offset - 1, place.length + 1), "<" + element.name());
            for (const PolicyAttribute& attribute : element.attributes()) {
                const TextPosition name = element.positionOf(attribute.name);
                QCOMPARE(text.substr(name.offset, name.length), attribute.name);
            }
        }
    }
    QVERIFY(passed > 0 && passed < Documents);
}

GATEHOUSE_TEST_MAIN(TestPolicyDocument)
#include "tst_policydocument.moc"
