// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/query/result/facetpopup.h"

#include "core/base/datetime.h"
#include "ui/charts/ranking.h"
#include "ui/models/format.h"
#include "ui/models/resultmodel.h"
#include "ui/pages/query/result/gridview.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/segments.h"

#include <QtGui/QScreen>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QVBoxLayout>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

FacetPopup::FacetPopup(const Theme& theme, GridView& grid)
    : QFrame(&grid, Qt::Popup)
    , m_theme(theme)
    , m_grid(grid)
    , m_title(makeLabel(u"facetTitle"_s, "strong"))
    , m_field(new QLineEdit)
    , m_hint(makeLabel(u"facetHint"_s, "caption"))
    , m_mode(new Segments(u"facetMode"_s, tr("What a value does"), {tr("Only these"), tr("Without these")}))
    , m_values(new Ranking(theme, tr("Rows")))
{
    setProperty("surface", u"raised"_s);
    nameWidget(this, u"facets"_s, tr("Filter of a column"));
    nameWidget(m_field, u"facetField"_s, tr("Filter"));
    nameWidget(m_values, u"facetValues"_s, tr("Most frequent values"));
    m_field->setClearButtonEnabled(true);
    m_hint->setWordWrap(true);
    auto* const column = new QVBoxLayout(this);
    column->setContentsMargins(metric::Space3, metric::Space3, metric::Space3, metric::Space2);
    column->setSpacing(metric::Space2);
    column->addWidget(m_title);
    column->addWidget(m_field);
    column->addWidget(m_hint);
    column->addWidget(m_mode, 0, Qt::AlignLeft);
    column->addWidget(m_values, 1);
    setFixedSize(340, 420);
    connect(m_field, &QLineEdit::returnPressed, this, [this] { apply(m_field->text()); });
    connect(m_values, &Ranking::activated, this,
            [this](const QString& key) { apply((m_mode->current() == 0 ? u"= "_s : u"!= "_s) + key); });
    connect(&grid.worker(), &RowWorker::facetsReady, this, &FacetPopup::takeFacets);
}

void FacetPopup::openFor(std::size_t column)
{
    m_column = column;
    const Column& values = m_grid.grid().table()->column(column);
    m_title->setText(fromText(values.name() + ": " + std::string(toString(values.type()))));
    const auto& filters = m_grid.worker().filters();
    const auto typed = filters.find(column);
    m_field->setText(typed == filters.end() ? QString() : fromText(typed->second));
    const bool ordered = values.type() != ColumnType::String && values.type() != ColumnType::Guid &&
                         values.type() != ColumnType::Dynamic && values.type() != ColumnType::Bool;
    m_field->setPlaceholderText(ordered ? tr("> 100, <= 5, = 3, != 3")
                                        : tr("part of the text, !part, = text"));
    m_hint->setText(tr("Counting…"));
    setRole(m_hint, "caption");
    m_values->setRows({});
    place();
    show();
    m_field->setFocus();
    m_field->selectAll();
    m_grid.worker().askFacets(column, MostValues); // last: what is counted already is told at once
}

void FacetPopup::place()
{
    const QHeaderView* const header = m_grid.horizontalHeader();
    const int x = std::clamp(header->sectionViewportPosition(static_cast<int>(m_column)), 0,
                             std::max(0, header->width() - width()));
    QPoint corner = header->mapToGlobal(QPoint(x, header->height()));
    if (const QScreen* const screen = m_grid.screen()) {
        const QRect room = screen->availableGeometry();
        corner.setY(std::max(room.top(), std::min(corner.y(), room.bottom() - height())));
        corner.setX(std::min(corner.x(), room.right() - width()));
    }
    move(corner);
}

void FacetPopup::takeFacets(std::size_t column, const std::shared_ptr<const Facets>& facets)
{
    if (column != m_column || !isVisible())
        return;
    const Column& values = m_grid.grid().table()->column(column);
    std::vector<Ranking::Row> rows;
    for (const Facet& facet : facets->top) {
        Ranking::Row row;
        // The exact value goes into the filter; what is shown is as in the grid.
        row.key = fromText(values.displayAt(facet.row));
        row.name = cellText(values, facet.row);
        if (row.name.isEmpty())
            row.name = values.isNull(facet.row) ? tr("(null)") : tr("(empty)");
        row.color = m_theme.tokens().accent;
        row.value = facet.count;
        row.text = formatExact(facet.count);
        rows.push_back(std::move(row));
    }
    const auto distinct = static_cast<std::int64_t>(facets->distinct);
    m_hint->setText(facets->distinct > MostValues
                        ? tr("%1 values; the %2 most frequent:").arg(formatExact(distinct)).arg(MostValues)
                        : tr("%1 values:").arg(formatExact(distinct)));
    m_values->setRows(std::move(rows));
}

void FacetPopup::apply(const QString& typed)
{
    const Status done = m_grid.worker().setFilter(m_column, typed.toStdString());
    if (!done) {
        setRole(m_hint, "bad");
        m_hint->setText(fromText(done.error().message + " " + done.error().advice));
        return;
    }
    hide();
    m_grid.setFocus();
}

} // namespace gatehouse::ui
