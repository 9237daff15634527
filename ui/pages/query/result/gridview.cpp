// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/query/result/gridview.h"

#include "ui/models/format.h"
#include "ui/models/resultmodel.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/tablestyle.h"

#include <QtConcurrent/QtConcurrentRun>
#include <QtGui/QClipboard>
#include <QtGui/QContextMenuEvent>
#include <QtGui/QGuiApplication>
#include <QtGui/QKeyEvent>
#include <QtGui/QPainter>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QMenu>

#include <algorithm>
#include <array>
#include <cmath>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr std::size_t FewRows = 2000;       ///< copied in the GUI thread
constexpr std::size_t MostWhereCells = 200; ///< of a selection that becomes a where
constexpr std::size_t RowsToMeasure = 60;
constexpr int WidestColumn = 360;
constexpr int NarrowestColumn = 64;

QString textOf(const GridView::Cut& cut, TableFormat format)
{
    return fromText(tableText(*cut.table, format, cut.rows, cut.columns));
}

QString amount(double value)
{
    return std::fabs(value) >= 100 && std::fabs(value) < 9e15 ? formatExact(std::llround(value))
                                                              : formatAmount(value);
}

} // namespace

GridView::GridView(const Theme& theme)
    : m_theme(theme)
    , m_model(new ResultModel(this))
{
    nameWidget(this, u"queryGrid"_s, tr("Rows of the answer"));
    setModel(m_model);
    styleTable(*this, theme, [this] { return m_hoveredRow; });
    setUpHeader();
    connect(m_model, &ResultModel::sortAsked, this, [this](int column, bool descending) {
        m_worker.sort(column < 0 ? std::nullopt : std::optional(static_cast<std::size_t>(column)),
                      descending);
    });
    connect(&m_worker, &RowWorker::rowsReady, m_model, &ResultModel::setRows);
    connect(&m_worker, &RowWorker::summaryReady, this, &GridView::showSummary);
    connect(m_model, &QAbstractItemModel::modelReset, this, &GridView::askSummary);
}

void GridView::setUpHeader()
{
    QHeaderView* const header = horizontalHeader();
    nameWidget(header, u"queryGridHeader"_s, tr("Columns; click to sort, right click to filter"));
    header->setMinimumSectionSize(48);
    header->setSortIndicatorClearable(true);
    header->setContextMenuPolicy(Qt::CustomContextMenu);
    setSortingEnabled(true);
    connect(header, &QWidget::customContextMenuRequested, this, [this, header](const QPoint& position) {
        const int column = header->logicalIndexAt(position);
        if (column >= 0)
            Q_EMIT filterRequested(column);
    });
}

void GridView::setTable(const std::shared_ptr<const Table>& table)
{
    const auto sameColumns = [&] {
        const Table& old = *m_model->table();
        return std::equal(
            old.columns().begin(), old.columns().end(), table->columns().begin(), table->columns().end(),
            [](const Column& a, const Column& b) { return a.name() == b.name() && a.type() == b.type(); });
    };
    const bool keepWidths = table->columnCount() > 0 && sameColumns();
    m_worker.setTable(table);
    horizontalHeader()->setSortIndicator(-1, Qt::AscendingOrder);
    m_model->setTable(table);
    m_empty = emptyColumns(*table);
    setEmptyColumnsHidden(m_hideEmpty);
    if (!keepWidths)
        fitColumns();
}

void GridView::fitColumns()
{
    const Table& table = *m_model->table();
    const QFontMetrics head(m_theme.font(Theme::Type::CaptionStrong));
    const QFontMetrics body(font());
    for (std::size_t i = 0; i < table.columnCount(); ++i) {
        const Column& column = table.column(i);
        int widest = head.horizontalAdvance(fromText(column.name()) + u" ↓ •"_s);
        for (std::size_t row = 0; row < std::min(column.size(), RowsToMeasure); ++row)
            widest = std::max(widest, body.horizontalAdvance(cellText(column, row).left(80)));
        setColumnWidth(static_cast<int>(i),
                       std::clamp(widest + 2 * metric::Space3 + 2, NarrowestColumn, WidestColumn));
    }
}

void GridView::setEmptyColumnsHidden(bool hidden)
{
    m_hideEmpty = hidden;
    const bool all = std::all_of(m_empty.begin(), m_empty.end(), [](bool empty) { return empty; });
    for (std::size_t i = 0; i < m_empty.size(); ++i)
        setColumnHidden(static_cast<int>(i), hidden && m_empty[i] && !all);
}

bool GridView::hasEmptyColumns() const
{
    return m_model->rowCount() > 0 && std::find(m_empty.begin(), m_empty.end(), true) != m_empty.end();
}

void GridView::setEmptyText(const QString& text)
{
    m_emptyText = text;
    viewport()->update();
}

GridView::Cut GridView::cut(bool selectionOnly) const
{
    Cut wanted{m_model->table(), {}, {}};
    const QHeaderView* const header = horizontalHeader();
    const QItemSelection selection = selectionModel()->selection();
    const bool everything =
        !selectionOnly || selection.isEmpty() ||
        (selection.size() == 1 && selection.front().width() * selection.front().height() == 1);
    std::vector<bool> columns(m_model->table()->columnCount(), everything);
    if (everything) {
        wanted.rows = *m_model->rows();
    } else {
        std::vector<bool> rows(m_model->rows()->size(), false);
        for (const QItemSelectionRange& range : selection) {
            std::fill(rows.begin() + range.top(), rows.begin() + range.bottom() + 1, true);
            std::fill(columns.begin() + range.left(), columns.begin() + range.right() + 1, true);
        }
        for (std::size_t row = 0; row < rows.size(); ++row) {
            if (rows[row])
                wanted.rows.push_back((*m_model->rows())[row]);
        }
    }
    for (int place = 0; place < header->count(); ++place) {
        const int column = header->logicalIndex(place);
        if (!isColumnHidden(column) && columns[static_cast<std::size_t>(column)])
            wanted.columns.push_back(static_cast<std::size_t>(column));
    }
    return wanted;
}

void GridView::copyAs(TableFormat format)
{
    Cut wanted = cut(true);
    const auto rows = static_cast<int>(wanted.rows.size());
    if (wanted.columns.empty())
        return;
    const auto done = [this, rows](const QString& text) {
        QGuiApplication::clipboard()->setText(text);
        Q_EMIT told(tr("Copied %n rows", nullptr, rows));
    };
    if (wanted.rows.size() <= FewRows) {
        done(textOf(wanted, format));
        return;
    }
    Q_EMIT told(tr("Copying %n rows…", nullptr, rows));
    QtConcurrent::run([wanted = std::move(wanted), format] {
        return textOf(wanted, format);
    }).then(this, done);
}

QString GridView::whereOfSelection(bool exclude) const
{
    std::vector<CellPlace> cells;
    for (const QItemSelectionRange& range : selectionModel()->selection()) {
        for (int row = range.top(); row <= range.bottom(); ++row) {
            for (int column = range.left(); column <= range.right(); ++column) {
                if (cells.size() == MostWhereCells)
                    return {};
                if (!isColumnHidden(column))
                    cells.push_back({static_cast<std::size_t>(column), m_model->tableRow(row)});
            }
        }
    }
    return fromText(kqlWhere(*m_model->table(), cells, exclude));
}

void GridView::requestWhere(bool exclude)
{
    const QString clause = whereOfSelection(exclude);
    if (clause.isEmpty())
        Q_EMIT told(tr("Select between one and %1 cells first.").arg(MostWhereCells));
    else
        Q_EMIT whereRequested(clause);
}

bool GridView::event(QEvent* event)
{
    if (event->type() == QEvent::ShortcutOverride) {
        const auto* const key = static_cast<QKeyEvent*>(event);
        if (key->key() == Qt::Key_Space && key->modifiers().testFlag(Qt::ControlModifier)) {
            event->accept();
            return true;
        }
    }
    return QTableView::event(event);
}

void GridView::keyPressEvent(QKeyEvent* event)
{
    const Qt::KeyboardModifiers modifiers = event->modifiers();
    if (event->matches(QKeySequence::Copy)) {
        // Never selectedIndexes(): of a whole table they are millions.
        const QItemSelection selection = selectionModel()->selection();
        if (selection.size() == 1 && selection.front().topLeft() == selection.front().bottomRight())
            QGuiApplication::clipboard()->setText(
                selection.front().topLeft().data(ResultModel::ExactRole).toString());
        else
            copyAs(TableFormat::Tsv);
        return;
    }
    if (event->key() == Qt::Key_Space && modifiers.testFlag(Qt::ControlModifier) &&
        modifiers.testFlag(Qt::ShiftModifier)) {
        requestWhere(modifiers.testFlag(Qt::AltModifier));
        return;
    }
    if (event->key() == Qt::Key_Down && modifiers.testFlag(Qt::AltModifier) && currentIndex().isValid()) {
        Q_EMIT filterRequested(currentIndex().column());
        return;
    }
    QTableView::keyPressEvent(event);
}

void GridView::addCopyActions(QMenu* menu)
{
    const std::array<std::pair<QString, TableFormat>, 5> entries{{
        {tr("Copy as CSV"), TableFormat::Csv},
        {tr("Copy as TSV"), TableFormat::Tsv},
        {tr("Copy as JSON"), TableFormat::JsonText},
        {tr("Copy as Markdown"), TableFormat::Markdown},
        {tr("Copy as datatable"), TableFormat::Datatable},
    }};
    for (const auto& [text, format] : entries)
        menu->addAction(text, this, [this, format = format] { copyAs(format); });
}

QString GridView::requestOf(int row) const
{
    const auto& table = m_model->table();
    if (table == nullptr || row < 0 || row >= m_model->rowCount())
        return {};
    const std::size_t at = m_model->tableRow(row);
    for (const char* name : {"CorrelationId", "OperationId"}) {
        const Column* column = table->find(name);
        if (column != nullptr && column->type() == ColumnType::String && !column->isNull(at))
            return QString::fromUtf8(column->textAt(at).data(),
                                     static_cast<qsizetype>(column->textAt(at).size()));
    }
    return {};
}

void GridView::contextMenuEvent(QContextMenuEvent* event)
{
    const QModelIndex index = indexAt(event->pos());
    auto* const menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    nameWidget(menu, u"gridMenu"_s, tr("Rows"));
    if (index.isValid()) {
        menu->addAction(tr("Add to the query as where\tCtrl+Shift+Space"), this,
                        [this] { requestWhere(false); });
        menu->addAction(tr("Exclude with a where\tCtrl+Alt+Shift+Space"), this,
                        [this] { requestWhere(true); });
        menu->addAction(tr("Filter this column…\tAlt+Down"), this,
                        [this, column = index.column()] { Q_EMIT filterRequested(column); });
        if (const QString request = requestOf(index.row()); !request.isEmpty())
            menu->addAction(tr("Explain this request"), this,
                            [this, request] { Q_EMIT explainRequested(request); });
        menu->addSeparator();
    }
    addCopyActions(menu);
    menu->popup(event->globalPos());
}

void GridView::setHoveredRow(int row)
{
    if (row == m_hoveredRow)
        return;
    m_hoveredRow = row;
    viewport()->update();
}

void GridView::mouseMoveEvent(QMouseEvent* event)
{
    QTableView::mouseMoveEvent(event);
    setHoveredRow(indexAt(event->pos()).row());
}

void GridView::leaveEvent(QEvent* event)
{
    QTableView::leaveEvent(event);
    setHoveredRow(-1);
}

void GridView::paintEvent(QPaintEvent* event)
{
    QTableView::paintEvent(event);
    if (m_emptyText.isEmpty() || m_model->rowCount() > 0)
        return;
    QPainter painter(viewport());
    painter.setFont(m_theme.font(Theme::Type::Body));
    painter.setPen(m_theme.tokens().muted);
    painter.drawText(viewport()->rect(), Qt::AlignCenter, m_emptyText);
}

void GridView::selectionChanged(const QItemSelection& selected, const QItemSelection& deselected)
{
    QTableView::selectionChanged(selected, deselected);
    askSummary();
}

void GridView::askSummary()
{
    std::vector<CellBlock> blocks;
    for (const QItemSelectionRange& range : selectionModel()->selection()) {
        for (int column = range.left(); column <= range.right(); ++column) {
            if (!isColumnHidden(column))
                blocks.push_back({static_cast<std::size_t>(column), static_cast<std::size_t>(range.top()),
                                  static_cast<std::size_t>(range.height())});
        }
    }
    m_worker.askSummary(m_model->rows(), std::move(blocks));
}

void GridView::showSummary(const CellSummary& summary)
{
    if (summary.cells < 2) {
        Q_EMIT summaryChanged({});
        return;
    }
    const QString count = tr("%1 cells").arg(formatExact(static_cast<std::int64_t>(summary.cells)));
    if (summary.numbers == 0) {
        Q_EMIT summaryChanged(count);
        return;
    }
    const QString sum = summary.wholeSum ? formatExact(*summary.wholeSum) : amount(summary.sum);
    Q_EMIT summaryChanged(
        tr("Sum %1 · average %2 · min %3 · max %4 · %5")
            .arg(sum, amount(summary.average()), amount(summary.smallest), amount(summary.largest), count));
}

} // namespace gatehouse::ui
