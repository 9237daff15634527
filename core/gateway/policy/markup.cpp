// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/policy/markup.h"

#include "core/gateway/policy/xmltext.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

namespace gatehouse::gateway {

namespace {

constexpr const char* RawXml = "The policy expression is not XML-escaped: the text is in the format rawxml, "
                               "which is not XML.";
constexpr const char* RawXmlAdvice =
    "Ask for the document with format=xml, or write &quot;, &amp; and &lt; in "
    "its expressions.";

/// One pass over the text. Each step answers whether to go on; when not, m_problem says why.
class MarkupScanner
{
public:
    MarkupScanner(std::string_view text, std::string_view rootName)
        : m_text(text)
        , m_rootName(rootName)
    {}

    tl::expected<Markup, PolicyProblem> run()
    {
        if (!scan())
            return tl::unexpected(std::move(*m_problem));
        return std::move(m_markup);
    }

private:
    bool scan()
    {
        if (m_text.size() > MaxPolicyBytes)
            return refuse(0, 0, "The document is larger than 512 KB.");
        const std::size_t forbidden = firstForbidden(m_text);
        if (forbidden != std::string_view::npos)
            return refuse(forbidden, 1, "A byte here is no character of an XML document in UTF-8.");
        m_at = byteOrderMarkLength(m_text);
        m_begin = m_at;
        while (m_at < m_text.size()) {
            if (!(m_text[m_at] == '<' ? scanMarkupAt() : scanCharacters()))
                return false;
        }
        if (!m_open.empty())
            return refuse(top().nameStart(), top().nameEnd - top().nameStart(),
                          "The element has no end tag.");
        return !m_markup.elements.empty() || refuse(m_at, 0, "The document has no element.");
    }

    bool scanMarkupAt()
    {
        if (isAt("<!--"))
            return scanComment();
        if (isAt("<![CDATA["))
            return scanCdata();
        if (isAt("<!"))
            return refuse(m_at, 2, "A document type or an entity declaration has no place in a policy.");
        if (isAt("<?"))
            return scanInstruction();
        return isAt("</") ? scanEndTag() : scanStartTag();
    }

    bool scanCharacters()
    {
        const std::size_t end = std::min(m_text.find('<', m_at), m_text.size());
        const std::string_view run = m_text.substr(m_at, end - m_at);
        const std::size_t first = m_at + std::min(run.find_first_not_of(" \t\r\n"), run.size());
        if (m_open.empty() && first < end)
            return refuse(first, 1, "Text has no place outside of the root element.");
        if (first < end && top().firstText == NoIndex)
            top().firstText = first;
        const std::size_t cdataEnd = run.find("]]>");
        if (cdataEnd != std::string_view::npos)
            return refuse(m_at + cdataEnd, 3, "']]>' ends no CDATA section here; write ]]&gt;.");
        if (!checkReferences(m_at, end))
            return false;
        m_at = end;
        return true;
    }

    bool scanComment()
    {
        const std::size_t end = m_text.find("--", m_at + 4);
        if (end == std::string_view::npos)
            return refuse(m_at, 4, "The comment has no end.");
        if (m_text.substr(end, 3) != "-->")
            return refuse(end, 2, "'--' must not stand inside of a comment.");
        if (!m_open.empty())
            m_markup.comments.push_back({m_open.back(), m_at, end + 3});
        m_at = end + 3;
        return true;
    }

    bool scanCdata()
    {
        if (m_open.empty())
            return refuse(m_at, 9, "Text has no place outside of the root element.");
        const std::size_t end = m_text.find("]]>", m_at);
        if (end == std::string_view::npos)
            return refuse(m_at, 9, "The CDATA section has no end.");
        const std::size_t start = m_at + std::string_view("<![CDATA[").size();
        if (!isAllBlank(m_text.substr(start, end - start)) && top().firstText == NoIndex)
            top().firstText = m_at;
        m_at = end + 3;
        return true;
    }

    bool scanInstruction()
    {
        const std::size_t end = m_text.find("?>", m_at + 2);
        if (end == std::string_view::npos)
            return refuse(m_at, 2, "The processing instruction has no end.");
        if (isAt("<?xml") && m_at != m_begin && !continuesName(m_text[m_at + 5]))
            return refuse(m_at, 5, "The XML declaration must be the first thing in the document.");
        const std::size_t start = m_at;
        m_at += 2;
        const bool named = !takeName().empty();
        if (!named || (m_at != end && !isAllBlank(m_text.substr(m_at, 1))))
            return refuse(start, m_at - start, "The processing instruction has no name.");
        m_at = end + 2;
        return true;
    }

    bool scanEndTag()
    {
        const std::size_t start = m_at;
        m_at += 2;
        const std::string_view name = takeName();
        skipBlanks();
        if (name.empty() || !isAt(">"))
            return refuse(start, m_at - start, "The end tag is not complete.");
        ++m_at;
        if (m_open.empty())
            return refuse(start, m_at - start, "The end tag has no start tag.", name);
        if (name != nameOf(top()))
            return refuse(start, m_at - start,
                          "The end tag '</" + std::string(name) + ">' does not fit the start tag '<" +
                              nameOf(top()) + ">'.");
        top().contentEnd = start;
        top().end = m_at;
        m_open.pop_back();
        return true;
    }

    bool scanStartTag()
    {
        MarkupElement element;
        element.parent = m_open.empty() ? NoIndex : m_open.back();
        element.start = m_at++;
        const std::string name(takeName());
        if (name.empty())
            return refuse(element.start, 1, "A '<' that begins no tag must be written as &lt;.");
        element.nameEnd = m_at;
        if (m_open.empty() && !m_markup.elements.empty())
            return refuse(element.start + 1, name.size(), "The document has more than one root element.",
                          name);
        if (m_open.size() >= MaxPolicyDepth)
            return refuse(element.start + 1, name.size(), "Elements are nested deeper than 64.", name);
        m_tag = name;
        if (!scanAttributes(element))
            return false;
        m_tag.clear();
        element.selfClosing = isAt("/>");
        m_at += element.selfClosing ? 2 : 1;
        element.contentStart = m_at;
        element.contentEnd = m_at;
        element.end = m_at;
        m_markup.elements.push_back(std::move(element));
        if (!m_markup.elements.back().selfClosing)
            m_open.push_back(m_markup.elements.size() - 1);
        return true;
    }

    /// Up to the '>' or '/>' of the start tag.
    bool scanAttributes(MarkupElement& element)
    {
        m_brokenExpression = false;
        std::set<std::string_view> seen;
        while (true) {
            MarkupAttribute attribute;
            attribute.start = m_at;
            skipBlanks();
            if (isAt(">") || isAt("/>"))
                return true;
            if (m_at >= m_text.size() || isAt("<"))
                return refuse(element.nameStart(), m_tag.size(), "The start tag has no end.");
            if (attribute.start == m_at)
                return refuse(m_at, 1, "A blank is missing before this character.");
            if (!scanAttribute(attribute))
                return false;
            const std::string_view name = nameOf(attribute);
            if (!seen.insert(name).second)
                return refuse(attribute.nameStart, name.size(),
                              "The attribute '" + std::string(name) + "' is given twice.", {}, name);
            element.attributes.push_back(attribute);
        }
    }

    bool scanAttribute(MarkupAttribute& attribute)
    {
        attribute.nameStart = m_at;
        const std::string name(takeName());
        attribute.nameEnd = m_at;
        if (name.empty())
            return refuse(m_at, 1, "The name of an attribute must begin with a letter.");
        skipBlanks();
        if (!isAt("="))
            return refuse(attribute.nameStart, name.size(), "The attribute '" + name + "' has no value.", {},
                          name);
        ++m_at;
        skipBlanks();
        if (!isAt("\"") && !isAt("'"))
            return refuse(m_at, 1, "The value of '" + name + "' must stand in quotation marks.", {}, name);
        attribute.quote = m_text[m_at];
        attribute.valueStart = ++m_at;
        attribute.valueEnd = m_text.find(attribute.quote, m_at);
        if (attribute.valueEnd == std::string_view::npos)
            return refuse(attribute.nameStart, name.size(), "The value of '" + name + "' has no end.", {},
                          name);
        const std::string_view value =
            m_text.substr(attribute.valueStart, attribute.valueEnd - attribute.valueStart);
        // What follows a broken expression decides: it may also be meant so.
        m_brokenExpression = startsExpression(value);
        const std::size_t less = value.find('<');
        if (less != std::string_view::npos)
            return refuse(m_at + less, 1, "A '<' in the value of '" + name + "' must be written as &lt;.", {},
                          name);
        if (!checkReferences(attribute.valueStart, attribute.valueEnd))
            return false;
        m_brokenExpression = m_brokenExpression && !isWholeExpression(value);
        m_at = attribute.valueEnd + 1;
        return true;
    }

    bool checkReferences(std::size_t from, std::size_t to)
    {
        for (std::size_t at = m_text.find('&', from); at < to; at = m_text.find('&', at + 1)) {
            // The longest that is known has far less than this.
            if (referenceLength(m_text.substr(at, std::min<std::size_t>(to - at, 32))) == 0)
                return refuse(at, 1,
                              "An '&' that begins none of XML's own entities must be written as &amp;.");
        }
        return true;
    }

    [[nodiscard]] bool isAt(std::string_view what) const { return m_text.substr(m_at).starts_with(what); }

    void skipBlanks()
    {
        while (m_at < m_text.size() && isBlank(m_text[m_at]))
            ++m_at;
    }

    std::string_view takeName()
    {
        const std::size_t start = m_at;
        if (m_at < m_text.size() && startsName(m_text[m_at])) {
            while (m_at < m_text.size() && continuesName(m_text[m_at]))
                ++m_at;
        }
        return m_text.substr(start, m_at - start);
    }

    MarkupElement& top() { return m_markup.elements[m_open.back()]; }
    [[nodiscard]] std::string nameOf(const MarkupElement& element) const
    {
        return std::string(m_text.substr(element.nameStart(), element.nameEnd - element.nameStart()));
    }
    [[nodiscard]] std::string_view nameOf(const MarkupAttribute& attribute) const
    {
        return m_text.substr(attribute.nameStart, attribute.nameEnd - attribute.nameStart);
    }

    /// The element with the expression that was written as C#, when that is why the text cannot be read.
    [[nodiscard]] std::optional<std::string> elementWithRawExpression() const
    {
        if (!m_tag.empty() && m_brokenExpression)
            return m_tag;
        for (const std::size_t index : m_open) {
            const MarkupElement& element = m_markup.elements[index];
            if (element.firstText != NoIndex && startsExpression(m_text.substr(element.firstText, 2)))
                return nameOf(element);
        }
        return std::nullopt;
    }

    bool refuse(std::size_t offset, std::size_t length, std::string message, std::string_view element = {},
                std::string_view attribute = {})
    {
        PolicyProblem problem;
        if (!element.empty())
            problem.element = element;
        else if (!m_tag.empty())
            problem.element = m_tag;
        else
            problem.element = m_open.empty() ? std::string(m_rootName) : nameOf(top());
        problem.attribute = attribute;
        problem.position = placeIn(m_text, offset, length);
        problem.message = std::move(message);
        if (auto holder = elementWithRawExpression()) {
            problem.element = std::move(*holder);
            problem.message = RawXml;
            problem.advice = RawXmlAdvice;
        }
        m_problem = std::move(problem);
        return false;
    }

    std::string_view m_text;
    std::string_view m_rootName;
    std::size_t m_at = 0;
    std::size_t m_begin = 0;
    Markup m_markup;
    std::vector<std::size_t> m_open; // indices of the elements whose end tag is still to come
    std::string m_tag;               // the name in the start tag that is being read
    bool m_brokenExpression = false; // the last value of the tag began an expression and did not end it
    std::optional<PolicyProblem> m_problem;
};

} // namespace

tl::expected<Markup, PolicyProblem> scanMarkup(std::string_view text, std::string_view rootName)
{
    return MarkupScanner(text, rootName).run();
}

} // namespace gatehouse::gateway
