// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/query/querylist.h"

#include "ui/models/format.h"
#include "ui/pages/query/querynotebook.h"
#include "ui/pages/query/schematree.h"
#include "ui/pages/viewcontext.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/segments.h"

#include <QtGui/QKeyEvent>
#include <QtGui/QPainter>
#include <QtGui/QStandardItemModel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QListView>
#include <QtWidgets/QMenu>
#include <QtWidgets/QStackedLayout>
#include <QtWidgets/QStyledItemDelegate>
#include <QtWidgets/QVBoxLayout>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int QueryRowHeight = 46;

enum Role {
    TextRole = Qt::UserRole + 1, ///< the line below the title
    KqlRole,
    NameRole ///< of a saved query that can be removed; "" else
};

/// A title and a line below it.
class QueryDelegate : public QStyledItemDelegate
{
public:
    QueryDelegate(const Theme& theme, QObject* parent)
        : QStyledItemDelegate(parent)
        , m_theme(theme)
    {}

    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& /*option*/,
                                 const QModelIndex& /*index*/) const override
    {
        return {120, QueryRowHeight};
    }

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        const Tokens& tokens = m_theme.tokens();
        painter->save();
        if (option.state.testFlag(QStyle::State_Selected))
            painter->fillRect(option.rect, tokens.accentSoft);
        else if (option.state.testFlag(QStyle::State_MouseOver))
            painter->fillRect(option.rect, tokens.hover);
        const QRect area =
            option.rect.adjusted(metric::Space3, metric::Space1, -metric::Space2, -metric::Space1);
        const auto line = [&](const QString& text, Theme::Type type, const QColor& color, int top) {
            painter->setFont(m_theme.font(type));
            painter->setPen(color);
            painter->drawText(QRect(area.left(), area.top() + top, area.width(), area.height() / 2),
                              Qt::AlignLeft | Qt::AlignVCenter,
                              painter->fontMetrics().elidedText(text, Qt::ElideRight, area.width()));
        };
        line(index.data().toString(), Theme::Type::Body, tokens.text, 0);
        line(index.data(TextRole).toString(), Theme::Type::Caption, tokens.muted, area.height() / 2);
        painter->restore();
    }

private:
    const Theme& m_theme;
};

/// A query on one line, for a list.
QString oneLine(const QString& kql)
{
    return kql.simplified().left(120);
}

} // namespace

QueryList::QueryList(const Theme& theme, ViewContext& context, QueryNotebook& notebook)
    : m_theme(theme)
    , m_context(context)
    , m_notebook(notebook)
    , m_tabs(new Segments(u"queryListTab"_s, tr("Which queries"), {tr("Saved"), tr("History"), tr("Tables")}))
    , m_search(new QLineEdit)
    , m_list(new QListView)
    , m_tables(new SchemaTree(theme))
    , m_stack(new QStackedLayout)
    , m_model(new QStandardItemModel(this))
{
    build();
    m_list->setItemDelegate(new QueryDelegate(theme, this));
    connect(m_tabs, &Segments::chosen, this, &QueryList::fill);
    connect(m_search, &QLineEdit::textChanged, this, &QueryList::fill);
    connect(m_list, &QListView::doubleClicked, this, [this] { choose(true); });
    connect(m_list, &QWidget::customContextMenuRequested, this, &QueryList::openMenu);
    connect(m_tables, &SchemaTree::nameChosen, this, &QueryList::nameChosen);
    connect(&notebook, &QueryNotebook::changed, this, [this] {
        if (isVisible())
            fill();
    });
}

void QueryList::build()
{
    setProperty("panel", true);
    nameWidget(this, u"queryList"_s, tr("Queries"));
    nameWidget(m_search, u"queryListSearch"_s, tr("Search the queries"));
    nameWidget(m_list, u"queryListRows"_s, tr("Queries; Return runs one"));
    m_search->setPlaceholderText(tr("Search"));
    m_search->setClearButtonEnabled(true);
    m_list->setModel(m_model);
    m_list->setUniformItemSizes(true);
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setMouseTracking(true);
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setContextMenuPolicy(Qt::CustomContextMenu);
    auto* const column = new QVBoxLayout(this);
    column->setContentsMargins(1, metric::Space2, 1, 1);
    column->setSpacing(metric::Space2);
    auto* const head = new QVBoxLayout;
    head->setContentsMargins(metric::Space2, 0, metric::Space2, 0);
    head->setSpacing(metric::Space2);
    head->addWidget(m_tabs, 0, Qt::AlignLeft);
    head->addWidget(m_search);
    column->addLayout(head);
    column->addLayout(m_stack, 1);
    m_stack->addWidget(m_list);
    m_stack->addWidget(m_tables);
    setMinimumWidth(230);
}

void QueryList::setSchema(const SchemaModel::SchemaPtr& schema)
{
    m_tables->setSchema(schema);
}

QWidget& QueryList::rows()
{
    return *m_stack->currentWidget();
}

void QueryList::showTab(Tab tab)
{
    m_tabs->setCurrent(tab);
    fill();
}

void QueryList::showEvent(QShowEvent* event)
{
    QFrame::showEvent(event);
    fill();
}

void QueryList::addRow(const QString& title, const QString& text, const QString& kql, const QString& name)
{
    const QString needle = m_search->text().trimmed();
    const auto holds = [&](const QString& where) { return where.contains(needle, Qt::CaseInsensitive); };
    if (!needle.isEmpty() && !holds(title) && !holds(text) && !holds(kql))
        return;
    auto* const item = new QStandardItem(title);
    item->setData(text, TextRole);
    item->setData(kql, KqlRole);
    item->setData(name, NameRole);
    item->setData(QString(title + u". "_s + text), Qt::AccessibleTextRole);
    item->setToolTip(plainToolTip(text + u'\n' + kql.left(1500)).replace(u'\n', u"<br>"_s));
    m_model->appendRow(item);
}

void QueryList::fill()
{
    const bool tables = m_tabs->current() == Tables;
    m_stack->setCurrentWidget(tables ? static_cast<QWidget*>(m_tables) : m_list);
    if (tables)
        m_tables->setSearch(m_search->text().trimmed());
    else
        fillQueries();
}

void QueryList::fillQueries()
{
    const int row = m_list->currentIndex().row();
    m_model->clear();
    if (m_tabs->current() == Saved) {
        for (const settings::SavedQuery& query : m_notebook.memory().saved)
            addRow(fromText(query.name),
                   query.text.empty() ? oneLine(fromText(query.kql)) : fromText(query.text),
                   fromText(query.kql), fromText(query.name));
        for (const ShippedQuery& query : shippedQueries())
            addRow(fromText(query.name), fromText(query.text), fromText(query.kql), {});
    } else {
        for (const settings::RanQuery& query : m_notebook.memory().history) {
            const QString outcome =
                query.rows < 0 ? tr("no answer") : tr("%1 rows").arg(formatExact(query.rows));
            addRow(oneLine(fromText(query.kql)),
                   formatMoment(query.at, true) + u" · "_s + outcome + u" · "_s + fromText(query.profile),
                   fromText(query.kql), {});
        }
    }
    m_list->setCurrentIndex(m_model->index(std::clamp(row, 0, std::max(0, m_model->rowCount() - 1)), 0));
}

void QueryList::choose(bool run)
{
    if (m_tabs->current() == Tables) {
        m_tables->chooseCurrent();
        return;
    }
    const QModelIndex index = m_list->currentIndex();
    if (index.isValid())
        Q_EMIT chosen(index.data(KqlRole).toString(), run);
}

void QueryList::forgetCurrent()
{
    if (m_tabs->current() == Tables)
        return;
    const QModelIndex index = m_list->currentIndex();
    if (!index.isValid())
        return;
    const std::string name = index.data(NameRole).toString().toStdString();
    const std::string kql = index.data(KqlRole).toString().toStdString();
    const bool history = m_tabs->current() == History;
    if (!history && name.empty())
        return; // it ships with the program
    m_notebook.change([&](settings::QueryMemory& memory) {
        if (history)
            std::erase_if(memory.history, [&](const settings::RanQuery& query) { return query.kql == kql; });
        else
            memory.forget(name);
    });
}

void QueryList::keyPressEvent(QKeyEvent* event)
{
    // The field and the list leave these keys to whoever holds them.
    switch (event->key()) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
        choose(true);
        return;
    case Qt::Key_Delete:
        forgetCurrent();
        return;
    case Qt::Key_Down:
        rows().setFocus(); // from the field into the list
        return;
    default:
        QFrame::keyPressEvent(event);
    }
}

void QueryList::openMenu(const QPoint& position)
{
    const QModelIndex index = m_list->indexAt(position);
    if (!index.isValid())
        return;
    m_list->setCurrentIndex(index);
    auto* const menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    nameWidget(menu, u"queryListMenu"_s, tr("Query"));
    menu->addAction(tr("Run\tReturn"), this, [this] { choose(true); });
    menu->addAction(tr("Put into the editor"), this, [this] { choose(false); });
    QAction* const remove = menu->addAction(tr("Remove\tDel"), this, &QueryList::forgetCurrent);
    remove->setEnabled(m_tabs->current() == History || !index.data(NameRole).toString().isEmpty());
    menu->popup(m_list->viewport()->mapToGlobal(position));
}

} // namespace gatehouse::ui
