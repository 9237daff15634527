// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/expression/lexer.h"

#include "core/base/utf8.h"
#include "core/gateway/expression/literals.h"

#include <algorithm>
#include <array>

namespace gatehouse::gateway {

namespace {

// The longest come first. Those that the parser has no use for are here so that it can name them.
constexpr std::array<std::string_view, 43> Operators = {
    "<<=", ">>=", "?\?=", "&&", "||", "==", "!=", "<=", ">=", "??", "?.", "?[", "=>", "++", "--",
    "+=",  "-=",  "*=",   "/=", "%=", "&=", "|=", "^=", "<<", "->", "::", "(",  ")",  "[",  "]",
    ".",   ",",   "?",    ":",  "<",  ">",  "+",  "-",  "*",  "/",  "!",  "%",  "="};
constexpr std::string_view SingleOnly = "&|^~;{}@$#";

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

bool isLetter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool isSpace(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

class Lexer
{
public:
    Lexer(std::string_view text, std::size_t begin)
        : m_text(text)
        , m_at(begin)
    {}

    [[nodiscard]] Result<std::vector<ExpressionToken>> run()
    {
        for (;;) {
            if (const Status blank = skipBlank(); !blank)
                return fail(blank.error());
            m_start = m_at;
            if (m_at >= m_text.size())
                break;
            if (const Status done = next(); !done)
                return fail(done.error());
        }
        push(ExpressionToken::Kind::End, {});
        return std::move(m_tokens);
    }

private:
    [[nodiscard]] char peek(std::size_t ahead = 0) const
    {
        return m_at + ahead < m_text.size() ? m_text[m_at + ahead] : '\0';
    }
    [[nodiscard]] bool startsWith(std::string_view what) const
    {
        return m_text.substr(m_at).starts_with(what);
    }
    [[nodiscard]] ExpressionSpan here() const { return {m_start, m_at - m_start}; }
    [[nodiscard]] tl::unexpected<Error> wrong(std::string message) const
    {
        return fail(expressionError(std::move(message), m_text, here()));
    }

    void push(ExpressionToken::Kind kind, ExpressionValue value)
    {
        m_tokens.push_back({kind, here(), m_text.substr(m_start, m_at - m_start), std::move(value)});
    }

    Status skipBlank()
    {
        for (;;) {
            while (isSpace(peek()))
                ++m_at;
            if (startsWith("//")) {
                m_at = std::min(m_text.find('\n', m_at), m_text.size());
            } else if (startsWith("/*")) {
                m_start = m_at;
                const std::size_t end = m_text.find("*/", m_at + 2);
                m_at += 2;
                if (end == std::string_view::npos)
                    return wrong("A comment does not end.");
                m_at = end + 2;
            } else {
                return {};
            }
        }
    }

    Status next()
    {
        const char c = peek();
        if (startsWith("$\"") || startsWith("$@\"") || startsWith("@$\"")) {
            m_at += 2;
            return fail(unsupported("An interpolated string", m_text, here()));
        }
        if (c == '"' || startsWith("@\"") || c == '\'')
            return quoted();
        if (isDigit(c) || (c == '.' && isDigit(peek(1))))
            return number();
        if (isLetter(c)) {
            while (isLetter(peek()) || isDigit(peek()))
                ++m_at;
            push(ExpressionToken::Kind::Identifier, {});
            return {};
        }
        return punctuation();
    }

    Status punctuation()
    {
        for (const std::string_view op : Operators) {
            // "a ?.5 : b" is a choice, not a member access.
            if (!startsWith(op) || (op == "?." && isDigit(peek(2))))
                continue;
            m_at += op.size();
            push(ExpressionToken::Kind::Operator, {});
            return {};
        }
        if (SingleOnly.find(peek()) != std::string_view::npos && peek() != '\0') {
            ++m_at;
            push(ExpressionToken::Kind::Operator, {});
            return {};
        }
        ++m_at;
        while (m_at < m_text.size() && (static_cast<unsigned char>(m_text[m_at]) & 0xC0U) == 0x80U)
            ++m_at;
        return wrong("This character has no meaning in an expression.");
    }

    Status quoted()
    {
        auto literal = readQuoted(m_text.substr(m_at));
        m_at += literal ? literal->length : std::min<std::size_t>(m_text.size() - m_at, 20);
        if (!literal)
            return wrong(literal.error());
        const bool character = m_text[m_start] == '\'';
        push(character ? ExpressionToken::Kind::Character : ExpressionToken::Kind::String,
             std::move(literal->value));
        return {};
    }

    Status number()
    {
        auto literal = readNumber(m_text.substr(m_at));
        if (!literal) {
            while (isDigit(peek()) || isLetter(peek()) || peek() == '.')
                ++m_at;
            return literal.error().known ? fail(unsupported(literal.error().text, m_text, here()))
                                         : wrong(literal.error().text);
        }
        m_at += literal->length;
        push(ExpressionToken::Kind::Number, literal->value);
        return {};
    }

    std::string_view m_text;
    std::size_t m_at;
    std::size_t m_start = 0;
    std::vector<ExpressionToken> m_tokens;
};

TextPosition positionOf(std::string_view text, ExpressionSpan span)
{
    TextPosition position{span.offset, span.length, 1, 1};
    for (const char c : text.substr(0, span.offset)) {
        if (c == '\n') {
            ++position.line;
            position.column = 1;
        } else if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U) {
            ++position.column;
        }
    }
    return position;
}

} // namespace

Error expressionError(std::string message, std::string_view text, ExpressionSpan span)
{
    Error error;
    error.kind = Error::Kind::InvalidInput;
    error.message = std::move(message);
    error.position = positionOf(text, span);
    return error;
}

Error unsupported(std::string_view what, std::string_view text, ExpressionSpan span)
{
    Error error =
        expressionError(std::string(what) + " is not supported by the embedded gateway.", text, span);
    error.advice = "Write it with what the list of supported expressions names.";
    return error;
}

Result<std::vector<ExpressionToken>> tokenizeExpression(std::string_view text, std::size_t begin)
{
    return Lexer(text, begin).run();
}

} // namespace gatehouse::gateway
