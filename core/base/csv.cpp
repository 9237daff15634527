// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/csv.h"

#include <algorithm>

namespace gatehouse {

tl::unexpected<Error> csvError(int line, const std::string& what)
{
    Error error;
    error.kind = Error::Kind::InvalidInput;
    error.message = "Line " + std::to_string(line) + ": " + what;
    error.advice = "Nothing was imported.";
    error.position = TextPosition{};
    error.position->line = line;
    error.position->column = 1;
    return fail(std::move(error));
}

CsvReader::CsvReader(std::string_view text)
    : m_rest(text)
{
    if (m_rest.starts_with("\xEF\xBB\xBF"))
        m_rest.remove_prefix(3);
}

Result<CsvRecord> CsvReader::next()
{
    CsvRecord record;
    record.line = m_line;
    for (;;) {
        Result<std::string> field = m_rest.starts_with('"') ? quoted() : plain();
        if (!field)
            return fail(field.error());
        record.fields.push_back(std::move(*field));
        if (m_rest.starts_with(',')) {
            m_rest.remove_prefix(1);
            continue;
        }
        if (atEnd() || takeLineEnd())
            return record;
        return csvError(m_line, "after a closing quote there must be a comma or the line's end.");
    }
}

bool CsvReader::takeLineEnd()
{
    const std::size_t length = m_rest.starts_with("\r\n") ? 2 : m_rest.starts_with('\n') ? 1 : 0;
    m_rest.remove_prefix(length);
    m_line += length == 0 ? 0 : 1;
    return length != 0;
}

Result<std::string> CsvReader::plain()
{
    const std::size_t end = std::min(m_rest.find_first_of(",\n"), m_rest.size());
    std::string field(m_rest.substr(0, end));
    m_rest.remove_prefix(end);
    if (m_rest.starts_with('\n') && field.ends_with('\r'))
        field.pop_back();
    if (field.find('"') != std::string::npos)
        return csvError(m_line, "a quote stands in a text that does not begin with one.");
    return field;
}

Result<std::string> CsvReader::quoted()
{
    const int began = m_line;
    std::string field;
    for (std::size_t i = 1; i < m_rest.size(); ++i) {
        const char c = m_rest[i];
        if (c == '"' && m_rest.substr(i + 1, 1) != "\"") {
            m_rest.remove_prefix(i + 1);
            return field;
        }
        if (c == '"')
            ++i;
        m_line += c == '\n' ? 1 : 0;
        field += c;
    }
    return csvError(began, "a quote is never closed.");
}

} // namespace gatehouse
