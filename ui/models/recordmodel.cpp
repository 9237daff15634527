// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/recordmodel.h"

#include "ui/models/format.h"

#include <QtCore/QHash>
#include <QtCore/QSet>

#include <algorithm>

namespace gatehouse::ui {

namespace {

bool sameCells(const Record& a, const Record& b)
{
    const auto same = [](const Cell& x, const Cell& y) {
        return x.raw == y.raw && x.text == y.text && x.exact == y.exact && x.color == y.color;
    };
    return a.swatch == b.swatch &&
           std::equal(a.cells.begin(), a.cells.end(), b.cells.begin(), b.cells.end(), same);
}

} // namespace

RecordModel::RecordModel(std::vector<ColumnSpec> columns, QObject* parent)
    : QAbstractTableModel(parent)
    , m_columns(std::move(columns))
{}

void RecordModel::removeMissing(const std::vector<Record>& records)
{
    QSet<QString> wanted;
    for (const Record& record : records)
        wanted.insert(record.key);
    for (int row = static_cast<int>(m_records.size()) - 1; row >= 0;) {
        const auto isGone = [&](int at) {
            return at >= 0 && !wanted.contains(m_records[static_cast<std::size_t>(at)].key);
        };
        if (!isGone(row)) {
            --row;
            continue;
        }
        int first = row;
        while (isGone(first - 1))
            --first;
        beginRemoveRows({}, first, row);
        m_records.erase(m_records.begin() + first, m_records.begin() + row + 1);
        endRemoveRows();
        row = first - 1;
    }
}

void RecordModel::setRecords(std::vector<Record> records)
{
    removeMissing(records);
    QHash<QString, std::size_t> places;
    for (std::size_t row = 0; row < m_records.size(); ++row)
        places.insert(m_records[row].key, row);
    std::vector<Record> added;
    for (Record& record : records) {
        const auto place = places.constFind(record.key);
        if (place == places.cend()) {
            added.push_back(std::move(record));
            continue;
        }
        Record& old = m_records[*place];
        if (sameCells(old, record))
            continue;
        old = std::move(record);
        const int row = static_cast<int>(*place);
        Q_EMIT dataChanged(index(row, 0), index(row, static_cast<int>(m_columns.size()) - 1));
    }
    if (added.empty())
        return;
    const int first = static_cast<int>(m_records.size());
    beginInsertRows({}, first, first + static_cast<int>(added.size()) - 1);
    std::move(added.begin(), added.end(), std::back_inserter(m_records));
    endInsertRows();
}

int RecordModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_records.size());
}

int RecordModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_columns.size());
}

QVariant RecordModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Record& record = m_records[static_cast<std::size_t>(index.row())];
    const auto column = static_cast<std::size_t>(index.column());
    const Cell& cell = record.cells[column];
    switch (role) {
    case Qt::DisplayRole:
        return cell.text;
    case Qt::ToolTipRole:
        return cell.exact.isEmpty() || cell.exact == cell.text ? QVariant() : plainToolTip(cell.exact);
    case Qt::ForegroundRole:
        return cell.color.isValid() ? QVariant(cell.color) : QVariant();
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(
            Qt::Alignment((m_columns[column].number ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter));
    case RawRole:
        return cell.raw;
    case KeyRole:
        return record.key;
    case SwatchRole:
        return index.column() == 0 && record.swatch.isValid() ? QVariant(record.swatch) : QVariant();
    case NumberRole:
        return m_columns[column].number;
    default:
        return {};
    }
}

QVariant RecordModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= static_cast<int>(m_columns.size()))
        return {};
    const ColumnSpec& column = m_columns[static_cast<std::size_t>(section)];
    switch (role) {
    case Qt::DisplayRole:
        return column.title;
    case Qt::ToolTipRole:
        return column.hint.isEmpty() ? QVariant() : plainToolTip(column.hint);
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(
            Qt::Alignment((column.number ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter));
    case NameRole:
        return column.name;
    case NumberRole:
        return column.number;
    default:
        return {};
    }
}

} // namespace gatehouse::ui
