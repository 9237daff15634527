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

void TableView::fitColumns()
{
    const auto& columns = m_model.columns();
    const QFontMetrics metrics(m_theme.font(Theme::Type::CaptionStrong));
    const auto widthOf = [&](const ColumnSpec& column) {
        // The title and its arrow are never cut.
        return std::max(column.width,
                        metrics.horizontalAdvance(column.title + QStringLiteral(" ↓")) + 2 * metric::Space3);
    };
    int fixed = 0;
    for (std::size_t i = 1; i < columns.size(); ++i)
        fixed += widthOf(columns[i]);
    const int room = viewport()->width() - fixed;
    const int first = std::clamp(room, columns[0].width, columns[0].width * 2);
    // What is left beyond the name is shared out, so that figures stay near their names on wide screens.
    const int spare = std::max(0, room - first) / std::max(1, static_cast<int>(columns.size()) - 1);
    setColumnWidth(0, first);
    for (std::size_t i = 1; i < columns.size(); ++i)
        setColumnWidth(static_cast<int>(i), widthOf(columns[i]) + spare);
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
