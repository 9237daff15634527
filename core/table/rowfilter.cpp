// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/table/rows.h"

#include "core/base/encoding.h"
#include "core/table/celltext.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <functional>

namespace gatehouse {

namespace {

std::string_view trimmed(std::string_view text)
{
    const std::size_t first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// ASCII letters without their case; the rest byte by byte. needle is in lower case.
bool containsText(std::string_view text, std::string_view needle)
{
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return needle.empty() || std::search(text.begin(), text.end(), needle.begin(), needle.end(),
                                         [&](char a, char b) { return lower(a) == b; }) != text.end();
}

bool isOrdered(ColumnType type)
{
    return type != ColumnType::String && type != ColumnType::Guid && type != ColumnType::Dynamic &&
           type != ColumnType::Bool;
}

/// The operand as a number of the column's own kind.
struct Operand
{
    std::int64_t whole = 0;
    double real = 0;
};

std::optional<Operand> operandFor(ColumnType type, std::string_view text)
{
    Operand operand;
    const char* const end = text.data() + text.size();
    switch (type) {
    case ColumnType::Int:
    case ColumnType::Long: {
        const auto [stop, code] = std::from_chars(text.data(), end, operand.whole);
        if (code != std::errc() || stop != end)
            return std::nullopt;
        return operand;
    }
    case ColumnType::DateTime:
        if (const auto moment = parseDateTime(text)) {
            operand.whole = moment->sinceYearOne.count();
            return operand;
        }
        return std::nullopt;
    case ColumnType::Timespan:
        if (const auto span = parseTimespan(text)) {
            operand.whole = span->count();
            return operand;
        }
        return std::nullopt;
    case ColumnType::Real:
    case ColumnType::Decimal: {
        const auto [stop, code] = std::from_chars(text.data(), end, operand.real);
        if (code != std::errc() || stop != end)
            return std::nullopt;
        return operand;
    }
    default:
        return operand;
    }
}

template <typename T>
bool compare(RowFilter::Test test, T value, T operand)
{
    switch (test) {
    case RowFilter::Test::Less:
        return value < operand;
    case RowFilter::Test::LessOrEqual:
        return value <= operand;
    case RowFilter::Test::Greater:
        return value > operand;
    case RowFilter::Test::GreaterOrEqual:
        return value >= operand;
    default:
        return value == operand;
    }
}

using RowTest = std::function<bool(std::uint32_t)>;

RowTest containsTest(const Column& column, const std::string& needle)
{
    const bool stored = column.type() == ColumnType::String || column.type() == ColumnType::Guid ||
                        column.type() == ColumnType::Dynamic || column.type() == ColumnType::Decimal;
    if (stored)
        return [&column, needle](std::uint32_t row) { return containsText(column.textAt(row), needle); };
    return [&column, needle](std::uint32_t row) {
        return !column.isNull(row) && containsText(column.displayAt(row), needle);
    };
}

RowTest testFor(const Column& column, const RowFilter& filter)
{
    if (filter.test == RowFilter::Test::Contains)
        return containsTest(column, toLower(filter.text));
    if (filter.text.empty() && filter.test == RowFilter::Test::Equals)
        return [&column](std::uint32_t row) { return column.isNull(row) || column.displayAt(row).empty(); };
    const Operand operand = operandFor(column.type(), filter.text).value_or(Operand{});
    const RowFilter::Test test = filter.test;
    switch (column.type()) {
    case ColumnType::Int:
    case ColumnType::Long:
    case ColumnType::DateTime:
    case ColumnType::Timespan:
        return [&column, operand, test](std::uint32_t row) {
            return !column.isNull(row) && compare(test, column.integerAt(row), operand.whole);
        };
    case ColumnType::Real:
    case ColumnType::Decimal:
        return [&column, operand, test](std::uint32_t row) {
            return !column.isNull(row) && compare(test, column.numberAt(row), operand.real);
        };
    case ColumnType::Bool:
        return [&column, text = filter.text](std::uint32_t row) {
            return !column.isNull(row) && column.displayAt(row) == text;
        };
    default:
        return [&column, text = filter.text](std::uint32_t row) {
            return !column.isNull(row) && column.textAt(row) == text;
        };
    }
}

} // namespace

Result<RowFilter> parseRowFilter(const Table& table, std::optional<std::size_t> column,
                                 std::string_view typed)
{
    struct Sign
    {
        std::string_view text;
        RowFilter::Test test;
        bool negated;
        bool ordered;
    };
    // Longer signs first.
    static constexpr Sign Signs[] = {{"!=", RowFilter::Test::Equals, true, false},
                                     {"==", RowFilter::Test::Equals, false, false},
                                     {"<=", RowFilter::Test::LessOrEqual, false, true},
                                     {">=", RowFilter::Test::GreaterOrEqual, false, true},
                                     {"=", RowFilter::Test::Equals, false, false},
                                     {"<", RowFilter::Test::Less, false, true},
                                     {">", RowFilter::Test::Greater, false, true},
                                     {"!", RowFilter::Test::Contains, true, false}};
    RowFilter filter;
    filter.column = column;
    std::string_view rest = trimmed(typed);
    const ColumnType type = column ? table.column(*column).type() : ColumnType::String;
    for (const Sign& sign : Signs) {
        const bool fits =
            sign.ordered ? column && isOrdered(type) : column || sign.test == RowFilter::Test::Contains;
        if (!fits || !rest.starts_with(sign.text))
            continue;
        filter.test = sign.test;
        filter.negated = sign.negated;
        rest.remove_prefix(sign.text.size());
        break;
    }
    filter.text = std::string(trimmed(rest));
    const bool needsValue = filter.test != RowFilter::Test::Contains &&
                            !(filter.test == RowFilter::Test::Equals && filter.text.empty());
    if (needsValue && !operandFor(type, filter.text)) {
        return fail(Error::Kind::InvalidInput,
                    "“" + filter.text + "” is no " + std::string(toString(type)) + ".",
                    "Write a value of the column's type, or text without a sign in front.");
    }
    return filter;
}

std::optional<RowNumbers> filtered(const Table& table, RowNumbers rows, const std::vector<RowFilter>& filters,
                                   const std::stop_token& stop)
{
    std::vector<std::pair<std::vector<RowTest>, bool>> tests; // any of them, and whether that is wanted
    for (const RowFilter& filter : filters) {
        std::vector<RowTest> any;
        if (filter.column) {
            any.push_back(testFor(table.column(*filter.column), filter));
        } else {
            for (const Column& column : table.columns())
                any.push_back(testFor(column, filter));
        }
        tests.emplace_back(std::move(any), !filter.negated);
    }
    std::size_t kept = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (i % StopEvery == 0 && stop.stop_requested())
            return std::nullopt;
        const std::uint32_t row = rows[i];
        const bool passes = std::all_of(tests.begin(), tests.end(), [row](const auto& test) {
            return std::any_of(test.first.begin(), test.first.end(),
                               [row](const RowTest& one) { return one(row); }) == test.second;
        });
        if (passes)
            rows[kept++] = row;
    }
    rows.resize(kept);
    return rows;
}

} // namespace gatehouse
