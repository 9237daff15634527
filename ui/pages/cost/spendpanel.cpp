// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/cost/spendpanel.h"

#include "core/base/files.h"
#include "core/usage/money/shown.h"
#include "ui/charts/timechart.h"
#include "ui/models/format.h"
#include "ui/models/recordproxy.h"
#include "ui/pages/cost/completenessbadge.h"
#include "ui/pages/cost/completenessdialog.h"
#include "ui/pages/cost/costbreakdown.h"
#include "ui/pages/cost/costcallsdialog.h"
#include "ui/pages/cost/costtext.h"
#include "ui/pages/cost/runningpanel.h"
#include "ui/pages/cost/spendtiles.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/segments.h"
#include "ui/widgets/tableview.h"

#include <QtCore/QDir>
#include <QtGui/QShortcut>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QMenu>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int Dimensions = 10;

} // namespace

SpendPanel::SpendPanel(Theme& theme, CostPresenter& presenter)
    : m_theme(theme)
    , m_presenter(presenter)
    , m_tiles(new SpendTiles(theme))
    , m_by(new QComboBox)
    , m_step(new Segments(u"costStep"_s, tr("Over time by"), {tr("Day"), tr("Week"), tr("Month")}))
    , m_filter(new QLineEdit)
    , m_calls(new QPushButton(tr("Calls…")))
    , m_breakdown(new CostBreakdown(theme))
    , m_model(new RecordModel(spendColumns(), this))
    , m_table(new TableView(theme, *m_model, u"costTable"_s, tr("Spent, as a table")))
    , m_total(makeLabel(u"costTableTotal"_s, "caption"))
    , m_running(new RunningPanel(theme))
    , m_basis(new ElidedLabel)
{
    nameWidget(this, u"costSpend"_s, tr("Spend"));
    m_basis->setObjectName(u"costBasis"_s);
    m_basis->setProperty("role", u"caption"_s);
    m_running->setFixedWidth(288);
    auto* const column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::Space3);
    column->addWidget(m_tiles);
    column->addWidget(buildTools());
    column->addWidget(m_breakdown, 1);
    auto* const lower = new QHBoxLayout;
    lower->setSpacing(metric::Space3);
    lower->addWidget(buildTable(), 1);
    lower->addWidget(m_running);
    column->addLayout(lower, 1);
    column->addWidget(m_basis);
    connectParts();
    showState();
}

QWidget* SpendPanel::buildTools()
{
    auto* const tools = new QWidget;
    nameWidget(tools, u"costTools"_s, tr("Tools"));
    nameWidget(m_by, u"costBy"_s, tr("Split by"));
    for (int i = 0; i < Dimensions; ++i)
        m_by->addItem(tr("By %1").arg(dimensionWord(static_cast<cost::CostDimension>(i)).toLower()));
    m_by->setMinimumWidth(150);
    nameWidget(m_filter, u"costFilter"_s, tr("Filter the table"));
    m_filter->setPlaceholderText(tr("Filter rows, ! to hide"));
    m_filter->setClearButtonEnabled(true);
    m_filter->setMaximumWidth(240);
    nameWidget(m_calls, u"costCalls"_s, tr("Show the calls of the chosen row"));
    setPlainToolTip(m_calls, tr("The single requests of the chosen row, or of all (Ctrl+Return)"));
    auto* const copy = new QPushButton(tr("Copy"));
    nameWidget(copy, u"costCopy"_s, tr("Copy the table"));
    auto* const menu = new QMenu(copy);
    nameWidget(menu, u"costCopyMenu"_s, tr("Copy the table"));
    menu->addAction(tr("As CSV"), this, [this] { copyAs(TextFormat::Csv, tr("Copied as CSV")); });
    menu->addAction(tr("As JSON"), this, [this] { copyAs(TextFormat::Json, tr("Copied as JSON")); });
    menu->addAction(tr("As Markdown"), this,
                    [this] { copyAs(TextFormat::Markdown, tr("Copied as Markdown")); });
    copy->setMenu(menu);
    auto* const save = new QPushButton(tr("Export CSV"));
    nameWidget(save, u"costExport"_s, tr("Export the table as CSV"));
    connect(save, &QPushButton::clicked, this, &SpendPanel::askExportPath);
    const auto restyle = [this, copy, save] {
        copy->setIcon(m_theme.icon(u"copy"_s));
        save->setIcon(m_theme.icon(u"download"_s));
        m_calls->setIcon(m_theme.icon(u"search"_s));
    };
    restyle();
    connect(&m_theme, &Theme::changed, copy, restyle);
    auto* const row = new QHBoxLayout(tools);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(metric::Space2);
    row->addWidget(m_by);
    row->addWidget(m_step);
    row->addStretch(1);
    row->addWidget(m_filter, 2);
    row->addWidget(m_calls);
    row->addWidget(copy);
    row->addWidget(save);
    return tools;
}

QWidget* SpendPanel::buildTable()
{
    QFrame* const panel = makePanel(u"costTablePanel"_s, tr("Spent, as a table"));
    auto* const inner = new QVBoxLayout(panel);
    inner->setContentsMargins(1, 1, 1, 1);
    inner->setSpacing(0);
    inner->addWidget(m_table, 1);
    auto* const foot = new QHBoxLayout;
    foot->setContentsMargins(metric::Space3, metric::Space2, metric::Space3, metric::Space2);
    foot->addWidget(m_total, 1);
    inner->addLayout(foot);
    m_table->sortByColumn(SpendAmount, Qt::DescendingOrder);
    m_table->setEmptyText(tr("No row fits the filters"));
    m_table->setSpareColumns(
        {SpendAttempts, SpendPerCall, SpendFailed, SpendEstimated, SpendTokens, SpendShare});
    return panel;
}

void SpendPanel::connectParts()
{
    connect(&m_presenter, &PagePresenter::changed, this, &SpendPanel::showState);
    connect(&m_theme, &Theme::changed, this, [this] {
        m_shown.reset();
        showState();
    });
    connect(m_by, &QComboBox::activated, this,
            [this](int index) { m_presenter.setDimension(static_cast<cost::CostDimension>(index)); });
    connect(m_step, &Segments::chosen, this,
            [this](int index) { m_presenter.setStep(static_cast<cost::Step>(index)); });
    connect(m_filter, &QLineEdit::textChanged, this, [this](const QString& text) {
        m_table->proxy().setFilterText(text);
        placeFixes();
    });
    connect(m_calls, &QPushButton::clicked, this, [this] { openCalls(currentKey()); });
    connect(m_breakdown, &CostBreakdown::rowChosen, this, &SpendPanel::toggleRow);
    connect(m_breakdown, &CostBreakdown::zoomed, &m_presenter, &CostPresenter::setRange);
    connect(m_breakdown, &CostBreakdown::zoomReset, &m_presenter, &CostPresenter::leaveRange);
    connect(m_table, &TableView::rowActivated, this, &SpendPanel::toggleRow);
    connect(m_table, &TableView::rowHovered, this, [this](const QString& key, bool any) {
        m_breakdown->chart().setEmphasis(any ? std::optional(key) : std::nullopt);
    });
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &SpendPanel::tellSummary);
    connect(&m_tiles->badge(), &CompletenessBadge::asked, this, &SpendPanel::openCompleteness);
    connect(m_running, &RunningPanel::editRequested, this, &SpendPanel::priceBookRequested);
    const auto key = [this](const QKeySequence& keys, auto&& run) {
        auto* const shortcut = new QShortcut(keys, m_table);
        shortcut->setContext(Qt::WidgetShortcut);
        connect(shortcut, &QShortcut::activated, this, std::forward<decltype(run)>(run));
    };
    key(QKeySequence(Qt::CTRL | Qt::Key_Return), [this] { openCalls(currentKey()); });
    key(QKeySequence(Qt::ALT | Qt::Key_Return), [this] { fix(currentKey()); });
}

void SpendPanel::showState()
{
    const std::shared_ptr<const CostState> state = m_presenter.state();
    m_by->setCurrentIndex(static_cast<int>(state->question.by));
    m_step->setCurrent(static_cast<int>(state->question.step));
    if (!state->view || !state->status.showsData() || state->view == m_shown)
        return;
    m_shown = state->view;
    showView(*state->view, *state);
}

void SpendPanel::showView(const jobs::CostView& view, const CostState& state)
{
    m_tiles->setView(view);
    m_breakdown->setView(view, state.question);
    m_model->setRecords(spendRecords(view, m_theme));
    placeFixes();
    m_running->setView(view);
    const cost::Currency currency = view.grouping.currency;
    const QString before =
        beforeIsKnown(view)
            ? formatMoney(cost::shownWhole(view.grouping.before.pico, view.digits), view.digits, currency)
            : unknownText();
    m_total->setText(tr("%1 rows · total %2 · before %3")
                         .arg(view.grouping.rows.size())
                         .arg(formatMoney(view.shown.total, view.digits, currency), before));
    QString basis = basisText(view);
    if (!view.factsUnknown.empty())
        basis.prepend(tr("▲ Owners and teams are not known: %1").arg(fromText(view.factsUnknown)) + u" · "_s);
    m_basis->setFullText(basis);
}

const cost::CostRow* SpendPanel::findRow(const CostState& state, const QString& key) const
{
    if (!state.view || key.isEmpty())
        return nullptr;
    const std::vector<cost::CostRow>& rows = state.view->grouping.rows;
    const auto found = std::find_if(rows.begin(), rows.end(),
                                    [&key](const cost::CostRow& row) { return rowKey(row) == key; });
    return found == rows.end() ? nullptr : &*found;
}

QString SpendPanel::currentKey() const
{
    return m_table->currentIndex().data(RecordModel::KeyRole).toString();
}

void SpendPanel::toggleRow(const QString& key)
{
    const std::shared_ptr<const CostState> state = m_presenter.state();
    if (const cost::CostRow* const row = findRow(*state, key))
        m_presenter.toggleFilter({state->view->grouping.question.by, row->key, row->kind}, rowLabel(*row));
}

void SpendPanel::placeFixes()
{
    if (!m_shown)
        return;
    const QAbstractItemModel& model = m_table->proxy();
    for (int row = 0; row < model.rowCount(); ++row) {
        const QString key = model.index(row, 0).data(RecordModel::KeyRole).toString();
        if (!key.startsWith(u"k:"_s))
            continue;
        const QModelIndex place = model.index(row, SpendFix);
        const QString word = place.data(RecordModel::RawRole).toString();
        auto* button = qobject_cast<QPushButton*>(m_table->indexWidget(place));
        if (button == nullptr) {
            button = new QPushButton;
            button->setProperty("kind", u"link"_s);
            connect(button, &QPushButton::clicked, this, [this, key] { fix(key); });
            m_table->setIndexWidget(place, button);
        }
        button->setText(word);
        nameWidget(button, u"costFix"_s + key.mid(2),
                   word + u' ' + model.index(row, SpendName).data(Qt::DisplayRole).toString());
    }
}

void SpendPanel::fix(const QString& key)
{
    const std::shared_ptr<const CostState> state = m_presenter.state();
    const cost::CostRow* const row = findRow(*state, key);
    if (row == nullptr)
        return;
    switch (fixOf(*state->view, row->kind)) {
    case SpendFixKind::AddPrice:
        Q_EMIT priceRequested(state->view->unpriced.empty() ? QString()
                                                            : fromText(state->view->unpriced.front().model));
        break;
    case SpendFixKind::AssignOwner:
        Q_EMIT serviceDirectoryRequested(
            state->view->unowned.empty() ? QString() : fromText(state->view->unowned.front().service));
        break;
    case SpendFixKind::SayWhatIsMissing:
        openCompleteness();
        break;
    case SpendFixKind::ShowReservations:
        Q_EMIT priceBookRequested();
        break;
    case SpendFixKind::ShowCalls:
        openCalls(key);
        break;
    case SpendFixKind::None:
        break;
    }
}

void SpendPanel::openCompleteness()
{
    auto* const dialog = new CompletenessDialog(m_theme, m_presenter, window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &CompletenessDialog::priceRequested, this, &SpendPanel::priceRequested);
    dialog->open();
}

void SpendPanel::openCalls(const QString& key)
{
    const std::shared_ptr<const CostState> state = m_presenter.state();
    if (!state->view)
        return;
    auto* const dialog = new CostCallsDialog(m_theme, m_presenter, *state, findRow(*state, key), window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &CostCallsDialog::explainRequested, this, &SpendPanel::explainRequested);
    dialog->open();
}

void SpendPanel::tellSummary()
{
    const QModelIndexList chosen = m_table->selectionModel()->selectedIndexes();
    double sum = 0;
    int count = 0;
    bool money = m_shown != nullptr;
    for (const QModelIndex& index : chosen) {
        const QVariant raw = index.data(RecordModel::RawRole);
        if (raw.typeId() == QMetaType::QString || !raw.isValid())
            continue;
        money = money && isMoneyColumn(index.column());
        sum += raw.toDouble();
        ++count;
    }
    if (!money || count < 2)
        return Q_EMIT summaryChanged(selectionSummary(chosen));
    const double scale = std::pow(10.0, m_shown->digits);
    const auto text = [&](double value) {
        return formatMoney(std::llround(value * scale), m_shown->digits, m_shown->grouping.currency);
    };
    Q_EMIT summaryChanged(tr("Sum %1 · average %2 · %3 cells").arg(text(sum), text(sum / count)).arg(count));
}

void SpendPanel::copyAs(TextFormat format, const QString& said)
{
    m_table->copyAs(format);
    Q_EMIT told(said);
}

void SpendPanel::askExportPath()
{
    auto* const dialog =
        new QFileDialog(window(), tr("Export as CSV"), QDir::homePath(), tr("CSV files (*.csv)"));
    nameWidget(dialog, u"costExportDialog"_s, tr("Export as CSV"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(u"csv"_s);
    QString by = fromText(std::string(cost::toString(m_presenter.state()->question.by)));
    dialog->selectFile(u"spend-by-"_s + by.replace(u' ', u'-') + u".csv"_s);
    connect(dialog, &QFileDialog::fileSelected, this,
            [this](const QString& path) { Q_EMIT told(exportTo(path)); });
    dialog->open();
}

QString SpendPanel::exportTo(const QString& path)
{
    // The mark tells spreadsheets that the text is UTF-8.
    const std::string bytes = "\xEF\xBB\xBF" + exportText(m_table->proxy(), TextFormat::Csv).toStdString();
    const Status done = atomicWrite(QDir::toNativeSeparators(path).toStdString(), bytes, 0644);
    if (!done)
        return tr("Not exported: %1 %2").arg(fromText(done.error().message), fromText(done.error().advice));
    return tr("Exported %1 rows to %2").arg(m_table->proxy().rowCount()).arg(QFileInfo(path).fileName());
}

} // namespace gatehouse::ui
