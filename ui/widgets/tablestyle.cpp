// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/tablestyle.h"

#include "ui/theme/theme.h"
#include "ui/widgets/celldelegate.h"
#include "ui/widgets/tableheader.h"

#include <QtWidgets/QHeaderView>
#include <QtWidgets/QTableView>

#include <utility>

namespace gatehouse::ui {

void styleTable(QTableView& view, const Theme& theme, std::function<int()> hoveredRow)
{
    view.setItemDelegate(new CellDelegate(theme, view, std::move(hoveredRow)));
    view.setShowGrid(false);
    view.setFrameShape(QFrame::NoFrame);
    view.setMouseTracking(true);
    view.setWordWrap(false);
    view.setSelectionMode(QTableView::ExtendedSelection);
    view.setEditTriggers(QTableView::NoEditTriggers);
    view.setHorizontalScrollMode(QTableView::ScrollPerPixel);
    view.setCornerButtonEnabled(false);
    view.setTabKeyNavigation(false);
    QHeaderView& rows = *view.verticalHeader();
    rows.hide();
    rows.setSectionResizeMode(QHeaderView::Fixed);
    rows.setDefaultSectionSize(metric::RowHeight);
    rows.setMinimumSectionSize(metric::RowHeight);
    auto* const columns = new TableHeader(theme, &view);
    view.setHorizontalHeader(columns);
    columns->setHighlightSections(false);
    columns->setFixedHeight(metric::RowHeight + 2);
    columns->setSectionResizeMode(QHeaderView::Interactive);
    columns->setSectionsMovable(true);
    columns->setSectionsClickable(true);
    columns->setSortIndicatorShown(true);
    columns->setSortIndicator(-1, Qt::AscendingOrder);
    QObject::connect(&theme, &Theme::changed, view.viewport(), qOverload<>(&QWidget::update));
}

} // namespace gatehouse::ui
