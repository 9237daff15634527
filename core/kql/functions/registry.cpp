// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/functions/families.h"

#include <unordered_map>

namespace gatehouse::kql {

namespace {

using Table = std::unordered_map<std::string_view, std::vector<const FunctionSpec*>>;

Table buildTable()
{
    Table table;
    for (const auto& family : {arithmeticFunctions(),
                               comparisonFunctions(),
                               logicFunctions(),
                               textOperatorFunctions(),
                               textFunctions(),
                               regexFunctions(),
                               mathFunctions(),
                               conversionFunctions(),
                               dateFunctions(),
                               dateFormatFunctions(),
                               dynamicFunctions(),
                               arrayFunctions(),
                               windowFunctions(),
                               encodingFunctions(),
                               hashFunctions(),
                               ipFunctions(),
                               arrayMoveFunctions(),
                               arraySortFunctions(),
                               bagFunctions(),
                               parserFunctions(),
                               xmlFunctions(),
                               textSearchFunctions(),
                               unicodeFunctions(),
                               timeZoneFunctions(),
                               distributionFunctions(),
                               unitFunctions(),
                               seriesFillFunctions(),
                               seriesArithmeticFunctions(),
                               seriesStatisticsFunctions(),
                               seriesFitFunctions(),
                               seriesFilterFunctions(),
                               seriesSeasonFunctions(),
                               sketchFunctions(),
                               userAgentFunctions()}) {
        for (const FunctionSpec& spec : family)
            table[spec.name].push_back(&spec);
    }
    return table;
}

const Table& table()
{
    static const Table built = buildTable();
    return built;
}

int rankOf(ColumnType type)
{
    switch (type) {
    case ColumnType::Int:
        return 1;
    case ColumnType::Long:
        return 2;
    case ColumnType::Real:
        return 3;
    case ColumnType::Decimal:
        return 4;
    default:
        return 0;
    }
}

} // namespace

std::span<const FunctionSpec* const> findFunctions(std::string_view name)
{
    const auto found = table().find(name);
    return found == table().end() ? std::span<const FunctionSpec* const>() : found->second;
}

std::vector<std::string_view> functionNames()
{
    std::vector<std::string_view> names;
    for (const auto& [name, forms] : table())
        names.push_back(name);
    return names;
}

std::optional<ColumnType> commonType(ColumnType a, ColumnType b)
{
    if (a == b)
        return a;
    if (rankOf(a) > 0 && rankOf(b) > 0)
        return rankOf(a) > rankOf(b) ? a : b;
    if (a == ColumnType::Dynamic || b == ColumnType::Dynamic)
        return ColumnType::Dynamic;
    return std::nullopt;
}

bool convertsTo(ColumnType from, ColumnType to)
{
    if (from == to || from == ColumnType::Dynamic)
        return true;
    if (rankOf(from) > 0 && rankOf(to) > 0)
        return rankOf(from) <= rankOf(to);
    return from == ColumnType::Guid && to == ColumnType::String;
}

std::optional<ColumnType> typeOfLetter(char letter)
{
    switch (letter) {
    case 'b':
        return ColumnType::Bool;
    case 'i':
        return ColumnType::Int;
    case 'l':
        return ColumnType::Long;
    case 'r':
        return ColumnType::Real;
    case 'm':
        return ColumnType::Decimal;
    case 'd':
        return ColumnType::DateTime;
    case 't':
        return ColumnType::Timespan;
    case 'g':
        return ColumnType::Guid;
    case 's':
    case 'S':
        return ColumnType::String;
    case 'j':
    case 'J':
        return ColumnType::Dynamic;
    default:
        return std::nullopt;
    }
}

} // namespace gatehouse::kql
