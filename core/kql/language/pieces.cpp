// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/language/pieces.h"

#include "core/kql/lexer/lexer.h"
#include "core/kql/lexer/strings.h"

#include <algorithm>

namespace gatehouse::kql::language {

namespace {

constexpr std::size_t MaxTextBytes = 2U << 20U; // the lexer's limit
constexpr int MaxBreaks = 1000;                 // behind them all of the rest is one broken piece

PieceKind kindOf(kql::TokenKind kind)
{
    switch (kind) {
    case kql::TokenKind::Identifier:
        return PieceKind::Word;
    case kql::TokenKind::String:
        return PieceKind::Text;
    case kql::TokenKind::Long:
    case kql::TokenKind::Real:
    case kql::TokenKind::Timespan:
        return PieceKind::Number;
    case kql::TokenKind::TypedLiteral:
        return PieceKind::Typed;
    default:
        return PieceKind::Mark;
    }
}

bool isContinuation(char c)
{
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80;
}

/// How far what the lexer refuses reaches: a literal to the end of its line (or of the text, when it may have
/// several), a number as the lexer says, anything else one character.
std::size_t brokenLength(std::string_view rest, const Error& error)
{
    const bool text = stringLiteralStarts(rest);
    const std::string_view quoted = rest.substr(text ? rest.find_first_of("'\"`~") : 0);
    if (text && (quoted.starts_with("```") || quoted.starts_with("~~~")))
        return rest.size();
    const std::size_t line = std::min(rest.find('\n'), rest.size());
    if (text || error.serviceCode == "SYN0002")
        return std::max<std::size_t>(line, 1);
    std::size_t length = std::clamp<std::size_t>(error.position->length, 1, rest.size());
    while (length < rest.size() && isContinuation(rest[length]))
        ++length;
    return length;
}

class Splitter
{
public:
    explicit Splitter(std::string_view text)
        : m_text(text)
    {}

    std::vector<Piece> run()
    {
        std::size_t base = 0;
        for (int breaks = 0; base < m_text.size(); ++breaks) {
            const std::string_view rest = m_text.substr(base);
            auto tokens = tokenize(rest);
            if (tokens) {
                add(*tokens, base);
                break;
            }
            const Error error = tokens.error();
            const std::size_t at = std::min(error.position->offset, rest.size() - 1);
            if (auto good = tokenize(rest.substr(0, at)))
                add(*good, base);
            const bool enough = breaks >= MaxBreaks;
            const std::size_t length = enough ? rest.size() - at : brokenLength(rest.substr(at), error);
            push(PieceKind::Broken, base + at, length);
            base += at + length;
        }
        addComments(m_text.size());
        return std::move(m_pieces);
    }

private:
    void add(const std::vector<Token>& tokens, std::size_t base)
    {
        for (const Token& token : tokens) {
            if (token.kind != kql::TokenKind::End)
                push(kindOf(token.kind), base + token.span.offset, token.span.length);
        }
    }

    void push(PieceKind kind, std::size_t start, std::size_t length)
    {
        addComments(start);
        m_pieces.push_back({kind, start, m_text.substr(start, length)});
        m_end = start + length;
    }

    /// Between two tokens there is nothing but white space and comments.
    void addComments(std::size_t until)
    {
        while (m_end < until) {
            const std::size_t start = m_text.substr(0, until).find("//", m_end);
            if (start == std::string_view::npos)
                break;
            std::size_t stop = std::min(m_text.find('\n', start), until);
            m_end = stop;
            if (m_text[stop - 1] == '\r')
                --stop;
            m_pieces.push_back({PieceKind::Comment, start, m_text.substr(start, stop - start)});
        }
    }

    std::string_view m_text;
    std::size_t m_end = 0;
    std::vector<Piece> m_pieces;
};

} // namespace

std::vector<Piece> piecesOf(std::string_view text)
{
    return text.size() > MaxTextBytes ? std::vector<Piece>() : Splitter(text).run();
}

bool insideLiteral(const std::vector<Piece>& pieces, std::size_t offset)
{
    const auto after = std::partition_point(pieces.begin(), pieces.end(),
                                            [&](const Piece& piece) { return piece.start < offset; });
    if (after == pieces.begin())
        return false;
    const Piece& piece = *(after - 1);
    const bool open = piece.kind == PieceKind::Comment || piece.kind == PieceKind::Broken;
    const bool literal = open || piece.kind == PieceKind::Text || piece.kind == PieceKind::Typed;
    return literal && (offset < piece.end() || (open && offset == piece.end()));
}

} // namespace gatehouse::kql::language
