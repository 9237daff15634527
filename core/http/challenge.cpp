// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/http/challenge.h"

#include "core/base/encoding.h"
#include "core/base/json.h"

namespace gatehouse::http {

namespace {

bool isTokenChar(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

/// A cursor over the header's value.
class Reader
{
public:
    explicit Reader(std::string_view text)
        : m_text(text)
    {}

    [[nodiscard]] bool atEnd() const { return m_at >= m_text.size(); }
    [[nodiscard]] char peek() const { return atEnd() ? '\0' : m_text[m_at]; }
    void skip() { ++m_at; }
    [[nodiscard]] std::size_t mark() const { return m_at; }
    void reset(std::size_t mark) { m_at = mark; }

    /// Answers whether there was any.
    bool skipSpace()
    {
        const std::size_t start = m_at;
        while (peek() == ' ' || peek() == '\t')
            skip();
        return m_at != start;
    }
    void skipSeparators()
    {
        while (peek() == ' ' || peek() == '\t' || peek() == ',')
            skip();
    }

    [[nodiscard]] std::string token()
    {
        const std::size_t start = m_at;
        while (!atEnd() && isTokenChar(peek()))
            skip();
        return std::string(m_text.substr(start, m_at - start));
    }

    /// A token68, with its padding; "" (and nothing consumed) when what stands here is a parameter.
    [[nodiscard]] std::string token68()
    {
        const std::size_t start = m_at;
        while (!atEnd() && (isTokenChar(peek()) || peek() == '/'))
            skip();
        while (peek() == '=')
            skip();
        const std::string_view text = m_text.substr(start, m_at - start);
        skipSpace();
        if (atEnd() || peek() == ',')
            return std::string(text);
        m_at = start;
        return {};
    }

    /// A quoted string without its quotes and escapes, or a bare value up to the next comma or space.
    [[nodiscard]] std::string value()
    {
        std::string text;
        if (peek() != '"') {
            while (!atEnd() && peek() != ',' && peek() != ' ' && peek() != '\t') {
                text += peek();
                skip();
            }
            return text;
        }
        skip();
        while (!atEnd() && peek() != '"') {
            if (peek() == '\\' && m_at + 1 < m_text.size())
                skip();
            text += peek();
            skip();
        }
        skip();
        return text;
    }

private:
    std::string_view m_text;
    std::size_t m_at = 0;
};

/// name BWS "=" BWS value; false and nothing consumed when it is none.
bool readParameter(Reader& reader, Challenge& challenge)
{
    const std::size_t mark = reader.mark();
    const std::string name = reader.token();
    reader.skipSpace();
    if (name.empty() || reader.peek() != '=') {
        reader.reset(mark);
        return false;
    }
    reader.skip();
    reader.skipSpace();
    challenge.parameters.emplace_back(toLower(name), reader.value());
    return true;
}

} // namespace

std::string Challenge::parameter(std::string_view name) const
{
    for (const auto& [key, value] : parameters) {
        if (equalsIgnoreCase(key, name))
            return value;
    }
    return {};
}

std::vector<Challenge> parseChallenges(std::string_view value)
{
    std::vector<Challenge> challenges;
    Reader reader(value);
    while (true) {
        reader.skipSeparators();
        if (reader.atEnd())
            return challenges;
        // A list element is a parameter of the challenge before it, or starts a new challenge.
        if (!challenges.empty() && readParameter(reader, challenges.back()))
            continue;
        Challenge challenge;
        challenge.scheme = reader.token();
        if (challenge.scheme.empty()) {
            reader.skip();
            continue;
        }
        if (reader.skipSpace()) {
            challenge.token68 = reader.token68();
            if (challenge.token68.empty())
                static_cast<void>(readParameter(reader, challenge));
        }
        challenges.push_back(std::move(challenge));
    }
}

std::vector<Challenge> challengesOf(const Headers& headers)
{
    std::vector<Challenge> challenges;
    for (const std::string& value : headers.all("WWW-Authenticate")) {
        for (Challenge& challenge : parseChallenges(value))
            challenges.push_back(std::move(challenge));
    }
    return challenges;
}

std::string claimsChallengeOf(const Headers& headers)
{
    for (const Challenge& challenge : challengesOf(headers)) {
        if (!equalsIgnoreCase(challenge.scheme, "Bearer") ||
            challenge.parameter("error") != "insufficient_claims")
            continue;
        const std::optional<std::string> claims = fromBase64(challenge.parameter("claims"));
        if (claims && !claims->empty() && parseJson(*claims, 64U << 10U))
            return *claims;
    }
    return {};
}

} // namespace gatehouse::http
