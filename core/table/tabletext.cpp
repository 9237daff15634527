// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/table/tabletext.h"

#include "core/base/json.h"
#include "core/base/utf8.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace gatehouse {

namespace {

/// The first code point of a UTF-8 text is one of the full-width twins of = + - @.
bool startsWithFullWidthSign(std::string_view text)
{
    static constexpr std::array<std::string_view, 4> Signs = {"\xEF\xBC\x9D", "\xEF\xBC\x8B", "\xEF\xBC\x8D",
                                                              "\xEF\xBC\xA0"};
    return std::any_of(Signs.begin(), Signs.end(),
                       [&](std::string_view sign) { return text.starts_with(sign); });
}

bool looksLikeFormula(std::string_view text)
{
    return !text.empty() && (std::string_view("=+-@\t\r\n").find(text.front()) != std::string_view::npos ||
                             text.front() == '\0' || startsWithFullWidthSign(text));
}

/// Between quotes, with the escapes that JSON and KQL share.
void appendQuoted(std::string& out, std::string_view text)
{
    static constexpr std::string_view Hex = "0123456789abcdef";
    out += '"';
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        switch (c) {
        case '"':
        case '\\':
            out += '\\';
            out += c;
            break;
        case '\n':
            out += "\\n";
            break;
        case '\r':
            out += "\\r";
            break;
        case '\t':
            out += "\\t";
            break;
        default:
            if (byte < 0x20) {
                out += "\\u00";
                out += Hex[byte >> 4U];
                out += Hex[byte & 15U];
            } else {
                out += c;
            }
        }
    }
    out += '"';
}

void appendJsonText(std::string& out, std::string_view text)
{
    if (isValidUtf8(text))
        appendQuoted(out, text);
    else
        appendQuoted(out, toValidUtf8(text));
}

void appendJsonCell(std::string& out, const Column& column, std::size_t row)
{
    if (column.isNull(row)) {
        out += "null";
        return;
    }
    switch (column.type()) {
    case ColumnType::Bool:
        out += column.boolAt(row) ? "true" : "false";
        return;
    case ColumnType::Int:
    case ColumnType::Long:
        out += std::to_string(column.integerAt(row));
        return;
    case ColumnType::Real: {
        // JSON has no NaN; the wire writes it as text, and so do we. A whole number keeps its point.
        const double value = column.realAt(row);
        if (!std::isfinite(value))
            break;
        const std::string text = column.displayAt(row);
        out += text;
        if (text.find_first_of(".e") == std::string::npos)
            out += ".0";
        return;
    }
    case ColumnType::Dynamic:
        if (const auto value = parseJson(column.textAt(row))) {
            out += dumpJson(*value);
            return;
        }
        break;
    default:
        break;
    }
    appendJsonText(out, column.displayAt(row));
}

void appendMarkdownText(std::string& out, std::string_view text)
{
    for (const char c : text) {
        if (c == '\\' || c == '|')
            out += '\\';
        out += c == '\n' || c == '\r' ? ' ' : c;
    }
}

void appendTsvCell(std::string& out, std::string_view text, bool number)
{
    if (!number && looksLikeFormula(text))
        out += '\'';
    for (const char c : text)
        out += c == '\t' || c == '\n' || c == '\r' ? ' ' : c;
}

} // namespace

bool isNumeric(ColumnType type)
{
    return type == ColumnType::Int || type == ColumnType::Long || type == ColumnType::Real ||
           type == ColumnType::Decimal;
}

std::string csvCell(std::string_view text, bool isNumber)
{
    std::string cell;
    if (!isNumber && looksLikeFormula(text))
        cell += '\'';
    cell += text;
    if (cell.find_first_of(",;\"\r\n") == std::string::npos)
        return cell;
    std::string quoted = "\"";
    for (const char c : cell) {
        if (c == '"')
            quoted += '"';
        quoted += c;
    }
    return quoted + "\"";
}

std::string withoutFormulaGuard(std::string text)
{
    if (!text.starts_with('\''))
        return text;
    std::string rest = text.substr(1);
    const std::string guarded = csvCell(rest, false);
    return guarded.starts_with('\'') || guarded.starts_with("\"'") ? rest : text;
}

std::string kqlName(std::string_view name)
{
    const auto isWord = [](char c) {
        return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    };
    const bool plain = !name.empty() && !(name.front() >= '0' && name.front() <= '9') &&
                       std::all_of(name.begin(), name.end(), isWord);
    if (plain)
        return std::string(name);
    std::string quoted = "[";
    appendQuoted(quoted, name);
    return quoted + ']';
}

std::string kqlLiteral(const Column& column, std::size_t row)
{
    const std::string type(toString(column.type()));
    if (column.isNull(row))
        return type + "(null)";
    const std::string text = column.displayAt(row);
    std::string literal;
    switch (column.type()) {
    case ColumnType::Bool:
        return column.boolAt(row) ? "true" : "false";
    case ColumnType::Long:
        return column.integerAt(row) < 0 ? "long(" + text + ")" : text;
    case ColumnType::Real: {
        const double value = column.realAt(row);
        if (std::isnan(value))
            return "real(nan)";
        return std::isinf(value) ? (value > 0 ? "real(+inf)" : "real(-inf)") : "real(" + text + ")";
    }
    case ColumnType::String:
        appendQuoted(literal, text);
        return literal;
    default:
        return type + "(" + text + ")"; // int, decimal, datetime, timespan, guid, dynamic
    }
}

namespace {

/// One column's part of a where.
std::string columnTest(const Column& column, const std::vector<std::uint32_t>& rows, bool exclude)
{
    const bool dynamic = column.type() == ColumnType::Dynamic;
    const std::string name = kqlName(column.name());
    const std::string tested = dynamic ? "tostring(" + name + ")" : name;
    std::vector<std::string> values;
    bool nothing = false; // null, or text without a character
    for (const std::uint32_t row : rows) {
        const bool isEmpty =
            column.isNull(row) || (column.type() == ColumnType::String && column.textAt(row).empty());
        nothing = nothing || isEmpty;
        if (isEmpty)
            continue;
        std::string literal;
        if (dynamic)
            appendQuoted(literal, column.textAt(row));
        else
            literal = kqlLiteral(column, row);
        if (std::find(values.begin(), values.end(), literal) == values.end())
            values.push_back(literal);
    }
    std::string test;
    if (values.size() == 1) {
        test = tested + (exclude ? " != " : " == ") + values.front();
    } else if (!values.empty()) {
        test = tested + (exclude ? " !in (" : " in (");
        for (std::size_t i = 0; i < values.size(); ++i)
            test += (i == 0 ? "" : ", ") + values[i];
        test += ')';
    }
    if (!nothing)
        return test;
    const bool text = column.type() == ColumnType::String;
    const std::string empty =
        std::string(text ? (exclude ? "isnotempty(" : "isempty(") : (exclude ? "isnotnull(" : "isnull(")) +
        name + ")";
    if (test.empty())
        return empty;
    return "(" + test + (exclude ? " and " : " or ") + empty + ")";
}

} // namespace

std::string kqlWhere(const Table& table, const std::vector<CellPlace>& cells, bool exclude)
{
    std::vector<std::pair<std::size_t, std::vector<std::uint32_t>>> byColumn;
    for (const CellPlace& cell : cells) {
        const auto known = std::find_if(byColumn.begin(), byColumn.end(),
                                        [&](const auto& entry) { return entry.first == cell.column; });
        if (known == byColumn.end())
            byColumn.push_back({cell.column, {cell.row}});
        else
            known->second.push_back(cell.row);
    }
    std::string where;
    for (const auto& [column, rows] : byColumn)
        where += (where.empty() ? "| where " : " and ") + columnTest(table.column(column), rows, exclude);
    return where;
}

TableWriter::TableWriter(const Table& table, TableFormat format, std::vector<std::size_t> columns)
    : m_table(table)
    , m_format(format)
    , m_columns(std::move(columns))
{
    if (m_columns.empty()) {
        for (std::size_t i = 0; i < table.columnCount(); ++i)
            m_columns.push_back(i);
    }
}

void TableWriter::begin(std::string& out) const
{
    std::string rule;
    if (m_format == TableFormat::JsonText)
        out += '[';
    if (m_format == TableFormat::Datatable)
        out += "datatable(";
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        const Column& column = m_table.column(m_columns[i]);
        switch (m_format) {
        case TableFormat::Csv:
            out += i == 0 ? "" : ",";
            out += csvCell(column.name(), false);
            break;
        case TableFormat::Tsv:
            out += i == 0 ? "" : "\t";
            appendTsvCell(out, column.name(), false);
            break;
        case TableFormat::Markdown:
            out += "| ";
            appendMarkdownText(out, column.name());
            out += ' ';
            rule += isNumeric(column.type()) ? "|---:" : "|---";
            break;
        case TableFormat::Datatable:
            out += i == 0 ? "" : ", ";
            out += kqlName(column.name()) + ":" + std::string(toString(column.type()));
            break;
        case TableFormat::JsonText:
            break;
        }
    }
    if (m_format == TableFormat::Csv || m_format == TableFormat::Tsv)
        out += "\r\n";
    else if (m_format == TableFormat::Markdown)
        out += "|\n" + rule + "|\n";
    else if (m_format == TableFormat::Datatable)
        out += ")\n[";
}

void TableWriter::appendCell(std::string& out, const Column& column, std::size_t row) const
{
    switch (m_format) {
    case TableFormat::Csv:
        out += csvCell(column.displayAt(row), isNumeric(column.type()));
        return;
    case TableFormat::Tsv:
        appendTsvCell(out, column.displayAt(row), isNumeric(column.type()));
        return;
    case TableFormat::Markdown:
        appendMarkdownText(out, column.displayAt(row));
        return;
    case TableFormat::Datatable:
        out += kqlLiteral(column, row);
        return;
    case TableFormat::JsonText:
        appendJsonText(out, column.name());
        out += ": ";
        appendJsonCell(out, column, row);
        return;
    }
}

void TableWriter::row(std::string& out, std::size_t row)
{
    constexpr auto Openings = std::to_array<std::string_view>({"", "", "\n  {", "| ", "\n    "});
    constexpr auto Separators = std::to_array<std::string_view>({",", "\t", ",", " | ", ", "});
    constexpr auto Closings = std::to_array<std::string_view>({"\r\n", "\r\n", "\n  }", " |\n", ""});
    const auto format = static_cast<std::size_t>(m_format);
    if (!m_first && (m_format == TableFormat::JsonText || m_format == TableFormat::Datatable))
        out += ',';
    m_first = false;
    out += Openings.at(format);
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        if (i > 0)
            out += Separators.at(format);
        if (m_format == TableFormat::JsonText)
            out += "\n    ";
        appendCell(out, m_table.column(m_columns[i]), row);
    }
    out += Closings.at(format);
}

void TableWriter::end(std::string& out) const
{
    if (m_format == TableFormat::JsonText)
        out += m_first ? "]\n" : "\n]\n";
    else if (m_format == TableFormat::Datatable)
        out += "\n]\n";
}

std::string tableText(const Table& table, TableFormat format,
                      const std::optional<std::vector<std::uint32_t>>& rows, std::vector<std::size_t> columns)
{
    TableWriter writer(table, format, std::move(columns));
    std::string text;
    writer.begin(text);
    if (rows) {
        for (const std::uint32_t row : *rows)
            writer.row(text, row);
    } else {
        for (std::size_t row = 0; row < table.rowCount(); ++row)
            writer.row(text, row);
    }
    writer.end(text);
    return text;
}

} // namespace gatehouse
