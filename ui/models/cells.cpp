// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/cells.h"

#include "ui/models/format.h"

namespace gatehouse::ui {

Cell textCell(const QString& text)
{
    return {text, text, text, {}};
}

Cell textCell(const std::string& text)
{
    return textCell(fromText(text));
}

Cell textCell(const QString& text, const QString& exact)
{
    return {text, text, exact, {}};
}

Cell countCell(qint64 count)
{
    return {count, formatExact(count), {}, {}};
}

Cell amountCell(qint64 count)
{
    return {count, formatAmount(static_cast<double>(count)), formatExact(count), {}};
}

Cell unknownCell(const QString& why)
{
    return {QVariant(), unknownText(), why, {}};
}

} // namespace gatehouse::ui
