// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/table/table.h"

#include "core/base/encoding.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>

namespace gatehouse {

namespace {

constexpr std::array<std::string_view, 10> TypeNames = {"bool",     "int",      "long", "real",   "decimal",
                                                        "datetime", "timespan", "guid", "string", "dynamic"};

struct Alias
{
    std::string_view name;
    ColumnType type;
};

constexpr std::array<Alias, 20> Aliases = {{{"boolean", ColumnType::Bool},
                                            {"double", ColumnType::Real},
                                            {"date", ColumnType::DateTime},
                                            {"time", ColumnType::Timespan},
                                            {"uniqueid", ColumnType::Guid},
                                            {"uuid", ColumnType::Guid},
                                            {"system.sbyte", ColumnType::Bool},
                                            {"system.boolean", ColumnType::Bool},
                                            {"system.int32", ColumnType::Int},
                                            {"system.int64", ColumnType::Long},
                                            {"system.double", ColumnType::Real},
                                            {"system.data.sqltypes.sqldecimal", ColumnType::Decimal},
                                            {"system.datetime", ColumnType::DateTime},
                                            {"system.timespan", ColumnType::Timespan},
                                            {"system.guid", ColumnType::Guid},
                                            {"system.string", ColumnType::String},
                                            {"system.object", ColumnType::Dynamic},
                                            {"int32", ColumnType::Int},
                                            {"int64", ColumnType::Long},
                                            {"float", ColumnType::Real}}};

std::string realText(double value)
{
    if (std::isnan(value))
        return "NaN";
    if (std::isinf(value))
        return value > 0 ? "Infinity" : "-Infinity";
    std::array<char, 32> buffer{};
    const auto [end, code] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    return {buffer.data(), end};
}

} // namespace

std::string_view toString(ColumnType type)
{
    return TypeNames.at(static_cast<std::size_t>(type));
}

std::optional<ColumnType> columnTypeFrom(std::string_view name)
{
    const std::string lower = toLower(name);
    for (std::size_t i = 0; i < TypeNames.size(); ++i) {
        if (TypeNames.at(i) == lower)
            return static_cast<ColumnType>(i);
    }
    const auto* alias =
        std::find_if(Aliases.begin(), Aliases.end(), [&](const Alias& entry) { return entry.name == lower; });
    return alias == Aliases.end() ? std::nullopt : std::optional(alias->type);
}

Column::Column(std::string name, ColumnType type)
    : m_name(std::move(name))
    , m_type(type)
{}

void Column::growNulls(bool null)
{
    const std::size_t row = m_size - 1;
    m_nulls.resize(row / 64 + 1, 0);
    if (null) {
        m_nulls[row / 64] |= std::uint64_t{1} << (row % 64);
        ++m_nullCount;
    }
}

void Column::appendNull()
{
    switch (m_type) {
    case ColumnType::Bool:
        m_bools.push_back(0);
        break;
    case ColumnType::Int:
    case ColumnType::Long:
    case ColumnType::DateTime:
    case ColumnType::Timespan:
        m_integers.push_back(0);
        break;
    case ColumnType::Real:
        m_reals.push_back(0);
        break;
    case ColumnType::Decimal:
    case ColumnType::Guid:
    case ColumnType::String:
    case ColumnType::Dynamic:
        m_ends.push_back(static_cast<std::uint32_t>(m_bytes.size()));
        break;
    }
    pushNullBit(m_type != ColumnType::String);
}

void Column::appendFrom(const Column& other, std::size_t row)
{
    if (other.isNull(row)) {
        appendNull();
        return;
    }
    switch (m_type) {
    case ColumnType::Bool:
        appendBool(other.boolAt(row));
        break;
    case ColumnType::Int:
    case ColumnType::Long:
    case ColumnType::DateTime:
    case ColumnType::Timespan:
        appendInteger(other.integerAt(row));
        break;
    case ColumnType::Real:
        appendReal(other.realAt(row));
        break;
    case ColumnType::Decimal:
    case ColumnType::Guid:
    case ColumnType::String:
    case ColumnType::Dynamic:
        appendText(other.textAt(row));
        break;
    }
}

void Column::reserve(std::size_t rows, std::size_t textBytes)
{
    switch (m_type) {
    case ColumnType::Bool:
        m_bools.reserve(rows);
        break;
    case ColumnType::Int:
    case ColumnType::Long:
    case ColumnType::DateTime:
    case ColumnType::Timespan:
        m_integers.reserve(rows);
        break;
    case ColumnType::Real:
        m_reals.reserve(rows);
        break;
    case ColumnType::Decimal:
    case ColumnType::Guid:
    case ColumnType::String:
    case ColumnType::Dynamic:
        m_ends.reserve(rows);
        m_bytes.reserve(textBytes);
        break;
    }
}

void Column::truncate(std::size_t rows)
{
    const auto keep = [rows](auto& values) { values.resize(std::min(values.size(), rows)); };
    keep(m_bools);
    keep(m_integers);
    keep(m_reals);
    keep(m_ends);
    m_bytes.resize(m_ends.empty() ? 0 : m_ends.back());
    m_size = rows;
    if (m_nullCount == 0)
        return;
    m_nulls.resize(rows / 64 + 1, 0);
    m_nulls.back() &= (std::uint64_t{1} << (rows % 64)) - 1;
    m_nullCount = 0;
    for (const std::uint64_t word : m_nulls)
        m_nullCount += static_cast<std::size_t>(std::popcount(word));
}

double Column::numberAt(std::size_t row) const
{
    if (isNull(row))
        return std::numeric_limits<double>::quiet_NaN();
    switch (m_type) {
    case ColumnType::Bool:
        return boolAt(row) ? 1 : 0;
    case ColumnType::Int:
    case ColumnType::Long:
        return static_cast<double>(integerAt(row));
    case ColumnType::DateTime:
        return static_cast<double>(DateTime{Ticks(integerAt(row))}.unixMilliseconds()) / 1000.0;
    case ColumnType::Timespan:
        return static_cast<double>(integerAt(row)) / 1e7;
    case ColumnType::Real:
        return realAt(row);
    case ColumnType::Decimal:
        return std::strtod(std::string(textAt(row)).c_str(), nullptr);
    case ColumnType::Guid:
    case ColumnType::String:
    case ColumnType::Dynamic:
        break;
    }
    return std::numeric_limits<double>::quiet_NaN();
}

std::string Column::displayAt(std::size_t row) const
{
    if (isNull(row))
        return {};
    switch (m_type) {
    case ColumnType::Bool:
        return boolAt(row) ? "true" : "false";
    case ColumnType::Int:
    case ColumnType::Long:
        return std::to_string(integerAt(row));
    case ColumnType::DateTime:
        return formatDateTime(DateTime{Ticks(integerAt(row))});
    case ColumnType::Timespan:
        return formatTimespan(Ticks(integerAt(row)));
    case ColumnType::Real:
        return realText(realAt(row));
    case ColumnType::Decimal:
    case ColumnType::Guid:
    case ColumnType::String:
    case ColumnType::Dynamic:
        break;
    }
    return std::string(textAt(row));
}

std::size_t Column::memoryBytes() const
{
    return m_nulls.capacity() * 8 + m_bools.capacity() + m_integers.capacity() * 8 + m_reals.capacity() * 8 +
           m_bytes.capacity() + m_ends.capacity() * 4;
}

Column& Table::addColumn(std::string name, ColumnType type)
{
    return m_columns.emplace_back(std::move(name), type);
}

const Column* Table::find(std::string_view name) const
{
    const auto found = std::find_if(m_columns.begin(), m_columns.end(),
                                    [&](const Column& column) { return column.name() == name; });
    return found == m_columns.end() ? nullptr : &*found;
}

std::size_t Table::memoryBytes() const
{
    std::size_t bytes = 0;
    for (const Column& column : m_columns)
        bytes += column.memoryBytes();
    return bytes;
}

} // namespace gatehouse
