// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/exporter.h"

#include <QtWidgets/QTableView>

#include <vector>

namespace gatehouse::ui {

class RecordModel;
class RecordProxy;
class Theme;

/// A RecordModel on screen: sorts, filters, copies and exports. Owns the proxy, not the model.
class TableView : public QTableView
{
    Q_OBJECT
public:
    TableView(const Theme& theme, RecordModel& model, const QString& objectName,
              const QString& accessibleName);

    [[nodiscard]] RecordProxy& proxy() { return *m_proxy; }
    void copyAs(TextFormat format);
    /// What stands in the middle while there are no rows.
    void setEmptyText(const QString& text) { m_emptyText = text; }
    /// Columns that are hidden, as many as it takes and in this order, where that spares the table from being
    /// scrolled sideways. Exports and copies of the whole table have them all the same.
    void setSpareColumns(std::vector<int> columns);

Q_SIGNALS:
    /// The sum of the selected cells, "" for none; goes to the status bar.
    void summaryChanged(const QString& text);
    /// Return or double click on a row.
    void rowActivated(const QString& key);
    void rowHovered(const QString& key, bool any);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void selectionChanged(const QItemSelection& selected, const QItemSelection& deselected) override;
    void resizeEvent(QResizeEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void setHoveredRow(int row);
    void fitColumns();
    [[nodiscard]] int widthOf(int column) const;
    /// Hides spare columns, or shows them again; how wide all but the first are, at least.
    int makeRoom();

    const Theme& m_theme;
    RecordModel& m_model;
    QString m_emptyText;
    RecordProxy* m_proxy;
    std::vector<int> m_spare;
    int m_hoveredRow = -1;
};

} // namespace gatehouse::ui
