// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/query/schematree.h"

#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"

#include <QtGui/QPainter>
#include <QtGui/QPainterPath>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QStyledItemDelegate>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int SchemaRowHeight = 26;
constexpr int TypeWidth = 70;
constexpr int MostOpened = 40; ///< tables that a search opens

/// A name, or a type: small and quiet at the right.
class NameDelegate : public QStyledItemDelegate
{
public:
    NameDelegate(const Theme& theme, QObject* parent)
        : QStyledItemDelegate(parent)
        , m_theme(theme)
    {}

    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& /*option*/,
                                 const QModelIndex& /*index*/) const override
    {
        return {TypeWidth, SchemaRowHeight};
    }

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        const Tokens& tokens = m_theme.tokens();
        const bool type = index.column() == SchemaModel::TypeColumn;
        painter->save();
        if (option.state.testFlag(QStyle::State_Selected))
            painter->fillRect(option.rect, tokens.accentSoft);
        else if (option.state.testFlag(QStyle::State_MouseOver))
            painter->fillRect(option.rect, tokens.hover);
        painter->setFont(m_theme.font(type ? Theme::Type::Caption : Theme::Type::Body));
        painter->setPen(type ? tokens.muted : tokens.text);
        const QRect area = option.rect.adjusted(type ? 0 : metric::Space1, 0, type ? -metric::Space3 : 0, 0);
        painter->drawText(
            area, (type ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter,
            painter->fontMetrics().elidedText(index.data().toString(), Qt::ElideRight, area.width()));
        painter->restore();
    }

private:
    const Theme& m_theme;
};

} // namespace

SchemaTree::SchemaTree(const Theme& theme)
    : m_theme(theme)
    , m_model(new SchemaModel(this))
{
    nameWidget(this, u"queryTables"_s, tr("Tables and columns; Return inserts a name"));
    setModel(m_model);
    setItemDelegate(new NameDelegate(theme, this));
    setHeaderHidden(true);
    setUniformRowHeights(true);
    setFrameShape(QFrame::NoFrame);
    setMouseTracking(true);
    setEditTriggers(NoEditTriggers);
    setExpandsOnDoubleClick(false);
    setIndentation(18);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    header()->setStretchLastSection(false);
    header()->setMinimumSectionSize(TypeWidth);
    header()->setSectionResizeMode(SchemaModel::NameColumn, QHeaderView::Stretch);
    header()->setSectionResizeMode(SchemaModel::TypeColumn, QHeaderView::Fixed);
    header()->resizeSection(SchemaModel::TypeColumn, TypeWidth);
    connect(this, &QAbstractItemView::doubleClicked, this, &SchemaTree::chooseCurrent);
    connect(&theme, &Theme::changed, viewport(), qOverload<>(&QWidget::update));
}

void SchemaTree::setSchema(const SchemaModel::SchemaPtr& schema)
{
    m_model->setSchema(schema);
    spanTables();
}

void SchemaTree::spanTables()
{
    // A table has no type, so its name may be long.
    for (int row = 0; row < m_model->rowCount(); ++row)
        setFirstColumnSpanned(row, {}, true);
}

void SchemaTree::setSearch(const QString& text)
{
    m_searching = !text.isEmpty();
    m_model->setSearch(text);
    spanTables();
    if (m_searching && m_model->rowCount() <= MostOpened)
        expandAll();
    if (!currentIndex().isValid())
        setCurrentIndex(m_model->index(0, SchemaModel::NameColumn));
}

void SchemaTree::chooseCurrent()
{
    if (currentIndex().isValid())
        Q_EMIT nameChosen(currentIndex().data(SchemaModel::InsertRole).toString());
}

void SchemaTree::drawBranches(QPainter* painter, const QRect& rect, const QModelIndex& index) const
{
    const Tokens& tokens = m_theme.tokens();
    if (selectionModel()->isSelected(index))
        painter->fillRect(rect, tokens.accentSoft);
    if (!m_model->hasChildren(index))
        return;
    constexpr qreal Half = 3.5;
    const QPointF middle(rect.right() - indentation() / 2.0, rect.center().y() + 0.5);
    QPainterPath arrow;
    if (isExpanded(index)) {
        arrow.moveTo(middle + QPointF(-Half, -Half / 2));
        arrow.lineTo(middle + QPointF(0, Half / 2));
        arrow.lineTo(middle + QPointF(Half, -Half / 2));
    } else {
        arrow.moveTo(middle + QPointF(-Half / 2, -Half));
        arrow.lineTo(middle + QPointF(Half / 2, 0));
        arrow.lineTo(middle + QPointF(-Half / 2, Half));
    }
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(QPen(tokens.muted, 1.4));
    painter->drawPath(arrow);
    painter->restore();
}

void SchemaTree::paintEvent(QPaintEvent* event)
{
    QTreeView::paintEvent(event);
    if (m_model->rowCount() > 0)
        return;
    QPainter painter(viewport());
    painter.setFont(m_theme.font(Theme::Type::Caption));
    painter.setPen(m_theme.tokens().muted);
    painter.drawText(viewport()->rect().adjusted(metric::Space3, metric::Space2, -metric::Space3, 0),
                     Qt::AlignTop | Qt::AlignLeft | Qt::TextWordWrap,
                     m_searching ? tr("No table or column has this name.")
                                 : tr("The tables of the workspace stand here once it has named them."));
}

} // namespace gatehouse::ui
