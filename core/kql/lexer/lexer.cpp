// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/lexer/lexer.h"

#include "core/base/encoding.h"
#include "core/kql/lexer/strings.h"

#include <algorithm>
#include <array>

namespace gatehouse::kql {

namespace {

constexpr std::size_t MaxQueryBytes = 2U << 20U;

constexpr std::array<std::string_view, 22> Hyphenated = {"project-away",
                                                         "project-rename",
                                                         "project-keep",
                                                         "project-reorder",
                                                         "project-by-names",
                                                         "mv-expand",
                                                         "mv-apply",
                                                         "make-series",
                                                         "top-nested",
                                                         "top-hitters",
                                                         "parse-where",
                                                         "parse-kv",
                                                         "sample-distinct",
                                                         "make-graph",
                                                         "graph-match",
                                                         "graph-to-table",
                                                         "graph-mark-components",
                                                         "graph-shortest-paths",
                                                         "graph-where-nodes",
                                                         "graph-where-edges",
                                                         "macro-expand",
                                                         "assert-schema"};

constexpr std::array<std::string_view, 14> TypedWords = {
    "bool", "boolean", "date", "datetime", "time",    "timespan", "guid",
    "int",  "long",    "real", "double",   "decimal", "uniqueid", "string"};

constexpr std::array<std::string_view, 33> TimeUnits = {
    "d",      "day",         "days",         "h",      "hr",      "hrs",         "hour",         "hours",
    "m",      "min",         "mins",         "minute", "minutes", "s",           "sec",          "secs",
    "second", "seconds",     "ms",           "milli",  "millis",  "millisecond", "milliseconds", "micro",
    "micros", "microsecond", "microseconds", "nano",   "nanos",   "nanosecond",  "nanoseconds",  "tick",
    "ticks"};

constexpr std::array<std::string_view, 24> Punctuations = {
    "..", "==", "=~", "=>", "!=", "!~", "<=", ">=", "<>", "(", ")", "[",
    "]",  "{",  "}",  "|",  ",",  ";",  ":",  ".",  "=",  "<", ">", "+"};

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}
bool isWord(char c)
{
    return isDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
template <typename List>
bool contains(const List& list, std::string_view word)
{
    return std::find(list.begin(), list.end(), word) != list.end();
}

class Lexer
{
public:
    explicit Lexer(std::string_view text)
        : m_text(text)
    {}

    Result<std::vector<Token>> run()
    {
        if (m_text.size() > MaxQueryBytes)
            return fail(queryError("SYN0001", "The query is longer than 2 MiB.", m_text, {0, 1}));
        while (true) {
            const bool space = skipBlank();
            m_start = m_at;
            if (m_at >= m_text.size())
                break;
            if (auto done = next(); !done)
                return fail(done.error());
            m_tokens.back().spaceBefore = space;
        }
        push(TokenKind::End, {});
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

    void push(TokenKind kind, std::string value)
    {
        Token token;
        token.kind = kind;
        token.span = {m_start, m_at - m_start};
        token.value = std::move(value);
        m_tokens.push_back(std::move(token));
    }

    bool skipBlank()
    {
        const std::size_t before = m_at;
        while (m_at < m_text.size()) {
            const auto c = static_cast<unsigned char>(m_text[m_at]);
            if (c == ' ' || (c >= '\t' && c <= '\r'))
                ++m_at;
            else if (startsWith("//"))
                m_at = std::min(m_text.find('\n', m_at), m_text.size());
            else if (startsWith("\xc2\xa0"))
                m_at += 2;
            else if (startsWith("\xef\xbb\xbf") || startsWith("\xe2\x80\x8b") || startsWith("\xe2\x80\xaf"))
                m_at += 3;
            else
                break;
        }
        return m_at != before;
    }

    Status next()
    {
        const char c = peek();
        if (isDigit(c))
            return number();
        if (stringLiteralStarts(m_text.substr(m_at)))
            return string();
        if (isWord(c) || (c == '$' && isWord(peek(1))))
            return word();
        if (c == '!' && isWord(peek(1)))
            return negatedWord();
        for (const std::string_view mark : Punctuations) {
            if (startsWith(mark)) {
                m_at += mark.size();
                push(TokenKind::Punctuation, std::string(mark));
                return {};
            }
        }
        if (std::string_view("-*/%?@~").find(c) != std::string_view::npos) {
            ++m_at;
            push(TokenKind::Punctuation, std::string(1, c));
            return {};
        }
        return fail(
            queryError("SYN0001", "The query holds a character that KQL does not know.", m_text, {m_at, 1}));
    }

    Status string()
    {
        auto literal = readStringLiteral(m_text.substr(m_at));
        if (!literal)
            return fail(queryError("SYN0001", "A string literal is not terminated.", m_text,
                                   {m_start, std::min<std::size_t>(m_text.size() - m_start, 20)}));
        m_at += literal->length;
        push(TokenKind::String, std::move(literal->value));
        return {};
    }

    void takeWhileWord()
    {
        while (isWord(peek()))
            ++m_at;
    }

    Status word()
    {
        ++m_at;
        takeWhileWord();
        std::string name(m_text.substr(m_start, m_at - m_start));
        if (peek() == '-') {
            for (const std::string_view known : Hyphenated) {
                const std::size_t end = m_start + known.size();
                if (m_text.substr(m_start).starts_with(known) &&
                    (end >= m_text.size() || !isWord(m_text[end]))) {
                    m_at = m_start + known.size();
                    name = known;
                    break;
                }
            }
        }
        if (name == "in" && peek() == '~') {
            ++m_at;
            name = "in~";
        }
        if (contains(TypedWords, toLower(name)) && typedLiteralFollows())
            return typedLiteral(toLower(name));
        push(TokenKind::Identifier, std::move(name));
        return {};
    }

    Status negatedWord()
    {
        ++m_at;
        takeWhileWord();
        if (m_text.substr(m_start, m_at - m_start) == "!in" && peek() == '~')
            ++m_at;
        push(TokenKind::Identifier, std::string(m_text.substr(m_start, m_at - m_start)));
        return {};
    }

    [[nodiscard]] bool typedLiteralFollows() const
    {
        const bool declares = !m_tokens.empty() && m_tokens.back().is(":"); // "x:long(…" is no literal
        return peek() == '(' && !declares;
    }

    Status typedLiteral(std::string type)
    {
        const std::size_t open = m_text.find('(', m_at);
        std::size_t at = open + 1;
        // A quoted text inside may hold a parenthesis.
        while (at < m_text.size() && m_text[at] != ')' && m_text[at] != '\n') {
            if (m_text[at] == '"' || m_text[at] == '\'') {
                const auto quoted = readStringLiteral(m_text.substr(at));
                at += quoted ? quoted->length : 1;
            } else {
                ++at;
            }
        }
        if (at >= m_text.size() || m_text[at] != ')')
            return fail(queryError("SYN0002", "Query could not be parsed: missing ')'", m_text,
                                   {m_start, open + 1 - m_start}));
        m_at = at + 1;
        push(TokenKind::TypedLiteral, std::string(m_text.substr(open + 1, at - open - 1)));
        m_tokens.back().type = std::move(type);
        return {};
    }

    Status number()
    {
        if (peek() == '0' && (peek(1) == 'x' || peek(1) == 'X')) {
            m_at += 2;
            takeWhileWord();
            push(TokenKind::Long, std::string(m_text.substr(m_start, m_at - m_start)));
            return {};
        }
        while (isDigit(peek()))
            ++m_at;
        bool real = false;
        if (peek() == '.' && peek(1) != '.' &&
            !(isWord(peek(1)) && !isDigit(peek(1)) && peek(1) != 'e' && peek(1) != 'E')) {
            real = true;
            ++m_at;
            while (isDigit(peek()))
                ++m_at;
        }
        if (exponentFollows()) {
            real = true;
            m_at += 2;
            while (isDigit(peek()))
                ++m_at;
        }
        return numberSuffix(real);
    }

    [[nodiscard]] bool exponentFollows() const
    {
        if (peek() != 'e' && peek() != 'E')
            return false;
        return isDigit(peek(1)) || ((peek(1) == '+' || peek(1) == '-') && isDigit(peek(2)));
    }

    Status numberSuffix(bool real)
    {
        const std::size_t unitStart = m_at;
        takeWhileWord();
        const std::string_view unit = m_text.substr(unitStart, m_at - unitStart);
        const std::string text(m_text.substr(m_start, m_at - m_start));
        if (unit.empty())
            push(real ? TokenKind::Real : TokenKind::Long, text);
        else if (contains(TimeUnits, unit))
            push(TokenKind::Timespan, text);
        else if (!real)
            push(TokenKind::Identifier, text); // names may start with digits
        else
            return fail(queryError("SYN0001", "A number ends in letters that are no unit of time.", m_text,
                                   {m_start, m_at - m_start}));
        return {};
    }

    std::string_view m_text;
    std::size_t m_at = 0;
    std::size_t m_start = 0;
    std::vector<Token> m_tokens;
};

} // namespace

TextPosition positionOf(std::string_view text, Span span)
{
    TextPosition position;
    position.offset = std::min(span.offset, text.size());
    position.length = std::min(span.length, text.size() - position.offset);
    for (std::size_t i = 0; i < position.offset; ++i) {
        if (text[i] == '\n') {
            ++position.line;
            position.column = 1;
        } else {
            ++position.column;
        }
    }
    return position;
}

Error queryError(std::string_view code, std::string message, std::string_view text, Span span)
{
    Error error;
    error.kind = Error::Kind::InvalidInput;
    error.serviceCode = code;
    error.message = std::move(message);
    error.position = positionOf(text, span);
    return error;
}

Result<std::vector<Token>> tokenize(std::string_view text)
{
    return Lexer(text).run();
}

} // namespace gatehouse::kql
