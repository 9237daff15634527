// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/table/table.h"

#include <cmath>
#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::usage {

/// A table's columns by name. A missing one is remembered, so that a reader can ask for all and check once.
class Columns
{
public:
    explicit Columns(const Table& table)
        : m_table(table)
    {}

    /// Any number; what is missing or text is noted and answers null.
    [[nodiscard]] const Column* number(std::string_view name) { return need(name, false); }
    [[nodiscard]] const Column* text(std::string_view name) { return need(name, true); }
    [[nodiscard]] const Column* moment(std::string_view name)
    {
        const Column* found = m_table.find(name);
        if (found == nullptr || found->type() != ColumnType::DateTime)
            note(name);
        return found;
    }

    [[nodiscard]] Status check() const
    {
        if (m_wrong.empty())
            return {};
        return fail(Error::Kind::Protocol, "The workspace answered without the column " + m_wrong + ".",
                    "Try again; if it stays so, the workspace is not one that Gatehouse can read.");
    }

private:
    const Column* need(std::string_view name, bool text)
    {
        const Column* found = m_table.find(name);
        const bool isText = found != nullptr && found->type() == ColumnType::String;
        if (found == nullptr || isText != text)
            note(name);
        return found;
    }

    void note(std::string_view name)
    {
        if (m_wrong.empty())
            m_wrong = name;
    }

    const Table& m_table;
    std::string m_wrong;
};

/// A count or a sum; null is 0, a real is rounded.
[[nodiscard]] inline std::int64_t countAt(const Column& column, std::size_t row)
{
    if (column.isNull(row))
        return 0;
    if (column.type() == ColumnType::Int || column.type() == ColumnType::Long)
        return column.integerAt(row);
    const double value = column.numberAt(row);
    return std::isfinite(value) ? std::llround(value) : 0;
}

/// A figure that may be unknown: null and NaN are.
[[nodiscard]] inline std::optional<double> figureAt(const Column& column, std::size_t row)
{
    const double value = column.numberAt(row);
    if (column.isNull(row) || !std::isfinite(value))
        return std::nullopt;
    return value;
}

} // namespace gatehouse::usage
