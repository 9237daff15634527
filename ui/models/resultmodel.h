// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/table/rows.h"

#include <QtCore/QAbstractTableModel>

#include <memory>

namespace gatehouse::ui {

/// A columnar table on screen: a vector of row numbers over shared columns, no object for a row. What is
/// shown in which order is worked out elsewhere (RowWorker) and handed in. GUI thread.
class ResultModel : public QAbstractTableModel
{
    Q_OBJECT
public:
    enum Role {
        ExactRole = Qt::UserRole + 20 ///< the value as the wire writes it
    };

    explicit ResultModel(QObject* parent = nullptr);

    /// Another table, all of its rows in its own order.
    void setTable(std::shared_ptr<const Table> table);
    [[nodiscard]] const std::shared_ptr<const Table>& table() const { return m_table; }
    /// reordered: they are the same rows as before.
    void setRows(std::shared_ptr<const RowNumbers> rows, bool reordered);
    [[nodiscard]] const std::shared_ptr<const RowNumbers>& rows() const { return m_rows; }
    [[nodiscard]] std::uint32_t tableRow(int row) const { return (*m_rows)[static_cast<std::size_t>(row)]; }
    /// The columns that are filtered, for the header.
    void setFiltered(std::vector<std::size_t> columns);

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role = Qt::DisplayRole) const override;
    /// Only asks: the order comes back through setRows.
    void sort(int column, Qt::SortOrder order) override;

Q_SIGNALS:
    /// column -1: the table's own order.
    void sortAsked(int column, bool descending);

private:
    std::shared_ptr<const Table> m_table;
    std::shared_ptr<const RowNumbers> m_rows;
    std::vector<std::size_t> m_filtered;
};

/// A cell as the grid shows it: numbers grouped, times in the local zone, one line of text; "" for null.
[[nodiscard]] QString cellText(const Column& column, std::size_t row);

} // namespace gatehouse::ui
