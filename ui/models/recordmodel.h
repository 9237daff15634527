// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QAbstractTableModel>
#include <QtGui/QColor>

#include <vector>

namespace gatehouse::ui {

/// One value of a table: what is sorted and exported (raw: double, qint64, QString, or invalid for unknown),
/// what is shown, and what the tool tip says.
struct Cell
{
    QVariant raw;
    QString text;
    QString exact;
    QColor color; ///< of the text; invalid for the usual one
};

struct Record
{
    QString key; ///< unique in the model
    QColor swatch;
    std::vector<Cell> cells; ///< one a column
};

struct ColumnSpec
{
    QString title;
    QString name; ///< in exports: "total_tokens"
    bool number = true;
    int width = 96;
    QString hint;
};

/// Rows of cells under fixed columns, each row known by its key. New rows are compared with the old by key,
/// so a refresh changes, inserts and removes only what differs: selection, scroll position and sorting stay.
class RecordModel : public QAbstractTableModel
{
    Q_OBJECT
public:
    enum Role {
        RawRole = Qt::UserRole + 1, ///< sort and export by this
        KeyRole,
        SwatchRole,
        NumberRole, ///< bool: right-aligned
        NameRole    ///< of headers: the export name
    };

    explicit RecordModel(std::vector<ColumnSpec> columns, QObject* parent = nullptr);

    /// Every record has as many cells as there are columns.
    void setRecords(std::vector<Record> records);
    [[nodiscard]] const std::vector<ColumnSpec>& columns() const { return m_columns; }

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    void removeMissing(const std::vector<Record>& records);

    std::vector<ColumnSpec> m_columns;
    std::vector<Record> m_records;
};

} // namespace gatehouse::ui
