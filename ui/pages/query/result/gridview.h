// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/table/tabletext.h"
#include "ui/models/rowworker.h"

#include <QtWidgets/QTableView>

namespace gatehouse::ui {

class ResultModel;
class Theme;

/// The rows of an answer: sorts, filters, sums and copies without ever holding up the window, however many
/// rows there are. Keys: Ctrl+Shift+Space turns the selected cells into a where, with Alt the other way
/// round; Alt+Down (or a right click) opens a column's filter.
class GridView : public QTableView
{
    Q_OBJECT
public:
    explicit GridView(const Theme& theme);

    /// Keeps the sizes of the columns when the new table has the same ones.
    void setTable(const std::shared_ptr<const Table>& table);
    [[nodiscard]] ResultModel& grid() { return *m_model; }
    [[nodiscard]] RowWorker& worker() { return m_worker; }

    void setEmptyColumnsHidden(bool hidden);
    [[nodiscard]] bool hasEmptyColumns() const;
    void setEmptyText(const QString& text);

    /// The selected block of rows and columns, or everything when at most one cell is selected.
    struct Cut
    {
        std::shared_ptr<const Table> table;
        RowNumbers rows;
        std::vector<std::size_t> columns;
    };
    [[nodiscard]] Cut cut(bool selectionOnly) const;
    /// In another thread when it is much.
    void copyAs(TableFormat format);
    /// "| where …" for the selected cells; "" for none.
    [[nodiscard]] QString whereOfSelection(bool exclude) const;
    /// Of the row's CorrelationId, or OperationId, column; "" where it has none.
    [[nodiscard]] QString requestOf(int row) const;

Q_SIGNALS:
    void summaryChanged(const QString& text);
    void filterRequested(int column);
    void whereRequested(const QString& clause);
    void told(const QString& text);
    /// The row is a request's: why it went where it did is asked.
    void explainRequested(const QString& correlationId);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void selectionChanged(const QItemSelection& selected, const QItemSelection& deselected) override;
    bool event(QEvent* event) override;

private:
    void setUpHeader();
    void setHoveredRow(int row);
    void fitColumns();
    void askSummary();
    void showSummary(const CellSummary& summary);
    void requestWhere(bool exclude);
    void addCopyActions(QMenu* menu);

    const Theme& m_theme;
    ResultModel* m_model;
    RowWorker m_worker;
    std::vector<bool> m_empty;
    bool m_hideEmpty = false;
    QString m_emptyText;
    int m_hoveredRow = -1;
};

} // namespace gatehouse::ui
