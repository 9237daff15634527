// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/usage/usagepage.h"

#include "core/base/files.h"
#include "ui/models/format.h"
#include "ui/models/recordproxy.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/segments.h"
#include "ui/widgets/tableview.h"

#include <QtCore/QDir>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QMenu>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

UsagePage::UsagePage(Theme& theme, UsagePresenter& presenter)
    : Page(theme, presenter, u"usage"_s, tr("Usage"))
    , m_theme(theme)
    , m_presenter(presenter)
    , m_dimension(new Segments(u"usageBy"_s, tr("Split by"), {tr("Service"), tr("Model"), tr("Backend")}))
    , m_measure(new Segments(u"usageMeasure"_s, tr("Count"), {tr("Tokens"), tr("Requests")}))
    , m_filter(new QLineEdit)
    , m_tools(new QWidget)
    , m_breakdown(new Breakdown(theme, u"usageBreakdown"_s))
    , m_model(new RecordModel(usageColumns(tr("Name")), this))
    , m_table(new TableView(theme, *m_model, u"usageTable"_s, tr("Usage as a table")))
{
    buildTools();
    auto* const column = new QVBoxLayout(&content());
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::Space3);
    column->addWidget(m_tools);
    column->addWidget(m_breakdown, 1);
    QFrame* const panel = makePanel(u"usageTablePanel"_s, tr("Usage as a table"));
    auto* const inner = new QVBoxLayout(panel);
    inner->setContentsMargins(1, 1, 1, 1);
    inner->addWidget(m_table);
    column->addWidget(panel, 1);
    m_table->sortByColumn(1, Qt::DescendingOrder);
    m_table->setEmptyText(tr("No row fits the filter"));

    connect(&presenter, &PagePresenter::changed, this, &UsagePage::showState);
    connect(&theme, &Theme::changed, this, &UsagePage::showState);
    connect(m_table, &TableView::summaryChanged, this, &Page::summaryChanged);
    connect(m_breakdown, &Breakdown::keyChosen, &presenter, &UsagePresenter::toggleFilter);
    connect(m_breakdown, &Breakdown::zoomed, &presenter.context(), &ViewContext::setFixed);
    connect(m_breakdown, &Breakdown::zoomReset, &presenter.context(), &ViewContext::resetZoom);
    connect(m_table, &TableView::rowActivated, this, [this](const QString& key) {
        if (const auto state = m_presenter.state(); state->report) {
            for (const usage::Row& row : state->report->rows) {
                if (fromText(row.key) == key)
                    m_presenter.toggleFilter(key, fromText(row.label));
            }
        }
    });
    showState();
}

void UsagePage::buildTools()
{
    nameWidget(m_tools, u"usageTools"_s, tr("Tools"));
    nameWidget(m_filter, u"usageFilter"_s, tr("Filter the table"));
    m_filter->setPlaceholderText(tr("Filter rows, ! to hide"));
    m_filter->setClearButtonEnabled(true);
    m_filter->setMaximumWidth(260);
    auto* const copy = new QPushButton(tr("Copy"));
    nameWidget(copy, u"usageCopy"_s, tr("Copy the table"));
    auto* const menu = new QMenu(copy);
    nameWidget(menu, u"usageCopyMenu"_s, tr("Copy the table"));
    menu->addAction(tr("As CSV"), this, [this] { copyAs(TextFormat::Csv, tr("Copied as CSV")); });
    menu->addAction(tr("As JSON"), this, [this] { copyAs(TextFormat::Json, tr("Copied as JSON")); });
    menu->addAction(tr("As Markdown"), this,
                    [this] { copyAs(TextFormat::Markdown, tr("Copied as Markdown")); });
    copy->setMenu(menu);
    auto* const save = new QPushButton(tr("Export CSV"));
    nameWidget(save, u"usageExport"_s, tr("Export the table as CSV"));
    const auto restyle = [this, copy, save] {
        copy->setIcon(m_theme.icon(u"copy"_s));
        save->setIcon(m_theme.icon(u"download"_s));
    };
    restyle();
    connect(&m_theme, &Theme::changed, copy, restyle);

    auto* const row = new QHBoxLayout(m_tools);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(metric::Space2);
    row->addWidget(m_dimension);
    row->addSpacing(metric::Space2);
    row->addWidget(m_measure);
    row->addStretch(1);
    row->addWidget(m_filter, 2);
    row->addWidget(copy);
    row->addWidget(save);

    connect(m_dimension, &Segments::chosen, this,
            [this](int index) { m_presenter.setDimension(static_cast<usage::Dimension>(index)); });
    connect(m_measure, &Segments::chosen, this, &UsagePage::showState);
    connect(m_filter, &QLineEdit::textChanged, this,
            [this](const QString& text) { m_table->proxy().setFilterText(text); });
    connect(save, &QPushButton::clicked, this, &UsagePage::askExportPath);
}

void UsagePage::copyAs(TextFormat format, const QString& said)
{
    m_table->copyAs(format);
    Q_EMIT told(said);
}

QWidget* UsagePage::filterField()
{
    return m_filter;
}

Measure UsagePage::measure() const
{
    return m_measure->current() == 0 ? Measure::Tokens : Measure::Requests;
}

void UsagePage::describeEmpty(QString& title, QString& text) const
{
    title = tr("No usage in this time range");
    text = tr("Each request through the gateway is a row in the workspace. Choose a longer range or remove a "
              "filter.");
}

void UsagePage::showState()
{
    const std::shared_ptr<const UsageState> state = m_presenter.state();
    showStatus(state->status);
    m_dimension->setCurrent(static_cast<int>(state->dimension));
    if (!state->report || !state->status.showsData())
        return;
    QString title;
    switch (state->dimension) {
    case usage::Dimension::Service:
        title = tr("By microservice");
        break;
    case usage::Dimension::Model:
        title = tr("By model");
        break;
    case usage::Dimension::Backend:
        title = tr("By backend");
        break;
    }
    m_breakdown->setReport(*state->report, measure(), title, m_presenter.context().filters());
    m_model->setRecords(usageRecords(*state->report, m_theme));
}

void UsagePage::askExportPath()
{
    auto* const dialog =
        new QFileDialog(window(), tr("Export as CSV"), QDir::homePath(), tr("CSV files (*.csv)"));
    nameWidget(dialog, u"exportDialog"_s, tr("Export as CSV"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(u"csv"_s);
    dialog->selectFile(u"usage-by-"_s + kindOf(m_presenter.dimension()) + u".csv"_s);
    connect(dialog, &QFileDialog::fileSelected, this,
            [this](const QString& path) { Q_EMIT told(exportTo(path)); });
    dialog->open();
}

QString UsagePage::exportTo(const QString& path)
{
    // The mark tells spreadsheets that the text is UTF-8.
    const std::string bytes = "\xEF\xBB\xBF" + exportText(m_table->proxy(), TextFormat::Csv).toStdString();
    const Status done = atomicWrite(QDir::toNativeSeparators(path).toStdString(), bytes, 0644);
    if (!done)
        return tr("Not exported: %1 %2").arg(fromText(done.error().message), fromText(done.error().advice));
    return tr("Exported %n rows to %1", nullptr, m_table->proxy().rowCount()).arg(QFileInfo(path).fileName());
}

} // namespace gatehouse::ui
