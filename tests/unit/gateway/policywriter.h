// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace gatehouse::test {

/// An attribute as the writer put it, known without any parser.
struct WrittenAttribute
{
    std::size_t element; ///< in the order of the start tags
    std::string name;
    std::string value;    ///< decoded
    std::size_t rawStart; ///< behind the opening quote
    std::size_t rawEnd;
};

struct WrittenPolicy
{
    std::string text;
    std::vector<std::string> elements; ///< names, in the order of the start tags
    std::vector<WrittenAttribute> attributes;
};

/// Writes random policy documents as people and the portal write them: nested choose, comments, CDATA,
/// expressions, both quotation marks, entities in several spellings, CRLF, tabs, tags over several lines, a
/// byte order mark, unknown elements.
class PolicyWriter
{
public:
    explicit PolicyWriter(std::uint64_t seed)
        : m_random(seed)
    {}

    WrittenPolicy write()
    {
        m_policy = {};
        m_eol = oneOf<std::string>({"\r\n", "\n"});
        m_step = oneOf<std::string>({"\t", "  ", "    "});
        if (below(4) == 0)
            put("\xEF\xBB\xBF");
        if (below(5) == 0)
            put("<?xml version=\"1.0\" encoding=\"utf-8\"?>" + m_eol);
        if (below(4) == 0)
            put("<!-- IMPORTANT: - <base /> & friends -->" + m_eol);
        open("policies");
        put(">");
        for (const char* section : {"inbound", "backend", "outbound", "on-error"}) {
            if (below(6) != 0)
                element(section, 1, true);
        }
        closeBlock("policies", 0);
        if (below(2) == 0)
            put(m_eol);
        return std::move(m_policy);
    }

    std::size_t below(std::size_t bound) { return m_random() % bound; }

    template <typename T>
    T oneOf(std::vector<T> choices)
    {
        return choices[below(choices.size())];
    }

private:
    void put(const std::string& text) { m_policy.text += text; }

    void newLine(std::size_t depth)
    {
        put(below(12) == 0 ? m_eol + m_eol : m_eol);
        for (std::size_t i = 0; i < depth; ++i)
            put(m_step);
    }

    void open(const std::string& name)
    {
        put("<" + name);
        m_policy.elements.push_back(name);
    }

    void closeBlock(const std::string& name, std::size_t depth)
    {
        newLine(depth);
        put("</" + name + (below(10) == 0 ? " >" : ">"));
    }

    void element(const std::string& name, std::size_t depth, bool isSection = false)
    {
        if (below(5) == 0) {
            newLine(depth);
            comment();
        }
        if (below(15) != 0)
            newLine(depth);
        open(name);
        if (!isSection)
            attributes(depth);
        if (!isSection && below(3) == 0) {
            put(below(2) == 0 ? " />" : "/>");
            return;
        }
        put(">");
        const bool isChoice = name == "choose";
        const bool holdsElements = isSection || isChoice || name == "when" || name == "otherwise" ||
                                   name == "retry" || name == "contoso:audit";
        if (!holdsElements) {
            content();
            put("</" + name + ">");
            return;
        }
        const std::size_t children = depth > 7 ? 0 : below(4) + (isChoice ? 1 : 0);
        for (std::size_t i = 0; i < children; ++i)
            element(isChoice ? oneOf<std::string>({"when", "when", "otherwise"}) : anyElement(), depth + 1);
        if (children == 0 && below(2) == 0)
            put("</" + name + ">");
        else
            closeBlock(name, depth);
    }

    std::string anyElement()
    {
        return oneOf<std::string>({"base", "choose", "choose", "llm-token-limit", "azure-openai-token-limit",
                                   "rate-limit-by-key", "quota-by-key", "set-header", "set-variable",
                                   "set-body", "retry", "forward-request", "contoso:audit", "_x.unbekannt-ä",
                                   "include-fragment", "validate-jwt"});
    }

    void attributes(std::size_t depth)
    {
        static const std::array<const char*, 9> Names{"counter-key", "tokens-per-minute", "condition",
                                                      "name",        "x:custom",          "größe",
                                                      "calls",       "renewal-period",    "value"};
        const std::size_t count = below(5);
        const std::size_t first = below(Names.size());
        const bool ownLines = below(4) == 0;
        for (std::size_t i = 0; i < count; ++i) {
            if (ownLines)
                newLine(depth + 2);
            else
                put(below(10) == 0 ? "  \t" : " ");
            attribute(Names.at((first + i) % Names.size()));
        }
    }

    void attribute(const std::string& name)
    {
        const char quote = below(3) == 0 ? '\'' : '"';
        put(name + oneOf<std::string>({"=", "=", "=", " = "}) + quote);
        const std::size_t start = m_policy.text.size();
        std::string value;
        for (std::size_t pieces = below(4); pieces > 0; --pieces) {
            const auto [raw, decoded] = piece(quote);
            put(raw);
            value += decoded;
        }
        m_policy.attributes.push_back(
            {m_policy.elements.size() - 1, name, value, start, m_policy.text.size()});
        put(std::string(1, quote));
    }

    /// How it is spelled, and what it says.
    std::pair<std::string, std::string> piece(char quote)
    {
        using Piece = std::pair<std::string, std::string>;
        const std::string other = quote == '"' ? "'" : "\"";
        return oneOf<Piece>(
            {{"500", "500"},
             {"@(context.Subscription.Id)", "@(context.Subscription.Id)"},
             {"@(context.Variables[&quot;a&quot;] &gt; 1 &amp;&amp; true)",
              "@(context.Variables[\"a\"] > 1 && true)"},
             {"@(x[" + other + "k" + other + "] > 2)", "@(x[" + other + "k" + other + "] > 2)"},
             {"{{named-value}}", "{{named-value}}"},
             {"&#64;&#x20AC;", "@\xE2\x82\xAC"},
             {"gr\xC3\xB6\xC3\x9F"
              "er",
              "gr\xC3\xB6\xC3\x9F"
              "er"},
             {"a" + m_eol + "\tb", "a  b"},
             {"&apos;&quot;&lt;", "'\"<"},
             {"", ""}});
    }

    void comment()
    {
        put("<!--" +
            oneOf<std::string>({" note ", "<llm-token-limit tokens-per-minute=\"1\" />", "@(a && b < c)",
                                " zwei" + m_eol + "Zeilen ", "", " ]]> &nothing; "}) +
            "-->");
    }

    void content()
    {
        for (std::size_t parts = below(4); parts > 0; --parts) {
            switch (below(3)) {
            case 0:
                put(oneOf<std::string>(
                    {"text", "@{ return 1 &lt; 2; }", m_eol + "\t", "&amp;&#10;ä", "a>b"}));
                break;
            case 1:
                put("<![CDATA[" +
                    oneOf<std::string>({"{ \"a\": \"<b>&c;\" }", "", "]]", "<base attribute='1'/>"}) + "]]>");
                break;
            default:
                comment();
            }
        }
    }

    std::mt19937_64 m_random;
    std::string m_eol;
    std::string m_step;
    WrittenPolicy m_policy;
};

} // namespace gatehouse::test
