// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/arm/tablejson.h"

#include <cmath>

namespace gatehouse::local {

Json jsonAt(const Column& column, std::size_t row)
{
    if (column.isNull(row))
        return nullptr;
    switch (column.type()) {
    case ColumnType::Bool:
        return column.boolAt(row);
    case ColumnType::Int:
    case ColumnType::Long:
        return column.integerAt(row);
    case ColumnType::Real: {
        const double value = column.realAt(row);
        return std::isfinite(value) ? Json(value) : Json(nullptr);
    }
    case ColumnType::Dynamic: {
        const std::string_view text = column.textAt(row);
        Result<Json> value = parseJson(text);
        return value ? std::move(*value) : Json(std::string(text));
    }
    default:
        return column.displayAt(row);
    }
}

} // namespace gatehouse::local
