// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/parser/expressions.h"
#include "core/kql/values.h"

namespace gatehouse::kql {

Result<ExprPtr> ExpressionParser::literal()
{
    const Token& token = m_cursor.peek();
    ColumnType type = ColumnType::String;
    switch (token.kind) {
    case TokenKind::String: {
        const Span start = token.span;
        std::string value = m_cursor.take().value;
        while (m_cursor.peek().kind == TokenKind::String) // adjacent literals are one
            value += m_cursor.take().value;
        return node(ExprKind::Literal, join(start, m_cursor.previous()), std::move(value), {});
    }
    case TokenKind::Long:
        type = ColumnType::Long;
        break;
    case TokenKind::Real:
        type = ColumnType::Real;
        break;
    case TokenKind::Timespan:
        type = ColumnType::Timespan;
        break;
    case TokenKind::TypedLiteral:
        type = columnTypeFrom(token.type).value_or(ColumnType::String);
        break;
    case TokenKind::Identifier:
    case TokenKind::Punctuation:
    case TokenKind::End:
        return fail(m_cursor.missing("an expression"));
    }
    const Token taken = m_cursor.take();
    auto result = node(ExprKind::Literal, taken.span, taken.value, {});
    if (result)
        (*result)->type = type;
    return result;
}

Result<ExprPtr> ExpressionParser::constantValue()
{
    const bool sign = m_cursor.at("-") || m_cursor.at("+");
    const Token& token = m_cursor.peek(sign ? 1 : 0);
    const bool word = token.is("true") || token.is("false") || token.is("dynamic");
    const bool constant = token.kind != TokenKind::Identifier && token.kind != TokenKind::Punctuation;
    if (token.kind == TokenKind::End || (!word && !constant))
        return fail(m_cursor.missing("a literal"));
    return sign ? unary() : primary();
}

Result<ExprPtr> ExpressionParser::typeOf(Span start)
{
    m_cursor.take();
    std::string type;
    if (m_cursor.peek().kind == TokenKind::Identifier && !m_cursor.peek(1).is(":")) {
        type = m_cursor.take().value;
    } else {
        int depth = 1; // a schema: typeof(x:long, *)
        while (!m_cursor.atEnd()) {
            depth += m_cursor.at("(") ? 1 : m_cursor.at(")") ? -1 : 0;
            if (depth == 0)
                break;
            m_cursor.take();
        }
        type = "*";
    }
    if (auto close = m_cursor.expect(")"); !close)
        return fail(close.error());
    return node(ExprKind::TypeOf, join(start, m_cursor.previous()), std::move(type), {});
}

Result<ExprPtr> ExpressionParser::dynamicLiteral(Span start)
{
    m_cursor.take();
    auto json = jsonValue();
    if (!json)
        return fail(json.error());
    if (auto close = m_cursor.expect(")"); !close)
        return fail(close.error());
    auto result = node(ExprKind::Dynamic, join(start, m_cursor.previous()), std::move(*json), {});
    if (result) {
        (*result)->type = ColumnType::Dynamic;
        (*result)->isNull = (*result)->text == "null";
    }
    return result;
}

Result<std::string> ExpressionParser::jsonNumber()
{
    const bool negative = m_cursor.accept("-");
    if (!negative)
        m_cursor.accept("+");
    const Token& token = m_cursor.peek();
    if (token.kind != TokenKind::Long && token.kind != TokenKind::Real)
        return fail(m_cursor.missing("a JSON value"));
    return (negative ? "-" : "") + m_cursor.take().value;
}

Result<std::string> ExpressionParser::jsonValue()
{
    const TokenCursor::Level level(m_cursor);
    if (level.tooDeep())
        return fail(m_cursor.tooDeep());
    const Token& token = m_cursor.peek();
    if (token.is("{") || token.is("["))
        return jsonContainer(token.is("{"));
    if (token.kind == TokenKind::String) {
        std::string quoted;
        appendJsonString(quoted, m_cursor.take().value);
        return quoted;
    }
    if (token.is("true") || token.is("false") || token.is("null"))
        return m_cursor.take().value;
    if (token.kind == TokenKind::TypedLiteral || token.kind == TokenKind::Timespan) {
        auto typed = literal();
        if (!typed)
            return fail(typed.error());
        return jsonOfLiteral((*typed)->type, (*typed)->text);
    }
    if (token.is("dynamic") && m_cursor.peek(1).is("(")) {
        m_cursor.take();
        m_cursor.take();
        auto inner = jsonValue();
        if (inner && !m_cursor.accept(")"))
            return fail(m_cursor.missing("')'"));
        return inner;
    }
    return jsonNumber();
}

Result<std::string> ExpressionParser::jsonContainer(bool object)
{
    m_cursor.take();
    const std::string_view close = object ? "}" : "]";
    std::string out(1, object ? '{' : '[');
    while (!m_cursor.at(close)) {
        if (out.size() > 1)
            out += ',';
        if (object) {
            const Token& key = m_cursor.peek();
            if (key.kind != TokenKind::String && key.kind != TokenKind::Identifier)
                return fail(m_cursor.missing("a property name"));
            appendJsonString(out, m_cursor.take().value);
            if (!m_cursor.accept(":"))
                return fail(m_cursor.missing("':'"));
            out += ':';
        }
        auto value = jsonValue();
        if (!value)
            return value;
        out += *value;
        if (!m_cursor.accept(","))
            break;
    }
    if (!m_cursor.accept(close))
        return fail(m_cursor.missing("'" + std::string(close) + "'"));
    return out + std::string(close);
}

} // namespace gatehouse::kql
