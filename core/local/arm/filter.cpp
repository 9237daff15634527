// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/arm/filter.h"

#include "core/base/encoding.h"

namespace gatehouse::local {

namespace {

enum class Kind { Word, Text, Open, Close, End, Bad };

struct Token
{
    Kind kind = Kind::End;
    std::string text;
};

/// Words, 'quoted texts' ('' is a quote) and parentheses.
class FilterLexer
{
public:
    explicit FilterLexer(std::string_view text)
        : m_rest(text)
    {}

    Token next()
    {
        while (!m_rest.empty() && m_rest.front() == ' ')
            m_rest.remove_prefix(1);
        if (m_rest.empty())
            return {};
        const char first = m_rest.front();
        if (first == '(' || first == ')') {
            m_rest.remove_prefix(1);
            return {first == '(' ? Kind::Open : Kind::Close, {}};
        }
        if (first == '\'')
            return quoted();
        const std::string_view word = m_rest.substr(0, m_rest.find_first_of(" ()'"));
        m_rest.remove_prefix(word.size());
        return {Kind::Word, std::string(word)};
    }

private:
    Token quoted()
    {
        std::string text;
        std::size_t at = 1;
        for (; at < m_rest.size(); ++at) {
            if (m_rest[at] != '\'') {
                text += m_rest[at];
            } else if (at + 1 < m_rest.size() && m_rest[at + 1] == '\'') {
                text += '\'';
                ++at;
            } else {
                m_rest.remove_prefix(at + 1);
                return {Kind::Text, std::move(text)};
            }
        }
        return {Kind::Bad, {}};
    }

    std::string_view m_rest;
};

/// Adds "dimension op 'value'" to the filters; terms of one dimension gather.
bool takeTerm(FilterLexer& lexer, const Token& dimension, std::vector<DimensionFilter>& filters,
              bool sameGroup)
{
    const Token comparison = lexer.next();
    const Token value = lexer.next();
    const bool negated = comparison.text == "ne";
    if (dimension.kind != Kind::Word || comparison.kind != Kind::Word ||
        (comparison.text != "eq" && !negated) || value.kind != Kind::Text)
        return false;
    if (sameGroup) {
        if (filters.empty() || !equalsIgnoreCase(filters.back().dimension, dimension.text) ||
            filters.back().negated != negated)
            return false;
    } else {
        filters.push_back({dimension.text, {}, negated});
    }
    filters.back().values.push_back(value.text);
    return true;
}

} // namespace

bool ListFilter::matches(const Json& resource) const
{
    for (const Term& term : terms) {
        const Json& properties = memberAt(resource, "properties");
        const Json& value = memberAt(properties, term.field).is_null() ? memberAt(resource, term.field)
                                                                       : memberAt(properties, term.field);
        const std::string text = value.is_string() ? value.get<std::string>() : dumpJson(value);
        if (!equalsIgnoreCase(text, term.value))
            return false;
    }
    return true;
}

std::optional<ListFilter> parseListFilter(std::string_view text)
{
    FilterLexer lexer(text);
    ListFilter filter;
    for (;;) {
        const Token field = lexer.next();
        const Token comparison = lexer.next();
        const Token value = lexer.next();
        if (field.kind != Kind::Word || comparison.text != "eq" || value.kind != Kind::Text)
            return std::nullopt;
        filter.terms.push_back({field.text.substr(field.text.rfind('/') + 1), value.text});
        const Token join = lexer.next();
        if (join.kind == Kind::End)
            return filter;
        if (join.text != "and")
            return std::nullopt;
    }
}

std::optional<std::vector<DimensionFilter>> parseDimensionFilter(std::string_view text)
{
    FilterLexer lexer(text);
    std::vector<DimensionFilter> filters;
    bool sameGroup = false;
    int depth = 0;
    for (;;) {
        Token token = lexer.next();
        for (; token.kind == Kind::Open; token = lexer.next())
            ++depth;
        if (!takeTerm(lexer, token, filters, sameGroup))
            return std::nullopt;
        token = lexer.next();
        for (; token.kind == Kind::Close; token = lexer.next())
            --depth;
        if (token.kind == Kind::End)
            return depth == 0 ? std::optional(std::move(filters)) : std::nullopt;
        if (token.kind != Kind::Word || (token.text != "and" && token.text != "or") || depth < 0)
            return std::nullopt;
        sameGroup = token.text == "or";
    }
}

} // namespace gatehouse::local
