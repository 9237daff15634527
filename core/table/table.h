// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/datetime.h"

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse {

/// The types of a Log Analytics column (contracts §2.2).
enum class ColumnType : std::uint8_t {
    Bool,
    Int,
    Long,
    Real,
    Decimal,
    DateTime,
    Timespan,
    Guid,
    String,
    Dynamic
};

/// "bool", "int", "long", "real", "decimal", "datetime", "timespan", "guid", "string", "dynamic".
[[nodiscard]] std::string_view toString(ColumnType type);
/// Reads also Kusto's other names: boolean, double, date, time, uniqueid, uuid, and System.* names.
[[nodiscard]] std::optional<ColumnType> columnTypeFrom(std::string_view name);

/// One column: a typed array and a mask of nulls. It is appended to by one thread and then only read.
///
/// | type                               | stored as    | read with            |
/// | Bool                               | bytes 0/1    | boolAt               |
/// | Int, Long, DateTime, Timespan      | int64        | integerAt, integers  | (DateTime: ticks since year
/// one) | Real                               | double       | realAt, reals        | | Decimal, Guid, String,
/// Dynamic     | text         | textAt               | (Dynamic: JSON text) A null has a zero or empty value
/// in the array. Strings are never null (contracts §2.2).
class Column
{
public:
    Column(std::string name, ColumnType type);

    [[nodiscard]] const std::string& name() const { return m_name; }
    void rename(std::string name) { m_name = std::move(name); }
    [[nodiscard]] ColumnType type() const { return m_type; }
    [[nodiscard]] std::size_t size() const { return m_size; }

    /// The appended value must be of the column's storage kind; appendNull on a String appends "".
    void appendNull();
    void appendBool(bool value)
    {
        m_bools.push_back(value ? 1 : 0);
        pushNullBit(false);
    }
    void appendInteger(std::int64_t value)
    {
        m_integers.push_back(value);
        pushNullBit(false);
    }
    void appendReal(double value)
    {
        m_reals.push_back(value);
        pushNullBit(false);
    }
    void appendText(std::string_view value)
    {
        m_bytes.append(value);
        m_ends.push_back(static_cast<std::uint32_t>(m_bytes.size()));
        pushNullBit(false);
    }
    /// Takes over all values of a column that is still empty; none of them is null.
    void adopt(std::vector<std::uint8_t> bools)
    {
        m_size = bools.size();
        m_bools = std::move(bools);
    }
    void adopt(std::vector<std::int64_t> integers)
    {
        m_size = integers.size();
        m_integers = std::move(integers);
    }
    void adopt(std::vector<double> reals)
    {
        m_size = reals.size();
        m_reals = std::move(reals);
    }
    /// The value of another column of the same type.
    void appendFrom(const Column& other, std::size_t row);
    /// Room for so many rows; textBytes: for all their text together, in a column of text.
    void reserve(std::size_t rows, std::size_t textBytes = 0);
    /// Forgets all but the first rows; rows <= size().
    void truncate(std::size_t rows);

    [[nodiscard]] bool isNull(std::size_t row) const
    {
        return m_nullCount != 0 && (m_nulls[row / 64] >> (row % 64) & 1U) != 0;
    }
    [[nodiscard]] std::size_t nullCount() const { return m_nullCount; }

    [[nodiscard]] bool boolAt(std::size_t row) const { return m_bools[row] != 0; }
    [[nodiscard]] std::int64_t integerAt(std::size_t row) const { return m_integers[row]; }
    [[nodiscard]] double realAt(std::size_t row) const { return m_reals[row]; }
    [[nodiscard]] std::string_view textAt(std::size_t row) const
    {
        const std::uint32_t start = row == 0 ? 0 : m_ends[row - 1];
        return {m_bytes.data() + start, m_ends[row] - start};
    }
    [[nodiscard]] std::span<const std::uint8_t> bools() const { return m_bools; }
    [[nodiscard]] std::span<const std::int64_t> integers() const { return m_integers; }
    [[nodiscard]] std::span<const double> reals() const { return m_reals; }

    /// Any numeric type (Timespan in seconds, DateTime in Unix seconds) as a double; NaN for null and for
    /// text.
    [[nodiscard]] double numberAt(std::size_t row) const;
    /// The value as the wire writes it, without quotes; "" for null.
    [[nodiscard]] std::string displayAt(std::size_t row) const;

    /// Bytes of text in a column of text.
    [[nodiscard]] std::size_t textBytes() const { return m_bytes.size(); }
    /// Bytes held, capacity included.
    [[nodiscard]] std::size_t memoryBytes() const;

private:
    void pushNullBit(bool null)
    {
        ++m_size;
        if (null || m_nullCount != 0)
            growNulls(null);
    }
    void growNulls(bool null);

    std::string m_name;
    ColumnType m_type;
    std::size_t m_size = 0;
    std::size_t m_nullCount = 0;
    std::vector<std::uint64_t> m_nulls; // grown only when the first null comes
    std::vector<std::uint8_t> m_bools;
    std::vector<std::int64_t> m_integers;
    std::vector<double> m_reals;
    std::string m_bytes; // at most 4 GiB a column
    std::vector<std::uint32_t> m_ends;
};

/// Columns of equal length under a name. A finished table is shared as shared_ptr<const Table> and is then
/// read from any thread.
class Table
{
public:
    Table() = default;
    explicit Table(std::string name)
        : m_name(std::move(name))
    {}

    [[nodiscard]] const std::string& name() const { return m_name; }
    void rename(std::string name) { m_name = std::move(name); }

    /// The reference stays good when more columns are added.
    Column& addColumn(std::string name, ColumnType type);
    void addColumn(Column column) { m_columns.push_back(std::move(column)); }

    [[nodiscard]] std::size_t rowCount() const { return m_columns.empty() ? 0 : m_columns.front().size(); }
    [[nodiscard]] std::size_t columnCount() const { return m_columns.size(); }
    [[nodiscard]] const Column& column(std::size_t index) const { return m_columns[index]; }
    [[nodiscard]] Column& column(std::size_t index) { return m_columns[index]; }
    /// Case-sensitive, as Kusto's names are; null when there is none.
    [[nodiscard]] const Column* find(std::string_view name) const;
    [[nodiscard]] const std::deque<Column>& columns() const { return m_columns; }

    [[nodiscard]] std::size_t memoryBytes() const;

private:
    std::string m_name;
    std::deque<Column> m_columns; // a deque: addColumn keeps the references that it gave before
};

} // namespace gatehouse
