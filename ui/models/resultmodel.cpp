// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/resultmodel.h"

#include "core/table/tabletext.h"
#include "ui/models/format.h"
#include "ui/models/recordmodel.h"

#include <QtCore/QLocale>

#include <algorithm>
#include <cmath>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype LongestCell = 400;
constexpr qsizetype LongestTip = 4000;

QString realText(double value)
{
    if (!std::isfinite(value))
        return std::isnan(value) ? u"NaN"_s : value > 0 ? u"∞"_s : u"−∞"_s;
    const double magnitude = std::fabs(value);
    if (magnitude != 0 && (magnitude < 0.001 || magnitude >= 1e15))
        return QString::number(value, 'g', 4);
    const double whole = std::trunc(value);
    // Three decimals at most, and at least three significant digits of what is small.
    const int decimals = magnitude < 0.1 ? 5 : 3;
    QString fraction = QString::number(std::fabs(value - whole), 'f', decimals);
    if (fraction.startsWith(u'1')) // rounded up to the next whole number
        return formatExact(std::llround(value));
    while (fraction.endsWith(u'0'))
        fraction.chop(1);
    const QString sign = value < 0 && whole == 0 ? u"−"_s : QString();
    const QString digits = sign + formatExact(static_cast<std::int64_t>(whole));
    return fraction.size() <= 2 ? digits : digits + QLocale().decimalPoint() + fraction.mid(2);
}

QString momentText(std::int64_t ticks)
{
    const DateTime moment{Ticks(ticks)};
    const bool whole = ticks % 10'000'000 == 0;
    return toLocal(moment).toString(whole ? u"yyyy-MM-dd HH:mm:ss"_s : u"yyyy-MM-dd HH:mm:ss.zzz"_s);
}

QString oneLine(std::string_view text)
{
    const std::string_view head = text.substr(0, static_cast<std::size_t>(LongestCell) * 4);
    QString shown = QString::fromUtf8(head.data(), static_cast<qsizetype>(head.size())).left(LongestCell);
    for (QChar& c : shown) {
        if (c.category() == QChar::Other_Control || c == QChar::LineSeparator ||
            c == QChar::ParagraphSeparator)
            c = u' ';
    }
    return shown;
}

} // namespace

QString cellText(const Column& column, std::size_t row)
{
    if (column.isNull(row))
        return {};
    switch (column.type()) {
    case ColumnType::Bool:
        return column.boolAt(row) ? u"true"_s : u"false"_s;
    case ColumnType::Int:
    case ColumnType::Long:
        return formatExact(column.integerAt(row));
    case ColumnType::Real:
        return realText(column.realAt(row));
    case ColumnType::DateTime:
        return momentText(column.integerAt(row));
    case ColumnType::Timespan:
        return fromText(column.displayAt(row));
    default:
        return oneLine(column.textAt(row));
    }
}

ResultModel::ResultModel(QObject* parent)
    : QAbstractTableModel(parent)
    , m_table(std::make_shared<const Table>())
    , m_rows(std::make_shared<const RowNumbers>())
{}

void ResultModel::setTable(std::shared_ptr<const Table> table)
{
    beginResetModel();
    m_table = std::move(table);
    m_rows = std::make_shared<const RowNumbers>(allRows(*m_table));
    m_filtered.clear();
    endResetModel();
}

void ResultModel::setRows(std::shared_ptr<const RowNumbers> rows, bool reordered)
{
    if (!reordered || rows->size() != m_rows->size()) {
        beginResetModel();
        m_rows = std::move(rows);
        endResetModel();
        return;
    }
    Q_EMIT layoutAboutToBeChanged({}, VerticalSortHint);
    const QModelIndexList old = persistentIndexList();
    if (!old.isEmpty()) {
        std::vector<int> places(m_table->rowCount(), -1);
        for (std::size_t i = 0; i < rows->size(); ++i)
            places[(*rows)[i]] = static_cast<int>(i);
        QModelIndexList moved;
        moved.reserve(old.size());
        for (const QModelIndex& index : old)
            moved.append(this->index(places[tableRow(index.row())], index.column()));
        m_rows = std::move(rows);
        changePersistentIndexList(old, moved);
    } else {
        m_rows = std::move(rows);
    }
    Q_EMIT layoutChanged({}, VerticalSortHint);
}

void ResultModel::setFiltered(std::vector<std::size_t> columns)
{
    m_filtered = std::move(columns);
    if (columnCount() > 0)
        Q_EMIT headerDataChanged(Qt::Horizontal, 0, columnCount() - 1);
}

int ResultModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows->size());
}

int ResultModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_table->columnCount());
}

QVariant ResultModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Column& column = m_table->column(static_cast<std::size_t>(index.column()));
    const std::size_t row = tableRow(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return cellText(column, row);
    case ExactRole:
        return fromText(column.displayAt(row));
    case Qt::ToolTipRole: {
        const QString exact = fromText(column.displayAt(row)).left(LongestTip);
        return exact.isEmpty() || exact == cellText(column, row) ? QVariant() : plainToolTip(exact);
    }
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(
            Qt::Alignment((isNumeric(column.type()) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter));
    default:
        return {};
    }
}

QVariant ResultModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount())
        return {};
    const auto at = static_cast<std::size_t>(section);
    const Column& column = m_table->column(at);
    const bool filtered = std::find(m_filtered.begin(), m_filtered.end(), at) != m_filtered.end();
    switch (role) {
    case Qt::DisplayRole:
        return QString(filtered ? fromText(column.name()) + u" •"_s : fromText(column.name()));
    case Qt::ToolTipRole:
        return plainToolTip(fromText(column.name() + ": " + std::string(toString(column.type()))) +
                            (filtered ? tr(" (filtered)") : QString()));
    case RecordModel::NumberRole:
        return isNumeric(column.type());
    default:
        return {};
    }
}

void ResultModel::sort(int column, Qt::SortOrder order)
{
    Q_EMIT sortAsked(column, order == Qt::DescendingOrder);
}

} // namespace gatehouse::ui
