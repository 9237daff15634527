// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/table/jsonscanner.h"

#include <algorithm>

namespace gatehouse {

namespace {

constexpr std::string_view EndsScalar = " \t\r\n,]}:[{\"";

} // namespace

JsonScanner::JsonScanner(std::string_view text, std::size_t offset)
    : m_text(text)
    , m_offset(offset)
{}

char JsonScanner::peek()
{
    while (m_offset < m_text.size() && isJsonWhite(m_text[m_offset]))
        ++m_offset;
    return m_offset < m_text.size() ? m_text[m_offset] : '\0';
}

bool JsonScanner::take(char expected)
{
    if (peek() != expected || m_offset == m_text.size())
        return false;
    ++m_offset;
    return true;
}

bool JsonScanner::atEnd()
{
    static_cast<void>(peek());
    return m_offset == m_text.size();
}

std::optional<std::string_view> JsonScanner::key()
{
    if (peek() != '"')
        return std::nullopt;
    const std::size_t start = m_offset + 1;
    if (!skipString())
        return std::nullopt;
    const std::string_view name = m_text.substr(start, m_offset - 1 - start);
    if (!take(':'))
        return std::nullopt;
    return name;
}

std::optional<std::string_view> JsonScanner::value()
{
    const char first = peek();
    const std::size_t start = m_offset;
    if (first == '"') {
        if (!skipString())
            return std::nullopt;
    } else if (first == '[' || first == '{') {
        if (!skipContainer())
            return std::nullopt;
    } else {
        m_offset = std::min(m_text.find_first_of(EndsScalar, m_offset), m_text.size());
        // A scalar at the very end may have been cut.
        if (m_offset == start || m_offset == m_text.size())
            return std::nullopt;
    }
    return m_text.substr(start, m_offset - start);
}

std::optional<bool> JsonScanner::skipElementsTo(std::size_t place)
{
    while (true) {
        if (!value())
            return std::nullopt;
        const char next = peek();
        if (next == ']')
            return false;
        if (next != ',')
            return std::nullopt;
        if (m_offset >= place)
            return true;
        ++m_offset;
    }
}

bool JsonScanner::skipString()
{
    for (++m_offset; m_offset < m_text.size(); ++m_offset) {
        const char c = m_text[m_offset];
        if (c == '\\') {
            ++m_offset;
        } else if (c == '"') {
            ++m_offset;
            return true;
        }
    }
    m_offset = m_text.size();
    return false;
}

bool JsonScanner::skipContainer()
{
    std::size_t depth = 0;
    while (m_offset < m_text.size()) {
        const char c = m_text[m_offset];
        if (c == '"') {
            if (!skipString())
                return false;
            continue;
        }
        ++m_offset;
        if (c == '[' || c == '{')
            ++depth;
        else if ((c == ']' || c == '}') && --depth == 0)
            return true;
    }
    return false;
}

} // namespace gatehouse
