// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/cases/cases.h"

#include "core/table/queryanswer.h"

#include <cmath>
#include <cstdio>

namespace gatehouse::cases {

namespace {

/// long and decimal as strings, so that no reader loses digits; the rest as the wire has it.
Json cellJson(const Column& column, std::size_t row)
{
    if (column.isNull(row))
        return {};
    switch (column.type()) {
    case ColumnType::Bool:
        return column.boolAt(row);
    case ColumnType::Int:
        return column.integerAt(row);
    case ColumnType::Real:
        return std::isfinite(column.realAt(row)) ? Json(column.realAt(row)) : Json(column.displayAt(row));
    default:
        return column.displayAt(row);
    }
}

void print(const std::string& text)
{
    std::fwrite(text.data(), 1, text.size(), stdout);
}

void printTable(const Table& table)
{
    Json columns = Json::array();
    for (const Column& column : table.columns())
        columns.push_back({{"name", column.name()}, {"type", toString(column.type())}});
    print("{\"name\":" + dumpJson(table.name()) + ",\"columns\":" + dumpJson(columns) + ",\"rows\":[");
    for (std::size_t row = 0; row < table.rowCount(); ++row) {
        Json cells = Json::array();
        for (const Column& column : table.columns())
            cells.push_back(cellJson(column, row));
        print(row == 0 ? "" : ",");
        print(dumpJson(cells));
    }
    print("]}");
}

Json errorJson(const Error& error, bool partial)
{
    return {{"kind", toString(error.kind)},
            {"code", error.serviceCode},
            {"message", error.message},
            {"partial", partial}};
}

} // namespace

int printDecoded(std::string body)
{
    const Result<QueryAnswer> answer = decodeQueryAnswer(std::move(body));
    print("{\"tables\":[");
    for (std::size_t i = 0; answer && i < answer->tables.size(); ++i) {
        print(i == 0 ? "" : ",");
        printTable(answer->tables[i]);
    }
    Json error;
    if (!answer)
        error = errorJson(answer.error(), false);
    else if (answer->partial)
        error = errorJson(*answer->partial, true);
    print("],\"error\":" + dumpJson(error) + "}\n");
    return answer ? 0 : 1;
}

} // namespace gatehouse::cases
