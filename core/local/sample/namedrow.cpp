// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/sample/namedrow.h"

#include <cassert>
#include <optional>
#include <utility>

namespace gatehouse::local {

namespace {

std::optional<std::size_t> positionOf(std::string_view columns, std::string_view name)
{
    for (std::size_t index = 0; !columns.empty(); ++index) {
        const std::size_t space = columns.find(' ');
        const std::string_view item = columns.substr(0, space);
        if (item.substr(0, item.find(':')) == name)
            return index;
        columns = space == std::string_view::npos ? std::string_view{} : columns.substr(space + 1);
    }
    return std::nullopt;
}

} // namespace

NamedRow& NamedRow::set(std::string_view column, Value value)
{
    const auto position = positionOf(tableSpecs()[static_cast<std::size_t>(m_table)].columns, column);
    assert(position);
    if (position)
        m_values.insert_or_assign(*position, std::move(value));
    return *this;
}

NamedRow& NamedRow::text(std::string_view column, std::string value)
{
    return set(column, std::move(value));
}

NamedRow& NamedRow::integer(std::string_view column, std::int64_t value)
{
    return set(column, value);
}

NamedRow& NamedRow::real(std::string_view column, double value)
{
    return set(column, value);
}

void NamedRow::addTo(RowBatch& batch) const
{
    RowWriter writer(batch, m_table, m_time);
    for (const auto& [column, value] : m_values) {
        if (const auto* text = std::get_if<std::string>(&value))
            writer.text(column, *text);
        else if (const auto* integer = std::get_if<std::int64_t>(&value))
            writer.integer(column, *integer);
        else
            writer.real(column, std::get<double>(value));
    }
}

} // namespace gatehouse::local
