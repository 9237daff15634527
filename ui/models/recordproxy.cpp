// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/recordproxy.h"

#include "ui/models/recordmodel.h"

#include <cmath>

namespace gatehouse::ui {

RecordProxy::RecordProxy(QObject* parent)
    : QSortFilterProxyModel(parent)
{
    setDynamicSortFilter(true);
    setSortRole(RecordModel::RawRole);
}

void RecordProxy::setFilterText(const QString& text)
{
    const QString trimmed = text.trimmed();
    m_inverse = trimmed.startsWith(QLatin1Char('!'));
    m_text = m_inverse ? trimmed.mid(1).trimmed() : trimmed;
    invalidateFilter();
}

bool RecordProxy::lessThan(const QModelIndex& left, const QModelIndex& right) const
{
    const QVariant a = left.data(RecordModel::RawRole);
    const QVariant b = right.data(RecordModel::RawRole);
    const auto isUnknown = [](const QVariant& value) {
        return !value.isValid() || (value.typeId() == QMetaType::Double && !std::isfinite(value.toDouble()));
    };
    if (isUnknown(a) || isUnknown(b)) {
        // Last in both directions: descending order asks with the sides swapped.
        return sortOrder() == Qt::AscendingOrder ? !isUnknown(a) && isUnknown(b)
                                                 : isUnknown(a) && !isUnknown(b);
    }
    if (a.typeId() == QMetaType::LongLong && b.typeId() == QMetaType::LongLong)
        return a.toLongLong() < b.toLongLong();
    if (a.typeId() == QMetaType::QString)
        return QString::localeAwareCompare(a.toString().toCaseFolded(), b.toString().toCaseFolded()) < 0;
    return a.toDouble() < b.toDouble();
}

bool RecordProxy::filterAcceptsRow(int row, const QModelIndex& parent) const
{
    if (m_text.isEmpty())
        return true;
    for (int column = 0; column < sourceModel()->columnCount(parent); ++column) {
        const QModelIndex cell = sourceModel()->index(row, column, parent);
        if (!cell.data(RecordModel::NumberRole).toBool() &&
            cell.data(Qt::DisplayRole).toString().contains(m_text, Qt::CaseInsensitive))
            return !m_inverse;
    }
    return m_inverse;
}

} // namespace gatehouse::ui
