// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/tableview.h"

#include "ui/models/recordmodel.h"
#include "ui/models/recordproxy.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/tablestyle.h"

#include <QtGui/QClipboard>
#include <QtGui/QContextMenuEvent>
#include <QtGui/QGuiApplication>
#include <QtGui/QPainter>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QMenu>

#include <algorithm>
#include <array>
#include <utility>

namespace gatehouse::ui {

TableView::TableView(const Theme& theme, RecordModel& model, const QString& objectName,
                     const QString& accessibleName)
    : m_theme(theme)
    , m_model(model)
    , m_proxy(new RecordProxy(this))
{
    nameWidget(this, objectName, accessibleName);
    m_proxy->setSourceModel(&model);
    setModel(m_proxy);
    styleTable(*this, theme, [this] { return m_hoveredRow; });
    nameWidget(horizontalHeader(), objectName + QStringLiteral("Header"), tr("Columns; click to sort"));
    horizontalHeader()->setMinimumSectionSize(56);
    setSortingEnabled(true);
    connect(this, &QTableView::doubleClicked, this, [this](const QModelIndex& index) {
        Q_EMIT rowActivated(index.data(RecordModel::KeyRole).toString());
    });
    fitColumns();
}

void TableView::setSpareColumns(std::vector<int> columns)
{
    m_spare = std::move(columns);
    fitColumns();
}

int TableView::widthOf(int column) const
{
    const ColumnSpec& spec = m_model.columns()[static_cast<std::size_t>(column)];
    if (column == 0)
        return spec.width;
    // The title and its arrow are never cut.
    const QFontMetrics metrics(m_theme.font(Theme::Type::CaptionStrong));
    return std::max(spec.width,
                    metrics.horizontalAdvance(spec.title + QStringLiteral(" ↓")) + 2 * metric::Space3);
}

int TableView::makeRoom()
{
    const int columns = static_cast<int>(m_model.columns().size());
    int all = 0;
    for (int column = 1; column < columns; ++column)
        all += widthOf(column);
    const int room = viewport()->width() - widthOf(0);
    int needed = all;
    std::vector<int> hidden;
    for (const int column : m_spare) {
        if (needed <= room)
            break;
        hidden.push_back(column);
        needed -= widthOf(column);
    }
    // Where the table has to be scrolled anyway, nothing is kept back.
    if (needed > room) {
        hidden.clear();
        needed = all;
    }
    for (const int column : m_spare) {
        const bool hide = std::find(hidden.begin(), hidden.end(), column) != hidden.end();
        if (hide != isColumnHidden(column))
            setColumnHidden(column, hide);
    }
    return needed;
}

void TableView::fitColumns()
{
    const int columns = static_cast<int>(m_model.columns().size());
    const int room = viewport()->width() - makeRoom();
    const int first = std::clamp(room, widthOf(0), widthOf(0) * 2);
    int others = -1;
    for (int column = 0; column < columns; ++column)
        others += isColumnHidden(column) ? 0 : 1;
    // What is left beyond the name is shared out, so that figures stay near their names on wide screens.
    const int spare = std::max(0, room - first) / std::max(1, others);
    setColumnWidth(0, first);
    for (int column = 1; column < columns; ++column) {
        if (!isColumnHidden(column))
            setColumnWidth(column, widthOf(column) + spare);
    }
}

void TableView::resizeEvent(QResizeEvent* event)
{
    QTableView::resizeEvent(event);
    fitColumns();
}

void TableView::paintEvent(QPaintEvent* event)
{
    QTableView::paintEvent(event);
    if (m_emptyText.isEmpty() || model()->rowCount() > 0)
        return;
    QPainter painter(viewport());
    painter.setFont(m_theme.font(Theme::Type::Body));
    painter.setPen(m_theme.tokens().muted);
    painter.drawText(viewport()->rect(), Qt::AlignCenter, m_emptyText);
}

void TableView::copyAs(TextFormat format)
{
    const QModelIndexList selected = selectionModel()->selectedIndexes();
    QGuiApplication::clipboard()->setText(
        exportText(*m_proxy, format, selected.size() > 1 ? selected : QModelIndexList()));
}

void TableView::keyPressEvent(QKeyEvent* event)
{
    if (event->matches(QKeySequence::Copy)) {
        const QModelIndexList selected = selectionModel()->selectedIndexes();
        if (selected.size() == 1)
            QGuiApplication::clipboard()->setText(selected.front().data(RecordModel::RawRole).toString());
        else
            copyAs(TextFormat::Csv);
        return;
    }
    if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) && currentIndex().isValid()) {
        Q_EMIT rowActivated(currentIndex().data(RecordModel::KeyRole).toString());
        return;
    }
    QTableView::keyPressEvent(event);
}

void TableView::setHoveredRow(int row)
{
    if (row == m_hoveredRow)
        return;
    m_hoveredRow = row;
    viewport()->update();
    Q_EMIT rowHovered(row < 0 ? QString() : m_proxy->index(row, 0).data(RecordModel::KeyRole).toString(),
                      row >= 0);
}

void TableView::mouseMoveEvent(QMouseEvent* event)
{
    QTableView::mouseMoveEvent(event);
    setHoveredRow(indexAt(event->pos()).row());
}

void TableView::leaveEvent(QEvent* event)
{
    QTableView::leaveEvent(event);
    setHoveredRow(-1);
}

void TableView::contextMenuEvent(QContextMenuEvent* event)
{
    const bool all = selectionModel()->selectedIndexes().size() <= 1;
    QMenu* const menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    nameWidget(menu, QStringLiteral("copyMenu"), tr("Copy"));
    const std::array<std::pair<QString, TextFormat>, 3> entries{{
        {all ? tr("Copy table as CSV") : tr("Copy selection as CSV"), TextFormat::Csv},
        {all ? tr("Copy table as JSON") : tr("Copy selection as JSON"), TextFormat::Json},
        {all ? tr("Copy table as Markdown") : tr("Copy selection as Markdown"), TextFormat::Markdown},
    }};
    for (const auto& [text, format] : entries)
        menu->addAction(text, this, [this, format = format] { copyAs(format); });
    menu->popup(event->globalPos());
}

void TableView::selectionChanged(const QItemSelection& selected, const QItemSelection& deselected)
{
    QTableView::selectionChanged(selected, deselected);
    Q_EMIT summaryChanged(selectionSummary(selectionModel()->selectedIndexes()));
}

} // namespace gatehouse::ui
