// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/parser/expressions.h"

#include <algorithm>
#include <array>

namespace gatehouse::kql {

Result<ExprPtr> ExpressionParser::bracketedName()
{
    const Span start = m_cursor.take().span;
    const Token text = m_cursor.peek();
    if (text.kind != TokenKind::String)
        return fail(m_cursor.missing("a name in quotes"));
    m_cursor.take();
    if (auto close = m_cursor.expect("]"); !close)
        return fail(close.error());
    auto result = node(ExprKind::Name, join(start, m_cursor.previous()), text.value, {});
    if (result)
        (*result)->bracketed = true;
    return result;
}

Result<ExprPtr> ExpressionParser::name()
{
    const Token& token = m_cursor.peek();
    if (token.is("["))
        return bracketedName();
    if (token.kind != TokenKind::Identifier || token.value.starts_with('!'))
        return fail(m_cursor.missing("a name"));
    const Token word = m_cursor.take();
    return node(ExprKind::Name, word.span, word.value, {});
}

Result<ExprPtr> ExpressionParser::wildcardName()
{
    std::string pattern;
    const Span start = m_cursor.peek().span;
    while (true) {
        const Token& token = m_cursor.peek();
        const bool part =
            token.is("*") || token.kind == TokenKind::Identifier || token.kind == TokenKind::Long;
        if (!part || (!pattern.empty() && token.spaceBefore))
            break;
        pattern += m_cursor.take().value;
    }
    if (pattern.find('*') == std::string::npos)
        return fail(m_cursor.missing("a name"));
    return node(pattern == "*" ? ExprKind::Star : ExprKind::Wildcard, join(start, m_cursor.previous()),
                pattern, {});
}

bool ExpressionParser::isReserved(const Token& token)
{
    constexpr std::array<std::string_view, 22> Reserved = {
        "and",       "or",          "by",    "on",      "asc",     "desc",       "contains", "has",
        "has_any",   "has_all",     "in",    "between", "matches", "startswith", "endswith", "hasprefix",
        "hassuffix", "notcontains", "first", "last",    "missing", "of"};
    return token.kind == TokenKind::Identifier &&
           std::find(Reserved.begin(), Reserved.end(), token.value) != Reserved.end();
}

Result<ExprPtr> ExpressionParser::namedExpression()
{
    const std::size_t mark = m_cursor.mark();
    const Token first = m_cursor.peek();
    std::vector<std::string> names;
    bool tuple = false;
    if (first.is("(") && !startsPipeline(m_cursor)) {
        m_cursor.take();
        tuple = true;
        do {
            auto part = name();
            if (!part)
                break;
            names.push_back((*part)->text);
        } while (m_cursor.accept(","));
        if (!m_cursor.accept(")") || !m_cursor.at("="))
            names.clear();
    } else if (first.kind == TokenKind::Identifier || first.is("[")) {
        auto part = name();
        if (part && m_cursor.at("=") && isReserved(first)) {
            m_cursor.reset(mark);
            return fail(m_cursor.missing("a name; this word stands in ['…']"));
        }
        if (part && m_cursor.at("="))
            names.push_back((*part)->text);
    }
    if (names.empty()) {
        m_cursor.reset(mark);
        return expression();
    }
    m_cursor.take();
    auto value = startsPipeline(m_cursor) ? expressionOrPipeline() : expression();
    if (!value)
        return value;
    auto result = node(ExprKind::Named, join(first.span, (*value)->span), {}, {*value});
    if (result) {
        (*result)->names = std::move(names);
        (*result)->tuple = tuple;
    }
    return result;
}

Result<std::vector<ExprPtr>> ExpressionParser::namedList()
{
    std::vector<ExprPtr> list;
    do {
        auto item = namedExpression();
        if (!item)
            return fail(item.error());
        list.push_back(*item);
    } while (m_cursor.accept(","));
    return list;
}

Result<ExprPtr> ExpressionParser::orderedExpression()
{
    auto value = namedExpression();
    if (!value)
        return value;
    auto result = node(ExprKind::Ordered, (*value)->span, {}, {*value});
    if (!result)
        return result;
    Expr& ordered = **result;
    if (m_cursor.accept("asc"))
        ordered.descending = false;
    else
        m_cursor.accept("desc");
    ordered.nullsFirst = !ordered.descending;
    if (m_cursor.accept("nulls")) {
        if (!m_cursor.at("first") && !m_cursor.at("last"))
            return fail(m_cursor.missing("first or last"));
        ordered.nullsFirst = m_cursor.take().value == "first";
    }
    return result;
}

} // namespace gatehouse::kql
