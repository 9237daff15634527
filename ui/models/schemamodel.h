// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kql/language/language.h"

#include <QtCore/QAbstractItemModel>

#include <cstdint>
#include <memory>
#include <vector>

namespace gatehouse::ui {

/// A workspace's tables and, below each, its columns with their types; only those whose names contain what is
/// searched for. Owned by its view. Main thread.
class SchemaModel : public QAbstractItemModel
{
    Q_OBJECT
public:
    using SchemaPtr = std::shared_ptr<const kql::language::Schema>;

    enum Column { NameColumn, TypeColumn };
    static constexpr int InsertRole = Qt::UserRole + 1; ///< the name as KQL reads it

    explicit SchemaModel(QObject* parent = nullptr);

    void setSchema(SchemaPtr schema);
    /// A table whose name fits keeps all its columns. Empty: everything.
    void setSearch(const QString& text);

    [[nodiscard]] QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    [[nodiscard]] QModelIndex parent(const QModelIndex& child) const override;
    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;

private:
    /// A table that is shown, and which of its columns.
    struct Shown
    {
        std::size_t table = 0;
        std::vector<std::uint32_t> columns;
    };

    void choose();
    [[nodiscard]] QVariant tableData(const kql::language::TableInfo& table, int column, int role) const;
    [[nodiscard]] QVariant columnData(const kql::SchemaColumn& column, int modelColumn, int role) const;

    SchemaPtr m_schema;
    QString m_search;
    std::vector<Shown> m_shown;
};

} // namespace gatehouse::ui
