// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/wire.h"

#include "core/kql/values.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace gatehouse::kql {

namespace {

void appendReal(std::string& out, double value)
{
    if (!std::isfinite(value)) {
        appendJsonReal(out, value);
        return;
    }
    std::array<char, 32> buffer{};
    const auto [end, code] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    out.append(buffer.data(), end);
}

/// A datetime without formatDateTime's temporary string: most rows of most answers hold one.
void appendDateTime(std::string& out, std::int64_t ticks)
{
    constexpr std::int64_t Day = 864'000'000'000;
    // Days to a civil date after Howard Hinnant's algorithm, from 0000-03-01.
    const std::int64_t days = ticks / Day + 306;
    const std::int64_t era = days / 146'097;
    const auto inEra = static_cast<unsigned>(days - era * 146'097);
    const unsigned yearOfEra = (inEra - inEra / 1460 + inEra / 36'524 - inEra / 146'096) / 365;
    const unsigned dayOfYear = inEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    const unsigned shifted = (5 * dayOfYear + 2) / 153;
    const unsigned day = dayOfYear - (153 * shifted + 2) / 5 + 1;
    const unsigned month = shifted < 10 ? shifted + 3 : shifted - 9;
    const auto year = static_cast<unsigned>(yearOfEra + era * 400 + (month <= 2 ? 1 : 0));
    std::int64_t rest = ticks % Day;
    const auto fraction = static_cast<unsigned>(rest % 10'000'000);
    rest /= 10'000'000;
    std::array<char, 32> text{};
    std::size_t at = 0;
    const auto put = [&](unsigned value, unsigned width, char after) {
        for (unsigned i = width; i-- > 0; value /= 10)
            text.at(at + i) = static_cast<char>('0' + value % 10);
        at += width;
        text.at(at++) = after;
    };
    put(year, 4, '-');
    put(month, 2, '-');
    put(day, 2, 'T');
    put(static_cast<unsigned>(rest / 3600), 2, ':');
    put(static_cast<unsigned>(rest / 60 % 60), 2, ':');
    put(static_cast<unsigned>(rest % 60), 2, fraction == 0 ? 'Z' : '.');
    if (fraction != 0) {
        put(fraction, 7, 'Z');
        --at;
        while (text.at(at - 1) == '0')
            --at;
        text.at(at++) = 'Z';
    }
    out += '"';
    out.append(text.data(), at);
    out += '"';
}

/// A dynamic travels as a JSON string that holds its JSON; a plain string as itself.
void appendDynamic(std::string& out, std::string_view json)
{
    if (json.starts_with('"') && json.ends_with('"') && json.size() > 1)
        out += json;
    else
        appendJsonString(out, json);
}

void appendCell(std::string& out, const Column& column, std::size_t row)
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
        appendInteger(out, column.integerAt(row));
        return;
    case ColumnType::Real:
        appendReal(out, column.realAt(row));
        return;
    case ColumnType::DateTime:
        appendDateTime(out, column.integerAt(row));
        return;
    case ColumnType::Timespan:
        out += '"';
        out += formatTimespan(Ticks(column.integerAt(row)));
        out += '"';
        return;
    case ColumnType::Dynamic:
        appendDynamic(out, column.textAt(row));
        return;
    case ColumnType::Decimal:
    case ColumnType::Guid:
    case ColumnType::String:
        appendJsonString(out, column.textAt(row));
        return;
    }
}

void appendTable(std::string& out, const Table& table)
{
    out += "{\"name\":";
    appendJsonString(out, table.name());
    out += ",\"columns\":[";
    for (std::size_t i = 0; i < table.columnCount(); ++i) {
        out += i == 0 ? "{\"name\":" : ",{\"name\":";
        appendJsonString(out, table.column(i).name());
        out += ",\"type\":\"";
        out += toString(table.column(i).type());
        out += "\"}";
    }
    out += "],\"rows\":[";
    for (std::size_t row = 0; row < table.rowCount(); ++row) {
        out += row == 0 ? "[" : ",[";
        for (std::size_t i = 0; i < table.columnCount(); ++i) {
            if (i > 0)
                out += ',';
            appendCell(out, table.column(i), row);
        }
        out += ']';
    }
    out += "]}";
}

void appendPartial(std::string& out, const Error& error)
{
    out +=
        R"(,"error":{"code":"PartialError","message":"There were some errors when processing your query.",)"
        R"("details":[{"code":"EngineError","message":"Something went wrong processing your query on the server.",)"
        R"("innererror":{"code":)";
    appendJsonString(out, error.serviceCode);
    out += ",\"message\":";
    appendJsonString(out, error.message);
    out += R"(,"severity":2,"severityName":"Error"}}]})";
}

void appendStatistics(std::string& out, const QueryStatistics& statistics)
{
    out += R"(,"statistics":{"query":{"executionTime":)";
    appendJsonReal(out, statistics.seconds);
    out += R"(,"resourceUsage":{"memory":{"peakPerNode":)" + std::to_string(statistics.bytesPeak) + "}}";
    out += R"(,"inputDatasetStatistics":{"extents":{"total":1,"scanned":1},"rows":{"total":)" +
           std::to_string(statistics.rowsScanned) + R"(,"scanned":)" +
           std::to_string(statistics.rowsScanned) + "}}}}";
}

void appendPosition(std::string& out, const Error& error, std::string_view query)
{
    if (!error.position)
        return;
    out += ",\"line\":" + std::to_string(error.position->line) +
           ",\"pos\":" + std::to_string(error.position->column - 1);
    if (error.position->offset >= query.size())
        return;
    out += ",\"token\":";
    appendJsonString(out, query.substr(error.position->offset, error.position->length));
}

} // namespace

std::string encodeAnswer(const QueryAnswer& answer, bool withRender,
                         const std::optional<QueryStatistics>& statistics)
{
    std::string out = "{\"tables\":[";
    std::size_t cells = 0;
    for (const Table& table : answer.tables)
        cells += table.rowCount() * table.columnCount();
    out.reserve(256 + cells * 16);
    for (std::size_t i = 0; i < answer.tables.size(); ++i) {
        if (i > 0)
            out += ',';
        appendTable(out, answer.tables[i]);
    }
    out += ']';
    if (statistics)
        appendStatistics(out, *statistics);
    if (withRender)
        out += ",\"render\":" + (answer.render.empty() ? std::string("null") : answer.render);
    if (answer.partial)
        appendPartial(out, *answer.partial);
    return out + '}';
}

std::string encodeError(const Error& error, std::string_view correlationId, std::string_view query)
{
    const bool syntax = error.serviceCode.starts_with("SYN");
    const bool semantic = error.serviceCode.starts_with("SEM");
    std::string out = R"({"error":{"message":)";
    appendJsonString(out, syntax || semantic ? "The request had some invalid properties" : error.message);
    out += R"(,"code":)";
    appendJsonString(out, syntax || semantic          ? "BadArgumentError"
                          : error.serviceCode.empty() ? "BadRequest"
                                                      : error.serviceCode);
    if (!correlationId.empty()) {
        out += R"(,"correlationId":)";
        appendJsonString(out, correlationId);
    }
    if (syntax || semantic) {
        out += R"(,"innererror":{"code":)";
        out += syntax ? R"("SyntaxError","message":"A syntax error occurred.")"
                      : R"("SemanticError","message":"A semantic error occurred.")";
        out += R"(,"innererror":{"code":)";
        appendJsonString(out, error.serviceCode);
        out += ",\"message\":";
        appendJsonString(out, error.message);
        appendPosition(out, error, query);
        out += "}}";
    }
    return out + "}}";
}

} // namespace gatehouse::kql
