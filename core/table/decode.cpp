// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/table/jsonscanner.h"
#include "core/table/queryanswer.h"
#include "core/table/rowdecoder.h"

#include "core/base/json.h"

#include <algorithm>
#include <limits>

namespace gatehouse {

namespace {

constexpr std::string_view ByteOrderMark = "\xEF\xBB\xBF";

tl::unexpected<Error> noJson()
{
    return fail(Error::Kind::Parse, "The answer to the query is not valid JSON, or it was cut.",
                "Run the query again.");
}

tl::unexpected<Error> otherShape(std::string what)
{
    return fail(Error::Kind::Protocol,
                "The answer to the query has another shape than expected: " + std::move(what) + ".",
                "Check that the profile names a Log Analytics workspace.");
}

/// Takes the answer apart: everything but the rows is small and is read as JSON documents of their own.
class AnswerReader
{
public:
    explicit AnswerReader(std::string body)
        : m_body(std::move(body))
        , m_scanner(m_body, std::string_view(m_body).substr(0, 3) == ByteOrderMark ? 3 : 0)
        , m_rows(m_body)
    {}

    [[nodiscard]] Result<QueryAnswer> read();

private:
    [[nodiscard]] Status readMember(std::string_view key);
    [[nodiscard]] Status readTables();
    [[nodiscard]] Status readTable();
    [[nodiscard]] Status readTableMember(std::string_view key, Table& table);
    [[nodiscard]] Status readColumns(Table& table);
    [[nodiscard]] Status readRows(Table& table);
    /// The name of the next member, its escapes undone.
    [[nodiscard]] std::optional<std::string> readKey();
    /// The next value as a document; Parse when it is none.
    [[nodiscard]] Result<Json> readValue();
    [[nodiscard]] std::string label(const Table& table) const;

    std::string m_body;
    JsonScanner m_scanner;
    RowDecoder m_rows;
    QueryAnswer m_answer;
    std::optional<Error> m_error;
    bool m_hasTables = false;
    // Of the table that is being read:
    bool m_hasColumns = false;
    std::optional<std::size_t> m_rowsStart;
    std::optional<std::size_t> m_rowsEnd; // empty while they wait for their columns
};

Result<QueryAnswer> AnswerReader::read()
{
    if (!m_scanner.take('{'))
        return m_scanner.atEnd() || !readValue() ? noJson() : otherShape("it is no object");
    if (!m_scanner.take('}')) {
        do {
            const auto key = readKey();
            if (!key)
                return noJson();
            if (const Status done = readMember(*key); !done)
                return tl::unexpected(done.error());
        } while (m_scanner.take(','));
        if (!m_scanner.take('}'))
            return noJson();
    }
    if (!m_scanner.atEnd())
        return noJson();
    if (!m_hasTables)
        return m_error ? fail(std::move(*m_error)) : otherShape("it holds no tables");
    m_answer.partial = std::move(m_error);
    return std::move(m_answer);
}

Status AnswerReader::readMember(std::string_view key)
{
    if (key == "tables")
        return readTables();
    const Result<Json> value = readValue();
    if (!value)
        return tl::unexpected(value.error());
    if (value->is_null())
        return {};
    if (key == "error")
        m_error = decodeServiceError(dumpJson(Json{{"error", *value}}), 0);
    else if (key == "render")
        m_answer.render = dumpJson(*value);
    else if (key == "statistics")
        m_answer.statistics = dumpJson(*value);
    return {};
}

Status AnswerReader::readTables()
{
    if (m_hasTables)
        return otherShape("it holds its tables twice");
    m_hasTables = true;
    if (!m_scanner.take('['))
        return readValue() ? Status(otherShape("its tables are no array")) : Status(noJson());
    if (m_scanner.take(']'))
        return {};
    do {
        if (const Status done = readTable(); !done)
            return done;
    } while (m_scanner.take(','));
    return m_scanner.take(']') ? Status() : Status(noJson());
}

Status AnswerReader::readTable()
{
    if (!m_scanner.take('{'))
        return readValue() ? Status(otherShape("a table is no object")) : Status(noJson());
    m_hasColumns = false;
    m_rowsStart.reset();
    m_rowsEnd.reset();
    Table table;
    if (!m_scanner.take('}')) {
        do {
            const auto key = readKey();
            if (!key)
                return noJson();
            if (Status done = readTableMember(*key, table); !done)
                return done;
        } while (m_scanner.take(','));
        if (!m_scanner.take('}'))
            return noJson();
    }
    if (!m_hasColumns || !m_rowsStart)
        return otherShape("the table " + label(table) + " lacks its columns or rows");
    if (!m_rowsEnd) {
        const Result<std::size_t> end = m_rows.decode(table, label(table), *m_rowsStart);
        if (!end)
            return tl::unexpected(end.error());
    }
    m_answer.tables.push_back(std::move(table));
    return {};
}

Status AnswerReader::readTableMember(std::string_view key, Table& table)
{
    if (key == "columns")
        return readColumns(table);
    if (key == "rows")
        return readRows(table);
    const Result<Json> value = readValue();
    if (!value)
        return tl::unexpected(value.error());
    if (key == "name") {
        if (!value->is_string())
            return otherShape("the name of a table is no text");
        table.rename(value->get<std::string>());
    }
    return {};
}

Status AnswerReader::readColumns(Table& table)
{
    const Result<Json> columns = readValue();
    if (!columns)
        return tl::unexpected(columns.error());
    if (!columns->is_array() || m_hasColumns)
        return otherShape("the columns of the table " + label(table) + " are not one array");
    m_hasColumns = true;
    for (const Json& column : *columns) {
        const Json& name = memberAt(column, "name");
        const Json& type = memberAt(column, "type");
        if (!name.is_string() || !type.is_string())
            return otherShape("a column of the table " + label(table) + " lacks its name or type");
        const auto known = columnTypeFrom(type.get_ref<const std::string&>());
        if (!known)
            return otherShape("the column “" + name.get<std::string>() + "” of the table " + label(table) +
                              " has an unknown type");
        table.addColumn(name.get<std::string>(), *known);
    }
    return {};
}

Status AnswerReader::readRows(Table& table)
{
    if (m_rowsStart)
        return otherShape("the table " + label(table) + " holds its rows twice");
    if (m_scanner.peek() != '[')
        return readValue() ? Status(otherShape("the rows of the table " + label(table) + " are no array"))
                           : Status(noJson());
    m_rowsStart = m_scanner.offset();
    if (!m_hasColumns)
        return m_scanner.value() ? Status() : Status(noJson());
    const Result<std::size_t> end = m_rows.decode(table, label(table), *m_rowsStart);
    if (!end)
        return tl::unexpected(end.error());
    m_rowsEnd = *end;
    m_scanner.seek(*end);
    return {};
}

std::optional<std::string> AnswerReader::readKey()
{
    const auto raw = m_scanner.key();
    if (!raw)
        return std::nullopt;
    const auto isPlain = [](char c) { return c >= ' ' && c <= '~' && c != '\\'; };
    if (std::all_of(raw->begin(), raw->end(), isPlain))
        return std::string(*raw);
    std::string quoted = "\"";
    quoted += *raw;
    quoted += '"';
    const Result<Json> name = parseJson(quoted);
    return name ? std::optional(name->get<std::string>()) : std::nullopt;
}

Result<Json> AnswerReader::readValue()
{
    const auto text = m_scanner.value();
    if (!text)
        return noJson();
    Result<Json> value = parseJson(*text);
    return value ? std::move(value) : Result<Json>(noJson());
}

std::string AnswerReader::label(const Table& table) const
{
    return table.name().empty() ? std::to_string(m_answer.tables.size() + 1) : "“" + table.name() + "”";
}

} // namespace

const Table& QueryAnswer::primary() const
{
    static const Table Empty;
    return tables.empty() ? Empty : tables.front();
}

Result<QueryAnswer> decodeQueryAnswer(std::string body)
{
    if (body.find_first_not_of(" \t\r\n") == std::string::npos)
        return fail(Error::Kind::Parse, "The service sent an empty answer.", "Run the query again.");
    // A column of text counts its bytes in 32 bits.
    if (body.size() > std::numeric_limits<std::uint32_t>::max())
        return fail(Error::Kind::Parse, "The answer to the query is larger than 4 GiB.",
                    "Ask for fewer rows.");
    return AnswerReader(std::move(body)).read();
}

} // namespace gatehouse
