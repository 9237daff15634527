// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/local/logs/rows.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>

namespace gatehouse::local {

/// A row of any table, set by column name: for the few tables that no request writes. A name that the table
/// does not have is a mistake in our own code and is left out (an assertion in debug builds).
class NamedRow
{
public:
    NamedRow(TableId table, DateTime time)
        : m_table(table)
        , m_time(time)
    {}
    NamedRow& text(std::string_view column, std::string value);
    NamedRow& integer(std::string_view column, std::int64_t value);
    NamedRow& real(std::string_view column, double value);
    NamedRow& time(std::string_view column, DateTime value)
    {
        return integer(column, value.sinceYearOne.count());
    }

    void addTo(RowBatch& batch) const;

private:
    using Value = std::variant<std::string, std::int64_t, double>;
    NamedRow& set(std::string_view column, Value value);

    TableId m_table;
    DateTime m_time;
    std::map<std::size_t, Value> m_values; // by column, ascending
};

} // namespace gatehouse::local
