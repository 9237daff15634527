// SPDX-License-Identifier: GPL-3.0-or-later
// How the result panel is put together.
#include "ui/models/format.h"
#include "ui/models/resultmodel.h"
#include "ui/pages/query/result/facetpopup.h"
#include "ui/pages/query/result/gridview.h"
#include "ui/pages/query/result/resultchart.h"
#include "ui/pages/query/result/resultpanel.h"
#include "ui/pages/query/result/tableexport.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/noticebar.h"
#include "ui/widgets/segments.h"

#include <QtCore/QDir>
#include <QtCore/QFileInfo>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QMenu>
#include <QtWidgets/QProgressBar>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QSplitter>
#include <QtWidgets/QStackedLayout>
#include <QtWidgets/QVBoxLayout>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr std::size_t MostNotices = 3;
constexpr std::chrono::milliseconds FilterAfter{200};

} // namespace

ResultPanel::ResultPanel(Theme& theme, ViewContext& context)
    : m_theme(theme)
    , m_context(context)
    , m_caption(new ElidedLabel)
    , m_parts(new Segments(u"queryParts"_s, tr("What is shown"), {tr("Both"), tr("Chart"), tr("Rows")}))
    , m_filter(new QLineEdit)
    , m_hideEmpty(new QPushButton(tr("Hide empty columns")))
    , m_copy(new QPushButton(tr("Copy")))
    , m_save(new QPushButton(tr("Export")))
    , m_exportBar(new QWidget)
    , m_exportProgress(new QProgressBar)
    , m_chips(new QWidget)
    , m_chipRow(new QHBoxLayout(m_chips))
    , m_content(new QWidget)
    , m_splitter(new QSplitter(Qt::Vertical))
    , m_chart(new ResultChart(theme))
    , m_grid(new GridView(theme))
    , m_facets(new FacetPopup(theme, *m_grid))
    , m_state(new StateView(theme, u"queryState"_s))
    , m_stack(new QStackedLayout)
    , m_export(new TableExport(this))
{
    nameWidget(this, u"queryResult"_s, tr("Answer"));
    build();
    buildExport();
    connectGrid();
    restyle();
    connect(&theme, &Theme::changed, this, &ResultPanel::restyle);
    m_second.setInterval(1000);
    connect(&m_second, &QTimer::timeout, this, &ResultPanel::showState);
    connect(m_state, &StateView::actionRequested, this, [this] {
        if (m_shown->status.refreshing)
            Q_EMIT cancelRequested();
        else
            Q_EMIT runAgainRequested();
    });
    connect(m_chart, &ResultChart::zoomed, this, &ResultPanel::zoomed);
    connect(m_chart, &ResultChart::zoomReset, this, &ResultPanel::zoomReset);
    connect(m_parts, &Segments::chosen, this, &ResultPanel::showParts);
}

void ResultPanel::build()
{
    nameWidget(m_content, u"queryAnswer"_s, tr("Answer"));
    nameWidget(m_chips, u"queryFilters"_s, tr("Filters of the rows"));
    nameWidget(m_splitter, u"queryResultSplitter"_s, tr("Chart and rows"));
    m_chipRow->setContentsMargins(metric::Space3, 0, metric::Space3, 0);
    m_chipRow->setSpacing(metric::Space2);
    auto* const tools = new QHBoxLayout;
    tools->setContentsMargins(metric::Space3, metric::Space2, metric::Space2, 0);
    tools->setSpacing(metric::Space2);
    buildTools(tools);
    QFrame* const panel = makePanel(u"queryAnswerPanel"_s, tr("Answer"));
    auto* const inner = new QVBoxLayout(panel);
    inner->setContentsMargins(1, 1, 1, 1);
    inner->setSpacing(metric::Space1);
    inner->addLayout(tools);
    inner->addWidget(m_exportBar);
    inner->addWidget(m_chips);
    inner->addWidget(m_splitter, 1);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->setHandleWidth(5);
    m_splitter->addWidget(m_chart);
    m_splitter->addWidget(m_grid);
    m_splitter->setStretchFactor(0, 1);
    m_splitter->setStretchFactor(1, 1);
    m_grid->setMinimumHeight(90);
    auto* const column = new QVBoxLayout(m_content);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(panel, 1);
    auto* const whole = new QVBoxLayout(this);
    whole->setContentsMargins(0, 0, 0, 0);
    whole->setSpacing(metric::Space2);
    for (std::size_t i = 0; i < MostNotices; ++i) {
        m_notices.push_back(new NoticeBar(m_theme, u"queryNotice"_s + QString::number(i)));
        whole->addWidget(m_notices.back());
    }
    whole->addLayout(m_stack, 1);
    m_stack->addWidget(m_content);
    m_stack->addWidget(m_state);
}

void ResultPanel::buildTools(QHBoxLayout* row)
{
    m_caption->setObjectName(u"queryCaption"_s);
    m_caption->setProperty("role", u"caption"_s);
    nameWidget(m_filter, u"queryFilter"_s, tr("Filter the rows"));
    m_filter->setPlaceholderText(tr("Filter rows"));
    setPlainToolTip(m_filter, tr("Rows with this text; ! in front hides them"));
    m_filter->setClearButtonEnabled(true);
    m_filter->setMaximumWidth(220);
    nameWidget(m_hideEmpty, u"queryHideEmpty"_s, tr("Hide columns without any value"));
    m_hideEmpty->setCheckable(true);
    m_hideEmpty->setProperty("kind", u"toggle"_s);
    m_hideEmpty->hide();
    nameWidget(m_copy, u"queryCopy"_s, tr("Copy the rows"));
    auto* const menu = new QMenu(m_copy);
    nameWidget(menu, u"queryCopyMenu"_s, tr("Copy the rows"));
    const std::pair<QString, TableFormat> entries[] = {{tr("As CSV"), TableFormat::Csv},
                                                       {tr("As TSV"), TableFormat::Tsv},
                                                       {tr("As JSON"), TableFormat::JsonText},
                                                       {tr("As Markdown"), TableFormat::Markdown},
                                                       {tr("As KQL datatable"), TableFormat::Datatable}};
    for (const auto& [text, format] : entries)
        menu->addAction(text, this, [this, format = format] { m_grid->copyAs(format); });
    m_copy->setMenu(menu);
    nameWidget(m_save, u"queryExport"_s, tr("Export the rows to a file"));
    row->addWidget(m_parts);
    row->addWidget(m_caption, 1);
    row->addWidget(m_filter);
    row->addWidget(m_hideEmpty);
    row->addWidget(m_copy);
    row->addWidget(m_save);
    connect(m_save, &QPushButton::clicked, this, &ResultPanel::askExportPath);
    connect(m_hideEmpty, &QPushButton::toggled, m_grid, &GridView::setEmptyColumnsHidden);
    m_filterPause.setSingleShot(true);
    m_filterPause.setInterval(FilterAfter);
    connect(m_filter, &QLineEdit::textChanged, this, [this] { m_filterPause.start(); });
    connect(&m_filterPause, &QTimer::timeout, this, [this] {
        static_cast<void>(m_grid->worker().setFilter(std::nullopt, m_filter->text().toStdString()));
    });
}

void ResultPanel::buildExport()
{
    nameWidget(m_exportBar, u"queryExportBar"_s, tr("Export"));
    nameWidget(m_exportProgress, u"queryExportProgress"_s, tr("How far the export is"));
    m_exportProgress->setRange(0, 1000);
    m_exportProgress->setTextVisible(false);
    auto* const label = makeLabel(u"queryExportLabel"_s, "caption", tr("Exporting"));
    auto* const cancel = new QPushButton(tr("Cancel"));
    nameWidget(cancel, u"queryExportCancel"_s, tr("Cancel the export"));
    cancel->setProperty("kind", u"quiet"_s);
    auto* const row = new QHBoxLayout(m_exportBar);
    row->setContentsMargins(metric::Space3, 0, metric::Space2, 0);
    row->setSpacing(metric::Space2);
    row->addWidget(label);
    row->addWidget(m_exportProgress, 1);
    row->addWidget(cancel);
    m_exportBar->hide();
    connect(cancel, &QPushButton::clicked, m_export, &TableExport::cancel);
    connect(m_export, &TableExport::progressed, this,
            [this](double share) { m_exportProgress->setValue(static_cast<int>(share * 1000)); });
    connect(m_export, &TableExport::finished, this, [this](int rows, const QString& path) {
        m_exportBar->hide();
        Q_EMIT told(tr("Exported %n rows to %1", nullptr, rows).arg(QFileInfo(path).fileName()));
    });
    connect(m_export, &TableExport::failed, this, [this](const Error& error) {
        m_exportBar->hide();
        Q_EMIT told(fromText(error.message + " " + error.advice));
    });
}

void ResultPanel::connectGrid()
{
    connect(m_grid, &GridView::summaryChanged, this, &ResultPanel::summaryChanged);
    connect(m_grid, &GridView::told, this, &ResultPanel::told);
    connect(m_grid, &GridView::whereRequested, this, &ResultPanel::whereRequested);
    connect(m_grid, &GridView::explainRequested, this, &ResultPanel::explainRequested);
    connect(m_grid, &GridView::filterRequested, this,
            [this](int column) { m_facets->openFor(static_cast<std::size_t>(column)); });
    connect(&m_grid->worker(), &RowWorker::rowsReady, this, [this] {
        if (m_inGrid)
            showCaption();
        showFilters();
    });
    connect(&m_grid->worker(), &RowWorker::busyChanged, this, [this] {
        if (m_inGrid)
            showCaption();
    });
}

void ResultPanel::restyle()
{
    m_copy->setIcon(m_theme.icon(u"copy"_s));
    m_save->setIcon(m_theme.icon(u"download"_s));
    showFilters();
}

void ResultPanel::showFilters()
{
    while (QLayoutItem* const item = m_chipRow->takeAt(0)) {
        if (QWidget* const chip = item->widget()) {
            chip->hide();
            chip->deleteLater();
        }
        delete item;
    }
    std::vector<std::size_t> filtered;
    for (const auto& [column, typed] : m_grid->worker().filters()) {
        if (!column)
            continue; // stands in its field already
        filtered.push_back(*column);
        const QString name = fromText(m_grid->grid().table()->column(*column).name());
        const QString text = name + u' ' + fromText(typed);
        auto* const chip =
            new QPushButton(fontMetrics().elidedText(text, Qt::ElideMiddle, 260).replace(u'&', u"&&"_s));
        nameWidget(chip, u"queryFilter-"_s + name, tr("Remove the filter %1").arg(text));
        chip->setProperty("kind", u"chip"_s);
        chip->setIcon(m_theme.icon(u"close"_s));
        chip->setLayoutDirection(Qt::RightToLeft); // the cross behind the text
        setPlainToolTip(chip, text);
        connect(chip, &QPushButton::clicked, this,
                [this, column = column] { static_cast<void>(m_grid->worker().setFilter(column, {})); });
        m_chipRow->addWidget(chip);
    }
    m_chipRow->addStretch(1);
    m_chips->setVisible(!filtered.empty());
    m_grid->grid().setFiltered(std::move(filtered));
}

void ResultPanel::askExportPath()
{
    auto* const dialog = new QFileDialog(
        window(), tr("Export the rows"), QDir::homePath(),
        tr("CSV (*.csv);;TSV (*.tsv);;JSON (*.json);;Markdown (*.md);;KQL datatable (*.kql)"));
    nameWidget(dialog, u"queryExportDialog"_s, tr("Export the rows"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(u"csv"_s);
    dialog->selectFile(u"query.csv"_s);
    connect(dialog, &QFileDialog::filterSelected, dialog, [dialog](const QString& filter) {
        const qsizetype dot = filter.indexOf(u"*."_s);
        dialog->setDefaultSuffix(filter.mid(dot + 2).chopped(1));
    });
    connect(dialog, &QFileDialog::fileSelected, this, &ResultPanel::exportTo);
    dialog->open();
}

} // namespace gatehouse::ui
