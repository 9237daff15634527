// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/schemamodel.h"

#include "core/table/tabletext.h"
#include "ui/models/format.h"

#include <numeric>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr quintptr TableId = 0; ///< the id of a table's index; a column's is its table's row plus one

} // namespace

SchemaModel::SchemaModel(QObject* parent)
    : QAbstractItemModel(parent)
    , m_schema(std::make_shared<const kql::language::Schema>())
{}

void SchemaModel::setSchema(SchemaPtr schema)
{
    beginResetModel();
    m_schema = std::move(schema);
    choose();
    endResetModel();
}

void SchemaModel::setSearch(const QString& text)
{
    if (text == m_search)
        return;
    beginResetModel();
    m_search = text;
    choose();
    endResetModel();
}

void SchemaModel::choose()
{
    m_shown.clear();
    const auto fits = [this](const std::string& name) {
        return m_search.isEmpty() || fromText(name).contains(m_search, Qt::CaseInsensitive);
    };
    for (std::size_t at = 0; at < m_schema->tables.size(); ++at) {
        const kql::language::TableInfo& table = m_schema->tables[at];
        Shown shown{at, {}};
        if (fits(table.name)) {
            shown.columns.resize(table.columns.size());
            std::iota(shown.columns.begin(), shown.columns.end(), 0U);
            m_shown.push_back(std::move(shown));
            continue;
        }
        for (std::size_t i = 0; i < table.columns.size(); ++i) {
            if (fits(table.columns[i].name))
                shown.columns.push_back(static_cast<std::uint32_t>(i));
        }
        if (!shown.columns.empty())
            m_shown.push_back(std::move(shown));
    }
}

QModelIndex SchemaModel::index(int row, int column, const QModelIndex& parent) const
{
    if (!hasIndex(row, column, parent))
        return {};
    return createIndex(row, column, parent.isValid() ? static_cast<quintptr>(parent.row()) + 1 : TableId);
}

QModelIndex SchemaModel::parent(const QModelIndex& child) const
{
    if (!child.isValid() || child.internalId() == TableId)
        return {};
    return createIndex(static_cast<int>(child.internalId() - 1), 0, TableId);
}

int SchemaModel::rowCount(const QModelIndex& parent) const
{
    if (!parent.isValid())
        return static_cast<int>(m_shown.size());
    if (parent.column() != 0 || parent.internalId() != TableId)
        return 0;
    return static_cast<int>(m_shown[static_cast<std::size_t>(parent.row())].columns.size());
}

int SchemaModel::columnCount(const QModelIndex& /*parent*/) const
{
    return 2;
}

QVariant SchemaModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const bool isTable = index.internalId() == TableId;
    const Shown& shown =
        m_shown[isTable ? static_cast<std::size_t>(index.row()) : std::size_t{index.internalId()} - 1];
    const kql::language::TableInfo& table = m_schema->tables[shown.table];
    if (isTable)
        return tableData(table, index.column(), role);
    return columnData(table.columns[shown.columns[static_cast<std::size_t>(index.row())]], index.column(),
                      role);
}

QVariant SchemaModel::tableData(const kql::language::TableInfo& table, int column, int role) const
{
    switch (role) {
    case Qt::DisplayRole:
        return column == NameColumn ? QVariant(fromText(table.name)) : QVariant();
    case Qt::AccessibleTextRole:
        return tr("Table %1, %n columns", nullptr, static_cast<int>(table.columns.size()))
            .arg(fromText(table.name));
    case Qt::ToolTipRole:
        return plainToolTip(table.description.empty() ? fromText(table.name) : fromText(table.description));
    case InsertRole:
        return fromText(kqlName(table.name));
    default:
        return {};
    }
}

QVariant SchemaModel::columnData(const kql::SchemaColumn& column, int modelColumn, int role) const
{
    const QString type = fromText(std::string(toString(column.type)));
    switch (role) {
    case Qt::DisplayRole:
        return modelColumn == NameColumn ? fromText(column.name) : type;
    case Qt::AccessibleTextRole:
        return QString(fromText(column.name) + u": "_s + type);
    case Qt::ToolTipRole:
        return plainToolTip(fromText(column.name) + u": "_s + type);
    case InsertRole:
        return fromText(kqlName(column.name));
    default:
        return {};
    }
}

} // namespace gatehouse::ui
