// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/kql/lexer/lexer.h"
#include "core/kql/parser/ast.h"

#include <string_view>
#include <vector>

namespace gatehouse::kql {

/// Walks the tokens of one query for the parsers of expressions, operators and statements, and guards the
/// depth.
class TokenCursor
{
public:
    static constexpr int MaxNesting = 150;
    static constexpr int MaxTreeDepth = 400;

    TokenCursor(std::string_view text, std::vector<Token> tokens)
        : m_text(text)
        , m_tokens(std::move(tokens))
    {}

    [[nodiscard]] const Token& peek(std::size_t ahead = 0) const
    {
        return m_tokens[std::min(m_at + ahead, m_tokens.size() - 1)];
    }
    [[nodiscard]] bool at(std::string_view text) const { return peek().is(text); }
    [[nodiscard]] bool atEnd() const { return peek().kind == TokenKind::End; }
    [[nodiscard]] std::string_view text() const { return m_text; }
    const Token& take() { return m_tokens[m_at < m_tokens.size() - 1 ? m_at++ : m_at]; }
    bool accept(std::string_view text)
    {
        if (!at(text))
            return false;
        take();
        return true;
    }
    /// Whether "column : text" is a comparison here, as in search.
    [[nodiscard]] bool colonCompares() const { return m_colonCompares; }
    void setColonCompares(bool compares) { m_colonCompares = compares; }
    [[nodiscard]] std::size_t mark() const { return m_at; }
    void reset(std::size_t mark) { m_at = mark; }
    [[nodiscard]] Span previous() const { return m_at == 0 ? Span{} : m_tokens[m_at - 1].span; }

    [[nodiscard]] Status expect(std::string_view text)
    {
        if (accept(text))
            return {};
        return fail(missing("'" + std::string(text) + "'"));
    }
    /// The error that something else was expected here.
    [[nodiscard]] Error missing(std::string_view what) const
    {
        const Token& token = peek();
        const std::string found =
            token.kind == TokenKind::End
                ? "the end of the query"
                : "'" +
                      std::string(
                          m_text.substr(token.span.offset, std::min<std::size_t>(token.span.length, 40))) +
                      "'";
        return queryError("SYN0002",
                          "Query could not be parsed at " + found + ": expected " + std::string(what), m_text,
                          token.span);
    }
    [[nodiscard]] Error tooDeep() const
    {
        return queryError("SYN0003", "The query is nested too deeply.", m_text, peek().span);
    }

    [[nodiscard]] Error tooLong() const
    {
        return queryError("SYN0003", "The query has too many statements.", m_text, peek().span);
    }

    /// Counts a level of recursion for its lifetime.
    class Level
    {
    public:
        explicit Level(TokenCursor& cursor)
            : m_cursor(cursor)
        {
            ++m_cursor.m_nesting;
        }
        ~Level() { --m_cursor.m_nesting; }
        Level(const Level&) = delete;
        Level& operator=(const Level&) = delete;
        [[nodiscard]] bool tooDeep() const { return m_cursor.m_nesting > MaxNesting; }

    private:
        TokenCursor& m_cursor;
    };

private:
    std::string_view m_text;
    std::vector<Token> m_tokens;
    std::size_t m_at = 0;
    int m_nesting = 0;
    bool m_colonCompares = false;
};

} // namespace gatehouse::kql
